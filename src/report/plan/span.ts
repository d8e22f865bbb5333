import { Temporal } from 'temporal-polyfill';
import { dayMs, hourMs, secondMs } from '../../lib/clock.ts';
import {
  addDays,
  type Day,
  dayBounds,
  dayEnd,
  dayStart,
  weekdayOf,
  type ZoneSpan,
  zoneAt,
} from '../../lib/site-days.ts';
import { hoursOf, minutesOf, type OffsetSpan, offsetSpans } from '../../lib/site-hours.ts';
import type { TimeName } from '../../model/dimensions.ts';
import type { DateRange } from '../query/date-range.ts';
import { fail } from '../query/expect.ts';
import type { Span, SpanDay } from './types.ts';

type Zones = readonly ZoneSpan[];

type RangeContext = {
  readonly zones: Zones;
  readonly nowMs: number;
  /** The first day that has hits: all time begins with it. */
  readonly firstHits: Day | undefined;
  /** Ends a range that is not over yet with the present moment. */
  readonly trim: boolean;
};

/**
 * What a range means now. As the format has it, `7d` and `6mo` end before the present day and
 * month, `day`, `month` and `year` hold all of it, `24h` ends now. `all` begins with `firstHits`,
 * the first day that has hits.
 */
export function resolveRange(
  range: DateRange,
  { zones, nowMs, firstHits, trim }: RangeContext,
): Span {
  const today = dayBounds(zones, nowMs).day;
  const date = Temporal.PlainDate.from(today);
  switch (range.kind) {
    case 'dates':
      return ofDays(zones, range.first, range.last);
    case 'instants':
      return ofInstants(zones, range.firstMs, range.lastMs);
    case '24h':
      return ofInstants(zones, Math.floor(nowMs / secondMs) * secondMs - dayMs, nowMs);
    case 'day': {
      const span = ofDays(zones, today, today);
      return trim ? { ...span, shownEndMs: nextHour(zones, today, nowMs) } : span;
    }
    case 'days':
      return ofDays(zones, addDays(today, -range.count), addDays(today, -1));
    case 'months': {
      const first = date.with({ day: 1 }).subtract({ months: range.count });
      return ofDays(zones, String(first), addDays(String(date.with({ day: 1 })), -1));
    }
    case 'month': {
      const last = date.with({ day: date.daysInMonth });
      return ofDays(zones, String(date.with({ day: 1 })), trim ? today : String(last));
    }
    case 'year':
      return ofDays(
        zones,
        `${today.slice(0, 4)}-01-01`,
        trim ? today : `${today.slice(0, 4)}-12-31`,
      );
    case 'all':
      return ofDays(zones, firstHits === undefined || firstHits > today ? today : firstHits, today);
  }
}

export function ofDays(zones: Zones, firstDay: Day, lastDay: Day): Span {
  const endMs = dayEnd(zones, lastDay);
  return { startMs: dayStart(zones, firstDay), endMs, firstDay, lastDay, shownEndMs: endMs };
}

/** The last instant's second belongs to the span. */
function ofInstants(zones: Zones, startMs: number, lastMs: number): Span {
  const endMs = Math.floor(lastMs / secondMs) * secondMs + secondMs;
  const firstDay = dayBounds(zones, startMs).day;
  return { startMs, endMs, firstDay, lastDay: dayBounds(zones, endMs - 1).day, shownEndMs: endMs };
}

function nextHour(zones: Zones, day: Day, nowMs: number): number {
  const at = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zoneAt(zones, nowMs));
  const next = at
    .round({ smallestUnit: 'hour', roundingMode: 'floor' })
    .add({ hours: 1 }).epochMilliseconds;
  return Math.min(next, dayEnd(zones, day));
}

/** Those of the days that the span touches, with bounds where it cuts one. */
export function daysOf(span: Span, zones: Zones, days: readonly Day[]): SpanDay[] {
  const { startMs, endMs, firstDay, lastDay } = span;
  return days
    .filter((day) => day >= firstDay && day <= lastDay)
    .map((day) => ({
      day,
      ...(day === firstDay && startMs > dayStart(zones, day) ? { fromMs: startMs } : {}),
      ...(day === lastDay && endMs < dayEnd(zones, day) ? { toMs: endMs } : {}),
    }));
}

/** The interval that `time` means, by the length of the span: the format's own steps. */
export function stepOf({ startMs, endMs }: Span): TimeName {
  const lengthMs = endMs - secondMs - startMs;
  if (lengthMs < 49 * hourMs) return 'time:hour';
  if (lengthMs < 41 * dayMs) return 'time:day';
  return lengthMs < 53 * 7 * dayMs ? 'time:week' : 'time:month';
}

