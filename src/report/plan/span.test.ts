import { describe, expect, test } from 'vitest';
import { hourMs } from '../../lib/clock.ts';
import { zonesFrom } from '../../lib/site-days.ts';
import { type DateRange, parseDateRange } from '../query/date-range.ts';
import { checkMinutes, daysOf, isoOf, resolveRange, stepOf, timeLabels } from './span.ts';

const berlin = zonesFrom('Europe/Berlin', 0);
const nowMs = Date.parse('2026-11-22T12:34:56.789Z'); // a Sunday, 13:34 in Berlin
const resolve = (given: unknown, trim = false, zones = berlin, now = nowMs) =>
  resolveRange(parseDateRange(given), { zones, nowMs: now, firstHits: '2026-03-05', trim });

describe('what a range means now', () => {
  test.each<[unknown, string, string]>([
    ['day', '2026-11-22T00:00:00+01:00', '2026-11-22T23:59:59+01:00'],
    ['24h', '2026-11-21T13:34:56+01:00', '2026-11-22T13:34:56+01:00'],
    ['7d', '2026-11-15T00:00:00+01:00', '2026-11-21T23:59:59+01:00'],
    ['30d', '2026-10-23T00:00:00+02:00', '2026-11-21T23:59:59+01:00'],
    ['month', '2026-11-01T00:00:00+01:00', '2026-11-30T23:59:59+01:00'],
    ['6mo', '2026-05-01T00:00:00+02:00', '2026-10-31T23:59:59+01:00'],
    ['12mo', '2025-11-01T00:00:00+01:00', '2026-10-31T23:59:59+01:00'],
    ['year', '2026-01-01T00:00:00+01:00', '2026-12-31T23:59:59+01:00'],
    ['all', '2026-03-05T00:00:00+01:00', '2026-11-22T23:59:59+01:00'],
    [['2026-03-29', '2026-03-29'], '2026-03-29T00:00:00+01:00', '2026-03-29T23:59:59+02:00'],
    [
      ['2026-11-22T10:00:00Z', '2026-11-22T10:59:59Z'],
      '2026-11-22T11:00:00+01:00',
      '2026-11-22T11:59:59+01:00',
    ],
  ])('%j', (given, from, to) => {
    expect(isoOf(resolve(given), berlin)).toEqual([from, to]);
  });

  test('near midnight, the day is that of the site', () => {
    const late = Date.parse('2026-11-22T23:30:00Z');
    expect(resolve('day', false, berlin, late).firstDay).toBe('2026-11-23');
  });
  test('all of a site without hits is the present day', () => {
    const span = resolveRange({ kind: 'all' } satisfies DateRange, {
      ...{ zones: berlin, nowMs, firstHits: undefined, trim: false },
    });
    expect([span.firstDay, span.lastDay]).toEqual(['2026-11-22', '2026-11-22']);
  });
});

test('only the days at the ends of a span of instants are cut', () => {
  const span = resolve(['2026-11-20T12:00:00Z', '2026-11-22T22:59:59Z']);
  const days = ['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'];
  expect(daysOf(span, berlin, days)).toEqual([
    { day: '2026-11-20', fromMs: Date.parse('2026-11-20T12:00:00Z') },
    { day: '2026-11-21' },
    { day: '2026-11-22' }, // ends with its last second
  ]);
  expect(daysOf(resolve(['2026-11-22T22:00:00Z', '2026-11-22T22:59:58Z']), berlin, days)).toEqual([
    {
      day: '2026-11-22',
      fromMs: Date.parse('2026-11-22T22:00:00Z'),
      toMs: Date.parse('2026-11-22T22:59:59Z'),
    },
  ]);
});

test.each<[unknown, string]>([
  ['day', 'time:hour'],
  [['2026-11-20', '2026-11-21'], 'time:hour'],
  [['2026-11-20', '2026-11-22'], 'time:day'],
  [['2026-10-01', '2026-11-09'], 'time:day'],
  [['2026-10-01', '2026-11-11'], 'time:week'],
  ['6mo', 'time:week'],
  [['2025-01-01', '2026-02-01'], 'time:month'],
])('time over %j is %s', (given, step) => expect(stepOf(resolve(given))).toBe(step));

const hours = (day: string, ...of: number[]) =>
  of.map((hour) => `${day} ${String(hour).padStart(2, '0')}:00:00`);
