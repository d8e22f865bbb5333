import { type Home, type Key, type Row, scanPages } from '../home/home.ts';
import type { Day } from '../lib/site-days.ts';
import { hitPartition, latePartition, lateRange, orderOf } from './keys.ts';
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
};

/** Reads a day: its own partitions, then its late rows. */
export function readDayRows(home: Source, { siteId, day, lateOnly, counted }: DayReading): DayRows {
  const late: Key[] = [];
  // By partition: of a large day they are too many to be objects.
  const own = new Map<string, string[]>();
  let newLate = 0;

  async function* read(): AsyncGenerator<readonly Row[]> {
    if (!lateOnly) {
      for await (const page of ownPages(home, siteId, day)) {
        const { partition } = page[0]!;
        const sorts = own.get(partition) ?? [];
        own.set(partition, sorts);
        for (const { sort } of page) sorts.push(sort);
        yield page;
      }
    }
    for (let shard = 0; shard < home.shards; shard++) {
      for await (const page of scanPages(home.rows, latePartition(siteId, shard), lateRange(day))) {
        for (const { partition, sort } of page) late.push({ partition, sort });
        const fresh = page.filter((row) => !counted.has(orderOf(row)));
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
