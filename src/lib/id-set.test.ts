import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openIdSet } from './id-set.ts';

const idOf = (i: number) => createHash('sha256').update(String(i)).digest('hex').slice(0, 16);

test('has what was added and nothing else, through every growth', () => {
  const ids = openIdSet();
  for (let i = 0; i < 5_000; i++) ids.add(idOf(i));
  for (let i = 0; i < 5_000; i++) ids.add(idOf(i));
  expect(ids.size).toBe(5_000);
  expect(
    Array.from({ length: 10_000 }, (_, i) => i).filter((i) => ids.has(idOf(i)) !== i < 5_000),
  ).toEqual([]);
});

test.each(['0000000000000000', '0000000000000001', '0000000100000000', 'ffffffffffffffff'])(
  'has %s',
  (id) => {
    const ids = openIdSet();
    expect(ids.has(id)).toBe(false);
    ids.add(id);
    for (let i = 0; i < 2_000; i++) ids.add(idOf(i));
    ids.add(id);
    expect([ids.has(id), ids.size]).toEqual([true, 2_001]);
  },
);
