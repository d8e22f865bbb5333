import { type Home, type Key, maxPage } from '../home/home.ts';
import {
  countedPartition,
  countPartition,
  daysPartition,
  hitPartition,
  latePartition,
} from '../journal/keys.ts';
import { listDays } from '../journal/read.ts';
import { shardsOf } from '../journal/shards.ts';
import type { Site } from './site.ts';
import type { Sites } from './sites.ts';

/**
 * Removes a site and all that was collected for it. The site goes first, so that nothing new comes in; cut midway,
 * what is left belongs to no site and is never shown.
 */
export async function removeSite(home: Home, sites: Sites, domain: string): Promise<Site> {
  const site = await sites.remove(domain);
  for (const day of await listDays(home, site.id)) {
    const shards = await shardsOf(home, site.id, day);
    for (let shard = 0; shard < shards; shard++)
      await removePartition(home, hitPartition(site.id, day, shard));
  }
  for (let shard = 0; shard < home.shards; shard++)
    await removePartition(home, latePartition(site.id, shard));
  await removePartition(home, countPartition(site.id));
  await removePartition(home, countedPartition(site.id));
  await removePartition(home, daysPartition(site.id));
  await home.salts.destroySite(site.id);
  return site;
}

async function removePartition(home: Pick<Home, 'rows'>, partition: string): Promise<void> {
  for (;;) {
    const page: readonly Key[] = await home.rows.scan(partition);
    await home.rows.remove(page);
    if (page.length < maxPage) return;
  }
}
