/**
 * Numbers that add up over site-days. Each is counted over one or more relations:
 *
 *   hits      the hits that match; columns `visitor`, `visit`, `pageview`
 *   visits    the visits that match, each at the time of its first hit; columns `visitor`,
 *             `pageviews`, `events`, `bounced`, `duration_ms`
 *   entries   the same visits, each with the page, name and hour of its first pageview
 *   readings  the pairs of a visit and a page among the hits that match; columns `depth` (the
 *             greatest, NULL where none was reported) and `engaged_ms`
 *   rolled    rows of roll-ups: every measure is counted already, by day and by one dimension
 */
export type Relation = 'hits' | 'visits' | 'entries' | 'readings' | 'rolled';

const ofVisits = {
  bounces: 'count(*) FILTER (bounced)',
  duration_ms: 'sum(duration_ms)',
  views: 'sum(pageviews)',
  stays: 'count(*)',
};

export const measures = {
  visitors: { hits: 'count(DISTINCT visitor)', visits: 'count(DISTINCT visitor)' },
  pageviews: { hits: 'count(*) FILTER (pageview)', visits: 'sum(pageviews)' },
  events: { hits: 'count(*)', visits: 'sum(events)' },
  visits: { hits: 'count(DISTINCT visit)', visits: 'count(*)' },
  // The visits whose bounces, seconds and views a ratio divides. By page they are fewer than the
  // visits that saw it.
  stays: { visits: ofVisits.stays, entries: ofVisits.stays },
  bounces: { visits: ofVisits.bounces, entries: ofVisits.bounces },
  duration_ms: { visits: ofVisits.duration_ms, entries: ofVisits.duration_ms },
  views: { visits: ofVisits.views, entries: ofVisits.views },
  depth: { readings: 'sum(depth)' },
  depths: { readings: 'count(depth)' },
  engaged_ms: { readings: 'sum(engaged_ms)' },
  engagements: { readings: 'count(*) FILTER (engaged_ms > 0)' },
  // In thousandths of a currency, of which amounts have no smaller part. Amounts have up to 18
  // digits.
  revenue: { hits: 'sum((earned::DECIMAL(22, 3) * 1000)::HUGEINT)' },
  payments: { hits: 'count(earned)' },
} as const satisfies Readonly<Record<string, Partial<Readonly<Record<Relation, string>>>>>;

export type Measure = keyof typeof measures;

/** Measures that are those of whole visits, whatever is asked: a hit has no duration. */
const ofWholeVisits: readonly Measure[] = ['stays', 'bounces', 'duration_ms', 'views'];

export const countsVisits = (measure: Measure) => ofWholeVisits.includes(measure);

/** Sums that a DOUBLE does not hold exactly. */
export const typeOf = (measure: Measure) => (measure === 'revenue' ? 'HUGEINT' : 'DOUBLE');

export function sqlOf(measure: Measure, relation: Relation): string {
  const by: Partial<Record<Relation, string>> = measures[measure];
  const sql = by[relation];
  if (sql === undefined) throw new Error(`${measure} is not counted over ${relation}`);
  return sql;
}
