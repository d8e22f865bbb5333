import type { Goal, Site } from '../../account/site.ts';
import {
  type Dimension,
  isTime,
  type TimeName,
  type ValueDimension,
} from '../../model/dimensions.ts';
import type { Compare } from './compare.ts';
import type { DateRange } from './date-range.ts';
import type { MetricName, SumName } from './metrics.ts';
import type { Operator } from './operators.ts';

/** What the words of a query mean by its site. */
export type QuerySite = Pick<Site, 'goals' | 'segments' | 'pageGroups'> & {
  /** It is seen through a link. */
  readonly narrowed?: Narrowed | undefined;
};

/**
 * What whoever has a link sees of a site: only what fits these filters, which may name segments;
 * and no row of fewer visitors.
 */
export type Narrowed = {
  readonly filters: readonly unknown[];
  readonly leastVisitors?: number | undefined;
};

/** One query of Plausible's Stats API v2, parsed. All filters must hold. */
export type Query = {
  readonly metrics: readonly (MetricName | SumName)[];
  readonly dateRange: DateRange;
  readonly dimensions: readonly (Dimension | 'time')[];
  readonly filters: readonly Filter[];
  /** As it was asked; `orderOf` says the one that holds. */
  readonly orderBy: readonly Order[] | undefined;
  /** Those that it is about, where it groups or filters by goals. */
  readonly goals: readonly Goal[] | undefined;
  /** The site's patterns, where it groups or filters by page group. */
  readonly pageGroups?: readonly string[] | undefined;
  /** Rows of fewer visitors are left out, whatever of them is asked for. */
  readonly leastVisitors?: number | undefined;
  readonly include: Include;
  /** Each row beside the same of another period. */
  readonly compare: Compare | undefined;
  readonly limit: number;
  readonly offset: number;
};

export type Order = {
  readonly by: MetricName | SumName | Dimension | 'time';
  readonly direction: 'asc' | 'desc';
};

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  /** Holds for visits in which some hit (or none) fulfils the filter. */
  | { readonly kind: 'done'; readonly negated: boolean; readonly filter: Filter }
  | GoalTest
  | Test;

export type Test = {
  readonly kind: 'test';
  readonly operator: Operator;
  readonly dimension: Exclude<ValueDimension, 'event:goal'>;
  readonly values: readonly string[];
  readonly caseSensitive: boolean;
};

/** Holds for hits that reach one of the goals, which are those that its values mean. */
export type GoalTest = {
  readonly kind: 'goal';
  readonly operator: 'is' | 'contains';
  readonly values: readonly string[];
  readonly caseSensitive: boolean;
  readonly goals: readonly Goal[];
};

export const includes = [
  'imports',
  'time_labels',
  'total_rows',
  'trim_relative_date_range',
] as const;

export type Include = Readonly<Record<(typeof includes)[number], boolean>>;

export const maxLimit = 10_000;

/** The filters that one is made of. */
export function innerOf(filter: Filter): readonly Filter[] {
  if ('filters' in filter) return filter.filters;
  return 'filter' in filter ? [filter.filter] : [];
}

/** The query's first time dimension. */
export function timeOf({ dimensions }: Query): TimeName | 'time' | undefined {
  return dimensions.find((name): name is TimeName | 'time' => name === 'time' || isTime(name));
}
