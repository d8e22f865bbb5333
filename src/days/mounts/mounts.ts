import type { Duck } from '../../duck/duck.ts';
import type { Home } from '../../home/home.ts';
import type { Settled } from '../../journal/arrivals.ts';
import { erasuresOf } from '../../journal/erasures.ts';
import type { Clock } from '../../lib/clock.ts';
import { eachAtOnce } from '../../lib/each-at-once.ts';
import type { Day } from '../../lib/site-days.ts';
import type { Tables } from '../../visits/tables.ts';
import { bytesOf, compressLoose, giveUpIdle } from './budget.ts';
import { holdDay, type Mount, type MountedDay, type MountsWorld } from './held.ts';
import { type DayFiles, type MountedSite, refreshDay } from './load-day.ts';
import { openLoader } from './loader.ts';

export type { DayFiles } from './load-day.ts';

/**
 * Days of a site as tables in DuckDB, held in memory until `release` is called. The tables may hold
 * other days too. If no days are asked for, there may be no tables.
 */
export type Lease = { readonly tables: Tables; release(): void };

export type Mounts = {
  /**
   * Mounts the given days with every row that was acknowledged before the call. One reading at a
   * time runs for a day; callers share it. `files` are those that have hits of a day too; they must
   * stay readable until this resolves. Rejects with fault `unavailable` when the store or the
   * memory does not allow it.
   */
  refresh(
    site: MountedSite,
    days: readonly Day[],
    files?: ReadonlyMap<Day, DayFiles>,
  ): Promise<Lease>;
  /** Gives up all days of a site, if nobody uses one of them. */
  forget(siteId: string): void;
  /** An estimate for all mounted days. */
  bytes(): number;
};

const daysAtOnce = 16;

export function openMounts(options: {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly duck: Duck;
  readonly clock: Clock;
  readonly settled?: (() => Settled) | undefined;
  /**
   * Above this, mounted days that nobody uses are given up, the least recently used first.
   */
  readonly budgetBytes: number;
}): Mounts {
  const world: MountsWorld = { ...options, mounts: new Map(), counts: { tables: 0, uses: 0 } };
  return {
    refresh: (site, days, files = new Map()) => refreshDays(world, site, days, files),
    forget: (siteId) => forgetSite(world, siteId),
    bytes: () => bytesOf(world.mounts.values()),
  };
}

async function refreshDays(
  world: MountsWorld,
  site: MountedSite,
  days: readonly Day[],
  files: ReadonlyMap<Day, DayFiles>,
): Promise<Lease> {
  const mount = mountOf(world, site.id);
  // With a clock that was set back, hits come where a tail has been already.
  const setBacks = world.settled?.().setBacks ?? 0;
  const wanted = days.map((day) => {
    const erasures = erasuresOf(site.erasures ?? [], site.zones, day);
    const applied = erasures.map(({ key }) => key).join(' ');
    const version = `${files.get(day)?.version} ${setBacks} ${applied}`;
    return { mounted: holdDay(world, mount, day, version), erasures, files: files.get(day) };
  });
  const release = once(() => {
    letGo(wanted.map(({ mounted }) => mounted));
    giveUpIdle(world);
  });
  try {
    await eachAtOnce(wanted, daysAtOnce, (one) => refreshDay(world, { site, mount, ...one }));
    const besides = wanted.some(({ files }) => typeof files?.from === 'object');
    if (days.length > 0) await mount.loader.ready(besides);
    giveUpIdle(world);
    return { tables: mount.tables, release };
  } catch (error) {
    release();
    throw error;
  }
}

function mountOf(world: MountsWorld, siteId: string): Mount {
  const known = world.mounts.get(siteId);
  if (known !== undefined) return known;
  const nth = ++world.counts.tables;
  const tables = { hits: `hits_${nth}`, visits: `visits_${nth}` };
  const loader = openLoader(world.duck, tables, (now) => compressLoose(world, now));
  const mount = { id: siteId, tables, loader, days: new Map(), looseChars: 0 };
  world.mounts.set(siteId, mount);
  return mount;
}

function letGo(held: readonly MountedDay[]): void {
  for (const mounted of held) if (--mounted.uses === 0) mounted.whenIdle();
}

function forgetSite({ mounts }: MountsWorld, siteId: string): void {
  const mount = mounts.get(siteId);
  if (mount === undefined || [...mount.days.values()].some(({ uses }) => uses > 0)) return;
  mounts.delete(siteId);
  mount.loader.drop().catch(() => {});
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
