import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { openIdSet } from '../lib/id-set.ts';
import { openAppender } from './append.ts';
import { openBooks, readCounts } from './books.ts';
import { openHitImport } from './import-hits.ts';
import { receiptOf } from './keys.ts';
import { readDay } from './read.ts';

const firstMs = Date.parse('2026-11-27T12:00:00Z');
const [monday, tuesday] = ['2026-11-23', '2026-11-24'];
const idOf = (number: number) => number.toString(16).padStart(16, '0');

/** An import whose days have no ids but those that are in rows; `read` lists what was asked. */
function open(options: { readonly daysInMemory?: number; readonly erased?: string } = {}) {
  const home = openMemoryHome();
  const books = openBooks(home);
  const read: string[] = [];
  let nowMs = firstMs;
  const world = {
    ...{ appender: openAppender(home), books, clock: () => nowMs },
    async idsOfDay(siteId: string, day: string) {
      read.push(day);
      const ids = openIdSet();
      for await (const row of readDay(home, siteId, day)) ids.add(receiptOf(row).id);
      return ids;
    },
  };
  const into = openHitImport(world, 'site', {
    ...{ batchRows: 2, daysInMemory: options.daysInMemory ?? 4 },
    isErased: options.erased === undefined ? undefined : ({ page }) => page === options.erased,
  });
  const take = (day: string, number: number, page = '/', receivedAtMs?: number) => {
    const hit = { day, id: idOf(number), ...(receivedAtMs !== undefined && { receivedAtMs }) };
    return into.take(hit, () => JSON.stringify({ id: idOf(number), page }));
  };
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { home, into, take, wait, read };
}

test('each id is taken once a day, and counted in the books', async () => {
  const { home, into, take } = open();
  const outcomes = [];
  for (const [day, number] of [
    [monday, 1],
    [monday, 2],
    [tuesday, 1],
    [monday, 2],
  ] as const)
    outcomes.push(await take(day, number));
  expect(outcomes).toEqual(['taken', 'taken', 'taken', 'known']);
  await into.settle();
  await into.end();
  expect([into.count(), into.days()]).toEqual([3, [monday, tuesday]]);
  expect(await readCounts(home, 'site', monday)).toEqual({ stored: 2 });
  expect(await readCounts(home, 'site', tuesday)).toEqual({ stored: 1 });
});

test('an erased hit is left out, and known from then on', async () => {
  const { into, take } = open({ erased: '/gone' });
  expect(await take(monday, 1, '/gone')).toBe('erased');
  expect(await take(monday, 1, '/gone')).toBe('known');
  await into.settle();
  expect(into.days()).toEqual([]);
});

test('a known hit is not made', async () => {
  const { into, take } = open();
  await take(monday, 1);
  const made = () => Promise.reject(new Error('made'));
  expect(await into.take({ day: monday, id: idOf(1) }, made)).toBe('known');
});

test('the ids of a day that comes again are read after its hits are stored', async () => {
  const { take, read } = open({ daysInMemory: 1 });
  await take(monday, 1);
  await take(tuesday, 1);
  expect(await take(monday, 1)).toBe('known');
  expect(read).toEqual([monday, tuesday, monday]);
});

test('without a time of receipt, a hit is received when it is stored', async () => {
  const { home, into, take, wait } = open();
  await take(monday, 1);
  wait(5_000);
  await take(monday, 2, '/', firstMs - 1_000);
  await into.settle();
  const received: [id: string, ms: number][] = [];
  for await (const row of readDay(home, 'site', monday)) {
    const { id, receivedAtMs } = receiptOf(row);
    received.push([id, receivedAtMs]);
  }
  expect(received).toEqual([
    [idOf(2), firstMs - 1_000],
    [idOf(1), firstMs + 5_000],
  ]);
});

test('what could not be stored is said, and not counted', async () => {
  const { into, take, home } = open();
  home.rows.append = () => Promise.reject(new Error('the disk is full'));
  await take(monday, 1);
  await take(monday, 2);
  await expect(into.settle()).rejects.toThrow();
  await into.end();
  expect([into.count(), into.days()]).toEqual([0, []]);
  expect(await readCounts(home, 'site', monday)).toEqual({});
});
