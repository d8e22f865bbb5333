import type { MetricName } from '../api/types.ts';
import { showCount, showDecimal, showDuration, showPercent } from './numbers.ts';

export type ShownMetric = Exclude<MetricName, 'percentage'>;

type Metric = {
  readonly name: ShownMetric;
  readonly label: string;
  readonly show: (value: number) => string;
  /** How a change is said: in per cent, or in the metric's own unit. */
  readonly change: 'percent' | 'points' | 'seconds';
  readonly better: 'more' | 'less';
  /** A count of nothing is 0; a ratio of nothing is unknown. */
  readonly kind: 'count' | 'ratio';
};

/** The numbers row, in its order. */
export const metrics: readonly Metric[] = [
  { name: 'visitors', label: 'Visitors', show: showCount, change: 'percent', better: 'more', kind: 'count' },
  { name: 'visits', label: 'Visits', show: showCount, change: 'percent', better: 'more', kind: 'count' },
  {
    name: 'pageviews',
    label: 'Pageviews',
    show: showCount,
    change: 'percent',
    better: 'more',
    kind: 'count',
  },
  {
    name: 'views_per_visit',
    label: 'Views per visit',
    show: showDecimal,
    change: 'percent',
    better: 'more',
    kind: 'ratio',
  },
  {
    name: 'bounce_rate',
    label: 'Bounce rate',
    show: showPercent,
    change: 'points',
    better: 'less',
    kind: 'ratio',
  },
  {
    name: 'visit_duration',
    label: 'Visit duration',
    show: showDuration,
    change: 'seconds',
    better: 'more',
    kind: 'ratio',
  },
];

export const metricNames = metrics.map(({ name }) => name);

export function metricNamed(name: ShownMetric): Metric {
  return metrics.find((metric) => metric.name === name) ?? metrics[0]!;
}

export type Change = { readonly text: string; readonly tone: 'good' | 'bad' | 'same' };

/** The change from `before` to `now`; undefined where there is nothing to compare with. */
export function changeOf(
  name: ShownMetric,
  now: number | null | undefined,
  before: number | null | undefined,
): Change | undefined {
  if (now === null || now === undefined || before === null || before === undefined) return undefined;
  const { change, better } = metricNamed(name);
  if (change === 'percent' && before === 0) return undefined;
  const amount =
    change === 'percent' ? Math.round(((now - before) / before) * 100) : Math.round(now - before);
  const sign = amount > 0 ? '+' : amount < 0 ? '−' : '±';
  const size = Math.abs(amount);
  const said =
    change === 'percent' ? `${showCount(size)}%` : change === 'points' ? `${size} pt` : showDuration(size);
  const tone = amount === 0 ? 'same' : amount > 0 === (better === 'more') ? 'good' : 'bad';
  return { text: sign + said, tone };
}
