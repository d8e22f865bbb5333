import { describe, expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { type Entry, openAppender } from './append.ts';
import { readDayRows } from './day-rows.ts';
import { receiptOf } from './keys.ts';
import { lateDays, listDays, ownDays, readDay, startCursor, tailDay } from './read.ts';

const siteId = 'site';
const day = '2026-11-22';
const shards = 4;

/** Ids end with their number: of as many neighbours as there are shards, each goes to another. */
const entryOf = (nth: number, more: Partial<Entry> = {}): Entry => ({
  ...{ siteId, day, late: false, receivedAtMs: 1_000 + nth, hit: '{}', ...more },
  id: nth.toString(16).padStart(16, '0'),
});

const idsOf = (rows: readonly { partition: string; sort: string }[]) =>
  rows.map((row) => Number.parseInt(receiptOf(row).id, 16));

async function readAll(home: ReturnType<typeof openMemoryHome>, after?: string): Promise<number[]> {
  const rows = [];
  for await (const row of readDay(home, siteId, day, after)) rows.push(row);
  return idsOf(rows);
}

describe('a day spread over four partitions, with late rows in four', () => {
  async function open() {
    const home = openMemoryHome(shards);
    const late = { late: true };
    const nths = Array.from({ length: 16 }, (_, nth) => nth);
    await openAppender(home).append(nths.map((nth) => entryOf(nth, nth % 8 < 4 ? {} : late)));
    return { home, nths };
  }

  test('is read whole, in order', async () => {
    const { home, nths } = await open();
    expect(await readAll(home)).toEqual(nths);
    expect(await readAll(home, '0000000001007/0000000000000007')).toEqual(nths.slice(8));
  });

  test('is read whole by mounts', async () => {
    const { home, nths } = await open();
    const ids: number[] = [];
    for await (const { rows } of tailDay(home, siteId, day, { cursor: startCursor }))
      ids.push(...idsOf(rows));
    expect(ids.sort((a, b) => a - b)).toEqual(nths);
  });

  test('is read whole by closing, which counts both kinds', async () => {
    const { home, nths } = await open();
    const reading = { siteId, day, lateOnly: false, counted: new Set<string>() };
    const rows = readDayRows(home, reading);
    const ids: number[] = [];
    for await (const page of rows.pages) ids.push(...idsOf(page));
    expect(ids.sort((a, b) => a - b)).toEqual(nths);
    expect([rows.own(), rows.late().length, rows.newLate()]).toEqual([8, 8, 8]);
    expect(idsOf([...rows.ownKeys()]).sort((a, b) => a - b)).toEqual([
      ...[0, 1, 2, 3, 8, 9, 10, 11],
    ]);
  });

  test('late rows that the files have are named, but not given again', async () => {
    const { home } = await open();
    const counted = new Set(['0000000001004/0000000000000004']);
    const rows = readDayRows(home, { siteId, day, lateOnly: true, counted });
    const ids: number[] = [];
    for await (const page of rows.pages) ids.push(...idsOf(page));
    expect(ids.sort((a, b) => a - b)).toEqual([5, 6, 7, 12, 13, 14, 15]);
    expect([rows.own(), rows.late().length, rows.newLate()]).toEqual([0, 8, 7]);
  });
});

test('the days of late rows are found in whichever partition they are', async () => {
  const home = openMemoryHome(shards);
  const days = ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04'];
  const late = days.map((of, nth) => entryOf(nth, { day: of, late: true }));
  await openAppender(home).append([...late, entryOf(9, { day: '2026-11-03' }), entryOf(10)]);
  expect(await lateDays(home, siteId)).toEqual(days);
  expect(await lateDays(home, siteId, { from: days[1]!, to: days[3]! })).toEqual(days.slice(1, 3));
  expect(await ownDays(home, siteId)).toEqual(['2026-11-03', day]);
  expect(await listDays(home, siteId)).toEqual([...days, day]);
});

test('a hit that was sent twice is read once, as it came first', async () => {
  const home = openMemoryHome();
  const again = { late: true, receivedAtMs: 5_000 };
  await openAppender(home).append([entryOf(1), entryOf(2), entryOf(1, again), entryOf(3, again)]);
  expect(await readAll(home)).toEqual([1, 2, 3]);
  // Whoever reads on behind the first of them does not meet the second.
  expect(await readAll(home, '0000000001001/0000000000000001')).toEqual([2, 3]);
});
