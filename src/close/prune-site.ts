import { hitsKeptFrom, rollUpsKeptFrom } from '../account/retention.ts';
import { countRows } from '../days/books.ts';
import { lateDays, listDays, ownDays } from '../journal/read.ts';
import {
  type ClosedDay,
  closedDaysOf,
  lacksRollUps,
  type Month,
  readMonth,
  readMonths,
} from '../ledger/manifest.ts';
import { publishChange } from '../ledger/publish.ts';
import type { Day } from '../lib/site-days.ts';
import { takeBackMs } from '../model/times.ts';
import { closeDay } from './close-day.ts';
import { destroyPruned } from './destroy-pruned.ts';
import { closeWhole } from './due-days.ts';
import { rollMonth } from './merge-month.ts';
import { planUpkeep } from './upkeep.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

/**
 * What goes: of a day its hits and visits, or its roll-ups too. A day that is not closed yet has
 * hits, and no visits.
 */
export type PrunedDay = {
  readonly day: Day;
  readonly gone: 'hits' | 'all';
  readonly hits: number;
  readonly visits: number;
};

/** The first days of which hits, and roll-ups, are kept. */
type KeptFrom = { readonly hitsFrom: Day; readonly rollUpsFrom: Day };

/**
 * Takes out of every report what the site no longer keeps: first the hits and visits of a day,
 * later its roll-ups. Such days were sealed before (`retention.ts`): no hit of them is taken any
 * more. It is a mark in the month's row, which `restorePruned` takes off again; 24 hours later,
 * what is marked is destroyed (`destroy-pruned.ts`). With `now` that is done at once, also for
 * days that were marked before. Gives what was marked.
 */
export async function pruneSite(
  world: CloseWorld,
  site: ClosingSite,
  { now = false }: { readonly now?: boolean } = {},
): Promise<PrunedDay[]> {
  await destroyPruned(world, site, { now });
  const kept = keptFrom(site, world.clock());
  if (kept === undefined) return [];
  const unclosed = await closeBefore(world, site, kept.hitsFrom);
  await makeRollUps(world, site, kept);
  const gone = await markPruned(world, site);
  if (now) await destroyPruned(world, site, { now });
  // A day that was pruned need not be closed any more.
  const left = unclosed.find(({ day }) => !gone.some((went) => went.day === day));
  if (left !== undefined) throw left.error;
  return gone;
}

/**
 * Of small days whose hits go. One with hits that were erased and can be taken back is in no set of
 * its month: it is closed again by itself.
 */
async function makeRollUps(world: CloseWorld, site: ClosingSite, kept: KeptFrom): Promise<void> {
  for (const row of await readMonths(world.home, site.id, upTo(kept))) {
    const waiting = goingOf(row.content, kept).filter(waitsForRollUps(row.content));
    const alone = waiting.filter(({ day }) => row.content.days[day]?.own?.files.erased);
    for (const { day } of alone)
      await closeDay({ ...world, rollsOver: -1 }, site, day, { again: true });
    if (alone.length < waiting.length)
      await rollMonth(world, site, await readMonth(world.home, site.id, row.month));
  }
}

type RowsWorld = {
  readonly home: Pick<CloseWorld['home'], 'rows' | 'shards'>;
  readonly clock: CloseWorld['clock'];
  readonly faultPoint?: CloseWorld['faultPoint'];
};

/**
 * Marks the closed days that the site no longer keeps, but those that wait: a pass closes days with
 * rows first, and makes roll-ups of small days.
 */
export async function markPruned(
  world: RowsWorld,
  site: ClosingSite,
  waiting: ReadonlySet<Day> = new Set(),
): Promise<PrunedDay[]> {
  const { home, clock, faultPoint = () => {} } = world;
  const nowMs = clock();
  const kept = keptFrom(site, nowMs);
  if (kept === undefined) return [];
  const keptUntilMs = nowMs + takeBackMs;
  const gone: PrunedDay[] = [];
  let planned = false;
  for (const row of await readMonths(home, site.id, upTo(kept))) {
    const goingOfMonth = (content: Month) =>
      goingOf(content, kept).filter(
        (one) => !waiting.has(one.day) && !waitsForRollUps(content)(one),
      );
    if (goingOf(row.content, kept).some(waitsForRollUps(row.content)))
      await planUpkeep(world, nowMs);
    if (goingOfMonth(row.content).length === 0) continue;
    // Before the mark: what is marked is destroyed in time, whatever is killed here.
    if (!planned) await planUpkeep(world, keptUntilMs);
    planned = true;
    let going: PrunedDay[] = [];
    const change = (content: Month) => {
      going = goingOfMonth(content);
      return going.length === 0 ? undefined : withMarks(content, going, keptUntilMs);
    };
    if (await publishChange({ home }, site.id, row, { change })) gone.push(...going);
    await faultPoint('prune.published');
  }
  return gone;
}

