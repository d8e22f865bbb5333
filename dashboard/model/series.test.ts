import { expect, test } from 'vitest';
import type { Answer } from '../api/types.ts';
import { drawingOf, seriesOf } from './series.ts';

const days = ['2026-11-20', '2026-11-21', '2026-11-22'];
const answer: Answer = {
  results: [
    { dimensions: ['2026-11-22'], metrics: [5, 40] },
    { dimensions: ['2026-11-20'], metrics: [3, null] },
  ],
  meta: { time_labels: days },
  query: { date_range: ['', ''] },
};
const columns = ['visitors', 'bounce_rate'] as const;

test('an empty bucket has 0 visitors and an unknown bounce rate', () => {
  expect(seriesOf(answer, columns, 'visitors')).toEqual({ labels: days, values: [3, 0, 5] });
  expect(seriesOf(answer, columns, 'bounce_rate')).toEqual({
    labels: days,
    values: [null, null, 40],
  });
});

test('a bucket without visits has no bounce rate, though the API says 0', () => {
  const rows = [
    { dimensions: ['2026-11-20'], metrics: [0, 0] },
    { dimensions: ['2026-11-21'], metrics: [2, 0] },
  ];
  const { values } = seriesOf(
    { ...answer, results: rows },
    ['views_per_visit', 'bounce_rate'],
    'bounce_rate',
  );
  expect(values).toEqual([null, 0, null]);
});

test.each<[string, readonly string[], string, number | undefined, number]>([
  ['today is the last day', days, '2026-11-22 10:00:00', 2, 3],
  ['all of it is over', days, '2026-11-23 00:00:01', undefined, 3],
  ['days to come', days, '2026-11-21 10:00:00', 1, 2],
  ['one day only, today', ['2026-11-22'], '2026-11-22 10:00:00', 0, 1],
  ['hours', ['2026-11-22 09:00:00', '2026-11-22 10:00:00'], '2026-11-22 10:30:00', 1, 2],
  [
    'hours, past',
    ['2026-11-22 09:00:00', '2026-11-22 10:00:00'],
    '2026-11-22 11:00:00',
    undefined,
    2,
  ],
  ['weeks', ['2026-11-09', '2026-11-16'], '2026-11-22 10:00:00', 1, 2],
  ['weeks, past', ['2026-11-09', '2026-11-16'], '2026-11-23 10:00:00', undefined, 2],
  ['months', ['2026-10-01', '2026-11-01'], '2026-11-30 10:00:00', 1, 2],
  ['months, past', ['2026-10-01', '2026-11-01'], '2026-12-01 00:00:00', undefined, 2],
  ['none', [], '2026-12-01 00:00:00', undefined, 0],
])('%s', (_, labels, localNow, partial, drawn) => {
  const drawing = drawingOf({ labels, values: labels.map(() => 1) }, undefined, localNow);
  expect(drawing.partial).toBe(partial);
  expect(drawing.now.filter((value) => value !== null)).toHaveLength(drawn);
});

test('the period before is cut to the length of this one', () => {
  const before = { labels: ['a', 'b', 'c', 'd'], values: [1, 2, 3, 4] };
  const { beforeLabels } = drawingOf(
    { labels: days, values: [1, 2, 3] },
    before,
    '2026-12-01 00:00:00',
  );
  expect(beforeLabels).toEqual(['a', 'b', 'c']);
});

test.each([
  ['days', ['2026-11-01', '2026-11-02', '2026-11-03'], [0, 2, 0], [null, 2, 0]],
  ['nothing', ['2026-11-01', '2026-11-02', '2026-11-03'], [0, 0, 0], [null, null, null]],
  ['hours', ['2026-11-01 00:00:00', '2026-11-01 01:00:00'], [0, 2], [0, 2]],
  ['hours of nothing', ['2026-11-01 00:00:00', '2026-11-01 01:00:00'], [0, 0], [null, null]],
])('no line where there is no earlier data: %s', (_, labels, values, expected) => {
  const now = { labels, values };
  expect(drawingOf(now, { labels, values }, '2026-12-01 00:00:00').before).toEqual(expected);
});
