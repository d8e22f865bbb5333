import type { Home, Row } from '../home/home.ts';
import { wellFormed } from '../lib/json-text.ts';
import type { Day } from '../lib/site-days.ts';
import { appendTimeoutMs, otherClocksMs, tailOverlapMs } from '../model/times.ts';
import { isOwnPartition, receiptOf } from './keys.ts';
import { type Cursor, startCursor, tailDay } from './read.ts';

/** How far a day was read, and which rows a further reading may meet again (key → receivedAt). */
export type Tail = { readonly cursor: Cursor; readonly recent: ReadonlyMap<string, number> };

export const startTail: Tail = { cursor: startCursor, recent: new Map() };

/** A hit as it was received: when, and its JSON text. */
export type TailedHit = readonly [receivedAtMs: number, value: string];

type ReadOn = {
  readonly siteId: string;
  readonly day: Day;
  readonly tail: Tail;
  readonly nowMs: number;
  /**
   * Where one process writes the running day's partitions: everything received before this is
   * stored, so what was read up to here need not be read again.
   */
  readonly settledMs?: number | undefined;
  /** The day's own partitions are in the ledger: only late rows are read. */
  readonly isClosed?: boolean | undefined;
  /** Rows that were received before this are not wanted. */
  readonly fromMs?: number | undefined;
};

/** Reads on from a tail: each row once. */
export function readOn(
  home: Pick<Home, 'rows' | 'shards'>,
  { siteId, day, tail, nowMs, settledMs, isClosed = false, fromMs = 0 }: ReadOn,
): { more(atLeast: number): Promise<TailedHit[]>; reached(): Tail } {
  const isSettled = (partition: string) => settledMs !== undefined && isOwnPartition(partition);
  const overlapMs = (partition: string) =>
    isSettled(partition) ? 0 : settledMs === undefined ? otherClocksMs : tailOverlapMs;
  const pages = tailDay(home, siteId, day, {
    ...{ cursor: tail.cursor, overlapMs, lateOnly: isClosed, fromMs },
  });
  const recent = new Map(tail.recent);
  let cursor = tail.cursor;

  function isNew(row: Row): boolean {
    const key = keyOf(row);
    if (recent.has(key)) return false;
    recent.set(key, receiptOf(row).receivedAtMs);
    return true;
  }

  return {
    /** Some pages' rows; fewer than asked for only at the end. */
    async more(atLeast) {
      const hits: TailedHit[] = [];
      while (hits.length < atLeast) {
        const page = await pages.next();
        if (page.done) break;
        cursor = page.value.cursor;
        for (const row of page.value.rows) {
          if (isNew(row)) hits.push([receiptOf(row).receivedAtMs, wellFormed(row.value)]);
        }
      }
      return hits;
    },
    reached() {
      // What was received well before now has been read. So the last rows of a quiet day are not
      // read every time.
      const readMs = nowMs - appendTimeoutMs;
      const reached = new Map(
        [...cursor].map(([partition, ms]) => [
          partition,
          isSettled(partition) ? settledMs! : Math.max(ms, readMs),
        ]),
      );
      const mayComeAgain = ([key, ms]: [string, number]) => {
        const partition = partitionOf(key);
        return ms >= (reached.get(partition) ?? 0) - overlapMs(partition);
      };
      return { cursor: reached, recent: new Map([...recent].filter(mayComeAgain)) };
    },
  };
}

// No partition of hits holds a space: they are made of our own ids and dates.
const keyOf = ({ partition, sort }: Row) => `${partition} ${sort}`;

const partitionOf = (key: string) => key.slice(0, key.indexOf(' '));
