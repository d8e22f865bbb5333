import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { fixShards, shardOf, shardsOf } from './shards.ts';

test('who is first on a day fixes its number for all; other days have their own', async () => {
  const home = openMemoryHome(8);
  expect(await shardsOf(home, 'a', '2026-01-01')).toBe(8);
  const fixed = await Promise.all(
    [3, 5, 7].map((wanted) => fixShards(home, 'a', '2026-01-01', wanted)),
  );
  expect(new Set(fixed)).toEqual(new Set([3]));
  expect(await shardsOf(home, 'a', '2026-01-01')).toBe(3);
  expect(await fixShards(home, 'a', '2026-01-02', 5)).toBe(5);
  expect(await fixShards(home, 'b', '2026-01-01')).toBe(8);
});

test('a home of one partition is asked nothing', async () => {
  const { rows } = openMemoryHome();
  const get = () => Promise.reject(new Error('asked'));
  expect(await shardsOf({ rows: { ...rows, get }, shards: 1 }, 'a', '2026-01-01')).toBe(1);
});

test('random ids fill all shards alike', () => {
  const counts = new Array<number>(8).fill(0);
  for (let i = 0; i < 8_000; i++) {
    const id = ((BigInt(i) * 0x9e37_79b9_7f4a_7c15n) & 0xffff_ffff_ffff_ffffn)
      .toString(16)
      .padStart(16, '0');
    counts[shardOf(id, 8)]!++;
  }
  expect(Math.min(...counts)).toBeGreaterThan(900);
  expect(Math.max(...counts)).toBeLessThan(1_100);
  expect(shardOf('0123456789abcdef', 1)).toBe(0);
});
