import type { Home, Row } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import { daysPartition, hitPartition, latePartition, lateSort, runningSort } from './keys.ts';

/** An append that takes longer is given up: the sender is told to come again, and a frozen day stays frozen. */
export const appendTimeoutMs = 5_000;

export type Entry = {
  readonly siteId: string;
  readonly day: Day;
  /** False for a hit of the day now running, true for every other. */
  readonly late: boolean;
  readonly receivedAtMs: number;
  readonly id: string;
  /** The hit as JSON text. */
  readonly hit: string;
};

export type Appender = {
  /** Resolved means durable. Rejects with fault `unavailable` after 5 s, or when the store refuses. */
  append(entries: readonly Entry[]): Promise<void>;
};

export function openAppender(home: Pick<Home, 'rows' | 'shards'>, timeoutMs = appendTimeoutMs): Appender {
  // Site-days whose row in `days/` is known to be durable. A few hundred bytes each; a process sees few.
  const knownDays = new Set<string>();
  let turn = 0;

  async function append(entries: readonly Entry[]): Promise<void> {
    const rows: Row[] = [];
    const newDays = new Set<string>();
    for (const { siteId, day } of entries) {
      const key = `${siteId}/${day}`;
      if (knownDays.has(key) || newDays.has(key)) continue;
      newDays.add(key);
      rows.push({ partition: daysPartition(siteId), sort: day, value: '{}' });
    }
    for (const entry of entries) rows.push(rowOf(entry, home.shards === 1 ? 0 : turn++ % home.shards));
    await within(timeoutMs, home.rows.append(rows));
    for (const key of newDays) knownDays.add(key);
  }

  return { append };
}

function rowOf(entry: Entry, shard: number): Row {
  const { siteId, day, receivedAtMs, id } = entry;
  return entry.late
    ? { partition: latePartition(siteId, shard), sort: lateSort(day, receivedAtMs, id), value: entry.hit }
    : { partition: hitPartition(siteId, day, shard), sort: runningSort(receivedAtMs, id), value: entry.hit };
}

function within(ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new DaybookError(
          'unavailable',
          `the store did not take the hit within ${ms / 1000} s; send it again`,
        ),
      );
    }, ms);
    work.then(
      () => {
        clearTimeout(timer);
        resolve();
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
