import { isErasedDue, mayNeedErasing } from '../days/pending-erasures.ts';
import { readDayRows } from '../journal/day-rows.ts';
import { isErasedBy, readErasures, settleErasure, touching } from '../journal/erasures.ts';
import { listDays } from '../journal/read.ts';
import { openChecked } from '../ledger/checked-file.ts';
import { hitsFromFile } from '../ledger/columns.ts';
import { fileRows } from '../ledger/file-rows.ts';
import {
  type ClosedDay,
  closedDaysOf,
  fileOfDay,
  isSameDay,
  monthOf,
  readMonth,
  readMonths,
} from '../ledger/manifest.ts';
import { publishChange } from '../ledger/publish.ts';
import { type Day, dayBounds } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';
import type { Hit } from '../model/hit.ts';
import { computeTimeoutMs } from '../model/times.ts';
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

/**
 * Counts what an erasure would erase, in the ledger and in the journal. In the journal a retry of a
 * hit counts as another hit. What is erased already is left out.
 */
export async function countErasure(
  world: CloseWorld,
  site: ClosingSite,
  erasure: Erasure,
): Promise<Meant> {
  const { home, duck } = world;
  const meant = isErasedBy([erasure]);
  const gone = isErasedBy(await readErasures(home, site.id));
  const counts = new Map<Day, number>();
  const add = (day: Day, hits: number) =>
    hits > 0 && counts.set(day, (counts.get(day) ?? 0) + hits);
  const closed = await closedDaysOf(home, site.id, firstOf([erasure], site));
  for (const day of await listDays(home, site.id)) {
    if (closed.get(day)?.pruned !== undefined || touching([erasure], site.zones, day).length === 0)
      continue;
    const reading = { siteId: site.id, day, lateOnly: closed.has(day), counted: new Set<string>() };
    for await (const page of readDayRows(home, reading).pages) {
      const hits = page.map(({ value }) => JSON.parse(value) as Hit);
      add(day, hits.filter((hit) => meant(hit) && !gone(hit)).length);
    }
  }
  const pruned: Day[] = [];
  for (const day of touched(closed, [erasure], site)) {
    const now = await readMonth(home, site.id, monthOf(day));
    if (closed.get(day)!.pruned === 'hits') pruned.push(day);
    if (now.content.days[day]?.pruned !== undefined) continue;
    const file = fileOfDay(site.id, now, day, 'hits');
    if (file === undefined) continue;
    const local = await openChecked(home.files, file);
    try {
      const from = hitsFromFile(fileRows('hits', [file], () => local.path));
      add(
        day,
        await duck.read((session) => countMeant(session, from, day, erasure), computeTimeoutMs),
      );
    } finally {
      local.release();
    }
  }
  const days = [...counts]
    .map(([day, hits]) => ({ day, hits }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
  return { days, pruned };
}
