import { type Home, scanAll } from '../home/home.ts';
import { readCounts } from '../journal/books.ts';
import {
  countedPartition,
  countPartition,
  hitPartition,
  latePartition,
  timeText,
} from '../journal/keys.ts';
import { withLease } from '../journal/lease.ts';
import { shardsOf } from '../journal/shards.ts';
import { openMonths } from '../ledger/months.ts';
import { type Day, dayEnd, type ZoneSpan } from '../lib/site-days.ts';
import { daysCompleteAfterMs, landedAfterMs, settleLeaseMs } from '../model/times.ts';
import { openDaysOf } from './held-days.ts';

type Source = Pick<Home, 'rows' | 'shards'>;

type SettledSite = { readonly id: string; readonly zones: readonly ZoneSpan[] };

/** How far the rows in a site-day's own partitions were counted. A row of `counted/<site>`. */
type Counted = { readonly toMs: number; readonly rows: number; readonly final: boolean };

/**
 * Brings the books of a site up to date: counts the rows that came since the last pass, and adds
 * what the books lack. Every row is read once. It can be cut anywhere and run again: what is added
 * is the difference between rows and books. Nothing starts after `untilMs`, nor while another pass
 * works on this site.
 */
export async function settleSite(
  home: Source,
  site: SettledSite,
  nowMs: () => number,
  untilMs: number,
): Promise<void> {
  // Two passes at once would both add what is missing.
  await withLease(home, { name: `settle/${site.id}`, nowMs: nowMs(), forMs: settleLeaseMs }, () =>
    settleDays(home, site, nowMs, untilMs),
  );
}

async function settleDays(
  home: Source,
  site: SettledSite,
  nowMs: () => number,
  untilMs: number,
): Promise<void> {
  const known = new Map<Day, Counted>();
  for await (const { sort, value } of scanAll(home.rows, countedPartition(site.id)))
    known.set(sort, JSON.parse(value) as Counted);
  // Of a closed day the ledger says what was stored (`readBooks`).
  for (const day of await openDaysOf({ home, months: openMonths(home) }, site.id)) {
    const before = known.get(day) ?? { toMs: 0, rows: 0, final: false };
    if (before.final) continue;
    if (nowMs() >= untilMs) return;
    const endedMs = dayEnd(site.zones, day);
    await settleDay(home, { siteId: site.id, day, before, nowMs: nowMs(), endedMs });
  }
}

type DayToSettle = {
  readonly siteId: string;
  readonly day: Day;
  readonly before: Counted;
  readonly nowMs: number;
  readonly endedMs: number;
};

async function settleDay(
  home: Source,
  { siteId, day, before, nowMs, endedMs }: DayToSettle,
): Promise<void> {
  const toMs = Math.max(before.toMs, nowMs - landedAfterMs);
  let { rows } = before;
  let late = 0;
  const shards = await shardsOf(home, siteId, day);
  for (let shard = 0; shard < shards; shard++) {
    const running = { from: timeText(before.toMs), to: timeText(toMs) };
    for await (const _ of scanAll(home.rows, hitPartition(siteId, day, shard), running)) rows++;
  }
  for (let shard = 0; shard < home.shards; shard++) {
    const lateRows = { from: `${day}/`, to: `${day}/${timeText(toMs)}` };
    for await (const _ of scanAll(home.rows, latePartition(siteId, shard), lateRows)) late++;
  }
  const { stored = 0 } = await readCounts(home, siteId, day);
  const missing = rows + late - stored;
  if (missing > 0)
    await home.rows.add({ partition: countPartition(siteId), sort: day }, { stored: missing });
  const counted: Counted = { toMs, rows, final: toMs >= endedMs + daysCompleteAfterMs };
  await home.rows.append([
    { partition: countedPartition(siteId), sort: day, value: JSON.stringify(counted) },
  ]);
}
