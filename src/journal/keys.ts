import type { Key } from '../home/home.ts';
import type { Day } from '../lib/site-days.ts';

/**
 * Where the journal's rows lie.
 *
 *   hit/<site>/<day>/<shard>   <receivedAt>/<id>         hits received while their day ran
 *   late/<site>/<shard>        <day>/<receivedAt>/<id>    every other hit
 *   days/<site>                <day>                      a site-day has rows of its own
 *   count/<site>               <day>                      its counters
 *   counted/<site>             <day>                      how far the books have counted its rows
 *   import/<site>              <source>                   how far an unfinished import has come
 *   try/<site>/<shard>         <id>                       the day of a hit (`tries.ts`)
 *   erase/<site>               <madeMs>/<random>          what is to be erased (`erasures.ts`)
 *   lease                      <work>                     who may do it now (`lease.ts`)
 */
export const hitPartition = (siteId: string, day: Day, shard: number) =>
  `hit/${siteId}/${day}/${shard}`;

export const latePartition = (siteId: string, shard: number) => `late/${siteId}/${shard}`;

export const daysPartition = (siteId: string) => `days/${siteId}`;

export const countedPartition = (siteId: string) => `counted/${siteId}`;

export const importPartition = (siteId: string) => `import/${siteId}`;

export const tryPartition = (siteId: string, shard: number) => `try/${siteId}/${shard}`;

export const erasurePartition = (siteId: string) => `erase/${siteId}`;

export const countPartition = (siteId: string) => `count/${siteId}`;

/** Milliseconds as 13 digits, so that text order is time order (until the year 2286). */
export const timeText = (ms: number) => String(Math.trunc(ms)).padStart(13, '0');

export const runningSort = (receivedAtMs: number, id: string) => `${timeText(receivedAtMs)}/${id}`;

export const lateSort = (day: Day, receivedAtMs: number, id: string) =>
  `${day}/${runningSort(receivedAtMs, id)}`;

/** A site-day's own partition, not one of late rows. */
export const isOwnPartition = (partition: string) => partition.startsWith('hit/');

/** The part of a hit row's sort key that orders it within its site-day: `<receivedAt>/<id>`. */
export function orderOf(key: Key): string {
  return key.partition.startsWith('late/') ? key.sort.slice(11) : key.sort;
}

/** When a hit row was received, in ms, and its hit's id. */
export function receiptOf(key: Key): { receivedAtMs: number; id: string } {
  const order = orderOf(key);
  return { receivedAtMs: Number(order.slice(0, 13)), id: order.slice(14) };
}

/** The range of a late partition that holds one day. `0` is the character after `/`. */
export const lateRange = (day: Day) => ({ from: `${day}/`, to: `${day}0` });

/**
 * Where a hit stands among a site's: its day, and the part of a row's key that orders it there
 * (`orderOf`).
 */
export type Place = { readonly day: Day; readonly order: string };

/** Before the first hit of a day. */
export const startOf = (day: Day): Place => ({ day, order: '' });
