import type { Site } from '../account/site.ts';
import type { Sites } from '../account/sites.ts';
import { type Home, type Key, maxPage, scanAll } from '../home/home.ts';
import {
  countedPartition,
  countPartition,
  daysPartition,
  erasurePartition,
  importPartition,
  latePartition,
  tryPartition,
} from '../journal/keys.ts';
import { listDays } from '../journal/read.ts';
import { closedDaysOf, monthPartition } from '../ledger/manifest.ts';
import { type Clock, dayMs, minuteMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { removeOwnRows } from './own-rows.ts';
import type { CloseWorld } from './world.ts';

type RemovalWorld = { readonly home: Home; readonly sites: Sites; readonly clock: Clock };

/**
 * Removes a site and all that was collected for it. The site is removed before its data, so that
 * nothing new comes in. If this is cut, what is left belongs to no site and is never shown; the
 * next closing pass removes it. With `later` it removes all data: for callers that must answer
 * soon.
 */
export async function removeSite(
  { home, sites, clock }: RemovalWorld,
  domain: string,
  { later = false }: { readonly later?: boolean } = {},
): Promise<Site> {
  const found = await sites.find(domain);
  if (found === undefined)
    throw new DaybookError('not-found', `there is no site ${JSON.stringify(domain.slice(0, 300))}`);
  await markRemoved({ home }, found.id, clock());
  const site = await sites.remove(found.domain);
  await home.salts.destroySite(site.id);
  if (!later) await removeSiteData({ home }, site.id);
  return site;
}

/**
 * Sites that are being removed:
 *
 *   removed   <site>   {atMs}
 *
 * The row is written before anything is removed, and stays for a day: until then a removal that was
 * cut is finished, and what somebody still wrote for the site is removed too.
 */
const removedPartition = 'removed';

const staysForMs = dayMs;

type World = { readonly home: Pick<CloseWorld['home'], 'rows' | 'files' | 'shards'> };

export function markRemoved({ home }: World, siteId: string, atMs: number): Promise<void> {
  return home.rows.append([
    { partition: removedPartition, sort: siteId, value: JSON.stringify({ atMs }) },
  ]);
}

/**
 * Removes what removed sites have left. `isGone` says whether there is no site of an id any more: a
 * removal that failed before that has removed nothing.
 */
export async function finishRemovals(
  world: World & Pick<CloseWorld, 'clock'>,
  isGone: (siteId: string) => Promise<boolean>,
): Promise<void> {
  for await (const { partition, sort: siteId, value } of scanAll(
    world.home.rows,
    removedPartition,
  )) {
    const passedMs = world.clock() - (JSON.parse(value) as { atMs: number }).atMs;
    const gone = await isGone(siteId);
    if (gone) await removeSiteData(world, siteId);
    if (passedMs >= (gone ? staysForMs : minuteMs))
      await world.home.rows.remove([{ partition, sort: siteId }]);
  }
}

/**
 * Removes all that was collected for a site, rows first: the sweeper finds files that no manifest
 * names.
 */
export async function removeSiteData(world: World, siteId: string): Promise<void> {
  const { home } = world;
  const days = new Set([
    ...(await listDays(home, siteId)),
    ...(await closedDaysOf(home, siteId)).keys(),
  ]);
  for (const day of days) await removeOwnRows(world, siteId, day);
  const shards = Array.from({ length: home.shards }, (_, shard) => shard);
  const partitions = [
    ...[latePartition, tryPartition].flatMap((of) => shards.map((shard) => of(siteId, shard))),
    ...[countPartition, countedPartition, importPartition, erasurePartition].map((of) =>
      of(siteId),
    ),
    // Last, since they list the days.
    ...[monthPartition, daysPartition].map((of) => of(siteId)),
  ];
  for (const partition of partitions) await removePartition(world, partition);
  for (const { name } of await home.files.list(`ledger/${siteId}/`)) await home.files.remove(name);
}

async function removePartition({ home }: World, partition: string): Promise<void> {
  for (;;) {
    const page: readonly Key[] = await home.rows.scan(partition);
    await home.rows.remove(page);
    if (page.length < maxPage) return;
  }
}
