import type { MetricName } from '../api/types.ts';
import { showCount, showDecimal, showDuration, showPercent } from './numbers.ts';

export type ShownMetric = Exclude<MetricName, 'percentage'>;

type Metric = {
  readonly name: ShownMetric;
  readonly label: string;
  readonly show: (value: number) => string;
  /** Where there are no hits, a count is 0; all others are ratios, and then unknown. */
  readonly unit: 'count' | 'ratio' | 'percent' | 'seconds';
  readonly better: 'more' | 'less';
};

/** The metrics of the numbers row, in its order. */
export const metrics: readonly Metric[] = [
  { name: 'visitors', label: 'Visitors', show: showCount, unit: 'count', better: 'more' },
  { name: 'visits', label: 'Visits', show: showCount, unit: 'count', better: 'more' },
  {
    name: 'pageviews',
    label: 'Pageviews',
    show: showCount,
    unit: 'count',
    better: 'more',
  },
  {
    name: 'views_per_visit',
    label: 'Views per visit',
    show: showDecimal,
    unit: 'ratio',
    better: 'more',
  },
  {
    name: 'bounce_rate',
    label: 'Bounce rate',
    show: showPercent,
    unit: 'percent',
    better: 'less',
  },
  {
    name: 'visit_duration',
    label: 'Visit duration',
    show: showDuration,
    unit: 'seconds',
    better: 'more',
  },
];

export const metricNames = metrics.map(({ name }) => name);

export function metricNamed(name: ShownMetric): Metric {
  return metrics.find((metric) => metric.name === name) ?? metrics[0]!;
}

/** The columns to ask for, so that `valueIn` can recognise ratios without a value. */
export function withDenominator(columns: readonly MetricName[]): readonly MetricName[] {
  return denominatorIn(columns) === undefined ? [...columns, 'views_per_visit'] : columns;
}

/**
 * The column that shows whether a ratio has a value: where the API has nothing to divide, it gives
 * 0 for the ratio and for this column. Grouped by page, `visits` are all visits that saw the page,
 * but the ratios are of visits that began there: for those only `views_per_visit` shows it, since
 * every visit has a view.
 */
const denominatorIn = (columns: readonly MetricName[]) =>
  (['visits', 'views_per_visit'] as const).find((name) => columns.includes(name));

/** A metric in a row of `columns`; null for a ratio without a value. */
export function valueIn(
  row: readonly (number | null)[] | undefined,
  columns: readonly MetricName[],
  name: ShownMetric,
): number | null | undefined {
  const value = row?.[columns.indexOf(name)];
  if (value !== 0 || metricNamed(name).unit === 'count') return value;
  const denominator = denominatorIn(columns);
  return denominator !== undefined && row?.[columns.indexOf(denominator)] === 0 ? null : value;
}

export type Change = { readonly text: string; readonly tone: 'good' | 'bad' | 'same' };

/**
 * The change from `before` to `now`, in per cent or in the metric's own unit; undefined where the
 * two cannot be compared.
 */
export function changeOf(
  name: ShownMetric,
  now: number | null | undefined,
  before: number | null | undefined,
): Change | undefined {
  if (now === null || now === undefined || before === null || before === undefined)
    return undefined;
  const { unit, better } = metricNamed(name);
  const relative = unit === 'count' || unit === 'ratio';
  if (relative && before === 0) return undefined;
  const amount = Math.round(relative ? ((now - before) / before) * 100 : now - before);
  const sign = amount > 0 ? '+' : amount < 0 ? '−' : '±';
  const size = Math.abs(amount);
  const shown = relative
    ? `${showCount(size)}%`
    : unit === 'percent'
      ? `${size} pt`
      : showDuration(size);
  const tone = amount === 0 ? 'same' : amount > 0 === (better === 'more') ? 'good' : 'bad';
  return { text: sign + shown, tone };
}
