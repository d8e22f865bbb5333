/**
 * Numbers that add up over site-days. Each is counted over one or more relations:
 *
 *   hits      the hits that match; columns `visitor`, `visit`, `pageview`
 *   visits    the visits that match, each at the time of its first hit; columns `visitor`,
 *             `pageviews`, `events`, `bounced`, `duration_ms`
 *   entries   the same visits, each with the page, name and hour of its first pageview
 *   readings  the pairs of a visit and a page among the hits that match; columns `depth` (the
 *             greatest, NULL where none was reported) and `engaged_ms`
 *   robots    the rows of robots that match, which no other relation contains; column `pageview`
 *   rolled    rows of roll-ups: every measure is counted already, by day and by one dimension
 */
export type Relation = 'hits' | 'visits' | 'entries' | 'readings' | 'robots' | 'rolled';

type MeasureSql = {
  readonly over: Partial<Readonly<Record<Exclude<Relation, 'rolled'>, string>>>;
  /** Roll-ups have it (`rolledMeasures`). */
  readonly rolled: boolean;
  /** It is that of whole visits, whatever is asked: a hit has no duration. */
  readonly ofWholeVisits?: true;
  /** What holds its sums exactly. */
  readonly sum?: 'HUGEINT';
};

/** By page they are fewer than the visits that saw it: those that began there. */
const ofWholeVisits = (sql: string) =>
  ({ over: { visits: sql, entries: sql }, rolled: true, ofWholeVisits: true }) as const;

export const measures = {
  visitors: {
    ...{ over: { hits: 'count(DISTINCT visitor)', visits: 'count(DISTINCT visitor)' } },
    rolled: true,
  },
  visits: { over: { hits: 'count(DISTINCT visit)', visits: 'count(*)' }, rolled: true },
  pageviews: {
    over: {
      ...{ hits: 'count(*) FILTER (pageview)', visits: 'sum(pageviews)' },
      robots: 'count(*) FILTER (pageview)',
    },
    rolled: true,
  },
  events: { over: { hits: 'count(*)', visits: 'sum(events)', robots: 'count(*)' }, rolled: true },
  // The visits whose bounces, seconds and views a ratio divides.
  stays: ofWholeVisits('count(*)'),
  bounces: ofWholeVisits('count(*) FILTER (bounced)'),
  duration_ms: ofWholeVisits('sum(duration_ms)'),
  views: ofWholeVisits('sum(pageviews)'),
  depth: { over: { readings: 'sum(depth)' }, rolled: true },
  depths: { over: { readings: 'count(depth)' }, rolled: true },
  engaged_ms: { over: { readings: 'sum(engaged_ms)' }, rolled: true },
  engagements: { over: { readings: 'count(*) FILTER (engaged_ms > 0)' }, rolled: true },
  // In thousandths of a currency, of which amounts have no smaller part. Amounts have up to 18
  // digits.
  revenue: {
    ...{ over: { hits: 'sum((earned::DECIMAL(22, 3) * 1000)::HUGEINT)' }, rolled: false },
    sum: 'HUGEINT',
  },
  payments: { over: { hits: 'count(earned)' }, rolled: false },
} as const satisfies Readonly<Record<string, MeasureSql>>;

export type Measure = keyof typeof measures;

const sqlTable: Readonly<Record<Measure, MeasureSql>> = measures;

export const measureNames = Object.keys(measures) as Measure[];

export const countsVisits = (measure: Measure) => sqlTable[measure].ofWholeVisits === true;

/** Sums that a DOUBLE does not hold exactly. */
export const typeOf = (measure: Measure) => sqlTable[measure].sum ?? 'DOUBLE';

export const isCountedOver = (measure: Measure, relation: Relation) =>
  Object.hasOwn(sqlTable[measure].over, relation);

export function sqlOf(measure: Measure, relation: Relation): string {
  const by: Partial<Record<Relation, string>> = sqlTable[measure].over;
  const sql = by[relation];
  if (sql === undefined) throw new Error(`${measure} is not counted over ${relation}`);
  return sql;
}

/**
 * What roll-ups have of whole days, counted when a day is closed, exact to the last visitor:
 *
 *   rollup   day, dimension, value, measures      every value of every dimension; dimension and
 *                                                 value '' are the day's totals
 *   hours    day, hour, measures                  hour as in `hits`; a visit counts in the hour
 *                                                 of its first hit
 *   month    month, dimension, value, measures    the roll-up summed over the days of a month
 *
 * visitors, visits, pageviews, events: of the hits (engagements excepted) that have the value, or
 * of the visits that have it. stays, bounces, duration_ms, views: of the visits that have it; by
 * page or host name, of those that began there; of no visits by name or property. depth, depths,
 * engaged_ms, engagements: only by page, over readings.
 *
 * A property's '(not set)' rows are there on days when some hit has the property; on others the
 * day's totals are those of '(not set)'.
 */
export const rolledMeasures = measureNames.filter((name) => sqlTable[name].rolled);

/** Those of them that are counted over a relation. */
export const rolledOver = (relation: Relation): readonly Measure[] =>
  rolledMeasures.filter((name) => isCountedOver(name, relation));
