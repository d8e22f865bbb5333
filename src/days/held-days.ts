import type { Home } from '../home/home.ts';
import { readErasures } from '../journal/erasures.ts';
import { lateDays, ownDays } from '../journal/read.ts';
import { type ClosedDay, type FileSet, type MonthRow, monthOf } from '../ledger/manifest.ts';
import type { Months } from '../ledger/months.ts';
import { type Day, nextDay, type ZoneSpan } from '../lib/site-days.ts';
import { mayNeedErasing } from './pending-erasures.ts';
import type { DaySource } from './wanted.ts';

/** Where the hits of a site's days are, at one moment. */
export type HeldDays = {
  /** All days that have hits, ascending. */
  readonly days: readonly Day[];
  /** Those that the ledger has. */
  readonly closed: ReadonlyMap<Day, HeldDay>;
  /**
   * Of those, the ones to which late rows came, or from which hits are to be erased: they are
   * mounted, with what the ledger has of them.
   */
  readonly late: ReadonlySet<Day>;
};

export type HeldDay = {
  readonly closed: ClosedDay;
  /**
   * Its files, none where it has no hits any more. Merged ones hold other days too, and some that
   * have newer files of their own.
   */
  readonly set: FileSet | undefined;
  readonly month: MonthRow;
};

type Erasable = {
  readonly id: string;
  readonly zones: readonly ZoneSpan[];
  readonly erasedTo?: string;
};

type World = { readonly home: Pick<Home, 'rows' | 'shards'>; readonly months: Months };

/**
 * The journal's days are listed before the manifests are read: a day that is closed in between is
 * found in both, never in none. The rows of a closed day's own partitions do not matter: they are
 * in its files.
 */
export async function readHeldDays(
  { home, months }: World,
  site: Erasable,
  first?: Day,
  last?: Day,
): Promise<HeldDays> {
  const siteId = site.id;
  const range = {
    ...(first !== undefined && { from: first }),
    ...(last !== undefined && { to: nextDay(last) }),
  };
  const [own, late] = await Promise.all([
    ownDays(home, siteId, range),
    lateDays(home, siteId, range),
  ]);
  const closed = await readClosedDays(months, siteId, first, last);
  const kept = [...closed].flatMap(([day, { closed }]) =>
    closed.hits > 0 || closed.pruned ? [day] : [],
  );
  const days = [...new Set([...own, ...late, ...kept])].sort();
  const erased = await daysToEraseFrom(home, site, closed);
  return { days, closed, late: new Set([...late, ...erased]) };
}

/** Closed days that an erasure was not applied to yet: mounted, they are without what it means. */
async function daysToEraseFrom(
  home: World['home'],
  { id, zones, erasedTo }: Erasable,
  closed: HeldDays['closed'],
): Promise<Day[]> {
  if (erasedTo === undefined || closed.size === 0) return [];
  const erasures = await readErasures(home, id);
  return [...closed].flatMap(([day, { closed: one }]) =>
    mayNeedErasing(one, erasures, { zones }, day) ? [day] : [],
  );
}

export async function readClosedDays(
  months: Months,
  siteId: string,
  first?: Day,
  last?: Day,
): Promise<Map<Day, HeldDay>> {
  const closed = new Map<Day, HeldDay>();
  for (const month of await months.read(siteId, first && monthOf(first), last && monthOf(last))) {
    for (const [day, one] of Object.entries(month.content.days)) {
      if ((first !== undefined && day < first) || (last !== undefined && day > last)) continue;
      closed.set(day, { closed: one, set: one.own ?? month.content.merged, month });
    }
  }
  return closed;
}

/** Whether a day is read from files alone. */
export const isClean = ({ closed, late }: HeldDays, day: Day) => {
  const held = closed.get(day);
  // What still comes to a pruned day was under way when it was sealed, and goes too.
  return held !== undefined && (held.closed.pruned !== undefined || !late.has(day));
};

/** How a day is read (`SpanDay`). */
export function sourceOf(held: HeldDays, day: Day): { readonly source?: DaySource } {
  if (!isClean(held, day)) return {};
  const { pruned } = held.closed.get(day)!.closed;
  return { source: pruned === undefined ? 'files' : pruned === 'hits' ? 'rolled' : 'gone' };
}
