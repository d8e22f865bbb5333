import { settleSite } from '../days/settle-books.ts';
import { withLease } from '../journal/lease.ts';
import { type ClosedDay, filesOfMonth, monthOf, readMonth } from '../ledger/manifest.ts';
import { hourMs, minuteMs } from '../lib/clock.ts';
import { closeWhole, type DueDay, dueDays } from './due-days.ts';
import { mergeMonths } from './merge-month.ts';
import type { Told } from './pass-events.ts';
import { pruneSite } from './prune-site.ts';
import { sweepFiles } from './sweep.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

export type NamedSite = ClosingSite & { readonly domain: string };

export type Pass = {
  readonly closed: number;
  readonly failed: number;
  /** When the oldest day ended that should be in the ledger and is not. */
  readonly oldestUnclosedMs: number | undefined;
};

export type PassOptions = {
  /** Nothing is begun after. */
  readonly untilMs: number;
  /** Also days that were closed a short while ago and have late rows since. */
  readonly atOnce?: boolean;
  readonly tell: (told: Told) => void;
};

type Due = DueDay & { readonly site: NamedSite };

/** A pass that died leaves its work to others so long after its time. */
const leaseMs = 5 * minuteMs;

/**
 * All that is to be done for closed days, step by step. What fails is told and left for the next
 * pass; the rest goes on. Of several servers or functions one at a time is at it.
 */
export async function closeSites(
  world: CloseWorld,
  sites: readonly NamedSite[],
  options: PassOptions,
): Promise<Pass> {
  const { home, clock } = world;
  let failed = 0;
  const tell = (told: Told) => {
    if (told.told === 'failed') failed++;
    options.tell(told);
  };
  const pass = { ...options, tell };
  if (home.manyServers)
    await eachOf(world, sites, 'settle', pass, (site) => settle(world, site, pass));
  const due = await allDue(world, sites, pass);
  const closed = new Set<Due>();
  const work = async () => {
    await closeAll(world, due, pass, closed);
    if (closed.size > 0 || (await isUpkeepDue(world))) await keepUp(world, sites, pass);
  };
  const lease = { name: 'close', nowMs: clock(), forMs: options.untilMs - clock() + leaseMs };
  if (home.manyServers) await withLease(home, lease, work);
  else await work();
  const unclosed = due.filter((one) => one.isNew && !closed.has(one)).map(({ endedMs }) => endedMs);
  const oldestUnclosedMs = unclosed.length === 0 ? undefined : Math.min(...unclosed);
  return { closed: closed.size, failed, oldestUnclosedMs };
}

/** What is due after days were closed, and from time to time. */
async function keepUp(
  world: CloseWorld,
  sites: readonly NamedSite[],
  pass: PassOptions,
): Promise<void> {
  const { tell } = pass;
  await eachOf(world, sites, 'merge', pass, async (site) => {
    for (const month of await mergeMonths(world, site))
      tell({ told: 'merged', site: site.domain, month });
  });
  await eachOf(world, sites, 'prune', pass, async (site) => {
    const { length: days } = await pruneSite(world, site);
    if (days > 0) tell({ told: 'pruned', site: site.domain, days });
  });
  try {
    const { removed: files } = await sweepFiles(world);
    if (files > 0) tell({ told: 'swept', files });
    await rememberUpkeep(world);
  } catch (error) {
    tell({ told: 'failed', step: 'sweep', error });
  }
}

/** When all was last merged, pruned and swept. */
const upkeepKey = { partition: 'upkeep', sort: 'done' };

const upkeepEveryMs = 6 * hourMs;

/**
 * Whether there may be months to merge, days to prune or files to sweep, though no day was closed.
 */
export async function isUpkeepDue({
  home,
  clock,
}: Pick<CloseWorld, 'home' | 'clock'>): Promise<boolean> {
  const text = await home.rows.get(upkeepKey.partition, upkeepKey.sort);
  return (
    text === undefined || clock() >= (JSON.parse(text) as { atMs: number }).atMs + upkeepEveryMs
  );
}

async function rememberUpkeep({ home, clock }: CloseWorld): Promise<void> {
  await home.rows.append([{ ...upkeepKey, value: JSON.stringify({ atMs: clock() }) }]);
}

async function settle(
  { home, clock }: CloseWorld,
  site: NamedSite,
  { untilMs }: PassOptions,
): Promise<void> {
  await settleSite(home, site, clock, untilMs);
}

/** The days of all sites, the oldest first: a site with many waits for one with few. */
async function allDue(
  world: CloseWorld,
  sites: readonly NamedSite[],
  options: PassOptions,
): Promise<Due[]> {
  const due: Due[] = [];
  for (const site of sites) {
    for (const one of await dueDays(world, site, options)) due.push({ ...one, site });
  }
  return due.sort((a, b) => a.endedMs - b.endedMs);
}

async function closeAll(
  world: CloseWorld,
  due: readonly Due[],
  { untilMs, tell }: PassOptions,
  closed: Set<Due>,
): Promise<void> {
  for (const one of due) {
    if (world.clock() >= untilMs) break;
    const { site, day } = one;
    try {
      tell(await closeOne(world, one));
      closed.add(one);
    } catch (error) {
      tell({ told: 'failed', site: site.domain, day, step: 'close', error });
    }
  }
}

/** Closes a day and says what the ledger has of it. */
export async function closeOne(
  world: CloseWorld,
  { site, ...due }: Pick<Due, 'site' | 'day' | 'recount'> & { readonly anew?: boolean },
): Promise<Told> {
  const startMs = world.clock();
  await closeWhole(world, site, due);
  const month = await readMonth(world.home, site.id, monthOf(due.day));
  const { hits = 0, visits = 0 } = (month.content.days[due.day] as ClosedDay | undefined) ?? {};
  const bytes = filesOfMonth(site.id, month)
    .filter(({ name }) => name.includes(`/${due.day}/`))
    .reduce((sum, file) => sum + file.bytes, 0);
  return {
    told: 'closed',
    site: site.domain,
    day: due.day,
    ...{ hits, visits, bytes, tookMs: world.clock() - startMs },
  };
}

async function eachOf(
  { clock }: CloseWorld,
  sites: readonly NamedSite[],
  step: string,
  { untilMs, tell }: PassOptions,
  work: (site: NamedSite) => Promise<void>,
): Promise<void> {
  for (const site of sites) {
    if (clock() >= untilMs) break;
    try {
      await work(site);
    } catch (error) {
      tell({ told: 'failed', site: site.domain, step, error });
    }
  }
}
