import { Temporal } from 'temporal-polyfill';
import { type Day, firstYear, isDate, lastYear } from '../../lib/site-days.ts';
import { fail } from './expect.ts';

/**
 * A range of time as it was asked for. Days are whole site-days, both inclusive; seconds likewise.
 */
export type DateRange =
  | { readonly kind: 'day' | '24h' | 'month' | 'year' | 'all' }
  | { readonly kind: 'days' | 'months'; readonly count: number }
  | { readonly kind: 'dates'; readonly first: Day; readonly last: Day }
  | { readonly kind: 'instants'; readonly firstMs: number; readonly lastMs: number };

const pair =
  'a pair of dates ["2026-01-01", "2026-01-31"] ' +
  'or of date-times with their offsets ["2026-01-01T00:00:00Z", "2026-01-01T11:59:59Z"]';

const expected =
  `one of day, 24h, 7d, 28d, 30d, 91d, month, 6mo, 12mo, year, ` +
  `all (any number of d or mo), or ${pair}`;

const maxDays = 5_000;

const maxMonths = 100;

export function parseDateRange(given: unknown): DateRange {
  if (
    given === 'day' ||
    given === '24h' ||
    given === 'month' ||
    given === 'year' ||
    given === 'all'
  ) {
    return { kind: given };
  }
  if (typeof given === 'string') return parseCount(given);
  return parsePair(given, 'date_range', expected);
}

/** Two days or two instants, that the field `at` has to hold. */
export function parsePair(given: unknown, at: string, expected = pair): DateRange {
  if (!Array.isArray(given) || given.length !== 2) return fail(at, expected, given);
  const [first, last] = given as unknown[];
  if (typeof first !== 'string' || typeof last !== 'string') return fail(at, expected, given);
  if (isDate(first) && isDate(last)) {
    inYears(first, given, at);
    inYears(last, given, at);
    if (first > last) fail(at, 'a first day that is not after the last', given);
    return { kind: 'dates', first, last };
  }
  const instant = (text: string): number => {
    let ms: number;
    try {
      ms = Temporal.Instant.from(text).epochMilliseconds;
    } catch {
      return fail(at, expected, given);
    }
    inYears(new Date(ms).toISOString(), given, at);
    return ms;
  };
  const firstMs = instant(first);
  const lastMs = instant(last);
  if (firstMs > lastMs) fail(at, 'a first instant that is not after the last', given);
  return { kind: 'instants', firstMs, lastMs };
}

function parseCount(given: string): DateRange {
  const [, digits, unit] =
    /^([1-9]\d{0,3})(d|mo)$/.exec(given) ?? fail('date_range', expected, given);
  const count = Number(digits);
  if (unit === 'd') {
    return count <= maxDays
      ? { kind: 'days', count }
      : fail('date_range', `at most ${maxDays}d`, given);
  }
  return count <= maxMonths
    ? { kind: 'months', count }
    : fail('date_range', `at most ${maxMonths}mo`, given);
}

function inYears(text: string, given: unknown, at: string): void {
  const year = Number(text.slice(0, 4)); // NaN for the signed years of ISO 8601
  if (!(year >= firstYear && year <= lastYear))
    fail(at, `years from ${firstYear} to ${lastYear}`, given);
}
