import type { Answer, MetricName } from '../api/types.ts';
import { amountOf, metricNamed, type ShownMetric, valueIn } from './metrics.ts';

/**
 * A metric over time. `labels` are the starts of the buckets, as the API writes them, in the site's
 * time zone.
 */
export type Series = {
  readonly labels: readonly string[];
  readonly values: readonly (number | null)[];
};

/** One metric of a report by time. An empty bucket is 0 for a count, and unknown for a ratio. */
export function seriesOf(
  answer: Answer,
  columns: readonly MetricName[],
  metric: ShownMetric,
): Series {
  const empty = ['count', 'money'].includes(metricNamed(metric).unit) ? 0 : null;
  const byLabel = new Map(
    answer.results.map((row) => [
      row.dimensions[0] ?? '',
      amountOf(valueIn(row.metrics, columns, metric)) ?? empty,
    ]),
  );
  const labels = answer.meta.time_labels ?? [...byLabel.keys()].sort();
  return {
    labels,
    values: labels.map((label) => (byLabel.has(label) ? byLabel.get(label)! : empty)),
  };
}

export type Drawing = {
  readonly labels: readonly string[];
  readonly now: readonly (number | null)[];
  /**
   * The values of the period before, in the order of `now`; empty where nothing is compared, null
   * where there is no earlier data.
   */
  readonly before: readonly (number | null)[];
  readonly beforeLabels: readonly string[];
  /** The index of the bucket that has not ended yet. */
  readonly partial: number | undefined;
};

/**
 * Prepares two periods to be drawn in one chart. `localNow` is the time in the site's zone
 * (`2026-11-22 14:05:09`); buckets in the future are not drawn.
 */
export function drawingOf(series: Series, before: Series | undefined, localNow: string): Drawing {
  const { labels } = series;
  const begun = labels.filter((label) => label <= localNow).length;
  const last = labels[begun - 1];
  const running = last !== undefined && runsAt(last, labels, begun, localNow);
  const length = Math.max(labels.length, 1);
  return {
    labels,
    now: series.values.map((value, i) => (i < begun ? value : null)),
    before: before === undefined ? [] : sinceFirst(before).slice(0, length),
    beforeLabels: before?.labels.slice(0, length) ?? [],
    partial: running ? begun - 1 : undefined,
  };
}

/**
 * Without the zeros before the first value: there is no data that early, rather than none counted.
 * A night without visitors is no sign of that, so hours stay unless there is nothing at all.
 */
function sinceFirst({ labels, values }: Series): readonly (number | null)[] {
  const first = values.findIndex((value) => value !== null && value !== 0);
  const byHour = (labels[0]?.length ?? 0) > 10;
  if (first > 0 && byHour) return values;
  return values.map((value, i) => (first < 0 || i < first ? null : value));
}

/**
 * Whether the last bucket that has begun is still running. Where no label follows it, the length of
 * its unit decides.
 */
function runsAt(
  label: string,
  labels: readonly string[],
  begun: number,
  localNow: string,
): boolean {
  if (begun < labels.length) return true;
  if (label.length > 10) return label.slice(0, 13) === localNow.slice(0, 13);
  const previous = labels[begun - 2];
  const days = previous === undefined ? 1 : daysFrom(previous, label);
  if (days >= 28) return label.slice(0, 7) === localNow.slice(0, 7);
  return daysFrom(label, localNow.slice(0, 10)) < (days > 1 ? 7 : 1);
}

function daysFrom(a: string, b: string): number {
  return Math.round((Date.parse(b) - Date.parse(a)) / 86_400_000);
}
