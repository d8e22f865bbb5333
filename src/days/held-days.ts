import type { Home } from '../home/home.ts';
import { erasuresOf, type KeptErasure } from '../journal/erasures.ts';
import { lateDays, listDays, ownDays } from '../journal/read.ts';
import {
  type ClosedDay,
  type FileSet,
  lacksRollUps,
  type MonthRow,
  monthOf,
} from '../ledger/manifest.ts';
import type { Months } from '../ledger/months.ts';
import { asClosed, type Pack, packKinds, readPacks } from '../ledger/packs.ts';
import { type Day, nextDay, type ZoneSpan } from '../lib/site-days.ts';
import { mayNeedErasing } from './pending-erasures.ts';
import type { DaySource, Wanted } from './wanted.ts';

/** The days of a site that there are, at one moment. */
export type ListedDays = {
  /** All days that have hits, ascending. */
  readonly days: readonly Day[];
  /** Those that have rows of their own in the journal, and those that have late rows there. */
  readonly own: ReadonlySet<Day>;
  readonly late: ReadonlySet<Day>;
  /** Those that the ledger has. */
  readonly closed: ReadonlyMap<Day, ClosedHere>;
  /** Packs of days that have rows in the journal. */
  readonly packs: ReadonlyMap<Day, Pack>;
};

export type ClosedHere = {
  readonly closed: ClosedDay;
  /**
   * Its files, none where it has no hits any more. Merged ones hold other days too, and some that
   * have newer files of their own.
   */
  readonly set: FileSet | undefined;
  readonly month: MonthRow;
};

/** Where the hits of a site's days are, at one moment. */
export type HeldDays = ListedDays & {
  /** All of the site's, whether they stand or were taken back. */
  readonly erasures: readonly KeptErasure[];
  /**
   * Closed days whose files do not follow the erasures yet: they are mounted, and their hits judged
   * again, those too that were erased and can be taken back.
   */
  readonly unerased: ReadonlySet<Day>;
  /** What newer rows amend, of days that are read so. */
  readonly bases: ReadonlyMap<Day, Base>;
};

/**
 * Files that have most of a day: its pack, or what the ledger has of it. Newer rows amend them:
 * only the visitors of these are mounted, and in the files they are passed over.
 */
export type Base = ClosedHere & {
  /** The rows received before this are in the files; undefined: no row of the journal is. */
  readonly untilMs?: number;
};

/** A site as its days are read. */
export type DaysSite = { readonly id: string; readonly zones: readonly ZoneSpan[] };

export type DaysSource = {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly months: Months;
};

/** Days, both included; either end may be open. */
export type Within = { readonly from?: Day | undefined; readonly to?: Day | undefined };

/**
 * The journal's days are listed before the manifests are read: a day that is closed in between is
 * found in both, never in none. The rows of a closed day's own partitions do not matter: they are
 * in its files.
 */
export async function listDaysHeld(
  { home, months }: DaysSource,
  siteId: string,
  span: Within = {},
): Promise<ListedDays> {
  const range = {
    ...(span.from !== undefined && { from: span.from }),
    ...(span.to !== undefined && { to: nextDay(span.to) }),
  };
  const [own, late, packs] = await Promise.all([
    ownDays(home, siteId, range),
    lateDays(home, siteId, range),
    readPacks(home, siteId, range),
  ]);
  const closed = await readClosedDays(months, siteId, span);
  const kept = [...closed].flatMap(([day, { closed }]) =>
    closed.hits > 0 || closed.pruned ? [day] : [],
  );
  const days = [...new Set([...own, ...late, ...kept])].sort();
  return { days, own: new Set(own), late: new Set(late), closed, packs };
}

/** The days that have rows in the journal and are not closed; no older months are read. */
export async function openDaysOf({ home, months }: DaysSource, siteId: string): Promise<Day[]> {
  const days = await listDays(home, siteId);
  if (days.length === 0) return days;
  const closed = await readClosedDays(months, siteId, { from: days[0] });
  return days.filter((day) => !closed.has(day));
}

