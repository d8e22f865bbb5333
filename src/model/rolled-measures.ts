/**
 * Roll-ups: what reports count over whole days, counted when a day is closed. Each measure is that
 * of the days' hits and visits (`mount-tables.ts`), exact to the last visitor, and adds up over
 * days.
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
 * engaged_ms, engaged: only by page, over the pairs (visit, page): sum of the pairs' greatest
 * scroll depths and number of pairs that have one, sum of engaged time and number of pairs that
 * have more than none (`engagements`).
 *
 * A property's '(not set)' rows are there on days when some hit has the property; on others the
 * day's totals are those of '(not set)'.
 */
export const rolledMeasures = [
  'visitors',
  'visits',
  'pageviews',
  'events',
  'stays',
  'bounces',
  'duration_ms',
  'views',
  'depth',
  'depths',
  'engaged_ms',
  'engagements',
] as const;

export type RolledMeasure = (typeof rolledMeasures)[number];

export type Counted = Partial<Readonly<Record<RolledMeasure, string>>>;

export const ofHits: Counted = {
  visitors: 'count(DISTINCT h.visitor)',
  visits: 'count(DISTINCT h.visit)',
  pageviews: 'count(*) FILTER (h.pageview)',
  events: 'count(*)',
};

export const ofWholeVisits: Counted = {
  stays: 'count(*)',
  bounces: 'count(*) FILTER (v.bounced)',
  duration_ms: 'sum(v.duration_ms)',
  views: 'sum(v.pageviews)',
};

export const ofVisits: Counted = {
  visitors: 'count(DISTINCT v.visitor)',
  visits: 'count(*)',
  pageviews: 'sum(v.pageviews)',
  events: 'sum(v.events)',
  ...ofWholeVisits,
};

export const ofPairs: Counted = {
  depth: 'sum(p.depth)',
  depths: 'count(p.depth)',
  engaged_ms: 'sum(p.engaged_ms)',
  engagements: 'count(*) FILTER (p.engaged_ms > 0)',
};
