import type { Mistake } from './mistakes.ts';

/** A range of time. The loop finds days and hours with `Intl`, and compares dates. */
export type LoopRange = {
  readonly first: string;
  readonly last: string;
  has(ms: number): boolean;
  /** Its first and last ms, where it is a range of instants. */
  readonly edges: readonly number[];
};
export type LoopCompare = {
  readonly mode: string;
  readonly date_range?: readonly [string, string];
  readonly match_day_of_week?: boolean;
};

/**
 * The range of a query. `secondMs` is the part of the last second that a range of instants
 * contains; `firstDay` is the first day with hits.
 */
export function spanOf(
  range: string | readonly [string, string],
  nowMs: number,
  dayOf: (ms: number) => string,
  firstDay: string | undefined,
  secondMs: number,
): LoopRange {
  const today = dayOf(nowMs);
  const whole = (first: string, last: string) => days(first, last, dayOf);
  const upTo = (fromMs: number, lastMs: number) =>
    instants(fromMs, Math.floor(lastMs / 1000) * 1000 + secondMs, dayOf);
  if (typeof range !== 'string') {
    return range[0].length === 10
      ? whole(range[0], range[1])
      : upTo(Date.parse(range[0]), Date.parse(range[1]));
  }
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  const dateText = (y: number, m: number, d: number) =>
    new Date(Date.UTC(y, m, d)).toISOString().slice(0, 10);
  if (range === 'day') return whole(today, today);
  if (range === '24h') return upTo(Math.floor(nowMs / 1000) * 1000 - 86_400_000, nowMs);
  if (range === 'month') return whole(dateText(year, month - 1, 1), dateText(year, month, 0));
  if (range === 'year') return whole(`${year}-01-01`, `${year}-12-31`);
  if (range === 'all') {
    const first = firstDay ?? today;
    return whole([first, today].sort()[0]!, today);
  }
  const count = Number.parseInt(range, 10);
  if (range.endsWith('mo'))
    return whole(dateText(year, month - 1 - count, 1), dateText(year, month - 1, 0));
  return whole(plusDays(today, -count), plusDays(today, -1));
}

type DayOf = (ms: number) => string;

const days = (first: string, last: string, dayOf: DayOf): LoopRange => ({
  ...{ first, last, edges: [] },
  has: (ms) => dayOf(ms) >= first && dayOf(ms) <= last,
});
const instants = (fromMs: number, toMs: number, dayOf: DayOf): LoopRange => ({
  ...{ first: dayOf(fromMs), last: dayOf(toMs - 1), edges: [fromMs, toMs - 1] },
  has: (ms) => ms >= fromMs && ms < toMs,
});

/**
 * The range that a range is compared with. Only whole days can match weekdays, or the year before.
 */
export function otherRange(
  compare: LoopCompare,
  range: LoopRange,
  nowMs: number,
  dayOf: (ms: number) => string,
  mistake?: Mistake,
): LoopRange {
  const secondMs = 1000;
  const [fromMs, lastMs] = range.edges;
  if (compare.mode === 'custom')
    return spanOf(compare.date_range!, nowMs, dayOf, undefined, secondMs);
  const far = mistake === 'compare: one day too far back' ? 1 : 0;
  const future = mistake === 'compare: the period contains the future';
  if (
    fromMs !== undefined &&
    !(dayOf(fromMs - 1) < range.first && dayOf(lastMs! + 1) > range.last)
  ) {
    const presentMs = Math.floor(nowMs / secondMs) * secondMs + secondMs - 1;
    const toMs = fromMs > presentMs || future ? lastMs! : Math.min(lastMs!, presentMs);
    const lengthMs = toMs - fromMs + 1 + far * 86_400_000;
    return instants(fromMs - lengthMs, toMs - lengthMs + 1, dayOf);
  }
  const today = dayOf(nowMs);
  const last = range.first > today || range.last < today || future ? range.last : today;
  const count = Math.round((Date.parse(last) - Date.parse(range.first)) / 86_400_000) + 1;
  const match =
    compare.match_day_of_week === true && mistake !== 'compare: weekdays are not matched';
  if (compare.mode === 'previous_period') {
    let by = count;
    while (match && by % 7 !== 0) by++;
    return days(plusDays(range.first, -by - far), plusDays(last, -by - far), dayOf);
  }
  const yearBefore = (day: string) => {
    const same = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
    return same.endsWith('02-29') && day.slice(0, 4) !== same.slice(0, 4)
      ? same.replace(/29$/, '28')
      : same;
  };
  let first = yearBefore(range.first);
  if (!match) return days(plusDays(first, -far), plusDays(yearBefore(last), -far), dayOf);
  const weekday = (day: string) => new Date(day).getUTCDay();
  first = [0, 1, -1, 2, -2, 3, -3]
    .map((by) => plusDays(first, by))
    .find((day) => weekday(day) === weekday(range.first))!;
  return days(plusDays(first, -far), plusDays(first, count - 1 - far), dayOf);
}

