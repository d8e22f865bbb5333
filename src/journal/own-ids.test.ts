import { describe, expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home } from '../home/home.ts';
import { hourMs, minuteMs, secondMs } from '../lib/clock.ts';
import { hitPartition, runningSort } from './keys.ts';
import { openOwnIds } from './own-ids.ts';

const day = '2026-03-29';
const startMs = Date.parse(`${day}T00:00:00Z`);
const idOf = (nth: number) => nth.toString(16).padStart(16, '0');

/** A home that says which ranges of a day were scanned. */
function open() {
  const home = openMemoryHome();
  const scanned: string[] = [];
  const rows: Home['rows'] = {
    ...home.rows,
    scan(partition, range) {
      scanned.push(`${range?.from ?? ''}-${range?.to ?? ''}`);
      return home.rows.scan(partition, range);
    },
  };
  const ids = openOwnIds({ ...home, rows });
  const store = (ms: number, nth: number) =>
    home.rows.append([
      {
        ...{ partition: hitPartition('s', day, 0), value: '{}' },
        sort: runningSort(startMs + ms, idOf(nth)),
      },
    ]);
  const has = (nth: number, fromMs: number, untilMs: number, nowMs = untilMs) =>
    ids.has({
      ...{ siteId: 's', day, id: idOf(nth) },
      ...{ fromMs: startMs + fromMs, untilMs: startMs + untilMs, nowMs: startMs + nowMs },
    });
  return { store, has, scanned };
}

describe('the ids of a day', () => {
  test('what has come since is found, and what is read is not read again', async () => {
    const { store, has, scanned } = open();
    await store(hourMs, 1);
    expect(await has(1, 0, 2 * hourMs)).toBe(true);
    expect(await has(2, 0, 2 * hourMs)).toBe(false);
    await store(2 * hourMs, 2);
    expect(await has(2, 0, 3 * hourMs)).toBe(true);
    scanned.length = 0;
    expect(await has(1, 0, 3 * hourMs)).toBe(true);
    expect(await has(9, 0, hourMs, 4 * hourMs)).toBe(false);
    expect(scanned).toEqual([]);
  });

  test('only the span that is asked for is read, and more of it later', async () => {
    const { store, has } = open();
    await store(hourMs, 1);
    await store(5 * hourMs, 5);
    expect(await has(1, 4 * hourMs, 6 * hourMs)).toBe(false);
    expect(await has(5, 4 * hourMs, 6 * hourMs)).toBe(true);
    expect(await has(1, hourMs, 6 * hourMs)).toBe(true);
  });

  test('a row of a writer whose clock is behind is found', async () => {
    const { store, has } = open();
    expect(await has(1, 0, hourMs)).toBe(false);
    await store(hourMs - 5 * secondMs, 1);
    expect(await has(1, 0, hourMs + minuteMs)).toBe(true);
  });

  test('a row that took long to store is found by who asks again a moment later', async () => {
    const { store, has } = open();
    expect(await has(1, 0, hourMs)).toBe(false);
    await store(hourMs - 5 * secondMs, 1);
    expect(await has(1, 0, hourMs, hourMs + secondMs)).toBe(true);
  });

  test('many that ask at once share their readings', async () => {
    const { store, has, scanned } = open();
    for (let nth = 0; nth < 20; nth++) await store(nth, nth);
    const asked = Array.from({ length: 40 }, (_, nth) => has(nth, 0, hourMs));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(20);
    expect(scanned.length).toBeLessThan(10);
  });
});
