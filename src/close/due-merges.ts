import { type ClosedDay, lacksRollUps, type MonthRow } from '../ledger/manifest.ts';
import { hourMs } from '../lib/clock.ts';
import { type Day, dayEnd, previousDay } from '../lib/site-days.ts';
import type { ClosingSite } from './world.ts';

/**
 * A month is merged this long after it ended and after its last closing: most late rows come in the
 * first hours.
 */
const mergeAfterMs = 6 * hourMs;

/**
 * Roll-up rows are sorted in memory, some 150 bytes each. If a month has more, its days keep their
 * own files.
 */
const mostRollUpRows = 4_000_000;

/**
 * So many small days are merged while their month runs: each has two files, and a merge of a month
 * takes longer than closing a day.
 */
const smallDaysAtOnce = 8;

/** The days that have rows in the journal. */
export type InJournal = { readonly own: readonly Day[]; readonly late: ReadonlySet<Day> };

/** The closed days of a month that are to be merged now, with those that are; undefined: none. */
export function daysToMerge(
  row: MonthRow,
  site: ClosingSite,
  nowMs: number,
  { own, late }: InJournal,
): ReadonlySet<Day> | undefined {
  const { month, content } = row;
  const all = Object.entries(content.days);
  const canBe = !all.some(([, day]) => canBeTakenBack(day));
  const ofMonth = (day: Day) => day.startsWith(month);
  const isOpen =
    [...late].some(ofMonth) || own.some((day) => ofMonth(day) && content.days[day] === undefined);
  if (canBe && !isOpen && isOver(row, site, nowMs)) return new Set(all.map(([day]) => day));
  const before = mergedAlready(row);
  if (before.some((day) => canBeTakenBack(content.days[day]!))) return undefined;
  const small = smallDays(row, late);
  // Of days that were erased from, the merged files have what their own have no more.
  const erased = all.flatMap(([day, { own, erased }]) => (own && erased > 0 ? [day] : []));
  const isErasing = canBe && holdsErased(row) && !erased.some((day) => late.has(day));
  if (!isErasing && small.length < smallDaysAtOnce) return undefined;
  return new Set([...before, ...small, ...(isErasing ? erased : [])]);
}

export const mergedAlready = ({ content: { days } }: MonthRow): Day[] =>
  Object.keys(days).filter((day) => days[day]!.own === undefined);

/** Those with files of their own that may be merged: the keys of late rows would get lost. */
export const smallDays = ({ content: { days } }: MonthRow, late: ReadonlySet<Day>): Day[] =>
  Object.keys(days).filter((day) => {
    const closed = days[day]!;
    return lacksRollUps(closed.own) && !canBeTakenBack(closed) && !late.has(day);
  });

function isOver({ month, content }: MonthRow, { zones }: ClosingSite, nowMs: number): boolean {
  const own = Object.values(content.days).filter(({ own }) => own !== undefined);
  if (own.length === 0) return false;
  const lastMs = own.reduce(
    (last, { closedMs }) => Math.max(last, closedMs),
    dayEnd(zones, lastDay(month)),
  );
  const rollUpRows = [content.merged, ...own.map((day) => day.own)].map(
    (set) => set?.files.rollup?.rows ?? 0,
  );
  return nowMs >= lastMs + mergeAfterMs && rollUpRows.reduce((a, b) => a + b) <= mostRollUpRows;
}

/** Its merged files may still have hits that were erased from days which have others by now. */
export const holdsErased = ({ content: { merged, days } }: Pick<MonthRow, 'content'>) =>
  merged !== undefined &&
  Object.values(days).some(({ own, erased }) => own !== undefined && erased > 0);

/** A merge would mix what is to be destroyed with what stays. */
const canBeTakenBack = ({ keptUntilMs, own }: ClosedDay) =>
  keptUntilMs !== undefined || own?.files.erased !== undefined;

/** So long ago that its days may be closed together: no day of it is running in any sense. */
export const isMonthOver = (month: string, { zones }: ClosingSite, nowMs: number): boolean =>
  nowMs >= dayEnd(zones, lastDay(month)) + mergeAfterMs;

const lastDay = (month: string): Day => {
  const next = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1));
  return previousDay(next.toISOString().slice(0, 10));
};
