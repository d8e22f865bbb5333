import type { ZoneSpan } from '../../lib/site-days.ts';
import { type Dimension, isTime } from '../../model/dimensions.ts';
import { maxLimit, type Query } from '../query/types.ts';
import { timeLabels } from './span.ts';
import type { Group, Plan, Span } from './types.ts';

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
 * Where a report is by time alone, every bucket is a row, also one in which nothing was: else what
 * the other period had in its place would not be shown.
 */
export function allBuckets(plan: Plan, zones: readonly ZoneSpan[]): readonly Group[] | undefined {
  const [time, ...others] = plan.dimensions;
  if (time === undefined || !isTime(time) || others.length > 0) return undefined;
  return labelsOf(time, plan, zones).map((label) => [label]);
}

type ToOther = (group: Group) => readonly (string | null)[];

/**
 * A group's counterpart: the bucket in the same place, else the same values. Null where the other
 * period is shorter.
 */
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
) => timeLabels(time, span, zones, { weekStarts, at: 'include.compare' });
