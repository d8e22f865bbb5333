import { beforeEach, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home } from '../home/home.ts';
import { readCounts } from '../journal/books.ts';
import { countPartition } from '../journal/keys.ts';
import { monthPartition } from '../ledger/manifest.ts';
import { hourMs, minuteMs, secondMs } from '../lib/clock.ts';
import { readBooks } from './books.ts';
import { settleSite } from './settle-books.ts';

const site = { id: 's', zones: [{ fromDay: '2026-11-01', fromMs: 0, zone: 'UTC' }] };
const day = '2026-11-22';
const noonMs = Date.parse(`${day}T12:00:00Z`);
const endMs = Date.parse('2026-11-23T00:00:00Z');
let home: Home;
let read = 0;

beforeEach(() => {
  const memory = openMemoryHome(3);
  read = 0;
  const scan: Home['rows']['scan'] = async (partition, range) => {
    const rows = await memory.rows.scan(partition, range);
    if (partition.startsWith('hit/')) read += rows.length;
    return rows;
  };
  home = { ...memory, rows: { ...memory.rows, scan } };
});

const hits = (count: number, atMs: number) =>
  appendHits(
    home,
    site,
    Array.from({ length: count }, () => hitOf({ time: atMs })),
  );
const settle = (atMs: number, untilMs = Number.POSITIVE_INFINITY) =>
  settleSite(home, site, () => atMs, untilMs);
const stored = async () => (await readCounts(home, site.id, day)).stored;

test('each pass adds new rows, reads each once, and leaves the newest for later', async () => {
  await hits(700, noonMs);
  await hits(5, noonMs + 60 * secondMs);
  await settle(noonMs + 120 * secondMs);
  expect(await stored()).toBe(700);
  await settle(noonMs + 300 * secondMs);
  await settle(noonMs + 301 * secondMs);
  expect(await stored()).toBe(705);
  expect(read).toBe(705);
});

test('what others have counted is not added again', async () => {
  await hits(10, noonMs);
  await home.rows.add(
    { partition: countPartition(site.id), sort: day },
    { stored: 7, 'dropped:bot': 2 },
  );
  await settle(noonMs + hourMs);
  expect(await readCounts(home, site.id, day)).toEqual({ stored: 10, 'dropped:bot': 2 });
});

test('late rows count too, until the day is final; then none is read any more', async () => {
  await hits(2, noonMs);
  await settle(endMs + 16 * minuteMs);
  await appendHits(home, site, [hitOf({ time: noonMs })], {
    late: true,
    receivedAtMs: endMs + 20 * hourMs,
  });
  await settle(endMs + 27 * hourMs);
  expect(await stored()).toBe(3);
  await appendHits(home, site, [hitOf({ time: noonMs })], {
    late: true,
    receivedAtMs: endMs + 30 * hourMs,
  });
  await settle(endMs + 48 * hourMs);
  expect(await stored()).toBe(3);
});

test('cut between adding and remembering: nothing is added twice', async () => {
  await hits(4, noonMs);
  const cut: Home = {
    ...home,
    rows: { ...home.rows, append: () => Promise.reject(new Error('cut')) },
  };
  await expect(
    settleSite(cut, site, () => noonMs + hourMs, Number.POSITIVE_INFINITY),
  ).rejects.toThrow('cut');
  expect(await stored()).toBe(4);
  await settle(noonMs + 2 * hourMs);
  expect(await stored()).toBe(4);
});

test('out of time: nothing is read', async () => {
  await hits(1, noonMs);
  await settle(noonMs + hourMs, noonMs);
  expect([read, await stored()]).toEqual([0, undefined]);
  await settle(noonMs + hourMs);
  expect(await stored()).toBe(1);
});

test('of a closed day the ledger says what was stored: its rows are not read', async () => {
  await hits(3, noonMs);
  const days = {
    [day]: {
      hits: 3,
      visits: 1,
      taken: 3,
      duplicates: 0,
      erased: 0,
      journalRows: 3,
      closedMs: endMs,
    },
  };
  const value = JSON.stringify({ schema: 1, days });
  await home.rows.append([{ partition: monthPartition(site.id), sort: '2026-11', value }]);
  await settle(endMs + hourMs);
  expect([read, await stored()]).toEqual([0, undefined]);
  expect(await readBooks(home, site.id)).toMatchObject([{ day, stored: 3 }]);
});
