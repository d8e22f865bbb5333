import { expect, test } from 'vitest';
import { scaleFor } from './scale.ts';

test.each<[number, Parameters<typeof scaleFor>[1], number[]]>([
  [0, 'count', [0, 1]],
  [1, 'count', [0, 1]],
  [3, 'count', [0, 1, 2, 3]],
  [7, 'count', [0, 2, 4, 6, 8]],
  [82, 'count', [0, 25, 50, 75, 100]],
  [2_350, 'count', [0, 800, 1_600, 2_400]],
  [100, 'percent', [0, 25, 50, 75, 100]],
  [43, 'percent', [0, 20, 40, 60]],
  [0, 'percent', [0, 10]],
  [168, 'seconds', [0, 60, 120, 180]],
  [40_000, 'seconds', [0, 10_800, 21_600, 32_400, 43_200]],
  [2.3, 'ratio', [0, 0.8, 1.6, 2.4]],
])('%d as %s', (most, unit, ticks) => {
  const scale = scaleFor(most, unit);
  expect(scale.ticks.map((tick) => Math.round(tick * 100) / 100)).toEqual(ticks);
  expect(scale.max).toBeGreaterThanOrEqual(most);
});

test('for all values: few lines, whole counts, and room for the greatest', () => {
  for (let most = 1; most < 1e7; most = Math.ceil(most * 1.07)) {
    const { max, ticks } = scaleFor(most, 'count');
    expect(ticks.length).toBeLessThanOrEqual(5);
    expect(ticks.every(Number.isInteger)).toBe(true);
    expect(max).toBeGreaterThanOrEqual(most);
    expect(max).toBeLessThan(most * 2.2 + 1);
  }
});
