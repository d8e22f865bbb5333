import { type HeldDays, sourceOf } from '../../days/held-days.ts';
import type { ZoneSpan } from '../../lib/site-days.ts';
import type { Query } from '../query/types.ts';
import { spansOf } from './day-range.ts';
import { allBuckets, otherQuery } from './other-period.ts';
import { planQuery } from './plan.ts';
import { daysOf, offsetsIn } from './span.ts';
import type { Plan, Span, SpanDay } from './types.ts';

/** `compared` is the same query over the period that it is compared with, if there is one. */
export type PlannedQuery = { readonly plan: Plan; readonly compared?: Plan };

type PlannedDays = Pick<HeldDays, 'days' | 'closed' | 'late' | 'unerased' | 'bases'>;

type Moment = {
  readonly site: { readonly zones: readonly ZoneSpan[]; readonly weekStarts?: number };
  readonly nowMs: number;
  readonly held: PlannedDays;
};

/** Plans the queries of a batch, all by the days that are held at one moment. */
export function planQueries(queries: readonly Query[], moment: Moment): PlannedQuery[] {
  const daysIn = spanDaysOf(moment);
  return queries.map((query) => planOne(query, moment, daysIn));
}

function planOne(
  query: Query,
  { site, nowMs, held }: Moment,
  daysIn: (span: Span) => readonly SpanDay[],
): PlannedQuery {
  const { zones, weekStarts } = site;
  const byMinute = query.dimensions.includes('time:minute');
  const over = (one: Span) => ({
    ...{ span: one, days: daysIn(one), weekStarts },
    ...(byMinute && { offsets: offsetsIn(one, zones) }),
  });
  const { span, compared } = spansOf(query, site, nowMs, firstKeptDay(held));
  const plan = planQuery(query, over(span));
  if (compared === undefined) return { plan };
  const other = otherQuery(query, plan.dimensions);
  return {
    plan: { ...plan, groups: allBuckets(plan, zones) },
    compared: planQuery(other, over(compared)),
  };
}

/** The days of a span with their sources, found once for all queries of a batch. */
function spanDaysOf({ site, held }: Moment): (span: Span) => readonly SpanDay[] {
  const known = new Map<string, readonly SpanDay[]>();
  return (span) => {
    const key = `${span.startMs} ${span.endMs}`;
    const days =
      known.get(key) ??
      daysOf(span, site.zones, held.days).map(
        (one): SpanDay => ({ ...one, ...sourceOf(held, one.day) }),
      );
    known.set(key, days);
    return days;
  };
}

/** The first day of which anything is kept. */
const firstKeptDay = (held: PlannedDays) =>
  held.days.find((day) => sourceOf(held, day).source !== 'gone');
