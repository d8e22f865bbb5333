import { describe, expect, test } from 'vitest';
import { zonesFrom } from '../../lib/site-days.ts';
import { parseCompare } from '../query/compare.ts';
import { parseDateRange } from '../query/date-range.ts';
import { comparedSpan } from './compared-span.ts';
import { isoOf, resolveRange } from './span.ts';

const berlin = zonesFrom('Europe/Berlin', 0);
const nowMs = Date.parse('2026-11-22T12:34:56.789Z'); // a Sunday, 13:34 in Berlin
const compared = (range: unknown, compare: object) => {
  const span = resolveRange(parseDateRange(range), {
    ...{ zones: berlin, nowMs, firstHits: '2026-03-05', trim: false },
  });
  return isoOf(comparedSpan(parseCompare(compare)!, span, berlin, nowMs), berlin);
};
/** The clock of Berlin, without its offset. */
const clock = (texts: readonly string[]) => texts.map((text) => text.slice(0, 19)).join(' ');
const days = (first: string, last = first) => `${first}T00:00:00 ${last}T23:59:59`;

describe('the period before', () => {
  test.each<[unknown, string, string]>([
    ['day', days('2026-11-21'), days('2026-11-15')],
    ['7d', days('2026-11-08', '2026-11-14'), days('2026-11-08', '2026-11-14')],
    ['30d', days('2026-09-23', '2026-10-22'), days('2026-09-18', '2026-10-17')],
    // 22 days of the month have begun.
    ['month', days('2026-10-10', '2026-10-31'), days('2026-10-04', '2026-10-25')],
    [
      ['2026-11-20', '2026-11-30'],
      days('2026-11-17', '2026-11-19'),
      days('2026-11-13', '2026-11-15'),
    ],
    [
      ['2026-12-01', '2026-12-02'],
      days('2026-11-29', '2026-11-30'),
      days('2026-11-24', '2026-11-25'),
    ],
    ['24h', '2026-11-20T13:34:55 2026-11-21T13:34:55', '2026-11-14T13:34:56 2026-11-15T13:34:56'],
    // On the day that the clocks are set back.
    [
      ['2026-10-25T00:00:00Z', '2026-10-25T05:59:59Z'],
      '2026-10-24T20:00:00 2026-10-25T01:59:59',
      '2026-10-18T02:00:00 2026-10-18T06:59:59',
    ],
    // A week on the clock, one hour longer or shorter than others: the week before it.
    [
      ['2026-10-20T12:00:00+02:00', '2026-10-27T11:59:59+01:00'],
      '2026-10-13T11:00:00 2026-10-20T11:59:59',
      '2026-10-13T12:00:00 2026-10-20T11:59:59',
    ],
    [
      ['2026-03-29T12:00:00+02:00', '2026-04-05T11:59:59+02:00'],
      '2026-03-22T11:00:00 2026-03-29T11:59:59',
      '2026-03-22T12:00:00 2026-03-29T11:59:59',
    ],
  ])('of %j', (range, before, matched) => {
    const mode = 'previous_period';
    expect(clock(compared(range, { mode }))).toBe(before);
    expect(clock(compared(range, { mode, match_day_of_week: true }))).toBe(matched);
  });
});

describe('the year before', () => {
  test.each<[unknown, string, string]>([
    ['day', days('2025-11-22'), days('2025-11-23')],
    ['7d', days('2025-11-15', '2025-11-21'), days('2025-11-16', '2025-11-22')],
    ['year', days('2025-01-01', '2025-11-22'), days('2025-01-02', '2025-11-23')],
    [['2024-02-29', '2024-02-29'], days('2023-02-28'), days('2023-03-02')],
    [
      ['2024-01-01', '2024-12-31'],
      days('2023-01-01', '2023-12-31'),
      days('2023-01-02', '2024-01-02'),
    ],
    ['24h', '2025-11-21T13:34:56 2025-11-22T13:34:56', '2025-11-22T13:34:56 2025-11-23T13:34:56'],
    [
      ['2024-02-01T12:00:00+01:00', '2024-03-31T11:59:59+02:00'],
      '2023-02-01T12:00:00 2023-03-31T11:59:59',
      '2023-02-02T12:00:00 2023-04-02T11:59:59',
    ],
  ])('of %j', (range, before, matched) => {
    const mode = 'year_over_year';
    expect(clock(compared(range, { mode }))).toBe(before);
    expect(clock(compared(range, { mode, match_day_of_week: true }))).toBe(matched);
  });
});

test('a period that is named is that one', () => {
  const custom = (range: [string, string]) => compared('7d', { mode: 'custom', date_range: range });
  expect(clock(custom(['2020-02-01', '2020-02-29']))).toBe(days('2020-02-01', '2020-02-29'));
  expect(custom(['2026-11-22T10:00:00Z', '2026-11-22T10:59:59Z'])).toEqual([
    '2026-11-22T11:00:00+01:00',
    '2026-11-22T11:59:59+01:00',
  ]);
});

test('before 1970 there is none', () => {
  expect(() => compared(['1970-01-01', '9998-12-31'], { mode: 'previous_period' })).toThrow(
    /^include.compare: expected a range that has a period from 1970 on before it; got "1970-01-01"/,
  );
});
