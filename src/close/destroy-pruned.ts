import { rowsExpire } from '../home/home.ts';
import {
  type ClosedDay,
  destroyed,
  filesOfMonth,
  goneOf,
  isSameDay,
  type Month,
  type MonthRow,
  readMonth,
  readMonths,
} from '../ledger/manifest.ts';
import { publishChange } from '../ledger/publish.ts';
import { type Day, dayEnd } from '../lib/site-days.ts';
import { expiredRowsGoMs } from '../model/times.ts';
import { mergeMonth } from './merge-month.ts';
import type { LeftOut } from './merge-sources.ts';
import { removeOwnRows } from './own-rows.ts';
import { sweepSoon } from './sweep.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

/** Another process may change a month meanwhile. After so many times, the next pass goes on. */
const attempts = 5;

type GoingDay = { readonly day: Day; readonly gone: 'hits' | 'all' };

/**
 * Takes out of the ledger what was pruned 24 hours ago (with `now`: all that was pruned): of days
 * with files of their own by a change of the month's row; for the others, the month's files are
 * made again. The files that had it are removed when no reader can be at them, an hour later; with
 * `now` at once.
 */
export async function destroyPruned(
  world: CloseWorld,
  site: ClosingSite,
  { now = false }: { readonly now?: boolean } = {},
): Promise<void> {
  for (const read of await readMonths(world.home, site.id)) {
    let row = read;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const due = dueOf(row, now ? Number.POSITIVE_INFINITY : world.clock());
      if (due.length === 0) break;
      const done = await destroyDays(world, site, row, due);
      const before = row;
      row = await readMonth(world.home, site.id, row.month);
      if (!done) continue;
      const named = new Set(filesOfMonth(site.id, row).map(({ name }) => name));
      const left = filesOfMonth(site.id, before).filter(({ name }) => !named.has(name));
      const names = left.map(({ name }) => name);
      if (now) for (const name of names) await world.home.files.remove(name);
      else await sweepSoon(world, names);
    }
  }
}

function dueOf({ content }: MonthRow, nowMs: number): GoingDay[] {
  return Object.entries(content.days).flatMap(([day, { pruned, keptUntilMs }]) =>
    pruned !== undefined && keptUntilMs !== undefined && keptUntilMs <= nowMs
      ? [{ day, gone: pruned }]
      : [],
  );
}

async function destroyDays(
  world: CloseWorld,
  site: ClosingSite,
  row: MonthRow,
  going: readonly GoingDay[],
): Promise<boolean> {
  const { faultPoint = () => {} } = world;
  const { content } = row;
  if (rowsExpire(world.home)) await removeRows(world, site, going);
  const own = going.filter(({ day }) => content.days[day]!.own !== undefined);
  const done =
    own.length > 0
      ? await publishChange(world, site.id, row, {
          change: (now) => withoutOwn(content, now, own),
        })
      : await mergeMonth(world, {
          ...{ site, row, days: mergedDays(row), leftOut: leftOutOf(row, going) },
        });
  await faultPoint('prune.destroyed');
  return done;
}

/** Here rows of closed days stay for a while, and would outlive the pruned files. */
async function removeRows(
  world: CloseWorld,
  site: ClosingSite,
  going: readonly GoingDay[],
): Promise<void> {
  const oldestMs = world.clock() - (world.home.rowsExpireAfterMs ?? 0) - expiredRowsGoMs;
  for (const { day } of going)
    if (dayEnd(site.zones, day) > oldestMs) await removeOwnRows(world, site.id, day);
}

const mergedDays = ({ content }: MonthRow) =>
  new Set(Object.keys(content.days).filter((day) => content.days[day]!.own === undefined));

/** What a merged month loses now, and what it has lost before. */
function leftOutOf({ content }: MonthRow, going: readonly GoingDay[]): LeftOut {
  const days = Object.entries(content.days);
  const gone = (all: boolean) => [
    ...days.filter(([, day]) => goneOf(day) === 'all' || (!all && goneOf(day) !== undefined)),
    ...going.filter((one) => one.gone === 'all' || !all).map(({ day }) => [day] as const),
  ];
  return {
    hits: new Set(gone(false).map(([day]) => day)),
    rollUps: new Set(gone(true).map(([day]) => day)),
  };
}

/** The month without the pruned files; undefined if one of the days has changed meanwhile. */
function withoutOwn(before: Month, now: Month, going: readonly GoingDay[]): Month | undefined {
  const days: Record<Day, ClosedDay> = { ...now.days };
  for (const { day, gone } of going) {
    const present = now.days[day];
    if (present?.own === undefined || !isSameDay(present, before.days[day]!)) return undefined;
    const { own, ...rest } = present;
    const { rollup, hours } = own.files;
    const left = { ...(rollup && { rollup }), ...(hours && { hours }) };
    const set = { ...own, files: left };
    days[day] = destroyed(gone === 'all' ? rest : { ...rest, own: set }, gone);
  }
  return { ...now, days };
}
