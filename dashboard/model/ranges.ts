import type { Interval, Query } from '../api/types.ts';
import {
  addDays,
  addMonths,
  countDays,
  type Day,
  dayAt,
  instantOf,
  isDay,
  isTime,
  monthStart,
  startOf,
  type Time,
  timeAt,
} from './calendar.ts';

const secondMs = 1_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export type RangeName =
  | 'day'
  | 'yesterday'
  | '24h'
  | '7d'
  | '28d'
  | '30d'
  | '91d'
  | 'month'
  | 'lastmonth'
  | '6mo'
  | '12mo'
  | 'year'
  | 'all';
/** By its name; two days, both included; or two moments on the site's clock, the last one not. */
export type Range = RangeName | Span;
export type Span = { readonly from: Day | Time; readonly to: Day | Time };

/** The ranges of the menu, in its order. `key` is the keyboard shortcut. */
export const rangeMenu: readonly {
  readonly name: RangeName;
  readonly key: string;
}[] = [
  { name: 'day', key: 'd' },
  { name: 'yesterday', key: 'e' },
  { name: '24h', key: 'h' },
  { name: '7d', key: 'w' },
  { name: '28d', key: 'f' },
  { name: '30d', key: 't' },
  { name: '91d', key: 'n' },
  { name: 'month', key: 'm' },
  { name: 'lastmonth', key: 'p' },
  { name: '6mo', key: 's' },
  { name: '12mo', key: 'l' },
  { name: 'year', key: 'y' },
  { name: 'all', key: 'a' },
];
export const customRangeKey = 'c';
export const defaultRange: RangeName = '30d';

/** A range at one moment: days, both included; seconds, likewise; or everything. */
export type Period =
  | { readonly kind: 'days'; readonly from: Day; readonly to: Day }
  | { readonly kind: 'times'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'all' };

export type Moment = { readonly nowMs: number; readonly zone: string };

/** Ranges that end now include today, so that the newest hits are shown. */
export function periodOf(range: Range, { nowMs, zone }: Moment): Period {
  if (typeof range === 'object') {
    if (!isTime(range.from)) return { kind: 'days', ...range };
    const [fromMs, toMs] = [instantOf(range.from, zone), instantOf(range.to, zone)];
    return { kind: 'times', fromMs, toMs: toMs - secondMs };
  }
  const today = dayAt(nowMs, zone);
  const since = (from: Day): Period => ({ kind: 'days', from, to: today });
  if (range === 'all') return { kind: 'all' };
  if (range === 'day') return since(today);
  if (range === '24h') {
    return {
      kind: 'times',
      fromMs: Math.floor(nowMs / hourMs) * hourMs - 23 * hourMs,
      toMs: nowMs,
    };
  }
  if (range === 'yesterday') {
    const day = addDays(today, -1);
    return { kind: 'days', from: day, to: day };
  }
  if (range === 'month') return since(monthStart(today));
  if (range === 'lastmonth') {
    const from = addMonths(monthStart(today), -1);
    return { kind: 'days', from, to: lastOfMonths(from, 1) };
  }
  if (range === 'year') return since(`${today.slice(0, 4)}-01-01`);
  const count = Number.parseInt(range, 10);
  return since(
    range.endsWith('mo') ? addMonths(monthStart(today), 1 - count) : addDays(today, 1 - count),
  );
}

/**
 * What a period is compared with.
 *
 *   weekdays   the period before, on the same weekdays
 *   previous   the period just before
 *   year       the same days a year before
 *   none       nothing
 */
export type Compare = CompareName | { readonly from: Day; readonly to: Day };

export type CompareName = 'weekdays' | 'previous' | 'year' | 'none';

export const compareNames: readonly CompareName[] = ['weekdays', 'previous', 'year', 'none'];

/** The period to compare with; `all` has none. */
export function periodCompared(compare: Compare, range: Range, period: Period): Period | undefined {
  if (compare === 'none' || period.kind === 'all') return undefined;
  if (typeof compare === 'object') return { kind: 'days', ...compare };
  if (compare === 'weekdays') return periodBefore(range, period);
  if (compare === 'year') return yearBefore(period);
  if (period.kind === 'times') return moved(period, period.fromMs - hourEnd(period));
  const { from, to } = period;
  const months = monthsIn(range, from, to);
  // Before whole months are as many months, which may have more days or fewer.
  if (months > 0 && to === lastOfMonths(from, months)) {
    const before = addMonths(from, -months);
    return { kind: 'days', from: before, to: lastOfMonths(before, months) };
  }
  const days = countDays(from, to);
  return { kind: 'days', from: addDays(from, -days), to: addDays(to, -days) };
}

type Times = Extract<Period, { kind: 'times' }>;

const moved = ({ fromMs, toMs }: Times, byMs: number): Period => ({
  ...{ kind: 'times', fromMs: fromMs + byMs, toMs: toMs + byMs },
});

const hourEnd = ({ toMs }: Times) => Math.ceil(toMs / hourMs) * hourMs;

/** 29 February's is 28 February. */
function yearBefore(period: Exclude<Period, { kind: 'all' }>): Period {
  if (period.kind === 'times') return moved(period, -52 * 7 * dayMs);
  return { kind: 'days', from: addMonths(period.from, -12), to: addMonths(period.to, -12) };
}

/**
 * The range before or after, by its own length; undefined where it would begin after today, or has
 * none.
 */
