import type { Home } from '../home/home.ts';
import type { Day } from '../lib/site-days.ts';
import { countPartition } from './keys.ts';

/**
 * What is counted for a site-day: rows stored, and hits dropped by reason. Received is their sum.
 */
export type Counter = 'stored' | `dropped:${string}`;

export type Counts = Readonly<Partial<Record<Counter, number>>>;

/** The site id under which requests for sites that do not exist are counted, on UTC days. */
export const noSite = '-';

export type Books = {
  count(siteId: string, day: Day, counter: Counter, by?: number): void;
  /**
   * Writes what was counted since the last flush. What cannot be written is kept for the next one.
   */
  flush(): Promise<void>;
};

/**
 * Counts in memory, so that a hit costs no second write; `flush` is called every second and at the
 * end.
 */
export function openBooks(home: Pick<Home, 'rows'>): Books {
  type Pending = {
    readonly siteId: string;
    readonly day: Day;
    readonly counts: Record<string, number>;
  };
  let pending = new Map<string, Pending>();

  function count(siteId: string, day: Day, counter: Counter, by = 1): void {
    const key = `${siteId}/${day}`;
    const entry = pending.get(key);
    if (entry === undefined) pending.set(key, { siteId, day, counts: { [counter]: by } });
    else entry.counts[counter] = (entry.counts[counter] ?? 0) + by;
  }

  async function flush(): Promise<void> {
    const due = pending;
    pending = new Map();
    const writes = [...due.values()].map(async ({ siteId, day, counts }) => {
      try {
        await home.rows.add({ partition: countPartition(siteId), sort: day }, counts);
      } catch (error) {
        for (const [counter, by] of Object.entries(counts))
          count(siteId, day, counter as Counter, by);
        throw error;
      }
    });
    const failed = (await Promise.allSettled(writes)).find(
      (result) => result.status === 'rejected',
    );
    if (failed !== undefined) throw failed.reason;
  }

  return { count, flush };
}

export async function readCounts(
  home: Pick<Home, 'rows'>,
  siteId: string,
  day: Day,
): Promise<Counts> {
  const text = await home.rows.get(countPartition(siteId), day);
  return text === undefined ? {} : (JSON.parse(text) as Counts);
}
