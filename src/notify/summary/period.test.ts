import { expect, test } from 'vitest';
import { zonesFrom } from '../../lib/site-days.ts';
import { lastPeriod } from './period.ts';

const at = (zone: string, text: string, kind: 'weekly' | 'monthly' = 'weekly') => {
  const { dueMs, first, last, beforeFirst, beforeLast } = lastPeriod(
    kind,
    { zones: zonesFrom(zone, 0) },
    Date.parse(text),
  );
  return [first, last, beforeFirst, beforeLast, new Date(dueMs).toISOString()];
};

test('a week from Monday to Sunday, from Monday at seven on by the zone of the site', () => {
  const week = ['2026-11-16', '2026-11-22', '2026-11-09', '2026-11-15'];
  expect(at('Europe/Berlin', '2026-11-23T06:00:00Z')).toEqual([
    ...week,
    '2026-11-23T06:00:00.000Z',
  ]);
  expect(at('Europe/Berlin', '2026-11-23T05:59:59Z')[0]).toBe('2026-11-09');
  expect(at('Europe/Berlin', '2026-11-29T23:00:00Z').slice(0, 4)).toEqual(week);
  expect(at('Pacific/Auckland', '2026-11-22T18:00:00Z').slice(0, 4)).toEqual(week);
});

test('a month on its first, beside the month before, however long', () => {
  expect(at('UTC', '2026-03-01T07:00:00Z', 'monthly')).toEqual([
    ...['2026-02-01', '2026-02-28', '2026-01-01', '2026-01-31'],
    '2026-03-01T07:00:00.000Z',
  ]);
  expect(at('UTC', '2026-03-01T06:59:00Z', 'monthly')[0]).toBe('2026-01-01');
});