const upTo = (n: number) => [...Array(n).keys()];

describe('labels', () => {
  test.each<[string, unknown, 'time:hour' | 'time:day' | 'time:week' | 'time:month', string[]]>([
    ['a day', ['2026-11-22', '2026-11-22'], 'time:hour', hours('2026-11-22', ...upTo(24))],
    [
      'a day of 23 hours',
      ['2026-03-29', '2026-03-29'],
      'time:hour',
      hours('2026-03-29', ...upTo(24).filter((h) => h !== 2)),
    ],
    [
      'a day of 25 hours',
      ['2026-10-25', '2026-10-25'],
      'time:hour',
      hours('2026-10-25', ...upTo(24)),
    ],
    [
      '24h',
      '24h',
      'time:hour',
      [...hours('2026-11-21', ...upTo(24).slice(13)), ...hours('2026-11-22', ...upTo(14))],
    ],
    [
      'days',
      ['2026-02-27', '2026-03-02'],
      'time:day',
      ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'],
    ],
    [
      'weeks, the first cut',
      ['2026-11-04', '2026-11-17'],
      'time:week',
      ['2026-11-04', '2026-11-09', '2026-11-16'],
    ],
    [
      'months',
      ['2025-12-31', '2026-02-01'],
      'time:month',
      ['2025-12-01', '2026-01-01', '2026-02-01'],
    ],
  ])('%s', (_, given, time, labels) =>
    expect(timeLabels(time, resolve(given), berlin)).toEqual(labels),
  );

  test.each([
    [1, ['2026-11-04', '2026-11-09', '2026-11-16']],
    [3, ['2026-11-04', '2026-11-11']],
    [5, ['2026-11-04', '2026-11-06', '2026-11-13']],
    [7, ['2026-11-04', '2026-11-08', '2026-11-15']],
  ])('weeks that start on day %d', (weekStarts, labels) => {
    expect(
      timeLabels('time:week', resolve(['2026-11-04', '2026-11-17']), berlin, { weekStarts }),
    ).toEqual(labels);
  });

  test('the future is trimmed off where that is asked', () => {
    expect(timeLabels('time:hour', resolve('day', true), berlin)).toEqual(
      hours('2026-11-22', ...upTo(14)),
    );
    expect(timeLabels('time:day', resolve('month', true), berlin)).toHaveLength(22);
    expect(timeLabels('time:month', resolve('year', true), berlin)).toHaveLength(11);
  });

  test('minutes: of a day, of clocks that change, and of a range of moments', () => {
    const minutes = (range: unknown) => timeLabels('time:minute', resolve(range), berlin);
    expect(minutes(['2026-11-22', '2026-11-22'])).toHaveLength(1_440);
    expect(minutes(['2026-03-29', '2026-03-29'])).toHaveLength(1_380);
    expect(minutes(['2026-10-25', '2026-10-25'])).toHaveLength(1_440);
    expect(minutes(['2026-11-21T22:58:30Z', '2026-11-21T23:01:00Z'])).toEqual([
      ...['2026-11-21 23:58:00', '2026-11-21 23:59:00'],
      ...['2026-11-22 00:00:00', '2026-11-22 00:01:00'],
    ]);
  });

  test('by minute, a day or 24 hours are asked for at the most', () => {
    for (const range of ['day', '24h', ['2026-10-25', '2026-10-25']])
      expect(() => checkMinutes(resolve(range), 'date_range')).not.toThrow();
    for (const range of ['7d', ['2026-11-20', '2026-11-21'], 'month'])
      expect(() => checkMinutes(resolve(range), 'date_range')).toThrow(
        /^date_range: expected a range of at most 24 hours, or one day, with time:minute; got/,
      );
  });

  test('more labels than anyone draws are refused', () => {
    expect(() => timeLabels('time:hour', resolve(['2020-01-01', '2026-01-01']), berlin)).toThrow(
      'at most 10000 buckets',
    );
    expect(() => timeLabels('time:day', resolve(['1970-01-01', '9998-12-31']), berlin)).toThrow(
      'at most 10000',
    );
    expect(
      timeLabels('time:hour', resolve(['2025-11-01', '2026-10-31']), berlin).length * hourMs,
    ).toBeGreaterThan(0);
  });
});
