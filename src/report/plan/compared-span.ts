import { Temporal } from 'temporal-polyfill';
import { secondMs } from '../../lib/clock.ts';
import {
  addDays,
  type Day,
  dayBounds,
  dayEnd,
  dayStart,
  firstYear,
  type ZoneSpan,
  zoneAt,
} from '../../lib/site-days.ts';
import type { Compare } from '../query/compare.ts';
import { fail } from '../query/expect.ts';
import { ofDays, resolveRange } from './span.ts';
import type { Span } from './types.ts';

type Zones = readonly ZoneSpan[];

const weekDays = 7;

/**
 * The span that another is compared with; what is still to come of that is compared with nothing.
 * Whole days are moved by days, others on the site's clock.
 *
 *   previous_period   the time just before, as long; with matched weekdays the last that is whole
 *                     weeks away and does not overlap
 *   year_over_year    the same dates of the year before; with matched weekdays, moved by at most
 *                     3 days
 */
export function comparedSpan(compare: Compare, span: Span, zones: Zones, nowMs: number): Span {
  if (compare.mode === 'custom')
    return resolveRange(compare.range, { zones, nowMs, firstHits: undefined, trim: false });
  const whole =
    span.startMs === dayStart(zones, span.firstDay) && span.endMs === dayEnd(zones, span.lastDay);
  const moved = whole
    ? daysBefore(compare, span, zones, nowMs)
    : momentsBefore(compare, span, zones, nowMs);
  if (moved.startMs < 0)
    fail(
      'include.compare',
      `a range that has a period from ${firstYear} on before it`,
      span.firstDay,
    );
  return moved;
}

type Relative = Exclude<Compare, { mode: 'custom' }>;

function daysBefore(
  { mode, matchWeekdays }: Relative,
  span: Span,
  zones: Zones,
  nowMs: number,
): Span {
  const today = dayBounds(zones, nowMs).day;
  const { firstDay } = span;
  const lastDay = firstDay <= today && today < span.lastDay ? today : span.lastDay;
  const count = Temporal.PlainDate.from(firstDay).until(lastDay, { largestUnit: 'day' }).days + 1;
  if (mode === 'previous_period') {
    const by = matchWeekdays ? wholeWeeks(count) : count;
    return ofDays(zones, addDays(firstDay, -by), addDays(lastDay, -by));
  }
  const first = yearBefore(firstDay);
  if (!matchWeekdays) return ofDays(zones, first, yearBefore(lastDay));
  const matched = addDays(first, toWeekday(first, firstDay));
  return ofDays(zones, matched, addDays(matched, count - 1));
}

function momentsBefore(
  { mode, matchWeekdays }: Relative,
  span: Span,
  zones: Zones,
  nowMs: number,
): Span {
  const { startMs } = span;
  const presentEndMs = Math.floor(nowMs / secondMs) * secondMs + secondMs;
  const lengthMs =
    (startMs < presentEndMs ? Math.min(span.endMs, presentEndMs) : span.endMs) - startMs;
  const endMs = startMs + lengthMs;
  if (mode === 'previous_period' && !matchWeekdays)
    return ofMoments(zones, startMs - lengthMs, startMs);
  const clockOf = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zoneAt(zones, ms));
  const [start, end] = [clockOf(startMs), clockOf(endMs)];
  // On the clock: where it was changed, a day has other hours than 24.
  const length = start.until(end, { largestUnit: 'day' });
  const moved = (by: { days?: number; years?: number }) =>
    ofMoments(zones, start.subtract(by).epochMilliseconds, end.subtract(by).epochMilliseconds);
  if (mode === 'previous_period')
    return moved({
      days: wholeWeeks(
        length.days + (start.add({ days: length.days }).epochMilliseconds < endMs ? 1 : 0),
      ),
    });
  if (!matchWeekdays) return moved({ years: 1 });
  const before = start.subtract({ years: 1 });
  const matched = before.add({
    days: toWeekday(before.toPlainDate().toString(), start.toPlainDate().toString()),
  });
  return ofMoments(zones, matched.epochMilliseconds, matched.add(length).epochMilliseconds);
}

function ofMoments(zones: Zones, startMs: number, endMs: number): Span {
  const firstDay = dayBounds(zones, startMs).day;
  return { startMs, endMs, firstDay, lastDay: dayBounds(zones, endMs - 1).day, shownEndMs: endMs };
}

const wholeWeeks = (days: number) => Math.ceil(days / weekDays) * weekDays;

const yearBefore = (day: Day): Day =>
  Temporal.PlainDate.from(day).subtract({ years: 1 }).toString();

/** How many days away the nearest day is that has the weekday of another: -3 to 3. */
function toWeekday(day: Day, of: Day): number {
  const apart = Temporal.PlainDate.from(of).dayOfWeek - Temporal.PlainDate.from(day).dayOfWeek;
  return ((apart + weekDays + 3) % weekDays) - 3;
}
