import { expect, test } from 'vitest';
import { bytesOf, toGiveUp } from './budget.ts';

const day = (n: number) => `2026-11-0${n}`;
/** Compressed tables, with days of `[characters, users, last use]`. */
const mountOf = (...days: readonly (readonly [chars: number, uses: number, usedAt: number])[]) => ({
  looseChars: 0,
  days: new Map(days.map(([chars, uses, usedAt], i) => [day(i + 1), { chars, uses, usedAt }])),
});

const first = mountOf([1_000_000, 0, 3], [1_000_000, 1, 1], [1_000_000, 0, 2]);
const second = mountOf([1_000_000, 0, 4]);
const both = [first, second];

test.each([
  ['all fits: nothing', 0, []],
  ['a little too much: the least recently used that nobody uses', 1, [[first, [day(3)]]]],
  ['more: the next one too', 300_001, [[first, [day(3), day(1)]]]],
  [
    'far too much: all but what is in use',
    9e9,
    [
      [first, [day(3), day(1)]],
      [second, [day(1)]],
    ],
  ],
] as const)('%s', (_, excess, expected) => {
  expect([...toGiveUp(both, bytesOf(both) - excess)]).toEqual(expected);
});

test('the last day of a site takes the tables along', () => {
  const one = mountOf([1_000_000, 0, 1]);
  const other = mountOf([1_000_000, 0, 2]);
  const bytes = bytesOf([one]);
  expect(bytes).toBeGreaterThan(500_000);
  expect([...toGiveUp([one, other], bytes).keys()]).toEqual([one]);
});
