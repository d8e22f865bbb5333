import { Temporal } from 'temporal-polyfill';
import { secondMs } from '../lib/clock.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import { dayBounds, firstYear, isDay, lastYear, type ZoneSpan } from '../lib/site-days.ts';
import type { Within } from '../report/looks/visits.ts';

/**
 * `from` and `to` of a request for rows: days of the site, both included, or moments, of which the
 * last one's second is included, as in queries. Throws `bad-input` that names the field.
 */
export function withinOf(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  zones: readonly ZoneSpan[],
): Within {
  const first = from === undefined ? undefined : placeOf('from', from, zones);
  const last = to === undefined ? undefined : placeOf('to', to, zones);
  const isFalling = first !== undefined && last !== undefined && first.day > last.day;
  if (isFalling || (first?.ms !== undefined && last?.ms !== undefined && first.ms > last.ms))
    throw refusedField('to', `expected ${last!.what} not before from (${from}), got ${to}`);
  return {
    ...{ from: first?.day, to: last?.day, fromMs: first?.ms },
    ...(last?.ms !== undefined && {
      toMs: Math.floor(last.ms / secondMs) * secondMs + secondMs,
    }),
  };
}

function placeOf(field: string, text: string, zones: readonly ZoneSpan[]) {
  if (isDay(text)) return { what: 'a day', day: text, ms: undefined };
  const ms = momentOf(text);
  if (ms === undefined)
    throw refusedField(
      field,
      'expected a day such as 2026-11-22 or a moment such as 2026-11-22T10:00:00Z, ' +
        `got ${quoted(text).slice(0, 60)}`,
    );
  return { what: 'a moment', day: dayBounds(zones, ms).day, ms };
}

function momentOf(text: string): number | undefined {
  try {
    const ms = Temporal.Instant.from(text).epochMilliseconds;
    const year = new Date(ms).getUTCFullYear();
    return year >= firstYear && year <= lastYear ? ms : undefined;
  } catch {
    return undefined;
  }
}

/** `filters` of a request: those of a query, as JSON. */
export function filtersOf(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    const filters: unknown = JSON.parse(text);
    return Array.isArray(filters) && filters.length === 0 ? undefined : filters;
  } catch {
    throw refusedField(
      'filters',
      `expected filters of a query as JSON, such as [["is","visit:country",["DE"]]], ` +
        `got ${quoted(text).slice(0, 60)}`,
    );
  }
}