const maxLabels = 10_000;

const mostKnown = 100;

/** By the zones of a site as a batch has them: its queries ask for the same again and again. */
const knownLabels = new WeakMap<Zones, Map<string, readonly string[]>>();

type LabelOptions = {
  /** 1 (Monday) to 7. */
  readonly weekStarts?: number;
  /** The field of the query that an error names. */
  readonly at?: string;
};

/**
 * The names of all buckets of a span, ascending, empty ones too. `at`: the field of the query that
 * asks for them.
 */
export function timeLabels(
  time: TimeName,
  span: Span,
  zones: Zones,
  { weekStarts = 1, at = 'include.time_labels' }: LabelOptions = {},
): readonly string[] {
  const { firstDay, startMs, shownEndMs } = span;
  const lastDay = dayBounds(zones, Math.max(shownEndMs - 1, startMs)).day;
  const first = Temporal.PlainDate.from(firstDay);
  const count = first.until(lastDay, { largestUnit: 'day' }).days + 1;
  if (count * (time === 'time:hour' ? 24 : 1) > maxLabels) {
    fail(at, `a range of at most ${maxLabels} buckets of ${time}`, `${firstDay} to ${lastDay}`);
  }
  const known = knownLabels.get(zones) ?? new Map<string, readonly string[]>();
  knownLabels.set(zones, known);
  const key = [time, firstDay, startMs, shownEndMs, weekStarts].join();
  const days = () => Array.from({ length: count }, (_, i) => addDays(firstDay, i));
  const labels = known.get(key) ?? [
    ...new Set(days().flatMap((day) => labelsOf(time, day, { span, zones, weekStarts }))),
  ];
  if (known.size < mostKnown) known.set(key, labels);
  return labels;
}

function labelsOf(
  time: TimeName,
  day: Day,
  { span, zones, weekStarts }: { span: Span; zones: Zones; weekStarts: number },
): string[] {
  const { firstDay, startMs, shownEndMs } = span;
  switch (time) {
    case 'time:minute':
    case 'time:hour': {
      const fromMs = Math.max(startMs, dayStart(zones, day));
      const toMs = Math.min(shownEndMs, dayEnd(zones, day));
      return time === 'time:hour'
        ? hoursOf(zones, day, fromMs, toMs).map((hour) => `${day} ${twoDigits(hour)}:00:00`)
        : minutesOf(zones, day, fromMs, toMs).map(
            (minute) => `${day} ${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}:00`,
          );
    }
    case 'time:day':
      return [day];
    case 'time:week': {
      const start = addDays(day, -((weekdayOf(day) - weekStarts + 7) % 7));
      return [start < firstDay ? firstDay : start];
    }
    case 'time:month':
      return [`${day.slice(0, 7)}-01`];
  }
}

const twoDigits = (n: number) => String(n).padStart(2, '0');

/**
 * Throws `bad-input` where a span is too long to be shown by minute: it may be a day, or 24 hours.
 * `at`: the field of the query that an error names.
 */
export function checkMinutes({ startMs, endMs, firstDay, lastDay }: Span, at: string): void {
  if (firstDay === lastDay || endMs - startMs <= dayMs + secondMs) return;
  const hours = Math.ceil((endMs - secondMs - startMs) / hourMs);
  fail(at, 'a range of at most 24 hours, or one day, with time:minute', `${hours} hours`);
}

/** What the site's clock shows in the days of a span: stretches in which its offset is the same. */
export function offsetsIn({ firstDay, lastDay }: Span, zones: Zones): readonly OffsetSpan[] {
  const found: OffsetSpan[] = [];
  for (let day = firstDay; day <= lastDay; day = addDays(day, 1))
    for (const one of offsetSpans(zones, day)) {
      const last = found[found.length - 1];
      if (last?.offsetMs === one.offsetMs) found[found.length - 1] = { ...last, toMs: one.toMs };
      else found.push(one);
    }
  return found;
}

/** First and last second of a span, in the site's zone: `2026-11-22T00:00:00+01:00`. */
export function isoOf({ startMs, endMs }: Span, zones: Zones): [string, string] {
  const iso = (ms: number) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toString({
      timeZone: zoneAt(zones, ms),
      smallestUnit: 'second',
    });
  return [iso(startMs), iso(endMs - secondMs)];
}
