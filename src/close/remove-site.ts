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
} from '../journal/keys.ts';
import { listDays } from '../journal/read.ts';
import { closedDaysOf, monthPartition } from '../ledger/manifest.ts';
import { type Clock, dayMs, minuteMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { removeOwnRows } from './own-rows.ts';
import type { CloseWorld } from './world.ts';

/**
 * Removes a site and all that was collected for it. The site goes before its data, so that nothing
 * new comes in; cut midway, what is left belongs to no site, is never shown, and is removed by
 * whoever closes days; so is all of it with `later`, for who has to answer soon.
 */
export async function removeSite(
  home: Home,
  sites: Sites,
  domain: string,
  clock: Clock,
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
 * It stands before anything goes, and for a day after: what was cut is finished then, and so is
 * what somebody wrote who was at it when the site went.
 */
const removedPartition = 'removed';

const standsForMs = dayMs;

type World = { readonly home: Pick<CloseWorld['home'], 'rows' | 'files' | 'shards'> };

export function markRemoved({ home }: World, siteId: string, atMs: number): Promise<void> {
  return home.rows.append([
    { partition: removedPartition, sort: siteId, value: JSON.stringify({ atMs }) },
  ]);
}

/**
 * Goes on with what a removal has left. `isGone` says of a site's id whether the site is no more: a
 * removal that ended before is none.
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
    if (passedMs >= (gone ? standsForMs : minuteMs))
      await world.home.rows.remove([{ partition, sort: siteId }]);
  }
}

/**
 * Removes all that was collected for a site, rows first: files that no manifest names are found by
 * the sweeper.
 */
export async function removeSiteData(world: World, siteId: string): Promise<void> {
  const { home } = world;
  const days = new Set([
    ...(await listDays(home, siteId)),
    ...(await closedDaysOf(home, siteId)).keys(),
  ]);
  for (const day of days) await removeOwnRows(world, siteId, day);
  const late = Array.from({ length: home.shards }, (_, shard) => latePartition(siteId, shard));
  const partitions = [
    ...late,
    ...[countPartition, countedPartition, importPartition, erasurePartition].map((of) =>
      of(siteId),
    ),
    // Last, as they say which days there are.
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
