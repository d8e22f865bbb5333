import { annotationPartition } from '../account/annotations.ts';
import { passwordTryPartition } from '../account/link-passwords.ts';
import { sharedLinkPartition } from '../account/shared-link.ts';
import type { Site } from '../account/site.ts';
import type { Sites } from '../account/sites.ts';
import { subscriptionPartition, subscriptionsOf } from '../account/subscription-rows.ts';
import { type Home, type Key, maxPage, type Range, scanAll } from '../home/home.ts';
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
import { packPartition } from '../ledger/packs.ts';
import { type Clock, minuteMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { lastTakenBackMs, removedSiteStaysMs, takeBackMs } from '../model/times.ts';
import { removeOwnRows } from './own-rows.ts';
import { planUpkeep } from './upkeep.ts';
import type { CloseWorld } from './world.ts';

type RemovalWorld = { readonly home: Home; readonly sites: Sites; readonly clock: Clock };

/**
 * Sites that are being removed:
 *
 *   removed   <site>   SiteRemoval
 *
 * The row is written before the site goes, and stays for a day after its data was destroyed: until
 * then a removal that was cut is finished, and what somebody still wrote for the site goes too.
 * Rows of earlier versions have `atMs` alone: their data is destroyed at once.
 */
const removedPartition = 'removed';

export type SiteRemoval = {
  readonly atMs: number;
  /** Until then the site can be taken back. */
  readonly destroyMs?: number;
  readonly site?: Site;
  /** Its data is being destroyed, or is gone. */
  readonly destroying?: true;
};

export type RemoveOptions = {
  /** Destroys its data at once: nothing can be taken back. */
  readonly now?: boolean;
  /** With `now`: leaves data to the next closing pass, for callers that must answer soon. */
  readonly later?: boolean;
};

/**
 * Removes a site: it collects no hits and is in no report any more. All that was collected for it
 * is destroyed 24 hours later, by a closing pass; `restoreSite` takes it back before. If this is
 * cut, the site is still there, or is removed.
 */
export async function removeSite(
  { home, sites, clock }: RemovalWorld,
  domain: string,
  { now = false, later = false }: RemoveOptions = {},
): Promise<SiteRemoval & { readonly site: Site; readonly destroyMs: number }> {
  const found = await sites.find(domain);
  if (found === undefined)
    throw new DaybookError('not-found', `there is no site ${JSON.stringify(domain.slice(0, 300))}`);
  const atMs = clock();
  const removal = { atMs, destroyMs: now ? atMs : atMs + takeBackMs, site: found };
  await markRemoved({ home }, removal);
  await planUpkeep({ home }, removal.destroyMs);
  await sites.remove(found.domain);
  // Once more: a pass takes the mark of a site that is there a minute later for left over.
  await markRemoved({ home }, removal);
  if (now) await home.salts.destroySite(found.id);
  if (now && !later) await removeSiteData({ home }, found.id);
  return removal;
}

type World = { readonly home: Pick<CloseWorld['home'], 'rows' | 'files' | 'shards'> };

function markRemoved({ home }: World, removal: SiteRemoval & { readonly site: Site }) {
  const value = JSON.stringify(removal);
  return home.rows.append([{ partition: removedPartition, sort: removal.site.id, value }]);
}

/** The sites that can be taken back. */
export async function removedSites({
  home,
  clock,
}: {
  readonly home: Pick<Home, 'rows'>;
  readonly clock: Clock;
}): Promise<(SiteRemoval & { readonly site: Site; readonly destroyMs: number })[]> {
  const removals: (SiteRemoval & { readonly site: Site; readonly destroyMs: number })[] = [];
  for await (const { value } of scanAll(home.rows, removedPartition)) {
    const removal = JSON.parse(value) as SiteRemoval;
    const { site, destroyMs } = removal;
    if (site === undefined || destroyMs === undefined || removal.destroying) continue;
    if (clock() < lastTakenBackMs(destroyMs)) removals.push({ ...removal, site, destroyMs });
  }
  return removals;
}

/**
 * Takes a removed site back, with all that was collected for it. It may be cut and run again.
 * Rejects with `conflict` where its domain has another site by now. Gives undefined where its data
 * is being destroyed.
 */
export async function restoreSite(
  { home, sites }: Pick<RemovalWorld, 'sites'> & { readonly home: Pick<Home, 'rows'> },
  { site }: { readonly site: Site },
): Promise<Site | undefined> {
  // Whoever destroys says so before, and then looks whether the site is back.
  const holds = async () => {
    const text = await home.rows.get(removedPartition, site.id);
    return text !== undefined && (JSON.parse(text) as SiteRemoval).destroying === undefined;
  };
  const restored = await sites.restore(site, holds);
  if (restored !== undefined)
    await home.rows.remove([{ partition: removedPartition, sort: site.id }]);
  return restored;
}

/**
 * Destroys what removed sites have left, when it is time. `isGone` says whether there is no site of
 * an id any more: a removal that failed before that has removed nothing, and one that was taken
 * back has its site again.
 */
export async function finishRemovals(
  world: World & Pick<CloseWorld, 'clock'>,
  isGone: (siteId: string) => Promise<boolean>,
): Promise<void> {
  const { home, clock } = world;
  for await (const { partition, sort: siteId, value } of scanAll(home.rows, removedPartition)) {
    const removal = JSON.parse(value) as SiteRemoval;
    const { atMs, destroyMs = atMs } = removal;
    if (!(await isGone(siteId))) {
      if (clock() >= atMs + minuteMs) await home.rows.remove([{ partition, sort: siteId }]);
      continue;
    }
    if (clock() < destroyMs) continue;
    const destroying = JSON.stringify({ ...removal, destroying: true });
    if (value !== destroying) {
      if (!(await home.rows.putIf({ partition, sort: siteId, value: destroying }, value))) continue;
      if (!(await isGone(siteId))) continue;
    }
    await removeSiteData(world, siteId);
    if (clock() >= destroyMs + removedSiteStaysMs)
      await home.rows.remove([{ partition, sort: siteId }]);
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
    ...[
      ...[countPartition, countedPartition, importPartition, erasurePartition, packPartition],
      ...[annotationPartition, sharedLinkPartition, passwordTryPartition],
    ].map((of) => of(siteId)),
    // Last, since they list the days.
    ...[monthPartition, daysPartition].map((of) => of(siteId)),
  ];
  await removeRows(world, subscriptionPartition, subscriptionsOf(siteId));
  for (const partition of partitions) await removeRows(world, partition);
  for (const { name } of await home.files.list(`ledger/${siteId}/`)) await home.files.remove(name);
}

async function removeRows({ home }: World, partition: string, range: Range = {}): Promise<void> {
  for (;;) {
    const page: readonly Key[] = await home.rows.scan(partition, range);
    await home.rows.remove(page);
    if (page.length < maxPage) return;
  }
}
