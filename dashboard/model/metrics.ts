import type { MetricName, Money, Value } from '../api/types.ts';
import { conversionTexts, metricTexts, numberTexts } from '../texts/texts.ts';
import { asksGoals, type Filter } from './filters.ts';
import { showCount, showDecimal, showDuration, showPercent, showShort } from './numbers.ts';

/** `percentage` is the share that stands beside visitors: it is not chosen by itself. */
export type ShownMetric = Exclude<MetricName, 'percentage' | 'group_conversion_rate'>;

type Unit = 'count' | 'ratio' | 'percent' | 'seconds' | 'money';

export type Metric = {
  readonly name: ShownMetric;
  /** Where there are no hits, a count is 0; all others are ratios, and then unknown. */
  readonly unit: Unit;
  readonly better: 'more' | 'less';
  /** A ratio of whole visits: where there is none, the API gives 0. */
  readonly ofVisits?: true;
};

/** All metrics that are shown, in the order in which they are offered. */
export const metrics: readonly Metric[] = [
  { name: 'visitors', unit: 'count', better: 'more' },
  { name: 'visits', unit: 'count', better: 'more' },
  { name: 'pageviews', unit: 'count', better: 'more' },
  {
    ...{ name: 'views_per_visit', unit: 'ratio', better: 'more' },
    ofVisits: true,
  },
  {
    ...{ name: 'bounce_rate', unit: 'percent', better: 'less' },
    ofVisits: true,
  },
  {
    ...{ name: 'visit_duration', unit: 'seconds', better: 'more' },
    ofVisits: true,
  },
  { name: 'engaged_time', unit: 'seconds', better: 'more' },
  { name: 'scroll_depth', unit: 'percent', better: 'more' },
  { name: 'time_on_page', unit: 'seconds', better: 'more' },
  { name: 'events', unit: 'count', better: 'more' },
  { name: 'conversion_rate', unit: 'percent', better: 'more' },
  { name: 'total_revenue', unit: 'money', better: 'more' },
  { name: 'average_revenue', unit: 'money', better: 'more' },
];

/** The numbers row can show these, and does where its owner has chosen nothing else. */
export const numbersOffered: readonly ShownMetric[] = [
  ...['visitors', 'visits', 'pageviews', 'views_per_visit'],
  ...['bounce_rate', 'visit_duration', 'engaged_time', 'scroll_depth'],
] as ShownMetric[];

/** The numbers where a goal is among the filters. */
const ofConversions: readonly ShownMetric[] = [
  ...['visitors', 'events', 'conversion_rate', 'total_revenue', 'average_revenue'],
] as ShownMetric[];

/** The numbers of a view; `chosen` are those that its owner wants. */
export const numbersFor = (
  filters: readonly Filter[],
  chosen: readonly ShownMetric[] = numbersOffered,
): readonly ShownMetric[] => (asksGoals(filters) ? ofConversions : chosen);

export function metricNamed(name: ShownMetric): Metric {
  return metrics.find((metric) => metric.name === name) ?? metrics[0]!;
}

export const isShownMetric = (text: string): text is ShownMetric =>
  metrics.some(({ name }) => name === text);

/** A metric's label; where a goal is among the filters, visitors are those who reached it. */
export function labelOf(name: MetricName, filters: readonly Filter[] = []): string {
  return (asksGoals(filters) && conversionTexts[name]) || metricTexts[name];
}

/** A value as its metric is written; a dash where there is none. */
export function showMetric(name: MetricName, value: Value | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'object') return value.short;
  return showBy(unitOf(name), value);
}

/** The same in a place that has room for seven digits. */
export const showInRow = (name: MetricName, value: Value | undefined): string =>
  unitOf(name) === 'count' && typeof value === 'number' && value >= 10_000_000
    ? showShort(value)
    : showMetric(name, value);

/** The same in full, where there is room. */
export function showInFull(name: MetricName, value: Value | undefined): string {
  return typeof value === 'object' && value !== null ? value.long : showMetric(name, value);
}

const unitOf = (name: MetricName): Unit =>
  name === 'percentage' || name === 'group_conversion_rate' ? 'percent' : metricNamed(name).unit;

function showBy(unit: Unit, value: number): string {
  if (unit === 'count') return showCount(value);
  if (unit === 'ratio') return showDecimal(value);
  if (unit === 'money') return showShort(value);
  return unit === 'percent' ? showPercent(value) : showDuration(value);
}

/** A value as a number, to be drawn and compared. */
export const amountOf = (value: Value | undefined): number | null | undefined =>
  isMoney(value) ? value.value : value;

const isMoney = (value: Value | undefined): value is Money =>
  typeof value === 'object' && value !== null;

/**
 * The column that shows whether a ratio of visits has a value: where the API has nothing to divide,
 * it gives 0 for the ratio and for this column, since every visit has a view. Grouped by page,
 * `visits` does not show it: they are all visits that saw the page, but the ratios are of those
 * that began there.
 */
const denominator = 'views_per_visit';

const isOfVisits = (name: MetricName) =>
  metrics.some((one) => one.name === name && one.ofVisits === true);

/** The columns to ask for, so that `valueIn` can recognise ratios without a value. */
export function withDenominator(columns: readonly MetricName[]): readonly MetricName[] {
  const has = columns.includes(denominator) || !columns.some(isOfVisits);
  return has ? columns : [...columns, denominator];
}

/** A metric in a row of `columns`; null for a ratio without a value. */
export function valueIn(
  row: readonly Value[] | undefined,
  columns: readonly MetricName[],
  name: MetricName,
): Value | undefined {
  const value = row?.[columns.indexOf(name)];
  if (value !== 0 || !isOfVisits(name)) return value;
  return row?.[columns.indexOf(denominator)] === 0 ? null : value;
}

export type Change = { readonly text: string; readonly tone: 'good' | 'bad' | 'same' };

/**
 * The change from `before` to `now`, in per cent or in the metric's own unit; undefined where the
 * two cannot be compared.
 */
export function changeOf(
  name: MetricName,
  nowValue: Value | undefined,
  beforeValue: Value | undefined,
): Change | undefined {
  const [now, before] = [amountOf(nowValue), amountOf(beforeValue)];
  if (now === null || now === undefined || before === null || before === undefined)
    return undefined;
  const unit = unitOf(name);
  const better = metrics.find((metric) => metric.name === name)?.better ?? 'more';
  const relative = unit === 'count' || unit === 'ratio' || unit === 'money';
  if (relative && before === 0) return undefined;
  const amount = Math.round(relative ? ((now - before) / before) * 100 : now - before);
  const sign = amount > 0 ? '+' : amount < 0 ? '−' : '±';
  const size = Math.abs(amount);
  const shown = relative
    ? showPercent(size)
    : unit === 'percent'
      ? numberTexts.points(size)
      : showDuration(size);
  const tone = amount === 0 ? 'same' : amount > 0 === (better === 'more') ? 'good' : 'bad';
  return { text: sign + shown, tone };
}
