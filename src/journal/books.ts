import { type Home, scanAll } from '../home/home.ts';
import { type ClosedDay, monthOf, readMonth, readMonths } from '../ledger/manifest.ts';
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

/** The books of a site, by day; up to a second behind. What closing has taken was stored, counted yet or not. */
export async function readBooks(home: Pick<Home, 'rows'>, siteId: string): Promise<DayBooks[]> {
  const counts = new Map<Day, Record<string, number>>();
  for await (const { sort: day, value } of scanAll(home.rows, countPartition(siteId)))
    counts.set(day, JSON.parse(value) as Record<string, number>);
  const closed = await closedDaysOf(home, siteId);
  return [...new Set([...counts.keys(), ...closed.keys()])].sort().map((day) => {
    const { stored: counted = 0, ...drops } = counts.get(day) ?? {};
    const stored = Math.max(counted, closed.get(day)?.taken ?? 0);
    const dropped = Object.fromEntries(
      Object.entries(drops).map(([key, n]) => [key.slice('dropped:'.length), n]),
    );
    const received = Object.values(drops).reduce((sum, n) => sum + n, stored);
    return { day, received, stored, dropped };
  });
}

/** What the ledger says of the days it has, from the month of `from` on. */
export async function closedDaysOf(
  home: Pick<Home, 'rows'>,
  siteId: string,
  from?: Day,
): Promise<ReadonlyMap<Day, ClosedDay>> {
  const months = await readMonths(home, siteId, from === undefined ? {} : { from: monthOf(from) });
  return new Map(months.flatMap(({ content }) => Object.entries(content.days)));
}

export type Balance = { readonly counted: number; readonly rows: number };

/**
 * Compares what was `counted` as stored on a site-day with its rows received before `beforeMs`, in the journal and taken by the
 * ledger. A process that was killed leaves up to a second of hits uncounted: rows beyond the count are added to the
 * books. Fewer rows than counted is a loss, for the caller to say loudly.
 */
export async function balanceDay(
  home: Pick<Home, 'rows' | 'shards'>,
  siteId: string,
  day: Day,
  counted: number,
  beforeMs: number,
): Promise<Balance> {
  const { least, most } = await countRows(home, siteId, day, beforeMs);
  if (least > counted)
    await home.rows.add({ partition: countPartition(siteId), sort: day }, { stored: least - counted });
  return { counted, rows: Math.min(Math.max(counted, least), most) };
}

/**
 * The rows of a closed day are those that were taken, and late ones since. A late row from before the closing may or may not
 * be among those taken: a close was cut before it had removed them, or the row came while it was at it.
 */
export async function countRows(
  home: Pick<Home, 'rows' | 'shards'>,
  siteId: string,
  day: Day,
  beforeMs: number,
): Promise<{ least: number; most: number }> {
  const count = async (partition: string, from: string | undefined, to: string) => {
    let rows = 0;
    const range = { ...(from !== undefined && { from }), to };
    for await (const _ of scanAll(home.rows, partition, range)) rows++;
    return rows;
  };
  // The journal is counted before the ledger is asked, and again if the day was closed in between.
  for (;;) {
    const before = await closedDay(home, siteId, day);
    let own = 0;
    const shards = await shardsOf(home, siteId, day);
    for (let shard = 0; shard < shards; shard++)
      own += await count(hitPartition(siteId, day, shard), undefined, timeText(beforeMs));
    const more = Math.max(0, own - (before?.journalRows ?? 0));
    const sinceMs = Math.min(before?.closedMs ?? 0, beforeMs);
    let [old, late] = [0, 0];
    for (let shard = 0; shard < home.shards; shard++) {
      const partition = latePartition(siteId, shard);
      old += await count(partition, `${day}/`, `${day}/${timeText(sinceMs)}`);
      late += await count(partition, `${day}/${timeText(sinceMs)}`, `${day}/${timeText(beforeMs)}`);
    }
    const after = await closedDay(home, siteId, day);
    if (after?.closedMs !== before?.closedMs || after?.journalRows !== before?.journalRows) continue;
    const least = (before?.taken ?? 0) + more + late;
    return { least, most: least + old };
  }
}

async function closedDay(home: Pick<Home, 'rows'>, siteId: string, day: Day): Promise<ClosedDay | undefined> {
  return (await readMonth(home, siteId, monthOf(day))).content.days[day];
}
