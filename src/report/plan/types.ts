import type { Goal } from '../../account/site.ts';
import type { DaySource } from '../../days/wanted.ts';
import type { Value } from '../../duck/duck.ts';
import type { Day } from '../../lib/site-days.ts';
import type { OffsetSpan } from '../../lib/site-hours.ts';
import {
  type Dimension,
  isOfRobots,
  ofHits,
  type PropName,
  type ValueDimension,
} from '../../model/dimensions.ts';
import type { Measure, Relation } from '../../model/measures.ts';
import type { Relations } from '../../visits/tables.ts';
import { type Filter, innerOf, type Order, type Query } from '../query/types.ts';

/** A row's groups, one text a dimension. */
export type Group = readonly string[];

export const groupOf = (row: readonly Value[], { dimensions }: Plan): Group =>
  row.slice(0, dimensions.length).map(String);

/**
 * What ratios are computed from.
 *
 * `whole`: the visitors of the same query without its dimensions.
 *
 * `everyone` and `peers` are what conversion rates are of, whatever goals those visitors reached.
 * `everyone`: the visitors of the same query without its dimensions. `peers`: the visitors of the
 * same group. Of a query by country with a goal, `peers` are all visitors from that country.
 *
 * Both leave out the filters by goal. They leave out filters by properties too: beside a goal, a
 * property says which of the goal's hits are meant, not which visitors. Only filters at the top
 * level can name goals, so only those are left out.
 */
export type Bases = { readonly whole?: Plan; readonly everyone?: Plan; readonly peers?: Plan };

export const peerDimensions = (dimensions: readonly Dimension[]) =>
  dimensions.filter((name) => name !== 'event:goal');

/** What answers a query: pure, from the query, its span and the days that have hits. */
export type Plan = {
  readonly query: Query;
  readonly span: Span;
  readonly days: readonly SpanDay[];
  readonly dimensions: readonly Dimension[];
  readonly order: readonly Order[];
  /** The day that weeks start on, 1 (Monday) to 7. */
  readonly weekStarts: number;
  /**
   * One part for each relation that is counted, with what is counted over it. Among the parts over
   * one source's days, each measure stands once.
   */
  readonly parts: readonly Part[];
  /**
   * Days whose hits are no longer kept, and whose roll-ups do not contain all that is asked.
   */
  readonly missing: readonly Day[];
  /** What ratios are computed from: all visitors, and those of the same group. */
  readonly bases: Bases;
  /**
   * Where parts are taken off, groups in which nothing is left are not shown: one of these measures
   * is more than 0 in every other.
   */
  readonly present?: readonly Measure[];
  /**
   * Exactly these groups are shown, also those in which nothing is; undefined: those in which
   * something is.
   */
  readonly groups?: readonly Group[] | undefined;
};

export type Part = {
  readonly scope: Scope;
  readonly measures: readonly Measure[];
  /** They are taken off: roll-ups count too much by them. */
  readonly isTakenOff?: true;
};

/** Rows that several queries may share: equal scopes are read once. */
export type Scope = {
  readonly relation: Relation;
  /** All of one source. */
  readonly days: readonly SpanDay[];
  readonly filters: readonly Filter[];
  /** The goals that its hits are about, where there are any such. */
  readonly goals?: readonly Goal[];
  /** The properties that its rows are grouped by: a column each, named by its place here. */
  readonly props?: readonly PropName[];
  /** Patterns by which pages are grouped, where they are. */
  readonly pageGroups?: readonly string[];
  /** What the site's clock shows, where its rows are grouped by minute. */
  readonly offsets?: readonly OffsetSpan[] | undefined;
  /** Which roll-up it reads: by which dimension. */
  readonly rolled?: RolledBy;
};

/** The span does not hold all of the day. */
export const isPartial = ({ fromMs, toMs }: SpanDay) => fromMs !== undefined || toMs !== undefined;

export function dimensionsIn(filters: readonly Filter[]): ValueDimension[] {
  return filters.flatMap((filter) => {
    if (filter.kind === 'test') return [filter.dimension];
    if (filter.kind === 'goal') return ['event:goal'];
    // `done` filters test the visit's other hits, not this row.
    return filter.kind === 'done' ? [] : dimensionsIn(innerOf(filter));
  });
}

/** It is about robots' rows, of which nothing else is counted. */
export const asksForRobots = ({ dimensions, filters }: Pick<Query, 'dimensions' | 'filters'>) =>
  [...dimensions, ...dimensionsIn(filters)].some(isOfRobots);

export const filtersHits = (filters: readonly Filter[]) => dimensionsIn(filters).some(ofHits);

/**
 * True where it pays to read the hits and visits of a scope once, for all that ask for the same
 * ones.
 */
export function worthSharing({ filters, relation, days }: Scope, uses: number): boolean {
  return (
    uses > 1 &&
    relation !== 'rolled' &&
    relation !== 'robots' &&
    days.length > 0 &&
    filters.length > 0 &&
    !filters.some(asksOfOthers)
  );
}

/** Scopes with the same key read the same rows; those of roll-ups and robots are of other kinds. */
export function sharedKey({ relation, days, filters }: Scope): string {
  const kind = relation === 'rolled' || relation === 'robots' ? relation : 'hits';
  return JSON.stringify([kind, days, filters]);
}

const asksOfOthers = (filter: Filter): boolean =>
  filter.kind === 'done' || innerOf(filter).some(asksOfOthers);

/** A range of time on a site. `endMs` is exclusive; the days are those it touches. */
export type Span = {
  readonly startMs: number;
  readonly endMs: number;
  readonly firstDay: Day;
  readonly lastDay: Day;
  /**
   * Where the labels of its time buckets end: earlier than `endMs` where the future was trimmed
   * off.
   */
  readonly shownEndMs: number;
};

/**
 * A site-day of a span; the bounds stand only where the span does not hold all of it. `source` says
 * where it is read (`DaySource`); without it, from where it is mounted. `unrolled`: its files have
 * no roll-ups, since it is small.
 */
export type SpanDay = {
  readonly day: Day;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly source?: DaySource;
  readonly unrolled?: true;
};

/**
 * What rows of roll-ups are by: a dimension, `''` for the totals of days, or the hours of the
 * site's clock.
 */
export type RolledBy = Exclude<ValueDimension, 'event:goal'> | '' | 'time:hour';

/** The tables that hold a scope's days. */
export type TablesOf = (scope: Scope) => Relations;
