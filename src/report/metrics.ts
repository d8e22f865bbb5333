import type { Measure } from './measures.ts';

/**
 * What a report shows: a measure, or a ratio of two. `sql` is over the summed measures. A ratio of nothing is 0, halves are
 * rounded away from 0: bounce_rate in whole per cent, visit_duration in whole seconds, views_per_visit to two decimals,
 * percentage to one (the format's own precision).
 */
type Metric = { readonly measures: readonly Measure[]; readonly sql: string };

/** The factor comes before the division: a half that is exact stays exact. */
const ratio = (factor: number, part: string, whole: string) =>
  `coalesce(round(${factor}.0::DOUBLE * ${part} / nullif(${whole}, 0)), 0)`;

export const metrics = {
  visitors: { measures: ['visitors'], sql: 'visitors' },
  visits: { measures: ['visits'], sql: 'visits' },
  pageviews: { measures: ['pageviews'], sql: 'pageviews' },
  events: { measures: ['events'], sql: 'events' },
  views_per_visit: { measures: ['views', 'stays'], sql: `${ratio(100, 'views', 'stays')} / 100` },
  bounce_rate: { measures: ['bounces', 'stays'], sql: ratio(100, 'bounces', 'stays') },
  visit_duration: { measures: ['duration_ms', 'stays'], sql: ratio(1, 'duration_ms', '(stays * 1000)') },
  // `whole`: the visitors of the same query without dimensions.
  percentage: {
    measures: ['visitors'],
    sql: `${ratio(1000, 'visitors', '(SELECT visitors FROM whole)')} / 10`,
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;
export const isMetric = (name: string): name is MetricName => Object.hasOwn(metrics, name);

export const measuresOf = (names: readonly MetricName[]): readonly Measure[] => [
  ...new Set(names.flatMap((name): readonly Measure[] => metrics[name].measures)),
];
