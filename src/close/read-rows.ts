import { type Home, type Key, type Row, scanAll } from '../home/home.ts';
import { hitPartition, latePartition, lateRange, orderOf, receiptOf } from '../journal/keys.ts';
import { rowGroup } from '../journal/mount-load.ts';
import type { Came } from '../journal/mount-tail.ts';
import { wellFormed } from '../journal/mount-tail.ts';
import { shardsOf } from '../journal/shards.ts';
import type { Day } from '../lib/site-days.ts';

type Source = Pick<Home, 'rows' | 'shards'>;

/** The rows of a site-day as closing reads them, whole and once. */
export type DayRows = {
  /** Some pages' rows, none at the end. The next ones are read meanwhile. */
  more(): Promise<readonly Came[]>;
  /** Rows read from the day's own partitions. */
  own(): number;
  /** Their keys; nothing where they were not read. */
  ownKeys(): readonly Key[];
  /** Keys of the late rows that were read. */
  late(): readonly Key[];
  /** Late rows that were not counted before. */
  newLate(): number;
};

/** Loaded by one statement. So many are held twice: the next are read meanwhile. */
const rowsAtOnce = rowGroup / 2;

/**
 * Reads a day: its own partitions unless `lateOnly`, then its late rows. `counted` are the late rows (by order key) that the
 * present files hold already: their keys are given, since they have to go, but not their hits.
 */
export function readDayRows(
  home: Source,
  siteId: string,
  day: Day,
  lateOnly: boolean,
  counted: ReadonlySet<string>,
): DayRows {
  const late: Key[] = [];
  const own: Key[] = [];
  let newLate = 0;
  const pages = read();

  async function* read(): AsyncGenerator<Came[]> {
    let page: Came[] = [];
    for await (const row of rows()) {
      page.push([receiptOf(row).receivedAtMs, wellFormed(row.value)]);
      if (page.length < rowsAtOnce) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  async function* rows(): AsyncGenerator<Row> {
    if (!lateOnly) {
      for await (const row of ownRows(home, siteId, day)) {
        own.push({ partition: row.partition, sort: row.sort });
        yield row;
      }
    }
    for (let shard = 0; shard < home.shards; shard++) {
      for await (const row of scanAll(home.rows, latePartition(siteId, shard), lateRange(day))) {
        late.push({ partition: row.partition, sort: row.sort });
        if (counted.has(orderOf(row))) continue;
        newLate++;
        yield row;
      }
    }
  }

  let next = pages.next();
  next.catch(() => {}); // whoever asks for it is told
  return {
    async more() {
      const page = await next;
      if (page.done) return [];
      next = pages.next();
      next.catch(() => {});
      return page.value;
    },
    own: () => own.length,
    ownKeys: () => own,
    late: () => late,
    newLate: () => newLate,
  };
}

/** The rows of a day's own partitions, one partition after another. */
export async function* ownRows(home: Source, siteId: string, day: Day): AsyncGenerator<Row> {
  const shards = await shardsOf(home, siteId, day);
  for (let shard = 0; shard < shards; shard++) yield* scanAll(home.rows, hitPartition(siteId, day, shard));
}

/** How many there are. */
export async function countOwnRows(home: Source, siteId: string, day: Day): Promise<number> {
  const shards = await shardsOf(home, siteId, day);
  let count = 0;
  for (let shard = 0; shard < shards; shard++)
    count += await home.rows.count(hitPartition(siteId, day, shard));
  return count;
}
