import { expect, test } from 'vitest';
import { weekHoursOf } from './week-hours.ts';

test('hours of one weekday and one hour add up, Monday first', () => {
  const row = (label: string, value: number) => ({ dimensions: [label], metrics: [value] });
  const sums = weekHoursOf({
    results: [
      row('2026-11-16 09:00:00', 2),
      row('2026-11-23 09:00:00', 3),
      row('2026-11-22 23:00:00', 7),
    ],
    meta: {},
    query: { date_range: ['', ''] },
  });
  expect(sums[0]![9]).toBe(5);
  expect(sums[6]![23]).toBe(7);
  expect(sums.flat().reduce((a, b) => a + b)).toBe(12);
});
