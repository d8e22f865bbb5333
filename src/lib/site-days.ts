import { Temporal } from 'temporal-polyfill';

/** A calendar day, `YYYY-MM-DD`; compares as text. */
export type Day = string;

/**
 * A stretch of time in which a site's days are cut by one time zone. The first span of a site also
 * covers all time before it; of every later one, the day `fromDay` begins at `fromMs` exactly, and
 * the others at the zone's midnights.
 */
export type ZoneSpan = { readonly fromDay: Day; readonly fromMs: number; readonly zone: string };

export type DayBounds = { readonly day: Day; readonly startMs: number; readonly endMs: number };

/** The spans of a site that has always been in `zone` (an IANA name). */
export function zonesFrom(zone: string, nowMs: number): readonly ZoneSpan[] {
  return [{ fromDay: dateIn(zone, nowMs), fromMs: nowMs, zone }];
}

/**
 * The spans after a change of zone. The new zone starts with the next day: when the present day has
 * ended by both zones, so that no day is cut in two. A change still to come is replaced, unless the
 * present day is already the longer for it: then that day still ends when it would have.
 */
export function changeZone(
  zones: readonly ZoneSpan[],
  zone: string,
  nowMs: number,
): readonly ZoneSpan[] {
  const { day } = dayBounds(zones, nowMs);
  const begun = zones.filter((span, i) => i === 0 || span.fromMs <= nowMs);
  const longer = dayBounds(begun, nowMs).day !== day;
  if (!longer && begun[begun.length - 1]!.zone === zone) return begun;
  const kept = longer ? zones.slice(0, begun.length + 1) : begun;
  const fromMs = Math.max(dayEnd(kept, day), startIn(zone, nextDay(day)));
  return [...kept, { fromDay: dateIn(zone, fromMs), fromMs, zone }];
}

/** The zone of the days now. */
export function zoneAt(zones: readonly ZoneSpan[], ms: number): string {
  return zones[spanAt(zones, ms)]!.zone;
}

/**
 * The site-day that an instant lies in. Costs tens of microseconds: keep the bounds and compare.
 */
export function dayBounds(zones: readonly ZoneSpan[], ms: number): DayBounds {
  const i = spanAt(zones, ms);
  const date = dateIn(zones[i]!.zone, ms);
  const next = zones[i + 1];
  // Before the next span begins, its first day has not: the last day of this one goes on until
  // then.
  const day = next !== undefined && date >= next.fromDay ? previousDay(next.fromDay) : date;
  return { day, startMs: dayStart(zones, day), endMs: dayEnd(zones, day) };
}

/** The instant a site-day begins. */
export function dayStart(zones: readonly ZoneSpan[], day: Day): number {
  let i = zones.length - 1;
  while (i > 0 && zones[i]!.fromDay > day) i--;
  const span = zones[i]!;
  return i > 0 && span.fromDay === day ? span.fromMs : startIn(span.zone, day);
}

/** The instant a site-day has ended: the next one's start. */
export function dayEnd(zones: readonly ZoneSpan[], day: Day): number {
  return dayStart(zones, nextDay(day));
}

export function nextDay(day: Day): Day {
  return addDays(day, 1);
}

export function previousDay(day: Day): Day {
  return addDays(day, -1);
}

/**
 * Without `Temporal`, which takes 50 times as long: a report of a year asks this for each of its
 * days.
 */
export function addDays(day: Day, days: number): Day {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, -'T00:00:00.000Z'.length);
}

/** 1 (Monday) to 7. */
export function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** What calendars here can compute with; nobody has hits of other years. */
export const firstYear = 1970;
export const lastYear = 9998;

/** True for a real calendar date written `YYYY-MM-DD`, of a year that days can be computed in. */
export function isDay(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= firstYear && year <= lastYear && isDate(text);
}

/** True for a real calendar date written `YYYY-MM-DD`, of whatever year. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/**
 * True for a time zone that days can be cut by: `Intl` and Temporal both know it by its IANA name.
 * `Intl` alone takes abbreviations too (`IST`, `PST`), which mean several zones.
 */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false; // an offset such as +02:00 has no rules to follow
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

function spanAt(zones: readonly ZoneSpan[], ms: number): number {
  let i = zones.length - 1;
  while (i > 0 && zones[i]!.fromMs > ms) i--;
  return i;
}

function dateIn(zone: string, ms: number): Day {
  return Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();
}

function startIn(zone: string, day: Day): number {
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone }).epochMilliseconds;
}
