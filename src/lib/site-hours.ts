import { Temporal } from 'temporal-polyfill';
import { hourMs, minuteMs } from './clock.ts';
import { type Day, dayEnd, dayStart, type ZoneSpan, zoneAt } from './site-days.ts';

/** A stretch of a site-day in which the zone's offset stays the same. */
export type OffsetSpan = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
};

/** The stretches of a site-day, in order: one, and two or more on the days clocks change. */
export function offsetSpans(zones: readonly ZoneSpan[], day: Day): readonly OffsetSpan[] {
  const endMs = dayEnd(zones, day);
  let fromMs = dayStart(zones, day);
  let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zoneAt(zones, fromMs));
  const spans: OffsetSpan[] = [];
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    const toMs = Math.min(endMs, next?.epochMilliseconds ?? endMs);
    spans.push({ fromMs, toMs, offsetMs: at.offsetNanoseconds / 1e6 });
    if (next === null || toMs === endMs) return spans;
    at = next;
    fromMs = toMs;
  }
}

/**
 * The hour of the site's clock that an instant of a site-day shows, 0 to 23. An hour that the clock
 * shows twice is one hour of twice the length; what a changed zone adds to a day's end belongs to
 * its last hour.
 */
export function hourOf(spans: readonly OffsetSpan[], day: Day, ms: number): number {
  let i = spans.length - 1;
  while (i > 0 && spans[i]!.fromMs > ms) i--;
  return clampHour(Math.floor((ms + spans[i]!.offsetMs - Date.parse(day)) / hourMs));
}

/**
 * The hours that the clock shows between two instants of a site-day (the second exclusive),
 * ascending.
 */
export function hoursOf(
  zones: readonly ZoneSpan[],
  day: Day,
  fromMs: number,
  toMs: number,
): number[] {
  const hours = new Set<number>();
  const spans = offsetSpans(zones, day);
  for (const span of spans) {
    const from = Math.max(fromMs, span.fromMs);
    const to = Math.min(toMs, span.toMs);
    if (from >= to) continue;
    for (let hour = hourOf([span], day, from); hour <= hourOf([span], day, to - 1); hour++)
      hours.add(hour);
  }
  return [...hours].sort((a, b) => a - b);
}

/**
 * The minutes that the clock shows between two instants of a site-day (the second exclusive),
 * ascending: as minutes of the day. Those that a changed zone adds to a day's end are of its last
 * hour, as in `hourOf`.
 */
export function minutesOf(
  zones: readonly ZoneSpan[],
  day: Day,
  fromMs: number,
  toMs: number,
): number[] {
  const minutes = new Set<number>();
  for (const span of offsetSpans(zones, day)) {
    const from = Math.floor(Math.max(fromMs, span.fromMs) / minuteMs) * minuteMs;
    for (let ms = from; ms < Math.min(toMs, span.toMs); ms += minuteMs) {
      const shown = (ms + span.offsetMs) / minuteMs;
      minutes.add(hourOf([span], day, ms) * 60 + (shown % 60));
    }
  }
  return [...minutes].sort((a, b) => a - b);
}

const clampHour = (hour: number) => Math.max(0, Math.min(23, hour));
