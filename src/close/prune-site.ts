import { hitsKeptFrom, rollUpsKeptFrom } from '../account/retention.ts';
import { listDays } from '../journal/read.ts';
import {
  type ClosedDay,
  type Month,
  type MonthRow,
  readMonth,
  readMonths,
} from '../ledger/manifest.ts';
import { publishChange } from '../ledger/publish.ts';
import { dayMs } from '../lib/clock.ts';
import { type Day, dayEnd } from '../lib/site-days.ts';
import { closeWhole } from './due-days.ts';
import { type LeftOut, mergeMonth } from './merge-month.ts';
import { removeOwnRows } from './own-rows.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

/** What goes: of a day its hits and visits, or its roll-ups too. */
export type PrunedDay = {
  readonly day: Day;
  readonly gone: 'hits' | 'all';
  readonly hits: number;
  readonly visits: number;
};

/** The first days of which hits, and roll-ups, are kept. */
type KeptFrom = { readonly hitsFrom: Day; readonly rollUpsFrom: Day };

/** Another process may change a month meanwhile. After so many times, the next pass goes on. */
const attempts = 5;

/** A row's time to live, 30 days, and what a store may take to act on it. */
const rowsStayMs = 40 * dayMs;

/**
 * Takes out of the ledger what the site no longer keeps: first the hits and visits of a day, later
 * its roll-ups. Such days were sealed before (`retention.ts`): no hit of them is taken any more,
 * and rows that still come are not counted. The sweeper removes the files. Gives what was pruned,
 * or with `dryRun` what would be.
 */
export async function pruneSite(
  world: CloseWorld,
  site: ClosingSite,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<PrunedDay[]> {
  const hitsFrom = hitsKeptFrom(site, world.clock());
  if (hitsFrom === undefined) return [];
  const kept: KeptFrom = { hitsFrom, rollUpsFrom: rollUpsKeptFrom(site, world.clock()) ?? '' };
  const range = { to: `${hitsFrom.slice(0, 7)}~` };
  const unclosed = dryRun ? [] : await closeBefore(world, site, hitsFrom);
  const gone: PrunedDay[] = [];
  for (const row of await readMonths(world.home, site.id, range)) {
    const went = dryRun ? goingOf(row, kept) : await pruneMonth(world, site, row, kept);
    gone.push(...went);
  }
  // A day that was pruned need not be closed any more.
  const left = unclosed.find(({ day }) => !gone.some((went) => went.day === day));
  if (left !== undefined) throw left.error;
  return gone;
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

async function pruneMonth(
  world: CloseWorld,
  site: ClosingSite,
  read: MonthRow,
  kept: KeptFrom,
): Promise<PrunedDay[]> {
  const { faultPoint = () => {} } = world;
  let row = read;
  const gone: PrunedDay[] = [];
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { content } = row;
    const going = goingOf(row, kept);
    if (going.length === 0) break;
    if (world.home.manyServers) await removeRows(world, site, going);
    // Days with files of their own lose them by a change of the row; for the others, the month's
    // files are made again.
    const own = going.filter(({ day }) => content.days[day]!.own !== undefined);
    const done =
      own.length > 0
        ? await publishChange(world, site.id, row, {
            change: (now) => withoutOwn(content, now, own),
          })
        : await mergeMonth(world, {
            ...{ site, row, days: mergedDays(row), leftOut: leftOutOf(row, going) },
          });
    if (done) gone.push(...(own.length > 0 ? own : going));
    await faultPoint('prune.published');
    row = await readMonth(world.home, site.id, row.month);
  }
  return gone;
}

/** Here rows of closed days stay for a while, and would outlive the pruned files. */
async function removeRows(
  world: CloseWorld,
  site: ClosingSite,
  going: readonly PrunedDay[],
): Promise<void> {
  const oldestMs = world.clock() - rowsStayMs;
  for (const { day } of going)
    if (dayEnd(site.zones, day) > oldestMs) await removeOwnRows(world, site.id, day);
}

const mergedDays = ({ content }: MonthRow) =>
  new Set(Object.keys(content.days).filter((day) => content.days[day]!.own === undefined));

/** What a month still has and no longer keeps. */
function goingOf({ content }: MonthRow, { hitsFrom, rollUpsFrom }: KeptFrom): PrunedDay[] {
  return Object.entries(content.days).flatMap(([day, closed]): PrunedDay[] => {
    const { pruned, hits, visits } = closed;
    if (day < rollUpsFrom && pruned !== 'all') return [{ day, gone: 'all', hits, visits }];
    if (day < hitsFrom && pruned === undefined) return [{ day, gone: 'hits', hits, visits }];
    return [];
  });
}

/** What a merged month loses now, and what it has lost before. */
function leftOutOf({ content }: MonthRow, going: readonly PrunedDay[]): LeftOut {
  const days = Object.entries(content.days);
  const gone = (all: boolean) => [
    ...days.filter(([, { pruned }]) => pruned === 'all' || (!all && pruned !== undefined)),
    ...going.filter((one) => one.gone === 'all' || !all).map(({ day }) => [day] as const),
  ];
  return {
    hits: new Set(gone(false).map(([day]) => day)),
    rollUps: new Set(gone(true).map(([day]) => day)),
  };
}

/** The month without the pruned files; undefined if one of the days has changed meanwhile. */
function withoutOwn(before: Month, now: Month, going: readonly PrunedDay[]): Month | undefined {
  const days: Record<Day, ClosedDay> = { ...now.days };
  for (const { day, gone } of going) {
    const present = now.days[day];
    const was = before.days[day]!;
    if (
      present?.own === undefined ||
      present.own.version !== was.own?.version ||
      present.pruned !== was.pruned
    )
      return undefined;
    const { own, ...rest } = present;
    const { rollup, hours } = own.files;
    const left = { ...(rollup && { rollup }), ...(hours && { hours }) };
    days[day] =
      gone === 'all'
        ? { ...rest, pruned: gone }
        : { ...rest, own: { version: own.version, files: left }, pruned: gone };
  }
  return { ...now, days };
}