/** The name of the minute, hour, day, week or month of a hit. */
export function timeName(
  time: string,
  { day, hour, minute }: Shown,
  first: string,
  weekStarts: number,
): string {
  if (time === 'time:minute') return `${day} ${hour}:${minute}:00`;
  if (time === 'time:hour') return `${day} ${hour}:00:00`;
  if (time === 'time:day') return day;
  if (time === 'time:month') return `${day.slice(0, 7)}-01`;
  let start = day;
  while (new Date(start).getUTCDay() !== weekStarts % 7) start = plusDays(start, -1);
  return start < first ? first : start;
}

function plusDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A site's time zone, and a zone that it was changed to. */
export type LoopZone = {
  readonly name: string;
  readonly changed?: { readonly to: string; readonly atMs: number };
};
/** What a clock shows. */
export type Shown = { readonly day: string; readonly hour: string; readonly minute: string };
type Clock = (ms: number) => Shown;
const clocks = new Map<string, Clock>();

/** A clock that gives the date and the hour in a zone. */
export function clockOf({ name, changed }: LoopZone, mistake?: Mistake): Clock {
  const clock = clockIn(name);
  return changed === undefined
    ? clock
    : changedClock(clock, clockIn(changed.to), changed.atMs, mistake);
}

function clockIn(name: string): Clock {
  const clock = clocks.get(name) ?? newClock(name);
  clocks.set(name, clock);
  return clock;
}

/**
 * The day of the change lasts until it has ended in both zones. The hits of the time that this adds
 * belong to its last hour.
 */
function changedClock(old: Clock, next: Clock, atMs: number, mistake?: Mistake): Clock {
  const { day } = old(atMs);
  let fromMs = Math.floor(atMs / quarterMs) * quarterMs;
  const atOnce = mistake === 'changed zone: begins at once';
  while (!atOnce && (old(fromMs).day <= day || next(fromMs).day <= day)) fromMs += quarterMs;
  return (ms) => {
    if (ms >= fromMs) return next(ms);
    const shown = old(ms);
    return shown.day > day ? { ...shown, day, hour: '23' } : shown;
  };
}

const quarterMs = 900_000;

function newClock(zone: string): Clock {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const known = new Map<number, Shown>();
  return (ms) => {
    const quarter = Math.floor(ms / quarterMs);
    let shown = known.get(quarter);
    if (shown === undefined) {
      const parts = Object.fromEntries(
        format.formatToParts(quarter * quarterMs).map(({ type, value }) => [type, value]),
      );
      const day = `${parts['year']}-${parts['month']}-${parts['day']}`;
      shown = { day, hour: parts['hour']!, minute: parts['minute']! };
      known.set(quarter, shown);
    }
    const minute = Number(shown.minute) + Math.floor((ms % quarterMs) / 60_000);
    return { ...shown, minute: String(minute).padStart(2, '0') };
  };
}
