import { expect, test } from 'vitest';
import { sparkPaths } from './spark.ts';

test.each<[string, (number | null)[], number | undefined, string, string]>([
  ['a rise', [0, 5, 10], undefined, 'M0 19L50 10L100 1', ''],
  ['nothing but zeros', [0, 0], undefined, 'M0 19L100 19', ''],
  ['no values', [], undefined, '', ''],
  ['nothing known', [null, null], undefined, '', ''],
  ['one value', [7], undefined, 'M47 1h6', ''],
  ['values on their own', [10, null, 5, null, 10], undefined, 'M0 1h6M47 10h6M94 1h6', ''],
  ['what is to come', [5, 10, null, null, null], undefined, 'M0 10L25 1', ''],
  ['a last one that is not over', [10, 10, 4], 2, 'M0 1L50 1', 'M50 1L100 11.8'],
  [
    'hours: one that is not over, and some to come',
    [0, 10, 4, null, null],
    2,
    'M0 19L25 1',
    'M25 1L50 11.8',
  ],
  [
    'a last one that is not over, with no room for dots',
    Array(26).fill(1),
    25,
    `M0 1${Array.from({ length: 24 }, (_, i) => `L${(i + 1) * 4} 1`).join('')}`,
    '',
  ],
  ['only what is not over', [4, null], 0, '', ''],
  ['after a gap, what is not over', [10, null, 4], 2, 'M0 1h6', ''],
])('%s', (_, values, partial, over, running) => {
  expect(sparkPaths(values, partial, 100, 20)).toEqual({ over, running });
});
