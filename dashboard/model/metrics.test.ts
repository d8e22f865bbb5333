import { expect, test } from 'vitest';
import type { MetricName, Value } from '../api/types.ts';
import {
  changeOf,
  labelOf,
  numbersFor,
  type ShownMetric,
  showInFull,
  showInRow,
  showMetric,
  valueIn,
  withDenominator,
} from './metrics.ts';
import { showCount, showDuration, showPercent, showShort } from './numbers.ts';

test.each<
  [ShownMetric, number | null, number | null | undefined, string | undefined, string | undefined]
>([
  ['visitors', 112, 100, '+12%', 'good'],
  ['visitors', 98, 100, '−2%', 'bad'],
  ['visitors', 100, 100, '±0%', 'same'],
  ['visitors', 5, 0, undefined, undefined],
  ['visitors', 5, undefined, undefined, undefined],
  ['bounce_rate', 41, 44, '−3 pt', 'good'],
  ['bounce_rate', 50, 44, '+6 pt', 'bad'],
  ['bounce_rate', null, 44, undefined, undefined],
  ['visit_duration', 168, 154, '+14s', 'good'],
  ['visit_duration', 60, 154, '−1m 34s', 'bad'],
  ['pageviews', 120_000, 10, '+1,199,900%', 'good'],
])('%s %j after %j', (name, now, before, text, tone) => {
  const change = changeOf(name, now, before);
  expect(change?.text).toBe(text);
  expect(change?.tone).toBe(tone);
});

test.each<[string, MetricName[], number[], ShownMetric, number | null]>([
  ['without visits there are 0 visits', ['visits', 'views_per_visit'], [0, 0], 'visits', 0],
  ['a page where no visit began', ['bounce_rate', 'views_per_visit'], [0, 0], 'bounce_rate', null],
  ['a page where some did', ['bounce_rate', 'views_per_visit'], [0, 2.5], 'bounce_rate', 0],
  ['without a column that decides, 0 stays', ['bounce_rate'], [0], 'bounce_rate', 0],
])('%s', (_, columns, row, name, value) => {
  expect(valueIn(row, columns, name)).toBe(value);
});

test('the column that recognises an empty ratio is added where it is missing', () => {
  expect(withDenominator(['visitors', 'visits', 'bounce_rate'])).toEqual([
    'visitors',
    'visits',
    'bounce_rate',
    'views_per_visit',
  ]);
  expect(withDenominator(['visitors', 'bounce_rate'])).toEqual([
    'visitors',
    'bounce_rate',
    'views_per_visit',
  ]);
});

test.each([
  [0, '0s'],
  [59.6, '1m 0s'],
  [168, '2m 48s'],
  [3_840, '1h 4m'],
])('%d seconds', (seconds, text) => {
  expect(showDuration(seconds)).toBe(text);
});

test.each([
  [0, '0%'],
  [0.2, '<1%'],
  [37.5, '38%'],
])('%d per cent', (value, text) => {
  expect(showPercent(value)).toBe(text);
});

test('counts, long and short', () => {
  expect(showCount(34_218)).toBe('34,218');
  expect(['0', '800', '2.4k', '1.2M']).toEqual([0, 800, 2_400, 1_200_000].map(showShort));
});

const euros = { value: 1_234.5, currency: 'EUR', short: '€1.2K', long: '€1,234.50' };

test.each<[string, MetricName, Value | undefined, string, string]>([
  ['money short, and in full', 'total_revenue', euros, '€1.2K', '€1,234.50'],
  ['nothing reported', 'scroll_depth', null, '–', '–'],
  ['a share', 'percentage', 37.5, '38%', '38%'],
  ['not there', 'visitors', undefined, '–', '–'],
])('%s', (_, name, value, short, full) => {
  expect([showMetric(name, value), showInFull(name, value)]).toEqual([short, full]);
});

test('money is compared by its amount', () => {
  const before = { ...euros, value: 617.25 };
  expect(changeOf('total_revenue', euros, before)).toEqual({ text: '+100%', tone: 'good' });
});

test('with a goal among the filters, numbers are of conversions', () => {
  const goal = [{ operator: 'is', dimension: 'goal', values: ['Signup'] }] as const;
  expect(numbersFor(goal, ['visits'])).toContain('conversion_rate');
  expect(numbersFor([], ['visits'])).toEqual(['visits']);
  expect([labelOf('visitors', goal), labelOf('visitors')]).toEqual([
    'Converted visitors',
    'Visitors',
  ]);
});

test('a count needs no column that shows whether a ratio has a value', () => {
  expect(withDenominator(['visitors', 'events'])).toEqual(['visitors', 'events']);
});

test('a count that is too wide for the row of numbers is shortened there, and whole elsewhere', () => {
  expect(showInRow('visitors', 9_999_999)).toBe('9,999,999');
  expect(showInRow('visitors', 8_012_345_678)).toBe('8B');
  expect(showInFull('visitors', 8_012_345_678)).toBe('8,012,345,678');
  expect(showInRow('visit_duration', 20_000_000)).toBe(showMetric('visit_duration', 20_000_000));
});
