import { type Home, type Key, type Row, scanPages } from '../home/home.ts';
import type { Day } from '../lib/site-days.ts';
import { claimLifeMs } from '../model/times.ts';
import { tryPartition } from './keys.ts';
import { shardOf } from './shards.ts';

type Source = { readonly home: Pick<Home, 'rows' | 'shards'> };

type Claim = { readonly day: Day; readonly atMs: number };

/**
 * The day that a hit is put on, where its tries might fall on several: that of the first one that
 * asked. `among`: days that this hit can be of. A claim of another day is of another hit, whose
 * sender used the id before.
 */
export async function claimDay(
  { home }: Source,
  siteId: string,
  id: string,
  { day, among, nowMs }: { readonly day: Day; readonly among: readonly Day[]; nowMs: number },
): Promise<Day> {
  const key: Key = { partition: tryPartition(siteId, shardOf(id, home.shards)), sort: id };
  const value = JSON.stringify({ day, atMs: nowMs } satisfies Claim);
  let present: string | undefined;
  for (;;) {
    if (await home.rows.putIf({ ...key, value }, present)) return day;
    present = await home.rows.get(key.partition, key.sort);
    const claimed = present === undefined ? undefined : (JSON.parse(present) as Claim).day;
    if (claimed !== undefined && among.includes(claimed)) return claimed;
  }
}

/** Removes the claims of a site that no try can ask for any more. */
export async function forgetTries({ home }: Source, siteId: string, nowMs: number): Promise<void> {
  const isOver = ({ value }: Row) => (JSON.parse(value) as Claim).atMs < nowMs - claimLifeMs;
  for (let shard = 0; shard < home.shards; shard++) {
    for await (const page of scanPages(home.rows, tryPartition(siteId, shard)))
      await home.rows.remove(page.filter(isOver));
  }
}
