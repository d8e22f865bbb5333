import { rowsExpire } from '../home/home.ts';
import { lateDays, ownDays } from '../journal/read.ts';
import { closedDaysOf } from '../ledger/manifest.ts';
import { hourMs } from '../lib/clock.ts';
import { type Day, dayEnd } from '../lib/site-days.ts';
import { freezeAfterMs, recountAfterMs } from '../model/times.ts';
import { closeDay } from './close-day.ts';
import { daysToErase } from './erased-days.ts';
import type { NamedSite } from './pass-events.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

/** Closed days that late rows came to are closed again at most this often. */
const lateEveryMs = hourMs;

/** Rows can come in between; where they come every time, something is wrong. */
const attempts = 5;

/** A day to close, and how. */
export type DueDay = {
  readonly day: Day;
  readonly endedMs: number;
  /** The ledger has nothing of it yet. */
  readonly isNew: boolean;
  readonly recount: boolean;
};

export type DayToClose = Pick<DueDay, 'day' | 'recount'> & {
  readonly site: NamedSite;
  /** Also if nothing came to it since it was closed. */
  readonly again?: boolean;
};

/**
 * The days of a site that are to be closed now, oldest first: those that are frozen and not closed,
 * those that late rows came to (`atOnce`: however lately they were closed), those whose rows are to
 * be counted once more, and those that hold what is to be erased. The journal says which: nothing
 * is scanned.
 */
export async function dueDays(
  { home, clock }: Pick<CloseWorld, 'home' | 'clock'>,
  site: ClosingSite,
  { atOnce = false }: { readonly atOnce?: boolean } = {},
): Promise<DueDay[]> {
  const nowMs = clock();
  // The journal first: a day that is closed in between is then found in both, never in none.
  const own = new Set(await ownDays(home, site.id));
  const late = new Set(await lateDays(home, site.id));
  const erased = await daysToErase({ home, clock }, site);
  const days = [...new Set([...own, ...late, ...erased])].sort();
  if (days.length === 0) return [];
  const closed = await closedDaysOf(home, site.id, days[0]);
  return days.flatMap((day) => {
    const endedMs = dayEnd(site.zones, day);
    if (nowMs < endedMs + freezeAfterMs) return [];
    const present = closed.get(day);
    if (present?.keptUntilMs !== undefined) return [];
    const recount =
      own.has(day) &&
      (!rowsExpire(home) || nowMs >= (present?.closedMs ?? endedMs) + recountAfterMs);
    const isDue =
      present === undefined ||
      recount ||
      erased.has(day) ||
      (late.has(day) && (atOnce || nowMs >= present.closedMs + lateEveryMs));
    return isDue ? [{ day, endedMs, isNew: present === undefined, recount }] : [];
  });
}

/**
 * Closes a day until no row is left that was not read. Rejects where rows keep coming to a frozen
 * day.
 */
export async function closeWhole(
  world: CloseWorld,
  site: ClosingSite,
  { day, recount, again = false }: Pick<DueDay, 'day' | 'recount'> & { readonly again?: boolean },
): Promise<void> {
  const options = { again, ...(recount ? { recount } : {}) };
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if ((await closeDay(world, site, day, options)) === 'closed') return;
  }
  throw new Error(`${day} was not closed: rows came to it at each of ${attempts} attempts`);
}
