import type { Value } from '../journal/duckdb.ts';
import type { ZoneSpan } from '../lib/site-days.ts';
import { type Dimension, isTime } from './dimensions.ts';
import type { MetricName } from './metrics.ts';
import type { Plan } from './plan.ts';
import { maxLimit, type Query } from './query.ts';
import { type Span, timeLabels } from './ranges.ts';

/** A row's groups, one text a dimension. */
export type Group = readonly string[];

/** What is asked of the other period: the same, of the groups that the page of results has. */
export const otherQuery = (query: Query, dimensions: readonly Dimension[]): Query => ({
  ...query,
  dimensions,
  include: { ...query.include, total_rows: false, time_labels: false },
  compare: undefined,
  orderBy: undefined,
  limit: maxLimit,
  offset: 0,
});

/**
 * Where a report is by time alone, every bucket is a row, also one in which nothing was: else what the other period had in
 * its place would not be shown.
 */
export function allBuckets(plan: Plan, zones: readonly ZoneSpan[]): readonly Group[] | undefined {
  const [time, ...others] = plan.dimensions;
  if (time === undefined || !isTime(time) || others.length > 0) return undefined;
  return labelsOf(time, plan, zones).map((label) => [label]);
}

type ToOther = (group: Group) => readonly (string | null)[];

/** A group's counterpart: the bucket in the same place, else the same values. Null where the other period is shorter. */
export function counterpart(plan: Plan, other: Plan, zones: readonly ZoneSpan[]): ToOther {
  const i = plan.dimensions.findIndex(isTime);
  const time = plan.dimensions[i];
  if (time === undefined || !isTime(time)) return (group) => group;
  const labels = labelsOf(time, other, zones);
  const places = new Map<string | null, string | undefined>(
    labelsOf(time, plan, zones).map((label, place) => [label, labels[place]]),
  );
  return (group: readonly (string | null)[]) => group.with(i, places.get(group[i]!) ?? null);
}

const labelsOf = (
  time: Parameters<typeof timeLabels>[0],
  { span, weekStarts }: { span: Span; weekStarts: number },
  zones: readonly ZoneSpan[],
) => timeLabels(time, span, zones, weekStarts, 'include.compare');

export const groupOf = (row: readonly Value[], { dimensions }: Plan): Group =>
  row.slice(0, dimensions.length).map(String);

/** Shown in per cent: its change is told in points, not in per cent of per cent. */
const rates: readonly MetricName[] = [
  'bounce_rate',
  'percentage',
  'scroll_depth',
  'conversion_rate',
  'group_conversion_rate',
];

/**
 * The change from one value to another, as the format tells it: of a rate in points, else in whole per cent, from nothing to
 * something 100. Null where one of them is not known, or the bounce rate was 0: mostly it was that of no visits.
 */
export function changeOf(name: MetricName, now: number | null, before: number | null): number | null {
  if (now === null || before === null || (name === 'bounce_rate' && before === 0)) return null;
  if (rates.includes(name)) return Math.round((now - before) * 100) / 100;
  if (before === 0) return Math.sign(now) * 100;
  const change = ((now - before) * 100) / Math.abs(before);
  return Math.sign(change) * Math.round(Math.abs(change));
}
