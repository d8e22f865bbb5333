import { settleSite } from '../days/settle-books.ts';
import { withLease } from '../journal/lease.ts';
import { forgetTries } from '../journal/tries.ts';
import type { Day } from '../lib/site-days.ts';
import { passLeaseMs } from '../model/times.ts';
import { closeDays } from './close-days.ts';
import { type DueDay, dueDays } from './due-days.ts';
import { duePacks } from './due-packs.ts';
import { destroyErased } from './erased-days.ts';
import { mergeMonths } from './merge-month.ts';
import { packDay } from './pack-day.ts';
import { dropOldPacks } from './packed-day.ts';
import { eventLine, type NamedSite, type OnEvent, type PassEvent } from './pass-events.ts';
import { pruneSite } from './prune-site.ts';
import { finishRemovals } from './remove-site.ts';
import { sweepFiles } from './sweep.ts';
import { isUpkeepDue, rememberUpkeep } from './upkeep.ts';
import type { CloseWorld } from './world.ts';

export type Pass = {
  readonly closed: number;
  readonly failed: number;
  /** Why the first of the steps that failed did. */
  readonly problem?: string;
  /** When the oldest day ended that should be in the ledger and is not. */
  readonly oldestUnclosedMs: number | undefined;
  /** The days of some site could not be read: it may have an older one. */
  readonly incomplete?: true;
};

/** Of a pass, what is known of days that are not closed: at its beginning, and at its end. */
export type Unclosed = Pick<Pass, 'oldestUnclosedMs' | 'incomplete'>;

export type PassOptions = {
  /** Nothing starts after this. */
  readonly untilMs: number;
  /** Also closes days again that were closed a short while ago and have late rows since. */
  readonly atOnce?: boolean;
  readonly onEvent: OnEvent;
  /** Called before anything is closed: a pass that dies has said this much. */
  readonly onDue?: (unclosed: Unclosed) => void;
};

type PassSites = {
  list(): Promise<readonly NamedSite[]>;
  /** Whether there is no site of that id any more. */
  isGone(siteId: string): Promise<boolean>;
};

type Due = DueDay & { readonly site: NamedSite };

/**
 * One closing pass over all sites: the same for server, command and function. The steps, in running
 * order:
 *
 *   remove   what removed sites have left (`remove-site.ts`)
 *   settle   books are brought up to date, where stored hits are counted by their rows
 *   due      which days are to be closed (`due-days.ts`); `onDue` gets the oldest of them. Which
 *            of the others are to be packed (`due-packs.ts`)
 *   close    each of them, the oldest first (`close-days.ts`)
 *   pack     the settled rows of days that have many (`pack-day.ts`)
 *   erase    hits of pruned days, where they can no longer be taken back (`erased-days.ts`)
 *   merge    months that are over (`merge-month.ts`)
 *   prune    days that their owner no longer keeps; what was pruned 24 hours ago is destroyed
 *            (`prune-site.ts`)
 *   tries    on which days hits near a midnight that is long past were put (`journal/tries.ts`)
 *   sweep    files that no manifest names (`sweep.ts`)
 *
 * A step that fails for a site is reported and left for the next pass; the others go on. Of several
 * servers or functions, one at a time closes.
 */
export async function runPass(
  world: CloseWorld,
  sites: PassSites,
  options: PassOptions,
): Promise<Pass> {
  let failed = 0;
  let problem: string | undefined;
  const onEvent: OnEvent = (event) => {
    if (event.kind === 'failed') {
      failed++;
      problem ??= eventLine(event);
    }
    options.onEvent(event);
  };
  await world.home.claim();
  await finishRemovals(world, sites.isGone);
  const work: PassWork = { ...options, onEvent, world, sites: await sites.list() };
  await settleBooks(work);
  const { due, packs, incomplete } = await allDue(work);
  const closed = new Set<Due>();
  const unclosed = (): Unclosed => {
    const left = due.filter((one) => one.isNew && !closed.has(one)).map(({ endedMs }) => endedMs);
    const oldestUnclosedMs = left.length === 0 ? undefined : Math.min(...left);
    return { oldestUnclosedMs, ...(incomplete && { incomplete }) };
  };
  options.onDue?.(unclosed());
  await oneAtATime(work, async () => {
    for (const day of await closeDays(world, due, work)) closed.add(day);
    await packDays(work, packs);
    if (closed.size > 0 || (await isUpkeepDue(world))) await keepUp(work);
  });
  return { closed: closed.size, failed, ...(problem && { problem }), ...unclosed() };
}

