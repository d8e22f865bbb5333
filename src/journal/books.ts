import { type Home, scanAll } from '../home/home.ts';
import type { Day } from '../lib/site-days.ts';
import { countPartition, hitPartition, latePartition, timeText } from './keys.ts';
import { shardsOf } from './shards.ts';

/** What is counted for a site-day: rows stored, and hits dropped by reason. Received is their sum. */
export type Counter = 'stored' | `dropped:${string}`;
export type Counts = Readonly<Partial<Record<Counter, number>>>;

/** The site id under which requests for sites that do not exist are counted, on UTC days. */
export const noSite = '-';

export type Books = {
  count(siteId: string, day: Day, counter: Counter, by?: number): void;
  /** Writes what was counted since the last flush. What cannot be written is kept for the next one. */
  flush(): Promise<void>;
};

/** Counts in memory, so that a hit costs no second write; `flush` is called every second and at the end. */
export function openBooks(home: Pick<Home, 'rows'>): Books {
  type Pending = { readonly siteId: string; readonly day: Day; readonly counts: Record<string, number> };
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
        for (const [counter, by] of Object.entries(counts)) count(siteId, day, counter as Counter, by);
        throw error;
      }
    });
    const failed = (await Promise.allSettled(writes)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  return { count, flush };
}

export async function readCounts(home: Pick<Home, 'rows'>, siteId: string, day: Day): Promise<Counts> {
  const text = await home.rows.get(countPartition(siteId), day);
  return text === undefined ? {} : (JSON.parse(text) as Counts);
}

export type DayBooks = {
  readonly day: Day;
  /** `stored` and all of `dropped` together. */
  readonly received: number;
  readonly stored: number;
  readonly dropped: Readonly<Record<string, number>>;
};

/** The books of a site, by day; up to a second behind. */
export async function readBooks(home: Pick<Home, 'rows'>, siteId: string): Promise<DayBooks[]> {
  const books: DayBooks[] = [];
  for await (const { sort: day, value } of scanAll(home.rows, countPartition(siteId))) {
    const { stored = 0, ...drops } = JSON.parse(value) as Record<string, number>;
    const dropped = Object.fromEntries(
      Object.entries(drops).map(([key, n]) => [key.slice('dropped:'.length), n]),
    );
    const received = Object.values(drops).reduce((sum, n) => sum + n, stored);
    books.push({ day, received, stored, dropped });
  }
  return books;
}

export type Balance = { readonly counted: number; readonly rows: number };

/**
 * Compares what was `counted` as stored on a site-day with its rows received before `beforeMs`. A process that was
 * killed leaves up to a second of hits uncounted: rows beyond the count are added to the books. Fewer rows than
 * counted is a loss, for the caller to say loudly.
 */
export async function balanceDay(
  home: Pick<Home, 'rows' | 'shards'>,
  siteId: string,
  day: Day,
  counted: number,
  beforeMs: number,
): Promise<Balance> {
  let rows = 0;
  const shards = await shardsOf(home, siteId, day);
  for (let shard = 0; shard < shards; shard++) {
    const running = { to: timeText(beforeMs) };
    for await (const _ of scanAll(home.rows, hitPartition(siteId, day, shard), running)) rows++;
  }
  for (let shard = 0; shard < home.shards; shard++) {
    const late = { from: `${day}/`, to: `${day}/${timeText(beforeMs)}` };
    for await (const _ of scanAll(home.rows, latePartition(siteId, shard), late)) rows++;
  }
  if (rows > counted)
    await home.rows.add({ partition: countPartition(siteId), sort: day }, { stored: rows - counted });
  return { counted, rows };
}