export function stepRange(range: Range, moment: Moment, step: -1 | 1): Range | undefined {
  const period = periodOf(range, moment);
  if (period.kind === 'all') return undefined;
  if (period.kind === 'times' && typeof range === 'object') return stepTimes(period, moment, step);
  const today = dayAt(moment.nowMs, moment.zone);
  const { from, to } = period.kind === 'times' ? { from: today, to: today } : period;
  const months = monthsIn(range, from, to);
  const next =
    months > 0
      ? {
          from: addMonths(from, step * months),
          to: lastOfMonths(addMonths(from, step * months), months),
        }
      : {
          from: addDays(from, step * countDays(from, to)),
          to: addDays(to, step * countDays(from, to)),
        };
  return next.from > today ? undefined : next;
}

function stepTimes({ fromMs, toMs }: Times, { nowMs, zone }: Moment, step: -1 | 1) {
  const byMs = step * (toMs + secondMs - fromMs);
  if (fromMs + byMs > nowMs) return undefined;
  return { from: timeAt(fromMs + byMs, zone), to: timeAt(toMs + secondMs + byMs, zone) };
}

/** The whole months that a range is of, 0 if it is of days. */
function monthsIn(range: Range, from: Day, to: Day): number {
  if (range === 'month' || range === 'lastmonth') return 1;
  if (range === 'year' || range === '12mo') return 12;
  if (range === '6mo') return 6;
  if (typeof range === 'string' || from !== monthStart(from)) return 0;
  for (const months of [1, 2, 3, 6, 12]) if (to === lastOfMonths(from, months)) return months;
  return 0;
}

const lastOfMonths = (from: Day, months: number): Day => addDays(addMonths(from, months), -1);

/**
 * The period to compare with: as long, and on the same weekdays, as near before as it can be
 * without overlapping. For several months, which have all weekdays alike, the months before. `all`
 * has none.
 */
export function periodBefore(range: Range, period: Period): Period | undefined {
  if (period.kind === 'all') return undefined;
  if (period.kind === 'times') {
    return moved(period, -7 * dayMs * Math.ceil((period.toMs - period.fromMs) / (7 * dayMs)));
  }
  const { from, to } = period;
  const months = range === 'year' || range === '12mo' ? 12 : range === '6mo' ? 6 : 0;
  if (months > 0)
    return { kind: 'days', from: addMonths(from, -months), to: addMonths(to, -months) };
  const days = Math.ceil(countDays(from, to) / 7) * 7;
  return { kind: 'days', from: addDays(from, -days), to: addDays(to, -days) };
}

/**
 * The period that the totals are compared with, so that the comparison is fair: while today has not
 * ended, the last day of the period before ends at the same time of day. In periods of more than a
 * month, this part of a day makes no difference.
 */
export function periodToCompare(before: Period, period: Period, { nowMs, zone }: Moment): Period {
  if (before.kind !== 'days' || period.kind !== 'days') return before;
  if (period.to !== dayAt(nowMs, zone) || countDays(before.from, before.to) > 31) return before;
  const minuteMs = 60_000;
  const passedMs = Math.floor((nowMs - startOf(period.to, zone)) / minuteMs) * minuteMs;
  return {
    kind: 'times',
    fromMs: startOf(before.from, zone),
    toMs: startOf(before.to, zone) + passedMs,
  };
}

export function dateRangeOf(period: Period): Query['date_range'] {
  if (period.kind === 'all') return 'all';
  if (period.kind === 'days') return [period.from, period.to];
  return [isoSeconds(period.fromMs), isoSeconds(period.toMs)];
}

/** The period of a query: the opposite of `dateRangeOf`. */
export function periodAsked(range: Query['date_range']): Period {
  // The other text, `day`, is used only in queries whose period is not shown.
  if (typeof range === 'string') return { kind: 'all' };
  const [from, to] = range;
  if (isDay(from)) return { kind: 'days', from, to };
  return { kind: 'times', fromMs: Date.parse(from), toMs: Date.parse(to) };
}

const isoSeconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** The intervals that make sense for this many days; the first is the default. */
export function intervalsFor(days: number): readonly Interval[] {
  if (days <= 1) return ['hour', 'minute'];
  if (days <= 2) return ['hour'];
  if (days <= 7) return ['day', 'hour'];
  if (days <= 31) return ['day', 'week'];
  if (days <= 100) return ['day', 'week', 'month'];
  if (days <= 200) return ['week', 'day', 'month'];
  if (days <= 800) return ['month', 'week', 'day'];
  return ['month', 'week'];
}

/** Both are short enough to be shown by minute: the API does not take more. */
export const areByMinute = (...periods: readonly (Period | undefined)[]): boolean =>
  periods.every((one) => one === undefined || lengthInDays(one) === 1);

/** A part of a day: it has a time, and no range of its own. */
export const isWithinDay = (interval: Interval) => interval === 'minute' || interval === 'hour';

export function lengthInDays(period: Period): number | undefined {
  if (period.kind === 'all') return undefined;
  if (period.kind === 'days') return countDays(period.from, period.to);
  return Math.max(1, Math.ceil((period.toMs - period.fromMs) / dayMs));
}

/** The last day of a period; of all time, today. */
export function lastDayOf(period: Period, { nowMs, zone }: Moment): Day {
  if (period.kind === 'days') return period.to;
  return dayAt(period.kind === 'times' ? period.toMs : nowMs, zone);
}
