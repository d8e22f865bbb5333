import { type Home, type Range, type Row, scanAll, scanPages } from '../home/home.ts';
import type { Day } from '../lib/site-days.ts';
import { tailOverlapMs } from '../model/times.ts';
import {
  daysPartition,
  hitPartition,
  latePartition,
  lateRange,
  orderOf,
  receiptOf,
  timeText,
} from './keys.ts';
import { shardsOf } from './shards.ts';

type Source = Pick<Home, 'rows' | 'shards'>;

/** The days of a range, which may be open at either end. */
export type DayRange = Pick<Range, 'from' | 'to'>;

/** The site-days that have rows, ascending. */
export async function listDays(home: Source, siteId: string, range: DayRange = {}): Promise<Day[]> {
  const [own, late] = await Promise.all([
    ownDays(home, siteId, range),
    lateDays(home, siteId, range),
  ]);
  return [...new Set([...own, ...late])].sort();
}

/** The site-days that have partitions of their own, ascending. */
export async function ownDays(home: Source, siteId: string, range: DayRange = {}): Promise<Day[]> {
  const days: Day[] = [];
  for await (const { sort } of scanAll(home.rows, daysPartition(siteId), range)) days.push(sort);
  return days;
}

/** The site-days that have late rows, ascending. One read finds each: from a day to the next. */
export async function lateDays(home: Source, siteId: string, range: DayRange = {}): Promise<Day[]> {
  const found = Array.from({ length: home.shards }, async (_, shard) => {
    const days: Day[] = [];
    let from = range.from;
    for (;;) {
      const [row] = await home.rows.scan(latePartition(siteId, shard), {
        limit: 1,
        ...(from !== undefined && { from }),
        ...(range.to !== undefined && { to: range.to }),
      });
      if (row === undefined) return days;
      const day = row.sort.slice(0, 10);
      days.push(day);
      from = lateRange(day).to;
    }
  });
  return [...new Set((await Promise.all(found)).flat())].sort();
}

/**
 * All rows of a site-day, in order of `<receivedAt>/<id>`, each hit once: of rows with one id, the
 * earliest. `after` resumes behind that order key.
 */
export async function* readDay(
  home: Source,
  siteId: string,
  day: Day,
  after = '',
): AsyncGenerator<Row> {
  const seen = new Set<string>();
  // A resumed read starts at the beginning too: it needs the ids that went before.
  for await (const row of mergeByOrder(
    await partsOf(home, { siteId, day, sinceMs: () => 0, lateOnly: false }),
  )) {
    const { id } = receiptOf(row);
    if (seen.has(id)) continue;
    seen.add(id);
    if (orderOf(row) > after) yield row;
  }
}

/** The rows of a site-day that were received at that time or later, in pages, in no order. */
export async function* rowsSince(
  home: Source,
  siteId: string,
  day: Day,
  sinceMs: number,
): AsyncGenerator<readonly Row[]> {
  const parts = await partsOf(home, { siteId, day, sinceMs: () => sinceMs, lateOnly: false });
  const firsts = startAll(parts);
  for (const [i, part] of parts.entries()) {
    for (let page = await firsts[i]!; !page.done; page = await part.next()) yield page.value;
  }
}

/** How far a tail has read a site-day: by partition, the latest `receivedAt` seen, in ms. */
export type Cursor = ReadonlyMap<string, number>;

export const startCursor: Cursor = new Map();

type TailFrom = {
  readonly cursor: Cursor;
  /** How far back of the cursor a partition is read again. */
  readonly overlapMs?: (partition: string) => number;
  /** Without the day's own partitions. */
  readonly lateOnly?: boolean;
  /** Without what was received before. */
  readonly fromMs?: number;
};

/**
 * The rows that came to a site-day since `cursor`, in pages, and some that were seen before: the
 * caller drops the ids that it knows. The next reading starts from the last page's cursor.
 */
export async function* tailDay(
  home: Source,
  siteId: string,
  day: Day,
  { cursor, overlapMs = () => tailOverlapMs, lateOnly = false, fromMs = 0 }: TailFrom,
): AsyncGenerator<{ readonly rows: readonly Row[]; readonly cursor: Cursor }> {
  const seen = new Map(cursor);
  const since = (partition: string) =>
    Math.max(fromMs, (cursor.get(partition) ?? 0) - overlapMs(partition));
  const parts = await partsOf(home, { siteId, day, sinceMs: since, lateOnly });
  const firsts = startAll(parts);
  for (const [i, part] of parts.entries()) {
    for (let page = await firsts[i]!; !page.done; page = await part.next()) {
      const rows = page.value;
      for (const row of rows) {
        const { receivedAtMs } = receiptOf(row);
        if (receivedAtMs > (seen.get(row.partition) ?? 0)) seen.set(row.partition, receivedAtMs);
      }
      yield { rows, cursor: new Map(seen) };
    }
  }
}

/**
 * The partitions that hold a site-day as pages, each from the `receivedAt` on that `sinceMs` says.
 */
async function partsOf(
  home: Source,
  {
    siteId,
    day,
    sinceMs,
    lateOnly,
  }: {
    readonly siteId: string;
    readonly day: Day;
    readonly sinceMs: (partition: string) => number;
    readonly lateOnly: boolean;
  },
): Promise<Part[]> {
  const parts: Part[] = [];
  const shards = lateOnly ? 0 : await shardsOf(home, siteId, day);
  for (let shard = 0; shard < shards; shard++) {
    const hits = hitPartition(siteId, day, shard);
    parts.push(scanPages(home.rows, hits, { from: timeText(sinceMs(hits)) }));
  }
  for (let shard = 0; shard < home.shards; shard++) {
    const late = latePartition(siteId, shard);
    parts.push(
      scanPages(home.rows, late, { ...lateRange(day), from: `${day}/${timeText(sinceMs(late))}` }),
    );
  }
  return parts;
}

type Part = AsyncGenerator<readonly Row[]>;

/** Asks for the first page of all parts at once: where a request takes long, that saves most. */
function startAll(parts: readonly Part[]): Promise<IteratorResult<readonly Row[]>>[] {
  const firsts = parts.map((part) => part.next());
  // Each is awaited in its turn; until then a rejection must not count as unhandled.
  for (const first of firsts) first.catch(() => {});
  return firsts;
}

/**
 * Merges pages that are each in order of `orderOf`. There are a few parts at the most: no heap is
 * needed.
 */
async function* mergeByOrder(parts: readonly Part[]): AsyncGenerator<Row> {
  const heads: { page: readonly Row[]; i: number; part: Part }[] = [];
  const firsts = startAll(parts);
  for (const [i, part] of parts.entries()) {
    const first = await firsts[i]!;
    if (!first.done) heads.push({ page: first.value, i: 0, part });
  }
  while (heads.length > 0) {
    let least = heads[0]!;
    for (const head of heads) {
      if (orderOf(head.page[head.i]!) < orderOf(least.page[least.i]!)) least = head;
    }
    yield least.page[least.i]!;
    if (++least.i < least.page.length) continue;
    const next = await least.part.next();
    if (next.done) heads.splice(heads.indexOf(least), 1);
    else Object.assign(least, { page: next.value, i: 0 });
  }
}
