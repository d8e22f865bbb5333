import { describe, expect, test } from 'vitest';
import {
  type Compare,
  dateRangeOf,
  intervalsFor,
  type Moment,
  periodAsked,
  periodBefore,
  periodCompared,
  periodOf,
  periodToCompare,
  type Range,
  rangeMenu,
  stepRange,
} from './ranges.ts';

const moment: Moment = { nowMs: Date.parse('2026-11-22T14:20:30Z'), zone: 'Europe/Berlin' };
const iso = (period: ReturnType<typeof periodOf> | undefined) => period && dateRangeOf(period);

describe('a range and the period before it', () => {
  test.each<[Range, unknown, unknown]>([
    ['day', ['2026-11-22', '2026-11-22'], ['2026-11-15', '2026-11-15']],
    [
      '24h',
      ['2026-11-21T15:00:00Z', '2026-11-22T14:20:30Z'],
      ['2026-11-14T15:00:00Z', '2026-11-15T14:20:30Z'],
    ],
    [
      { from: '2026-11-20T09:00', to: '2026-11-20T17:30' },
      ['2026-11-20T08:00:00Z', '2026-11-20T16:29:59Z'],
      ['2026-11-13T08:00:00Z', '2026-11-13T16:29:59Z'],
    ],
    [
      { from: '2026-10-20T00:00', to: '2026-11-03T12:00' },
      ['2026-10-19T22:00:00Z', '2026-11-03T10:59:59Z'],
      ['2026-09-28T22:00:00Z', '2026-10-13T10:59:59Z'],
    ],
    ['7d', ['2026-11-16', '2026-11-22'], ['2026-11-09', '2026-11-15']],
    ['28d', ['2026-10-26', '2026-11-22'], ['2026-09-28', '2026-10-25']],
    ['30d', ['2026-10-24', '2026-11-22'], ['2026-09-19', '2026-10-18']],
    ['91d', ['2026-08-24', '2026-11-22'], ['2026-05-25', '2026-08-23']],
    ['yesterday', ['2026-11-21', '2026-11-21'], ['2026-11-14', '2026-11-14']],
    ['lastmonth', ['2026-10-01', '2026-10-31'], ['2026-08-27', '2026-09-26']],
    ['month', ['2026-11-01', '2026-11-22'], ['2026-10-04', '2026-10-25']],
    ['6mo', ['2026-06-01', '2026-11-22'], ['2025-12-01', '2026-05-22']],
    ['12mo', ['2025-12-01', '2026-11-22'], ['2024-12-01', '2025-11-22']],
    ['year', ['2026-01-01', '2026-11-22'], ['2025-01-01', '2025-11-22']],
    ['all', 'all', undefined],
    [
      { from: '2026-03-01', to: '2026-03-10' },
      ['2026-03-01', '2026-03-10'],
      ['2026-02-15', '2026-02-24'],
    ],
  ])('%j', (range, now, before) => {
    const period = periodOf(range, moment);
    expect(iso(period)).toEqual(now);
    expect(iso(periodAsked(dateRangeOf(period)))).toEqual(now);
    expect(iso(periodBefore(range, period))).toEqual(before);
  });
});

test('up to a month is compared with the same weekdays, without overlapping', () => {
  const weekday = (day: string) => new Date(day).getUTCDay();
  for (const { name } of rangeMenu) {
    const period = periodOf(name, moment);
    const before = periodBefore(name, period);
    if (period.kind !== 'days' || before?.kind !== 'days' || /mo$|year/.test(name)) continue;
    expect([name, weekday(before.from), weekday(before.to)]).toEqual([
      ...[name, weekday(period.from), weekday(period.to)],
    ]);
    expect(before.to < period.from).toBe(true);
  }
});

describe('totals are compared up to the same time of day', () => {
  test.each<[Range, unknown]>([
    ['day', ['2026-11-14T23:00:00Z', '2026-11-15T14:20:00Z']],
    ['7d', ['2026-11-08T23:00:00Z', '2026-11-15T14:20:00Z']],
    ['91d', ['2026-05-25', '2026-08-23']],
    [{ from: '2026-03-01', to: '2026-03-10' }, ['2026-02-15', '2026-02-24']],
  ])('%j', (range, expected) => {
    const period = periodOf(range, moment);
    expect(iso(periodToCompare(periodBefore(range, period)!, period, moment))).toEqual(expected);
  });
});

test('today is the site’s, not the viewer’s', () => {
  const late = { nowMs: Date.parse('2026-11-22T23:30:00Z'), zone: 'Europe/Berlin' };
  expect(iso(periodOf('day', late))).toEqual(['2026-11-23', '2026-11-23']);
});

test('every range has its own shortcut', () => {
  const keys = rangeMenu.map(({ key }) => key);
  expect(new Set([...keys, 'c', '/']).size).toBe(keys.length + 2);
});

test('the default step of a longer period is never finer', () => {
  const order = ['hour', 'day', 'week', 'month'];
  const steps = [1, 7, 30, 91, 180, 365, 2_000].map((days) =>
    order.indexOf(intervalsFor(days)[0]!),
  );
  expect(steps).toEqual([...steps].sort());
});

test.each<[string, Range, Compare, [string, string] | undefined]>([
  [
    'just before',
    { from: '2026-03-11', to: '2026-03-20' },
    'previous',
    ['2026-03-01', '2026-03-10'],
  ],
  ['a year before', { from: '2024-02-29', to: '2024-02-29' }, 'year', ['2023-02-28', '2023-02-28']],
  ['nothing', '7d', 'none', undefined],
  ['all', 'all', 'year', undefined],
  ['chosen', '7d', { from: '2026-01-01', to: '2026-01-07' }, ['2026-01-01', '2026-01-07']],
])('compared with %s', (_, range, compare, expected) => {
  const moment = { nowMs: Date.parse('2026-11-22T14:20:30Z'), zone: 'UTC' };
  const period = periodCompared(compare, range, periodOf(range, moment));
  expect(period?.kind === 'days' ? [period.from, period.to] : undefined).toEqual(expected);
});

test.each<[string, Range, -1 | 1, [string, string] | undefined]>([
  ['today', 'day', -1, ['2026-11-21', '2026-11-21']],
  ['30 days', '30d', -1, ['2026-09-24', '2026-10-23']],
  ['this month', 'month', -1, ['2026-10-01', '2026-10-31']],
  ['a whole month', { from: '2026-02-01', to: '2026-02-28' }, 1, ['2026-03-01', '2026-03-31']],
  ['this year', 'year', -1, ['2025-01-01', '2025-12-31']],
  ['some days', { from: '2026-11-01', to: '2026-11-10' }, 1, ['2026-11-11', '2026-11-20']],
  [
    ...(['some hours', { from: '2026-11-20T09:00', to: '2026-11-20T17:30' }, -1] as const),
    ['2026-11-20T00:30', '2026-11-20T09:00'],
  ],
  ['hours to come', { from: '2026-11-22T09:00', to: '2026-11-22T17:00' }, 1, undefined],
  ['into the future', 'day', 1, undefined],
  ['all', 'all', -1, undefined],
])('an arrow from %s', (_, range, step, expected) => {
  const moment = { nowMs: Date.parse('2026-11-22T14:20:30Z'), zone: 'UTC' };
  const next = stepRange(range, moment, step);
  expect(typeof next === 'object' ? [next.from, next.to] : undefined).toEqual(expected);
});
