import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home } from '../home/home.ts';
import { readCounts } from './books.ts';
import { openFrugalBooks } from './metered-books.ts';

const day = '2026-11-22';
let nowMs = 0;
let home: Home;
let adds = 0;
let broken = false;
let frugal: ReturnType<typeof openFrugalBooks>;

beforeEach(() => {
  const memory = openMemoryHome();
  [adds, broken, nowMs] = [0, false, 1_000_000];
  const add: Home['rows']['add'] = async (key, counts) => {
    if (broken) throw new Error('no');
    adds++;
    await memory.rows.add(key, counts);
  };
  home = { ...memory, rows: { ...memory.rows, add } };
  frugal = openFrugalBooks(home, () => nowMs);
});

test('a stored hit costs no write', async () => {
  for (let i = 0; i < 100; i++) {
    frugal.books.count('s', day, 'stored');
    await frugal.settle();
    nowMs += 10_000;
  }
  expect(adds).toBe(0);
});

test('a drop is written at the end of its event, a flood of them once a second', async () => {
  for (let i = 0; i < 100; i++) {
    frugal.books.count('s', day, 'dropped:bot');
    await frugal.settle();
    nowMs += 25;
  }
  expect(adds).toBe(3);
  nowMs += 1_000;
  await frugal.settle();
  await frugal.settle();
  expect(adds).toBe(4);
  expect(await readCounts(home, 's', day)).toEqual({ 'dropped:bot': 100 });
});

test('what cannot be written is kept for the next event', async () => {
  broken = true;
  frugal.books.count('s', day, 'dropped:bot');
  await expect(frugal.settle()).rejects.toThrow('no');
  broken = false;
  nowMs += 1_000;
  await frugal.settle();
  expect(await readCounts(home, 's', day)).toEqual({ 'dropped:bot': 1 });
});
