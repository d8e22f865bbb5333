import { type Home, type Range, scanAll } from '../home/home.ts';
import {
  countPartition,
  hitPartition,
  latePartition,
  lateRange,
  timeText,
} from '../journal/keys.ts';
import { listDays } from '../journal/read.ts';
import { shardsOf } from '../journal/shards.ts';
import { closedDaysOf } from '../ledger/manifest.ts';
import { openMonths } from '../ledger/months.ts';
import type { Day } from '../lib/site-days.ts';
import { clockWasAheadMs } from '../model/times.ts';
import { areUnchanged } from './held-days.ts';
import { atOneMoment, changed } from './one-moment.ts';

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

/** A day that has fewer rows than were counted as stored: hits of it are lost. */
export type ShortDay = { readonly day: Day; readonly stored: number; readonly rows: number };

/**
 * Days of which the books have more hits than there are rows: those are lost. Fewer are only not
 * counted yet. `isOpenToo`: days that have rows in the journal are counted, row by row.
 */
export async function shortDays(
  home: Pick<Home, 'rows' | 'shards'>,
  siteId: string,
  { isOpenToo = false } = {},
): Promise<ShortDay[]> {
  const short: ShortDay[] = [];
  // The books first: a hit is counted when its row is there.
  const books = await readBooks(home, siteId);
  const open = new Set(await listDays(home, siteId));
  const closed = await closedDaysOf(home, siteId);
  for (const { day, stored } of books) {
    // Of a pruned day rows are removed that nobody takes.
    if (closed.get(day)?.pruned !== undefined) continue;
    const taken = closed.get(day)?.taken ?? 0;
    if (open.has(day) ? !isOpenToo : stored <= taken) continue;
    const { most } = await countRows(home, siteId, day, Number.MAX_SAFE_INTEGER);
    if (stored > most) short.push({ day, stored, rows: most });
  }
  return short;
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
  const count = async (partition: string, range: Pick<Range, 'from' | 'to'>) => {
    let rows = 0;
    for await (const _ of scanAll(home.rows, partition, { ...range, keysOnly: true })) rows++;
    return rows;
  };
  const [before, ahead] = [timeText(beforeMs), timeText(beforeMs + clockWasAheadMs)];
  const months = openMonths(home);
  return atOneMoment({ home, months }, siteId, { from: day, to: day }, async (listed) => {
    const closed = listed.closed.get(day)?.closed;
    let own = 0;
    const shards = await shardsOf(home, siteId, day);
    for (let shard = 0; shard < shards; shard++)
      for (const range of [{ to: before }, { from: ahead }])
        own += await count(hitPartition(siteId, day, shard), range);
    const more = Math.max(0, own - (closed?.journalRows ?? 0));
    const since = timeText(Math.min(closed?.closedMs ?? 0, beforeMs));
    let [old, late] = [0, 0];
    for (let shard = 0; shard < home.shards; shard++) {
      const partition = latePartition(siteId, shard);
      old += await count(partition, { from: `${day}/`, to: `${day}/${since}` });
      late += await count(partition, { from: `${day}/${since}`, to: `${day}/${before}` });
      late += await count(partition, { from: `${day}/${ahead}`, to: lateRange(day).to });
    }
    if (!(await areUnchanged(months, siteId, listed, [day]))) return changed;
    const least = (closed?.taken ?? 0) + more + late;
    return { result: { least, most: least + old } };
  });
}
