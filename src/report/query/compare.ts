import { type DateRange, parsePair } from './date-range.ts';
import { fail, fieldsOf, oneOf } from './expect.ts';

/**
 * The period that a query's is compared with. `matchWeekdays`: so that both begin on the same day
 * of the week.
 */
export type Compare =
  | { readonly mode: 'previous_period' | 'year_over_year'; readonly matchWeekdays: boolean }
  | {
      readonly mode: 'custom';
      readonly range: DateRange;
      readonly asked: readonly [string, string];
    };

const modes = ['previous_period', 'year_over_year', 'custom'];

const at = 'include.compare';

export function parseCompare(given: unknown): Compare | undefined {
  if (given === undefined) return undefined;
  const {
    mode,
    date_range: range,
    match_day_of_week: match = false,
  } = fieldsOf(given, at, ['mode', 'date_range', 'match_day_of_week']);
  if (typeof match !== 'boolean') return fail(`${at}.match_day_of_week`, 'true or false', match);
  if (mode === 'custom') {
    if (match)
      fail(`${at}.match_day_of_week`, 'false with the mode custom, whose days are named', match);
    const parsed = parsePair(range, `${at}.date_range`);
    return { mode, range: parsed, asked: range as [string, string] };
  }
  if (mode !== 'previous_period' && mode !== 'year_over_year')
    return fail(`${at}.mode`, oneOf(modes), mode);
  if (range !== undefined) fail(`${at}.date_range`, 'none but with the mode custom', range);
  return { mode, matchWeekdays: match };
}

export function compareJson(compare: Compare): Record<string, unknown> {
  const { mode } = compare;
  if (compare.mode === 'custom') return { mode, date_range: compare.asked };
  return { mode, ...(compare.matchWeekdays ? { match_day_of_week: true } : {}) };
}
