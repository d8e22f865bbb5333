import { expect, test } from 'vitest';
import { sparkPath } from './spark.ts';

test.each<[string, (number | null)[], string]>([
  ['a rise', [0, 5, 10], 'M0 19h0L50 10L100 1'],
  ['nothing', [0, 0], 'M0 19H100'],
  ['no values', [], 'M0 19H100'],
  ['one value', [7], 'M0 19H100'],
  ['an unknown one', [10, null, 10], 'M0 1h0M100 1h0'],
])('%s', (_, values, path) => {
  expect(sparkPath(values, 100, 20)).toBe(path);
});
