import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home, Rows } from '../home/home.ts';
import { type Appender, type Entry, openAppender } from './append.ts';
import { ownDays } from './read.ts';

const siteId = 'site';
const day = '2026-11-22';

/** An entry of the running day; `nth` is its id and when it came. */
const entryOf = (nth: number): Entry => ({
  ...{ siteId, day, late: false, receivedAtMs: nth, hit: '{}' },
  id: nth.toString(16).padStart(16, '0'),
});

/** A home whose first writes of one kind fail. */
function failing(shards: number, name: 'append' | 'putIf'): { home: Home; appender: Appender } {
  const home = openMemoryHome(shards);
  let failures = 1;
  const fails = () => failures-- > 0 && Promise.reject(new Error('the store is gone'));
  const rows: Rows = {
    ...home.rows,
    append: async (given) => (name === 'append' && (await fails())) || home.rows.append(given),
    putIf: async (...given) => (name === 'putIf' && (await fails())) || home.rows.putIf(...given),
  };
  return { home, appender: openAppender({ rows, shards }) };
}

test.each([
  [1, 'append'],
  [4, 'append'],
  [4, 'putIf'],
] as const)(
  'with %i partitions, a day whose first %s fails is listed with its next hit',
  async (shards, name) => {
    const { home, appender } = failing(shards, name);
    await expect(appender.append([entryOf(1)])).rejects.toThrow('the store is gone');
    await appender.append([entryOf(2)]);
    expect(await ownDays(home, siteId)).toEqual([day]);
  },
);

test('a day is listed once, however many hits of it come in one append', async () => {
  const home = openMemoryHome();
  const written: string[] = [];
  const append: Rows['append'] = (rows) => {
    written.push(...rows.map(({ partition }) => partition.split('/')[0]!));
    return home.rows.append(rows);
  };
  const appender = openAppender({ rows: { ...home.rows, append }, shards: 1 });
  await appender.append([entryOf(1), entryOf(2)]);
  await appender.append([entryOf(3)]);
  expect(written).toEqual(['days', 'hit', 'hit', 'hit']);
});

test('an append that the store does not answer is given up, and said', async () => {
  const home = openMemoryHome();
  const rows = { ...home.rows, append: () => new Promise<void>(() => {}) };
  const appender = openAppender({ rows, shards: 1 }, { timeoutMs: 1 });
  await expect(appender.append([entryOf(1)])).rejects.toMatchObject({ fault: 'unavailable' });
});
