import { expect, test } from 'vitest';
import { openRandom } from './random.ts';

test('draws are of the size asked for and never repeat', () => {
  const random = openRandom();
  const draws = Array.from({ length: 5_000 }, () => random(8));
  expect(draws.every(({ length }) => length === 8)).toBe(true);
  expect(new Set(draws.map((draw) => draw.toString('hex'))).size).toBe(5_000);
  expect([3, 8, 32, 64].map((bytes) => random(bytes).length)).toEqual([3, 8, 32, 64]);
});
