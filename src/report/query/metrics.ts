import { type Measure, measures } from '../../model/measures.ts';

/**
 * What a report shows: a measure, or a ratio of two. `sql` is over the summed measures. A ratio of
 * nothing is 0, halves are rounded away from 0: bounce_rate in whole per cent, visit_duration in
 * whole seconds, views_per_visit to two decimals, percentage to one (the format's own precision),
 * conversions to two. What was not reported at all is NULL: a depth, a time, an average.
 */
type Metric = {
  readonly measures: readonly Measure[];
  readonly sql: string;
  /**
   * Absent: a number. A change of what is in per cent is in points, not in per cent of per cent.
   * Money is in thousandths of a currency, which the answer names.
   */
  readonly unit?: 'per cent' | 'seconds' | 'money';
  /** Mostly 0 because there is nothing: a change from that says nothing. */
  readonly noChangeFromZero?: true;
  /** The query must be filtered or grouped by this. */
  readonly needs?: 'event:goal';
};

/** The factor comes before the division: a half that is exact stays exact. */
const ratio = (factor: number, part: string, whole: string) =>
  `coalesce(${ratioOrNull(factor, part, whole)}, 0)`;

const ratioOrNull = (factor: number, part: string, whole: string) =>
  `round(${factor}.0::DOUBLE * ${part} / nullif(${whole}, 0))`;

/** In thousandths, halves away from 0, in whole numbers throughout. */
const averageRevenue = `CASE WHEN revenue < 0 THEN -1 ELSE 1 END
    * ((2 * abs(revenue) + payments::HUGEINT) // (2 * payments::HUGEINT))`;

export const metrics = {
  visitors: { measures: ['visitors'], sql: 'visitors' },
  visits: { measures: ['visits'], sql: 'visits' },
  pageviews: { measures: ['pageviews'], sql: 'pageviews' },
  events: { measures: ['events'], sql: 'events' },
  views_per_visit: { measures: ['views', 'stays'], sql: `${ratio(100, 'views', 'stays')} / 100` },
  bounce_rate: {
    measures: ['bounces', 'stays'],
    unit: 'per cent',
    sql: ratio(100, 'bounces', 'stays'),
    noChangeFromZero: true,
  },
  visit_duration: {
    measures: ['duration_ms', 'stays'],
    unit: 'seconds',
    sql: ratio(1, 'duration_ms', '(stays * 1000)'),
  },
  // `whole`: the visitors of the same query without dimensions.
  percentage: {
    measures: ['visitors'],
    unit: 'per cent',
    sql: `${ratio(1000, 'visitors', '(SELECT visitors FROM whole)')} / 10`,
  },
  scroll_depth: {
    measures: ['depth', 'depths'],
    unit: 'per cent',
    sql: ratioOrNull(1, 'depth', 'depths'),
  },
  time_on_page: {
    measures: ['engaged_ms', 'engagements'],
    unit: 'seconds',
    sql: ratioOrNull(1, 'engaged_ms', '(engagements * 1000)'),
  },
  // Of a visit, also of one without any; unknown where nobody sent any.
  engaged_time: {
    measures: ['engaged_ms', 'engagements', 'visits'],
    unit: 'seconds',
    sql: `CASE WHEN engagements > 0 THEN ${ratioOrNull(1, 'engaged_ms', '(visits * 1000)')} END`,
  },
  // `everyone` and `peers`: all visitors, and those of the same group, whatever goals they reached
  // (`plan/bases.ts`).
  conversion_rate: {
    measures: ['visitors'],
    unit: 'per cent',
    sql: `${ratio(10_000, 'visitors', '(SELECT visitors FROM everyone)')} / 100`,
    needs: 'event:goal',
  },
  group_conversion_rate: {
    measures: ['visitors'],
    unit: 'per cent',
    sql: `${ratio(10_000, 'visitors', '(SELECT visitors FROM peers WHERE $same)')} / 100`,
    needs: 'event:goal',
  },
  // In thousandths. `$payable`: true where revenue is of one currency (revenue.ts).
  total_revenue: {
    measures: ['revenue', 'payments'],
    unit: 'money',
    sql: 'CASE WHEN $payable THEN revenue END',
    needs: 'event:goal',
  },
  average_revenue: {
    measures: ['revenue', 'payments'],
    unit: 'money',
    sql: `CASE WHEN $payable AND payments > 0 THEN ${averageRevenue} END`,
    needs: 'event:goal',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;

export const isMetric = (name: string): name is MetricName => Object.hasOwn(metrics, name);

/** What is true of a metric, besides its SQL. */
/**
 * The sum of a measure itself, which nobody can ask for: what answers of several sites are added up
 * by (`every-site.ts`).
 */
export type SumName = `sum:${Measure}`;

export const sumNameOf = (measure: Measure): SumName => `sum:${measure}`;

const sums = Object.fromEntries(
  (Object.keys(measures) as Measure[]).map((measure): [SumName, Metric] => [
    sumNameOf(measure),
    { measures: [measure], sql: measure },
  ]),
) as Readonly<Record<SumName, Metric>>;

const all: Readonly<Record<MetricName | SumName, Metric>> = { ...metrics, ...sums };

export const metricOf = (name: MetricName | SumName): Metric => all[name];

export const measuresOf = (names: readonly (MetricName | SumName)[]): readonly Measure[] => [
  ...new Set(names.flatMap((name): readonly Measure[] => metricOf(name).measures)),
];

/** What a query counts, also what it does not show. */
export const measuresFor = ({
  metrics: names,
  leastVisitors,
}: {
  readonly metrics: readonly (MetricName | SumName)[];
  readonly leastVisitors?: number | undefined;
}): readonly Measure[] => [
  ...new Set([...measuresOf(names), ...(leastVisitors === undefined ? [] : ['visitors' as const])]),
];

export const isMoney = (name: MetricName | SumName) => metricOf(name).unit === 'money';
