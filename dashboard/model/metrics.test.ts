import { expect, test } from 'vitest';
import type { MetricName } from '../api/types.ts';
import { changeOf, type ShownMetric, valueIn, withDenominator } from './metrics.ts';
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
  [
    'without visits there is no bounce rate',
    ['visits', 'bounce_rate'],
    [0, 0],
    'bounce_rate',
    null,
  ],
  ['where no visit bounced it is 0', ['visits', 'bounce_rate'], [3, 0], 'bounce_rate', 0],
  ['without visits there are 0 visits', ['visits', 'bounce_rate'], [0, 0], 'visits', 0],
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
