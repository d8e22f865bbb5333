import type { Home, Row } from '../home/home.ts';
import { wellFormed } from '../lib/json-text.ts';
import type { Day } from '../lib/site-days.ts';
import { appendMs, otherClocksMs, tailOverlapMs } from '../model/times.ts';
import { isRunning, receiptOf } from './keys.ts';
import { type Cursor, startCursor, tailDay } from './read.ts';

/** How far a day was read, and which rows a further reading may meet again (key → receivedAt). */
export type Tail = { readonly cursor: Cursor; readonly recent: ReadonlyMap<string, number> };

export const startTail: Tail = { cursor: startCursor, recent: new Map() };

/** A hit as it came: when, and its JSON text. */
export type Came = readonly [receivedAtMs: number, value: string];

/**
 * Reads on from a tail: each row once. `settledMs`, where one process writes the running day's
 * partitions: whatever they were sent before it is stored, so that what was read up to there need
 * not be read again. `lateOnly`: of a closed day, whose own partitions are in the ledger.
 */
export function readOn(
  home: Pick<Home, 'rows' | 'shards'>,
  siteId: string,
  day: Day,
  from: Tail,
  nowMs: number,
  settledMs?: number,
  lateOnly = false,
): { more(atLeast: number): Promise<Came[]>; reached(): Tail } {
  const isSettled = (partition: string) => settledMs !== undefined && isRunning(partition);
  const overlapOf = (partition: string) =>
    isSettled(partition) ? 0 : settledMs === undefined ? otherClocksMs : tailOverlapMs;
  const pages = tailDay(home, siteId, day, from.cursor, overlapOf, lateOnly);
  const recent = new Map(from.recent);
  let cursor = from.cursor;

  function isNew(row: Row): boolean {
    const key = keyOf(row);
    if (recent.has(key)) return false;
    recent.set(key, receiptOf(row).receivedAtMs);
    return true;
  }

  return {
    /** Some pages' rows; fewer than asked for only at the end. */
    async more(atLeast) {
      const came: Came[] = [];
      while (came.length < atLeast) {
        const page = await pages.next();
        if (page.done) break;
        cursor = page.value.cursor;
        for (const row of page.value.rows) {
          if (isNew(row)) came.push([receiptOf(row).receivedAtMs, wellFormed(row.value)]);
        }
      }
      return came;
    },
    reached() {
      // What was received well before now has been read: the last rows of a quiet day are not read
      // again and again.
      const readMs = nowMs - appendMs;
      const reached = new Map(
        [...cursor].map(([partition, ms]) => [
          partition,
          isSettled(partition) ? settledMs! : Math.max(ms, readMs),
        ]),
      );
      const mayCome = ([key, ms]: [string, number]) => {
        const partition = partitionOf(key);
        return ms >= (reached.get(partition) ?? 0) - overlapOf(partition);
      };
      return { cursor: reached, recent: new Map([...recent].filter(mayCome)) };
    },
  };
}

// No partition of hits holds a space: they are made of our own ids and dates.
const keyOf = ({ partition, sort }: Row) => `${partition} ${sort}`;

const partitionOf = (key: string) => key.slice(0, key.indexOf(' '));
