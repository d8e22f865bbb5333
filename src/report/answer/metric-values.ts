import type { Measure } from '../../model/measures.ts';
import type { MetricName } from '../query/metrics.ts';

type Sums = (measure: Measure) => number;

/** The metrics that sums of several sites have. */
type Added = Exclude<
  MetricName,
  'conversion_rate' | 'group_conversion_rate' | 'total_revenue' | 'average_revenue'
>;

/** Halves are rounded up; null where the whole is nothing. */
const ratio = (factor: number, part: number, whole: number) =>
  whole === 0 ? null : Math.round((factor * part) / whole);

/**
 * The SQL of `query/metrics.ts` once more, for sums that are added up outside of the database; a
 * test holds both together. `whole`: the visitors of the query without its dimensions.
 */
const values: Readonly<Record<Added, (of: Sums, whole: number) => number | null>> = {
  visitors: (of) => of('visitors'),
  visits: (of) => of('visits'),
  pageviews: (of) => of('pageviews'),
  events: (of) => of('events'),
  views_per_visit: (of) => (ratio(100, of('views'), of('stays')) ?? 0) / 100,
  bounce_rate: (of) => ratio(100, of('bounces'), of('stays')) ?? 0,
  visit_duration: (of) => ratio(1, of('duration_ms'), of('stays') * 1_000) ?? 0,
  percentage: (of, whole) => (ratio(1_000, of('visitors'), whole) ?? 0) / 10,
  scroll_depth: (of) => ratio(1, of('depth'), of('depths')),
  time_on_page: (of) => ratio(1, of('engaged_ms'), of('engagements') * 1_000),
  engaged_time: (of) =>
    of('engagements') > 0 ? ratio(1, of('engaged_ms'), of('visits') * 1_000) : null,
};

export function metricValue(name: MetricName, of: Sums, whole: number): number | null {
  if (!Object.hasOwn(values, name)) throw new Error(`${name} is of one site`);
  return values[name as Added](of, whole);
}
