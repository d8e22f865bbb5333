import type { Goal } from '../account/site.ts';
import type { Group } from './compare.ts';
import { type Bases, basesOf } from './conversions.ts';
import { type Dimension, type FactName, isFact, isProp, ofHits, type PropName } from './dimensions.ts';
import { countsVisits, type Measure, measures, type Relation } from './measures.ts';
import { measuresOf } from './metrics.ts';
import { type Filter, innerOf, type Order, type Query, timeOf } from './query.ts';
import { type Span, type SpanDay, stepOf } from './ranges.ts';

/** What answers a query: pure, from the query, its span and the days that have hits. */
export type Plan = {
  readonly query: Query;
  readonly span: Span;
  readonly days: readonly SpanDay[];
  readonly dimensions: readonly Dimension[];
  readonly order: readonly Order[];
  /** The day that weeks start on, 1 (Monday) to 7. */
  readonly weekStarts: number;
  /** One part for each relation that is counted, with what is counted over it. Of the days of a source each measure stands in one. */
  readonly parts: readonly Part[];
  /** What conversions are told from: all visitors, and those of the same group. */
  readonly bases: Bases;
  /** Exactly these groups are shown, also those in which nothing is; undefined: those in which something is. */
  readonly groups?: readonly Group[] | undefined;
};
export type Part = { readonly scope: Scope; readonly measures: readonly Measure[] };

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
};

export function planQuery(query: Query, span: Span, days: readonly SpanDay[], weekStarts = 1): Plan {
  const dimensions = query.dimensions.map((name): Dimension => (name === 'time' ? stepOf(span) : name));
  const props = dimensions.filter(isProp);
  const asked = {
    ...(query.goals === undefined ? {} : { goals: query.goals }),
    ...(props.length === 0 ? {} : { props }),
  };
  return {
    query,
    span,
    days,
    dimensions,
    order: orderOf(query, dimensions),
    weekStarts,
    parts: sourcesOf(days).flatMap((own) =>
      [...relationsOf(query, dimensions, own)].map(([relation, measures]) => ({
        scope: { relation, days: own, filters: query.filters, ...asked },
        measures,
      })),
    ),
    bases: basesOf(query, dimensions, (base) => planQuery(base, span, days, weekStarts)),
  };
}

/** The days by where they are read. Where there are none, there is still one that gives nothing. */
function sourcesOf(days: readonly SpanDay[]): (readonly SpanDay[])[] {
  const files = days.filter(({ source }) => source === 'files');
  const mounted = days.filter(({ source }) => source === undefined);
  return [
    ...(mounted.length > 0 || files.length === 0 ? [mounted] : []),
    ...(files.length > 0 ? [files] : []),
  ];
}

function relationsOf(query: Query, dimensions: readonly Dimension[], days: readonly SpanDay[]) {
  const relations = new Map<Relation, Measure[]>();
  for (const measure of measuresOf(query.metrics)) {
    const relation = relationOf(measure, query, dimensions, days);
    relations.set(relation, [...(relations.get(relation) ?? []), measure]);
  }
  return relations;
}

/**
 * A measure of whole visits is counted over visits, and by the page or host name of a hit over the visits that began
 * there. Any other is counted over hits; over visits, which are fewer, only where that is sure to be the same: whole
 * days, and nothing asked that is of a single hit.
 */
function relationOf(
  measure: Measure,
  query: Query,
  dimensions: readonly Dimension[],
  days: readonly SpanDay[],
): Relation {
  const byHit = dimensions.some((name) => isFact(name) && ofHits(name));
  if ('readings' in measures[measure]) return 'readings';
  if (countsVisits(measure)) return byHit ? 'entries' : 'visits';
  if (measure === 'visits') return byHit ? 'hits' : 'visits';
  const cut = days.some(({ fromMs, toMs }) => fromMs !== undefined || toMs !== undefined);
  const ofWholeDays = !byHit && !cut && !dimensions.includes('time:hour') && !filtersHits(query.filters);
  return ofWholeDays && 'visits' in measures[measure] ? 'visits' : 'hits';
}

/** By default time ascending, then the first metric descending. Ties go by the dimensions, so that pages of results fit. */
function orderOf(query: Query, dimensions: readonly Dimension[]): Order[] {
  const time = timeOf(query);
  const asked: readonly Order[] = query.orderBy ?? [
    ...(time === undefined ? [] : [{ by: time, direction: 'asc' } as const]),
    { by: query.metrics[0]!, direction: 'desc' },
  ];
  const i = query.dimensions.indexOf('time');
  const order = asked.map((entry): Order => (entry.by === 'time' ? { ...entry, by: dimensions[i]! } : entry));
  const rest = dimensions.filter((name) => !order.some(({ by }) => by === name));
  return [...order, ...rest.map((by): Order => ({ by, direction: 'asc' }))];
}

export function factsIn(filters: readonly Filter[]): FactName[] {
  return filters.flatMap((filter) => {
    if (filter.kind === 'test') return [filter.dimension];
    if (filter.kind === 'goal') return ['event:goal'];
    // What else its visit did is no fact of the row itself.
    return filter.kind === 'done' ? [] : factsIn(innerOf(filter));
  });
}

export const filtersHits = (filters: readonly Filter[]) => factsIn(filters).some(ofHits);

/** True where it pays to read a scope once into a table of its own for the queries that use it. */
export function worthSharing({ filters }: Scope, uses: number): boolean {
  return uses > 1 && filters.length > 0;
}
