import type { Interval } from '../api/types.ts';
import { intl, nameTexts } from '../texts/texts.ts';
import { addDays, type Day, dayAt } from './calendar.ts';
import { isWithinDay, type Moment, type Period } from './ranges.ts';

type Style = Intl.DateTimeFormatOptions;
type Times = Extract<Period, { kind: 'times' }>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Days and times without a zone are written as they stand: as if the zone were UTC. */
function formatOf(style: Style): Intl.DateTimeFormat {
  const key = JSON.stringify(style);
  const known =
    formats.get(key) ?? new Intl.DateTimeFormat(intl.dates, { timeZone: 'UTC', ...style });
  formats.set(key, known);
  return known;
}

/** Of a day, or of a label such as `2026-11-22 14:00:00`. */
const dateOf = (label: string) => new Date(`${label.replace(' ', 'T').padEnd(19, 'T00:00:00')}Z`);

const ofDay = (withYear: boolean): Style => ({
  ...{ day: 'numeric', month: 'short', ...(withYear && { year: 'numeric' }) },
});

/** `22 Nov`, with the year if wanted. */
export const showDay = (day: Day, withYear = false): string =>
  formatOf(ofDay(withYear)).format(dateOf(day));

/** `24 Oct – 22 Nov`; a year is shown only where it is not this year. */
export function showDays(from: Day, to: Day, today: Day): string {
  const withYear = from.slice(0, 4) !== today.slice(0, 4) || to.slice(0, 4) !== today.slice(0, 4);
  return formatOf(ofDay(withYear)).formatRange(dateOf(from), dateOf(to));
}

export function showPeriod(period: Period, { nowMs, zone }: Moment): string {
  const today = dayAt(nowMs, zone);
  if (period.kind === 'all') return nameTexts.allTime;
  if (period.kind === 'days') return showDays(period.from, period.to, today);
  return showTimes(period, zone, today);
}

/** `22 Nov, 09:00 – 17:00`; the last second is included, and the next one begins a minute. */
function showTimes({ fromMs, toMs }: Times, zone: string, today: Day): string {
  const withYear = dayAt(fromMs, zone).slice(0, 4) !== today.slice(0, 4);
  const style: Style = { ...ofDay(withYear), hour: '2-digit', minute: '2-digit', timeZone: zone };
  return formatOf(style).formatRange(fromMs, toMs + 1_000);
}

/** `22 Nov 2026, 14:05` on a zone's clock. */
export const showMoment = (ms: number, zone: string): string =>
  formatOf({ dateStyle: 'medium', timeStyle: 'short', timeZone: zone }).format(ms);

/** `14:05:09` on a zone's clock; `short`: without the seconds. */
export const showClock = (ms: number, zone: string, timeStyle: 'short' | 'medium'): string =>
  formatOf({ timeStyle, timeZone: zone }).format(ms);

/** The names of the days of a week, from Monday. */
export const showWeekdays = (weekday: 'short' | 'long'): readonly string[] =>
  [1, 2, 3, 4, 5, 6, 7].map((date) => formatOf({ weekday }).format(Date.UTC(2024, 0, date)));

/** `14:05`, of a label. */
const showTime = (label: string) =>
  formatOf({ hour: '2-digit', minute: '2-digit' }).format(dateOf(label));

/** A bucket's short label on the axis. */
export function showTick(label: string, interval: Interval): string {
  if (isWithinDay(interval)) return showTime(label);
  if (interval === 'month')
    return formatOf({ month: 'short', year: 'numeric' }).format(dateOf(label));
  return showDay(label);
}

/**
 * A bucket's long label: `Sun 22 Nov`, `Sun 22 Nov, 14:00`, `16–22 Nov`, or `Nov 2026`.
 */
export function showBucket(label: string, interval: Interval): string {
  const day = label.slice(0, 10);
  if (interval === 'month') return showTick(label, interval);
  if (interval === 'week') return showDays(day, endOfWeek(day), day);
  const named = formatOf({ weekday: 'short', ...ofDay(false) }).format(dateOf(day));
  return isWithinDay(interval) ? nameTexts.dayAndTime(named, showTime(label)) : named;
}

/** The last day of a week, a Sunday. The first week of a range may begin after Monday. */
function endOfWeek(day: Day): Day {
  return addDays(day, (7 - new Date(`${day}T00:00:00Z`).getUTCDay()) % 7);
}
