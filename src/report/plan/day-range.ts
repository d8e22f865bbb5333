import type { Day, ZoneSpan } from '../../lib/site-days.ts';
import type { Query } from '../query/types.ts';
import { comparedSpan } from './compared-span.ts';
import { checkMinutes, resolveRange } from './span.ts';
import type { Span } from './types.ts';

type Zoned = { readonly zones: readonly ZoneSpan[] };

/**
 * The first and the last day that any of the queries may need. A range of all time begins with the
 * first hits, which are not known yet: its first day is open.
 */
export function dayRangeOf(
  queries: readonly Query[],
  site: Zoned,
  nowMs: number,
): readonly [first: Day | undefined, last: Day | undefined] {
  const spans = queries.flatMap((query) => {
    const { span, compared } = spansOf(query, site, nowMs, undefined);
    return compared === undefined ? [span] : [span, compared];
  });
  const ofAllTime = queries.some(({ dateRange }) => dateRange.kind === 'all');
  const first = ofAllTime ? undefined : spans.map(({ firstDay }) => firstDay).sort()[0];
  const lasts = spans.map(({ lastDay }) => lastDay).sort();
  return [first, lasts[lasts.length - 1]];
}

/** The span of a query, and that of the period that it is compared with. */
export function spansOf(
  { dateRange, dimensions, include, compare }: Query,
  { zones }: Zoned,
  nowMs: number,
  firstHits: Day | undefined,
): { readonly span: Span; readonly compared: Span | undefined } {
  const trim = include.trim_relative_date_range;
  const span = resolveRange(dateRange, { zones, nowMs, firstHits, trim });
  const compared = compare && comparedSpan(compare, span, zones, nowMs);
  if (dimensions.includes('time:minute')) {
    checkMinutes(span, 'date_range');
    if (compared !== undefined) checkMinutes(compared, 'include.compare.date_range');
  }
  return { span, compared };
}
