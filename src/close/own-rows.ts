import { type Key, type Row, scanAll } from '../home/home.ts';
import { isErasedBy } from '../journal/erasures.ts';
import { hitPartition } from '../journal/keys.ts';
import type { Day } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';
import type { Hit } from '../model/hit.ts';
import { mostShards } from '../model/limits.ts';
import type { CloseWorld } from './world.ts';

type World = { readonly home: Pick<CloseWorld['home'], 'rows' | 'shards'> };

/**
 * Where rows stay beside the ledger until their time to live has passed, these remove them before:
 * a day's own ones, or those of them that are erased. How many partitions a day had is no longer
 * known then: all that there may be are looked into.
 */
export function removeOwnRows(world: World, siteId: string, day: Day): Promise<void> {
  return removeWhere(world, siteId, day, () => true);
}

export function removeErasedRows(
  world: World,
  siteId: string,
  day: Day,
  erasures: readonly Erasure[],
): Promise<void> {
  const isErased = isErasedBy(erasures);
  return removeWhere(world, siteId, day, ({ value }) => isErased(JSON.parse(value) as Hit));
}

async function removeWhere(
  { home }: World,
  siteId: string,
  day: Day,
  goes: (row: Row) => boolean,
): Promise<void> {
  const shards = home.shards === 1 ? 1 : mostShards;
  for (let shard = 0; shard < shards; shard++) {
    let keys: Key[] = [];
    for await (const row of scanAll(home.rows, hitPartition(siteId, day, shard))) {
      if (goes(row)) keys.push({ partition: row.partition, sort: row.sort });
      if (keys.length < 500) continue;
      await home.rows.remove(keys);
      keys = [];
    }
    if (keys.length > 0) await home.rows.remove(keys);
  }
}