type PassWork = PassOptions & { readonly world: CloseWorld; readonly sites: readonly NamedSite[] };

async function settleBooks(pass: PassWork): Promise<void> {
  const { home, clock } = pass.world;
  if (home.countsStored === 'now') return;
  await forEachSite(pass, 'settle', (site) => settleSite(home, site, clock, pass.untilMs));
}

type DayToPack = { readonly site: NamedSite; readonly day: Day };

type AllDue = {
  readonly due: Due[];
  readonly packs: DayToPack[];
  readonly incomplete: true | undefined;
};

/**
 * The days of all sites, the oldest first: a site with many does not make others wait. All sites
 * are asked, however little time is left.
 */
async function allDue(pass: PassWork): Promise<AllDue> {
  const { world, atOnce = false, onEvent } = pass;
  const due: Due[] = [];
  const packs: DayToPack[] = [];
  let incomplete: true | undefined;
  const asking = {
    ...{ ...pass, untilMs: Number.POSITIVE_INFINITY },
    onEvent(event: PassEvent) {
      incomplete = true;
      onEvent(event);
    },
  };
  await forEachSite(asking, 'due', async (site) => {
    const closing = await dueDays(world, site, { atOnce });
    for (const one of closing) due.push({ ...one, site });
    for (const day of await duePacks(world, site))
      if (!closing.some((one) => one.day === day)) packs.push({ site, day });
  });
  return { due: due.sort((a, b) => a.endedMs - b.endedMs), packs, incomplete };
}

async function oneAtATime(
  { world: { home, clock }, untilMs }: PassWork,
  work: () => Promise<void>,
): Promise<void> {
  const lease = { name: 'close', nowMs: clock(), forMs: untilMs - clock() + passLeaseMs };
  if (home.writers === 'many') await withLease(home, lease, work);
  else await work();
}

async function packDays(pass: PassWork, packs: readonly DayToPack[]): Promise<void> {
  const { world, untilMs, onEvent } = pass;
  for (const { site, day } of packs) {
    const startMs = world.clock();
    if (startMs >= untilMs) break;
    try {
      const pack = await packDay(world, site, day);
      const tookMs = world.clock() - startMs;
      if (pack !== undefined)
        onEvent({ kind: 'packed', site: site.domain, day, hits: pack.hits, tookMs });
    } catch (error) {
      onEvent({ kind: 'failed', site: site.domain, day, step: 'pack', error });
    }
  }
}

/** What is due after days were closed, and from time to time. */
async function keepUp(pass: PassWork): Promise<void> {
  const { world, onEvent } = pass;
  const startedMs = world.clock();
  await forEachSite(pass, 'packs', ({ id }) => dropOldPacks(world, id));
  await forEachSite(pass, 'erase', (site) => destroyErased(world, site));
  await forEachSite(pass, 'merge', async (site) => {
    for (const month of await mergeMonths(world, site))
      onEvent({ kind: 'merged', site: site.domain, month });
  });
  await forEachSite(pass, 'prune', async (site) => {
    const { length: days } = await pruneSite(world, site);
    if (days > 0) onEvent({ kind: 'pruned', site: site.domain, days });
  });
  await forEachSite(pass, 'tries', ({ id }) => forgetTries(world, id, world.clock()));
  try {
    const { removed: files } = await sweepFiles(world);
    if (files > 0) onEvent({ kind: 'swept', files });
    await rememberUpkeep(world, startedMs);
  } catch (error) {
    onEvent({ kind: 'failed', step: 'sweep', error });
  }
}

async function forEachSite(
  { world, sites, untilMs, onEvent }: PassWork,
  step: string,
  work: (site: NamedSite) => Promise<void>,
): Promise<void> {
  for (const site of sites) {
    if (world.clock() >= untilMs) break;
    try {
      await work(site);
    } catch (error) {
      onEvent({ kind: 'failed', site: site.domain, step, error });
    }
  }
}
