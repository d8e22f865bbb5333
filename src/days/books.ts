import { type Home, scanAll } from '../home/home.ts';
import { countPartition, hitPartition, latePartition, timeText } from '../journal/keys.ts';
import { shardsOf } from '../journal/shards.ts';
import { type ClosedDay, closedDaysOf, monthOf, readMonth } from '../ledger/manifest.ts';
import type { Day } from '../lib/site-days.ts';

export type DayBooks = {
  readonly day: Day;
  /** `stored` and all of `dropped` together. */
  readonly received: number;
  readonly stored: number;
  readonly dropped: Readonly<Record<string, number>>;
};

/**
 * The books of a site, by day; up to a second behind. What closing has taken was stored, whether or
 * not it was counted yet.
 */
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

export type Balance = { readonly counted: number; readonly rows: number };

type DayToBalance = {
  readonly siteId: string;
  readonly day: Day;
  readonly counted: number;
  readonly beforeMs: number;
};

/**
 * Compares what was `counted` as stored on a site-day with its rows received before `beforeMs`, in
 * the journal and taken by the ledger. A process that was killed leaves up to a second of hits
 * uncounted: rows beyond the count are added to the books. Fewer rows than counted is a loss,
 * which the caller reports loudly.
 */
export async function balanceDay(
  home: Pick<Home, 'rows' | 'shards'>,
  { siteId, day, counted, beforeMs }: DayToBalance,
): Promise<Balance> {
  const { least, most } = await countRows(home, siteId, day, beforeMs);
  if (least > counted)
    await home.rows.add(
      { partition: countPartition(siteId), sort: day },
      { stored: least - counted },
    );
  return { counted, rows: Math.min(Math.max(counted, least), most) };
}

/**
 * How many rows a day has. Those of a closed day are the rows that closing took, and late ones
 * since. A late row from before the closing may be among those taken, or not: a close was cut
 * before it had removed them, or the row came while the day was being closed.
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
    if (after?.closedMs !== before?.closedMs || after?.journalRows !== before?.journalRows)
      continue;
    const least = (before?.taken ?? 0) + more + late;
    return { least, most: least + old };
  }
}

async function closedDay(
  home: Pick<Home, 'rows'>,
  siteId: string,
  day: Day,
): Promise<ClosedDay | undefined> {
  return (await readMonth(home, siteId, monthOf(day))).content.days[day];
}
