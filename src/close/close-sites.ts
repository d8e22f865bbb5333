import { withLease } from '../journal/lease.ts';
import { settleSite } from '../journal/stored-count.ts';
import { type ClosedDay, filesOfMonth, monthOf, readMonth } from '../ledger/manifest.ts';
import { minuteMs } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import { closeWhole, type DueDay, dueDays } from './close-site.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

export type NamedSite = ClosingSite & { readonly domain: string };

/** What a pass tells while it is at it. `bytes` are those of the day's own files. */
export type Told =
  | {
      readonly told: 'closed';
      readonly site: string;
      readonly day: Day;
      readonly hits: number;
      readonly visits: number;
      readonly bytes: number;
      readonly tookMs: number;
    }
  | {
      readonly told: 'failed';
      readonly site: string;
      readonly day?: Day;
      readonly step: string;
      readonly error: unknown;
    };

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
 * All that is to be done for closed days, step by step. What fails is told and left for the next pass; the rest goes on. Of
 * several servers or functions one at a time is at it.
 */
export async function closeSites(
  world: CloseWorld,
  sites: readonly NamedSite[],
  options: PassOptions,
): Promise<Pass> {
  const { home, clock } = world;
  if (home.manyServers) await eachOf(sites, 'settle', options, (site) => settle(world, site, options));
  const due = await allDue(world, sites, options);
  const work = () => closeAll(world, due, options);
  const done = home.manyServers
    ? (await withLease(home, 'close', clock(), options.untilMs - clock() + leaseMs, work))?.done
    : await work();
  const { closed, failed } = done ?? { closed: new Set<Due>(), failed: 0 };
  const unclosed = due.filter((one) => one.isNew && !closed.has(one)).map(({ endedMs }) => endedMs);
  return {
    closed: closed.size,
    failed,
    oldestUnclosedMs: unclosed.length === 0 ? undefined : Math.min(...unclosed),
  };
}

async function settle({ home, clock }: CloseWorld, site: NamedSite, { untilMs }: PassOptions): Promise<void> {
  await settleSite(home, site, clock, untilMs);
}

/** The days of all sites, the oldest first: a site with many waits for one with few. */
async function allDue(world: CloseWorld, sites: readonly NamedSite[], options: PassOptions): Promise<Due[]> {
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
): Promise<{ closed: ReadonlySet<Due>; failed: number }> {
  const closed = new Set<Due>();
  let failed = 0;
  for (const one of due) {
    if (world.clock() >= untilMs) break;
    const { site, day } = one;
    try {
      tell(await closeOne(world, one));
      closed.add(one);
    } catch (error) {
      failed++;
      tell({ told: 'failed', site: site.domain, day, step: 'close', error });
    }
  }
  return { closed, failed };
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
  sites: readonly NamedSite[],
  step: string,
  { tell }: PassOptions,
  work: (site: NamedSite) => Promise<void>,
): Promise<void> {
  for (const site of sites) {
    try {
      await work(site);
    } catch (error) {
      tell({ told: 'failed', site: site.domain, step, error });
    }
  }
}

/** A line for a person or a log. */
export function lineOf(told: Told): string {
  if (told.told === 'failed') {
    const { site, day, step, error } = told;
    return `${site}${day === undefined ? '' : ` ${day}`}: ${step} failed: ${messageOf(error)}`;
  }
  const { site, day, hits, visits, bytes, tookMs } = told;
  const shown = [
    counted(hits, 'hit'),
    counted(visits, 'visit'),
    counted(bytes, 'byte'),
    `${Math.round(tookMs)} ms`,
  ];
  return `${site} ${day}: ${shown.join(', ')}`;
}

const counted = (count: number, what: string) =>
  `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