/** Of days as they were listed, where their hits are by the erasures that there are. */
export function heldDays(
  listed: ListedDays,
  { zones }: Pick<DaysSite, 'zones'>,
  erasures: readonly KeptErasure[],
  lost: ReadonlySet<string> = new Set(),
): HeldDays {
  const unerased = [...listed.closed].flatMap(([day, { closed }]) =>
    mayNeedErasing(closed, erasures, { zones }, day) ? [day] : [],
  );
  // Of one that has no hits, all may have been erased, and been taken back.
  const days = new Set([...listed.days, ...unerased.filter((day) => hasErased(listed, day))]);
  const held = { ...listed, days: [...days].sort(), erasures, unerased: new Set(unerased) };
  const bases = held.days.flatMap((day): [Day, Base][] => {
    if (isClean(held, day) || held.unerased.has(day)) return [];
    const base = baseOf(held, day, keysOf(erasuresOf(erasures, zones, day)), lost);
    return base === undefined ? [] : [[day, base]];
  });
  return { ...held, bases: new Map(bases) };
}

const keysOf = (erasures: readonly KeptErasure[]) => erasures.map(({ key }) => key);

function baseOf(
  { closed, packs }: Pick<ListedDays, 'closed' | 'packs'>,
  day: Day,
  erasures: readonly string[],
  lost: ReadonlySet<string>,
): Base | undefined {
  const here = closed.get(day);
  const pack = packs.get(day);
  if (pack !== undefined && !lost.has(pack.set.version) && fits(pack, here?.set, erasures))
    return { ...asClosed(day, pack), untilMs: pack.untilMs };
  const isWhole = packKinds.every((kind) => here?.set?.files[kind] !== undefined);
  return here !== undefined && isWhole ? here : undefined;
}

/** Whether a pack contains what the ledger has of its day now, without what is erased now. */
export const fits = (
  { on, erasures: left }: Pick<Pack, 'on' | 'erasures'>,
  set: FileSet | undefined,
  erasures: readonly string[],
) => on === set?.version && left.join() === [...erasures].sort().join();

const hasErased = ({ closed }: ListedDays, day: Day) =>
  closed.get(day)?.set?.files.erased !== undefined;

export async function readClosedDays(
  months: Months,
  siteId: string,
  { from, to }: Within,
): Promise<Map<Day, ClosedHere>> {
  const closed = new Map<Day, ClosedHere>();
  for (const month of await months.read(siteId, from && monthOf(from), to && monthOf(to))) {
    for (const [day, one] of Object.entries(month.content.days)) {
      if ((from !== undefined && day < from) || (to !== undefined && day > to)) continue;
      closed.set(day, { closed: one, set: one.own ?? month.content.merged, month });
    }
  }
  return closed;
}

/**
 * Whether the ledger still has these days as they were listed. Rows are removed only after their
 * day's files are published: so if it has, all rows were there to be read meanwhile.
 */
export async function areUnchanged(
  months: Months,
  siteId: string,
  { closed }: Pick<ListedDays, 'closed'>,
  read: readonly Day[],
): Promise<boolean> {
  if (read.length === 0) return true;
  const days = [...read].sort();
  const now = await readClosedDays(months, siteId, { from: days[0], to: days[days.length - 1] });
  return days.every((day) => stateOf(now.get(day)) === stateOf(closed.get(day)));
}

const stateOf = (one: ClosedHere | undefined) =>
  one && `${one.set?.version} ${JSON.stringify(one.closed)}`;

type Places = Pick<HeldDays, 'closed' | 'late' | 'unerased'>;

/** Whether a day is read from files alone. */
export const isClean = ({ closed, late, unerased }: Places, day: Day) => {
  const held = closed.get(day);
  // What still comes to a pruned day was under way when it was sealed, and goes too.
  return (
    held !== undefined &&
    (held.closed.pruned !== undefined || !(late.has(day) || unerased.has(day)))
  );
};

/** How a day is read (`SpanDay`). */
export function sourceOf(
  held: Places & Pick<HeldDays, 'bases'>,
  day: Day,
): { readonly source?: DaySource; readonly unrolled?: true } {
  if (held.bases.has(day)) return { source: 'amended' };
  if (!isClean(held, day)) return {};
  const { closed, set } = held.closed.get(day)!;
  if (closed.pruned !== undefined) return { source: closed.pruned === 'hits' ? 'rolled' : 'gone' };
  return { source: 'files', ...(lacksRollUps(set) && { unrolled: true }) };
}

/** All hits of one day, each once; undefined where none are kept. */
export function hitsOfDay(held: HeldDays, day: Day): Wanted | undefined {
  const { source } = sourceOf(held, day);
  if (!held.days.includes(day) || source === 'rolled' || source === 'gone') return undefined;
  const days = [{ day, ...(source !== undefined && { source }) }];
  return { relation: 'hits', days, ...(source === 'files' && { hitsOnly: true }) };
}
