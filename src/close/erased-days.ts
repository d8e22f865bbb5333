import { hitsOfDay, listDaysHeld } from '../days/held-days.ts';
import { type Days, openDayHits } from '../days/open-days.ts';
import { isErasedDue, mayNeedErasing } from '../days/pending-erasures.ts';
import { readDays } from '../days/read-days.ts';
import { readErasures, settleErasure, touching } from '../journal/erasures.ts';
import { listDays } from '../journal/read.ts';
import {
  type ClosedDay,
  closedDaysOf,
  fileOfDay,
  isSameDay,
  readMonths,
} from '../ledger/manifest.ts';
import { publishChange } from '../ledger/publish.ts';
import { type Day, dayBounds } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';
import { countMeant } from '../visits/erase.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

/**
 * The closed days of a site that are to be closed again: an erasure is to be applied to them, was
 * taken back, or can be taken back no longer and is now to be destroyed. An erasure without such
 * days, and without days that have rows in the journal, is settled when its time has passed: nobody
 * looks through the ledger for it any more. A day whose rows are still there may be closed at this
 * moment by a process that did not know of the erasure.
 */
export async function daysToErase(
  { home, clock }: Pick<CloseWorld, 'home' | 'clock'>,
  site: ClosingSite,
): Promise<ReadonlySet<Day>> {
  const erasures = await readErasures(home, site.id);
  const unsettled = erasures.filter(({ settled }) => settled === undefined);
  if (unsettled.length === 0) return new Set();
  const nowMs = clock();
  // The journal first: a day that is closed in between is then found in both.
  const inJournal = await listDays(home, site.id);
  const closed = await closedDaysOf(home, site.id, firstOf(unsettled, site));
  const days = new Set<Day>();
  for (const erasure of unsettled) {
    const concerned = touched(closed, [erasure], site);
    const left = concerned.filter((day) => {
      const one = closed.get(day)!;
      return mayNeedErasing(one, erasures, site, day) || isErasedDue(one, nowMs);
    });
    for (const day of left) days.add(day);
    const isOpen = erasure.takenBackMs === undefined && nowMs < (erasure.destroyMs ?? 0);
    const mayCome = inJournal.some((day) => touching([erasure], site.zones, day).length > 0);
    const holds = concerned.some((day) => closed.get(day)!.own?.files.erased !== undefined);
    if (left.length === 0 && !isOpen && !mayCome && !holds)
      await settleErasure(home, site.id, erasure);
  }
  return days;
}

/**
 * Destroys the erased hits of days that were pruned before these could be taken back no longer:
 * such days are not closed again.
 */
export async function destroyErased(world: CloseWorld, site: ClosingSite): Promise<void> {
  const isDue = ({ pruned, erasedUntilMs }: ClosedDay, nowMs: number) =>
    pruned !== undefined && erasedUntilMs !== undefined && erasedUntilMs <= nowMs;
  const nowMs = world.clock();
  for (const row of await readMonths(world.home, site.id)) {
    const due = Object.entries(row.content.days).filter(([, day]) => isDue(day, nowMs));
    if (due.length === 0) continue;
    const names = due.flatMap(([day]) => fileOfDay(site.id, row, day, 'erased')?.name ?? []);
    const published = await publishChange(world, site.id, row, {
      change(now) {
        const days = { ...now.days };
        for (const [day, before] of due) {
          const present = days[day];
          if (present?.own === undefined || !isSameDay(present, before)) return undefined;
          const { erasedUntilMs: _, ...rest } = present;
          const { erased: __, ...files } = present.own.files;
          days[day] = { ...rest, own: { ...present.own, files } };
        }
        return { ...now, days };
      },
    });
    if (published) for (const name of names) await world.home.files.remove(name);
  }
}

/** The first day; undefined if one of them has no beginning. */
function firstOf(erasures: readonly Erasure[], { zones }: ClosingSite): Day | undefined {
  const firstMs = Math.min(...erasures.map(({ fromMs = Number.NEGATIVE_INFINITY }) => fromMs));
  return Number.isFinite(firstMs) ? dayBounds(zones, firstMs).day : undefined;
}

/** The days that erasures may concern, ascending. */
export function touched(
  closed: ReadonlyMap<Day, ClosedDay>,
  erasures: readonly Erasure[],
  { zones }: ClosingSite,
): Day[] {
  return [...closed.keys()].filter((day) => touching(erasures, zones, day).length > 0).sort();
}

/** The hits that an erasure means. Pruned days have no hits left, but may have roll-ups. */
export type Meant = {
  readonly days: readonly { readonly day: Day; readonly hits: number }[];
  readonly pruned: readonly Day[];
};

/** Of days that are mounted to count what an erasure means, one at a time. */
const mountedBytes = 2 ** 29;

/** Counts what an erasure would erase. What is erased already is left out. */
export async function countErasure(
  { home, duck, clock }: CloseWorld,
  site: ClosingSite,
  erasure: Erasure,
): Promise<Meant> {
  const source = openDayHits({ home, duck, clock, budgetBytes: mountedBytes });
  const listed = await listDaysHeld(source, site.id, { from: firstOf([erasure], site) });
  const days: { day: Day; hits: number }[] = [];
  for (const day of listed.days) {
    if (touching([erasure], site.zones, day).length === 0) continue;
    const hits = await countOnDay(source, site, day, erasure);
    if (hits > 0) days.push({ day, hits });
  }
  const closed = new Map([...listed.closed].map(([day, { closed }]) => [day, closed]));
  const pruned = touched(closed, [erasure], site).filter(
    (day) => closed.get(day)!.pruned === 'hits',
  );
  return { days, pruned };
}

async function countOnDay(
  days: Days,
  site: ClosingSite,
  day: Day,
  erasure: Erasure,
): Promise<number> {
  try {
    return await readDays(days, site, { from: day, to: day }, (held) => {
      const wanted = hitsOfDay(held, day);
      return {
        scopes: wanted === undefined ? [] : [wanted],
        compute: async (session, tables) =>
          wanted === undefined ? 0 : countMeant(session, tables(wanted).hits, day, erasure),
      };
    });
  } finally {
    days.mounts.forget(site.id);
  }
}