/** Days with rows that the ledger does not have yet. */
export async function daysToClose(
  home: RowsWorld['home'],
  siteId: string,
): Promise<ReadonlySet<Day>> {
  const own = await ownDays(home, siteId);
  const late = await lateDays(home, siteId);
  const closed = await closedDaysOf(home, siteId);
  return new Set([...late, ...own.filter((day) => !closed.has(day))]);
}

/** What pruning would mark, days that are not closed yet among them. */
export async function countPruned(
  { home, clock }: RowsWorld,
  site: ClosingSite,
): Promise<PrunedDay[]> {
  const kept = keptFrom(site, clock());
  if (kept === undefined) return [];
  const closed = await closedDaysOf(home, site.id);
  const gone: PrunedDay[] = [];
  for (const { content } of await readMonths(home, site.id, upTo(kept)))
    gone.push(...goingOf(content, kept));
  for (const day of await listDays(home, site.id, { to: kept.hitsFrom })) {
    if (closed.has(day)) continue;
    const { most: hits } = await countRows(home, site.id, day, Number.MAX_SAFE_INTEGER);
    gone.push({ day, gone: day < kept.rollUpsFrom ? 'all' : 'hits', hits, visits: 0 });
  }
  return gone.sort((a, b) => (a.day < b.day ? -1 : 1));
}

function keptFrom(site: ClosingSite, nowMs: number): KeptFrom | undefined {
  const hitsFrom = hitsKeptFrom(site, nowMs);
  if (hitsFrom === undefined) return undefined;
  return { hitsFrom, rollUpsFrom: rollUpsKeptFrom(site, nowMs) ?? '' };
}

const upTo = ({ hitsFrom }: KeptFrom) => ({ to: `${hitsFrom.slice(0, 7)}~` });

/** What a month still shows and no longer keeps. */
function goingOf({ days }: Month, { hitsFrom, rollUpsFrom }: KeptFrom): PrunedDay[] {
  return Object.entries(days).flatMap(([day, closed]): PrunedDay[] => {
    const { pruned, keptUntilMs, hits, visits } = closed;
    if (keptUntilMs !== undefined) return [];
    if (day < rollUpsFrom && pruned !== 'all') return [{ day, gone: 'all', hits, visits }];
    if (day < hitsFrom && pruned === undefined) return [{ day, gone: 'hits', hits, visits }];
    return [];
  });
}

/** Its hits go, and its roll-ups stay: these have to be made first. */
const waitsForRollUps =
  ({ days, merged }: Month) =>
  ({ day, gone }: PrunedDay): boolean =>
    gone === 'hits' && lacksRollUps(days[day]!.own ?? merged);

function withMarks(content: Month, going: readonly PrunedDay[], keptUntilMs: number): Month {
  const days: Record<Day, ClosedDay> = { ...content.days };
  for (const { day, gone } of going) {
    const { pruned, ...present } = days[day]!;
    const before = pruned === 'hits' ? { prunedBefore: pruned } : {};
    days[day] = { ...present, pruned: gone, keptUntilMs, ...before };
  }
  return { ...content, days };
}

/**
 * Closes days before they are pruned, so that rows from before the seal are counted. Gives the days
 * that could not be closed: no other day waits for them.
 */
async function closeBefore(
  world: CloseWorld,
  site: ClosingSite,
  before: Day,
): Promise<{ readonly day: Day; readonly error: unknown }[]> {
  const failed: { day: Day; error: unknown }[] = [];
  for (const day of await listDays(world.home, site.id, { to: before })) {
    try {
      await closeWhole(world, site, { day, recount: false });
    } catch (error) {
      failed.push({ day, error });
    }
  }
  return failed;
}
