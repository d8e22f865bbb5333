import { keepAgain, type ToKeep } from '../account/retention.ts';
import type { Site } from '../account/site.ts';
import type { Sites } from '../account/sites.ts';
import type { Home } from '../home/home.ts';
import { mayTakeBack, readErasures, takeBackErasure } from '../journal/erasures.ts';
import { type ClosedDay, type Month, readMonths } from '../ledger/manifest.ts';
import { publishChange } from '../ledger/publish.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, nextDay } from '../lib/site-days.ts';
import { lastTakenBackMs } from '../model/times.ts';
import { erasureId, showErasure } from './erase-hits.ts';
import { removedSites, restoreSite } from './remove-site.ts';

/** Something that was removed and can still be taken back. */
export type Removal = {
  readonly id: string;
  /** The domain of its site. */
  readonly site: string;
  readonly kind: 'site' | 'erasure' | 'pruned';
  /** In words: what it was. */
  readonly what: string;
  /** When it is destroyed. */
  readonly destroyMs: number;
};

type World = {
  readonly home: Pick<Home, 'rows'>;
  readonly sites: Sites;
  readonly clock: Clock;
};

type Restorable = Removal & {
  /** Gives false where it is too late. Each of its steps may be cut, and run again. */
  readonly restore: () => Promise<boolean>;
};

export const siteRemovalId = ({ id }: { readonly id: string }) => `site-${id}`;

export const prunedId = ({ id }: { readonly id: string }) => `pruned-${id}`;

/** What can be taken back, of all sites; what is destroyed first stands first. */
export async function listRemovals(world: World): Promise<Removal[]> {
  const all = await restorables(world);
  return all.map(({ restore: _, ...removal }) => removal);
}

/**
 * Takes back what was removed. Rejects with `not-found` where there is nothing of that id, or it is
 * too late; with `conflict` where a removed site's domain has another site.
 */
export async function restoreRemoval(world: World, id: string): Promise<Removal> {
  const found = (await restorables(world)).find((one) => one.id === id);
  if (found === undefined || !(await found.restore())) {
    const named = JSON.stringify(id.slice(0, 100));
    throw new DaybookError('not-found', `there is nothing to take back that is called ${named}`);
  }
  const { restore: _, ...removal } = found;
  return removal;
}

async function restorables(world: World): Promise<Restorable[]> {
  const found = await removedOnes(world);
  for (const site of await world.sites.list())
    found.push(...(await erasedOnes(world, site)), ...(await prunedOnes(world, site)));
  return found.sort((a, b) => a.destroyMs - b.destroyMs);
}

async function removedOnes(world: World): Promise<Restorable[]> {
  return (await removedSites(world)).map(({ site, destroyMs }) => ({
    id: siteRemovalId(site),
    ...{ site: site.domain, kind: 'site', what: 'the site and all of its hits', destroyMs },
    restore: async () => (await restoreSite(world, { site })) !== undefined,
  }));
}

async function erasedOnes({ home, clock }: World, site: Site): Promise<Restorable[]> {
  const erasures = (await readErasures(home, site.id)).filter((one) => mayTakeBack(one, clock()));
  return erasures.map((erasure) => {
    const { key, destroyMs = 0 } = erasure;
    const { id: _, made: __, destroyed: ___, ...conditions } = showErasure(erasure);
    const meant = Object.entries(conditions).map(([name, value]) => `${name} ${String(value)}`);
    return {
      id: erasureId(key),
      ...{ site: site.domain, kind: 'erasure', what: `hits of ${meant.join(', ')}`, destroyMs },
      restore: () => takeBackErasure(home, site.id, erasure, clock()),
    };
  });
}

async function prunedOnes(world: World, site: Site): Promise<Restorable[]> {
  const { home, clock } = world;
  const nowMs = clock();
  const marked = (await readMonths(home, site.id)).flatMap(({ content }) =>
    Object.entries(content.days).filter(([, day]) => isRestorable(day, nowMs)),
  );
  if (marked.length === 0) return [];
  const days = marked.map(([day]) => day).sort();
  const which =
    days.length === 1 ? days[0]! : `${days.length} days from ${days[0]} to ${days.at(-1)}`;
  return [
    {
      id: prunedId(site),
      ...{ site: site.domain, kind: 'pruned', what: `hits of ${which}, no longer kept` },
      destroyMs: Math.min(...marked.map(([, { keptUntilMs = 0 }]) => keptUntilMs)),
      restore: async () => (await restorePruned(world, site)).length > 0,
    },
  ];
}

const isRestorable = ({ keptUntilMs }: ClosedDay, nowMs: number) =>
  keptUntilMs !== undefined && nowMs < lastTakenBackMs(keptUntilMs);

/**
 * Takes pruned days back, and has them kept: the site's settings become what they were, or longer.
 * Settings first: a pass in between would prune the days again.
 */
export async function restorePruned(
  { home, sites, clock }: World,
  site: Site,
  isMeant: (day: Day) => boolean = () => true,
): Promise<Day[]> {
  const nowMs = clock();
  const months = await readMonths(home, site.id);
  const all = months.flatMap(({ content }) => Object.entries(content.days)).sort();
  const meant = all.filter(([day, closed]) => isMeant(day) && isRestorable(closed, nowMs));
  if (meant.length === 0) return [];
  const toKeep: ToKeep = {
    hitsFrom: meant.find(([, { prunedBefore }]) => prunedBefore === undefined)?.[0],
    rollUpsFrom: meant[0]![0],
  };
  const lost = all.filter(
    ([day, { pruned, keptUntilMs }]) =>
      day < meant[0]![0] && pruned !== undefined && keptUntilMs === undefined,
  );
  const sealed = lost.length === 0 ? undefined : nextDay(lost[lost.length - 1]![0]);
  await sites.change(site.domain, (latest) => keepAgain(latest, toKeep, sealed, nowMs));
  const restored: Day[] = [];
  for (const row of months) {
    let back: Day[] = [];
    await publishChange({ home }, site.id, row, {
      change(content) {
        back = Object.keys(content.days).filter(
          (day) => isMeant(day) && isRestorable(content.days[day]!, nowMs),
        );
        return back.length === 0 ? undefined : withoutMarks(content, back);
      },
    });
    restored.push(...back);
  }
  return restored;
}

function withoutMarks(content: Month, back: readonly Day[]): Month {
  const days: Record<Day, ClosedDay> = { ...content.days };
  for (const day of back) {
    const { pruned: _, keptUntilMs: __, prunedBefore, ...closed } = days[day]!;
    days[day] = prunedBefore === undefined ? closed : { ...closed, pruned: prunedBefore };
  }
  return { ...content, days };
}
