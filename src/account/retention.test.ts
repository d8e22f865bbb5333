import { describe, expect, test } from 'vitest';
import { zonesFrom } from '../lib/site-days.ts';
import { hitsKeptFrom, isSealed, rollUpsKeptFrom, sealedFrom } from './retention.ts';

/** At this moment it is the 23rd in Auckland, and the 22nd in UTC and in Los Angeles. */
const nowMs = Date.parse('2026-11-22T20:00:00Z');
const inAuckland = zonesFrom('Pacific/Auckland', 0);
const inLosAngeles = zonesFrom('America/Los_Angeles', 0);

describe('days are counted from the site’s today', () => {
  test.each([
    ['east of UTC', inAuckland, nowMs, '2026-11-20'],
    ['west of UTC', inLosAngeles, nowMs, '2026-11-19'],
    ['east, an hour before midnight', inAuckland, nowMs - 10 * 3_600_000, '2026-11-19'],
    ['west, after midnight in UTC', inLosAngeles, nowMs + 8 * 3_600_000, '2026-11-19'],
  ])('%s', (_, zones, atMs, first) => {
    const site = { zones, keepHitsDays: 3, keepRollUpsDays: 3 };
    expect(hitsKeptFrom(site, atMs)).toBe(first);
    expect(rollUpsKeptFrom(site, atMs)).toBe(first);
    expect(sealedFrom(site, atMs)).toBe(first);
  });
});

test('what does not say how long is kept for ever', () => {
  const site = { zones: inAuckland };
  expect([hitsKeptFrom(site, nowMs), rollUpsKeptFrom(site, nowMs)]).toEqual([undefined, undefined]);
  expect(rollUpsKeptFrom({ ...site, keepHitsDays: 3 }, nowMs)).toBeUndefined();
  expect(isSealed(site, '1970-01-01', nowMs)).toBe(false);
});

test('roll-ups are kept at least as long as hits', () => {
  const site = { zones: inAuckland, keepHitsDays: 3, keepRollUpsDays: 1 };
  expect(rollUpsKeptFrom(site, nowMs)).toBe('2026-11-20');
});

describe('a day that is not kept takes no hits', () => {
  const kept = { zones: inAuckland, keepHitsDays: 3 };
  test.each([
    ['the last one that is not kept', kept, '2026-11-19', true],
    ['the first one that is', kept, '2026-11-20', false],
    ['one sealed before, now kept', { ...kept, sealedFrom: '2026-11-22' }, '2026-11-21', true],
    ['the first after those', { ...kept, sealedFrom: '2026-11-22' }, '2026-11-22', false],
    ['none earlier than that', { ...kept, sealedFrom: '2026-11-10' }, '2026-11-12', true],
    ['one named by itself', { zones: inAuckland, sealedDays: ['2026-11-05'] }, '2026-11-05', true],
    ['not its neighbour', { zones: inAuckland, sealedDays: ['2026-11-05'] }, '2026-11-04', false],
  ])('%s', (_, site, day, expected) => expect(isSealed(site, day, nowMs)).toBe(expected));
});
