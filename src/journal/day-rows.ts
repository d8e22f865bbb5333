import { type Home, type Key, type Row, scanPages } from '../home/home.ts';
import type { Day } from '../lib/site-days.ts';
import { hitPartition, latePartition, lateRange, orderOf, timeText } from './keys.ts';
import { shardsOf } from './shards.ts';

type Source = Pick<Home, 'rows' | 'shards'>;

/** The rows of a site-day as closing reads them, whole and once. */
export type DayRows = {
  /** Page after page. */
  readonly pages: AsyncGenerator<readonly Row[]>;
  /** Rows read from the day's own partitions. */
  own(): number;
  /** Their keys; nothing where they were not read. */
  ownKeys(): Iterable<Key>;
  /** Keys of the late rows that were read. */
  late(): readonly Key[];
  /** Late rows that were not counted before. */
  newLate(): number;
};

type DayReading = {
  readonly siteId: string;
  readonly day: Day;
  /** Without the day's own partitions. */
  readonly lateOnly: boolean;
  /**
   * Order keys of late rows that the present files contain already. Their keys are given, since
   * they must be removed, but not their hits.
   */
  readonly counted: ReadonlySet<string>;
  /** Rows that need not be read: files have them. */
  readonly packed?: PackedKeys | undefined;
};

/** Keys of the rows that were received before a time. */
export type PackedKeys = {
  readonly untilMs: number;
  readonly own: ReadonlyMap<string, readonly string[]>;
  readonly late: readonly Key[];
};

type Packed = { readonly untilMs: number; readonly rows: Readonly<Record<string, number>> };

/**
 * The keys of the rows that a pack has read. Undefined where there are others than so many: then
 * rows have come to its time since, and all must be read again.
 */
export async function packedKeys(
  home: Source,
  { siteId, day, lateOnly }: Pick<DayReading, 'siteId' | 'day' | 'lateOnly'>,
  { untilMs, rows }: Packed,
): Promise<PackedKeys | undefined> {
  const own = new Map<string, string[]>();
  const late: Key[] = [];
  let partitions = 0;
  const parts = await partsBetween(home, { siteId, day, lateOnly, toMs: untilMs });
  for (const { partition, range, isLate } of parts) {
    let count = 0;
    const sorts: string[] = [];
    for await (const page of scanPages(home.rows, partition, { ...range, keysOnly: true })) {
      count += page.length;
      for (const { sort } of page) {
        if (isLate) late.push({ partition, sort });
        else sorts.push(sort);
      }
    }
    if (!isLate) own.set(partition, sorts);
    if (count !== (rows[partition] ?? 0)) return undefined;
    if (rows[partition] !== undefined) partitions++;
  }
  return partitions === Object.keys(rows).length ? { untilMs, own, late } : undefined;
}

type Between = Pick<DayReading, 'siteId' | 'day' | 'lateOnly'> & {
  readonly fromMs?: number;
  readonly toMs?: number;
};

/** The partitions of a day, with the range of what was received between two times. */
async function partsBetween(home: Source, { siteId, day, lateOnly, fromMs = 0, toMs }: Between) {
  const shards = lateOnly ? 0 : await shardsOf(home, siteId, day);
  const [from, to] = [timeText(fromMs), toMs === undefined ? undefined : timeText(toMs)];
  const own = Array.from({ length: shards }, (_, shard) => ({
    partition: hitPartition(siteId, day, shard),
    range: { from, ...(to !== undefined && { to }) },
    isLate: false,
  }));
  const late = Array.from({ length: home.shards }, (_, shard) => ({
    partition: latePartition(siteId, shard),
    range: { from: `${day}/${from}`, to: to === undefined ? lateRange(day).to : `${day}/${to}` },
    isLate: true,
  }));
  return [...own, ...late];
}

/** The rows of a site-day that were received between two times; how many, by partition. */
export function readSettledRows(
  home: Source,
  between: Between & { readonly toMs: number },
): { readonly pages: AsyncGenerator<readonly Row[]>; counts(): Readonly<Record<string, number>> } {
  const counts: Record<string, number> = {};
  async function* read(): AsyncGenerator<readonly Row[]> {
    for (const { partition, range } of await partsBetween(home, between)) {
      for await (const page of scanPages(home.rows, partition, range)) {
        counts[partition] = (counts[partition] ?? 0) + page.length;
        yield page;
      }
    }
  }
  return { pages: read(), counts: () => counts };
}

/** Reads a day: its own partitions, then its late rows. */
export function readDayRows(home: Source, reading: DayReading): DayRows {
  const { counted, packed } = reading;
  const late: Key[] = [...(packed?.late ?? [])];
  // By partition: of a large day they are too many to be objects.
  const own = new Map<string, string[]>();
  for (const [partition, sorts] of packed?.own ?? []) own.set(partition, [...sorts]);
  const isNew = (key: Key) => !counted.has(orderOf(key));
  let newLate = late.filter(isNew).length;

  async function* read(): AsyncGenerator<readonly Row[]> {
    const between = { ...reading, fromMs: packed?.untilMs ?? 0 };
    for (const { partition, range, isLate } of await partsBetween(home, between)) {
      for await (const page of scanPages(home.rows, partition, range)) {
        if (!isLate) {
          const sorts = own.get(partition) ?? [];
          own.set(partition, sorts);
          for (const { sort } of page) sorts.push(sort);
          yield page;
          continue;
        }
        for (const { sort } of page) late.push({ partition, sort });
        const fresh = page.filter(isNew);
        newLate += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
    }
  }

  function* ownKeys(): Generator<Key> {
    for (const [partition, sorts] of own) for (const sort of sorts) yield { partition, sort };
  }

  return {
    pages: read(),
    own: () => [...own.values()].reduce((sum, { length }) => sum + length, 0),
    ownKeys,
    late: () => late,
    newLate: () => newLate,
  };
}

/** The rows of a day's own partitions, one partition after another, in pages. */
export async function* ownPages(
  home: Source,
  siteId: string,
  day: Day,
): AsyncGenerator<readonly Row[]> {
  const shards = await shardsOf(home, siteId, day);
  for (let shard = 0; shard < shards; shard++)
    yield* scanPages(home.rows, hitPartition(siteId, day, shard));
}

/** How many there are. */
export async function countOwnRows(home: Source, siteId: string, day: Day): Promise<number> {
  const shards = await shardsOf(home, siteId, day);
  let count = 0;
  for (let shard = 0; shard < shards; shard++)
    count += await home.rows.count(hitPartition(siteId, day, shard));
  return count;
}
