import type { Home } from '../home/home.ts';
import type { Day } from '../lib/site-days.ts';
import { daysPartition } from './keys.ts';

type Source = Pick<Home, 'rows' | 'shards'>;

/**
 * The partitions that the hits of a running site-day are spread over. The first writer on a day
 * fixes their number in the day's row, for all writers and readers: a changed setting counts from
 * the first day that has no row yet. On a home with one partition nothing is read. Late hits are
 * always spread over the home's number.
 */
export async function shardsOf(
  { rows, shards }: Source,
  siteId: string,
  day: Day,
): Promise<number> {
  if (shards === 1) return 1;
  return readShards(await rows.get(daysPartition(siteId), day)) ?? shards;
}

/** Makes the day's row where there is none. `wanted` counts only then. */
export async function fixShards(
  { rows, shards }: Source,
  siteId: string,
  day: Day,
  wanted = shards,
): Promise<number> {
  const key = { partition: daysPartition(siteId), sort: day };
  const present = await rows.get(key.partition, key.sort);
  if (present !== undefined) return readShards(present) ?? shards;
  if (await rows.putIf({ ...key, value: JSON.stringify({ shards: wanted }) }, undefined))
    return wanted;
  return shardsOf({ rows, shards }, siteId, day);
}

function readShards(text: string | undefined): number | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as { readonly shards?: number }).shards;
}

/** By a hit's id, which is random: each partition gets its share, and writers need no agreement. */
export function shardOf(id: string, shards: number): number {
  return shards === 1 ? 0 : (Number.parseInt(id.slice(-6), 16) || 0) % shards;
}
