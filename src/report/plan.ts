import type { Goal } from '../account/site.ts';
import type { Day } from '../lib/site-days.ts';
import type { Group } from './compare.ts';
import { type Bases, basesOf } from './conversions.ts';
import { type Dimension, type FactName, isFact, isProp, ofHits, type PropName } from './dimensions.ts';
import { countsVisits, type Measure, measures, type Relation } from './measures.ts';
import { measuresOf } from './metrics.ts';
import { type Filter, innerOf, type Order, type Query, timeOf } from './query.ts';
import { type Span, type SpanDay, stepOf } from './ranges.ts';
import { type RolledBy, rolledBy } from './rolled-plan.ts';

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
  /** Days whose hits are no longer kept, and of which the roll-ups do not tell all that is asked. */
  readonly missing: readonly Day[];
  /** What ratios are told from: all visitors, and those of the same group. */
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
  /** What its rows of roll-ups are by. */
  readonly rolled?: RolledBy;
};

/** `mayRoll`: of a pruned day roll-ups may be counted. All that a ratio is told from is of the same days, or it would be none. */
export function planQuery(
  query: Query,
  span: Span,
  days: readonly SpanDay[],
  weekStarts = 1,
  mayRoll = true,
): Plan {
  const dimensions = query.dimensions.map((name): Dimension => (name === 'time' ? stepOf(span) : name));
  const props = dimensions.filter(isProp);
  const asked = {
    ...(query.goals === undefined ? {} : { goals: query.goals }),
    ...(props.length === 0 ? {} : { props }),
  };
  const basesWhere = (roll: boolean) =>
    basesOf(query, dimensions, (base) => planQuery(base, span, days, weekStarts, roll));
  const own = { query, dimensions };
  const bases = basesWhere(mayRoll);
  const told = mayRoll && [own, ...Object.values(bases)].every(isRolled);
  const parts = sourcesOf(days).flatMap((ofWay) => partsOf(query, dimensions, ofWay, asked, told));
  return {
    ...{ query, span, days, dimensions, parts },
    bases: told === mayRoll ? bases : basesWhere(told),
    missing: missingOf(days, told),
    order: orderOf(query, dimensions),
    weekStarts,
  };
}

const missingOf = (days: readonly SpanDay[], told: boolean): readonly Day[] =>
  days
    .filter((day) => day.source === 'gone' || (day.source === 'rolled' && (isCut(day) || !told)))
    .map(({ day }) => day)
    .sort();

const isRolled = ({ query, dimensions }: Pick<Plan, 'query' | 'dimensions'>) =>
  measuresOf(query.metrics).every((measure) => rolledBy(measure, query, dimensions) !== undefined);

/** The days by how they are read. Where there are none, there is still one way that gives nothing. */
function sourcesOf(days: readonly SpanDay[]): (readonly SpanDay[])[] {
  const ways: SpanDay[][] = [[], [], [], [], []];
  for (const day of days) ways[wayOf(day)]!.push(day);
  const used = ways.filter((own) => own.length > 0);
  return used.length === 0 ? [[]] : used;
}

/** 0 mounted, 1 files, 2 files that the span cuts, 3 roll-ups alone, 4 nothing to read. */
function wayOf(day: SpanDay): number {
  if (day.source === undefined) return 0;
  if (day.source === 'files') return isCut(day) ? 2 : 1;
  return day.source === 'rolled' && !isCut(day) ? 3 : 4;
}

/** The span does not hold all of the day. */
export const isCut = ({ fromMs, toMs }: SpanDay) => fromMs !== undefined || toMs !== undefined;

/** The measures by the relation that they are counted over, of days that are read in one way. */
function partsOf(
  query: Query,
  dimensions: readonly Dimension[],
  days: readonly SpanDay[],
  asked: Pick<Scope, 'goals' | 'props'>,
  told: boolean,
): Part[] {
  const arePruned = days.some(({ source }) => source === 'rolled' || source === 'gone');
  const areWhole = days.length > 0 && days.every(({ source }) => source === 'files' || source === 'rolled');
  // Of a pruned day all is told or nothing, so that numbers beside each other are of the same days.
  const areRolled = areWhole && !days.some(isCut) && (!arePruned || told);
  const parts = new Map<Relation, { readonly scope: Scope; readonly measures: Measure[] }>();
  for (const measure of measuresOf(query.metrics)) {
    const rolled = areRolled ? rolledBy(measure, query, dimensions) : undefined;
    const relation = rolled === undefined ? relationOf(measure, query, dimensions, days) : 'rolled';
    const part = parts.get(relation);
    if (part !== undefined) part.measures.push(measure);
    else {
      const own = {
        relation,
        // Of a pruned day there is nothing else to count.
        days: arePruned && rolled === undefined ? [] : days,
        filters: query.filters,
        ...asked,
        ...(rolled === undefined ? {} : { rolled }),
      };
      parts.set(relation, { scope: own, measures: [measure] });
    }
  }
  return [...parts.values()];
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
  const ofWholeDays = !byHit && !days.some(isCut) && !dimensions.includes('time:hour');
  if (!ofWholeDays || !('visits' in measures[measure])) return 'hits';
  if (!filtersHits(query.filters)) return 'visits';
  // Visitors with a hit that matches are those with a visit that matches; by a fact of visits, these have to be read anyway.
  return measure === 'visitors' && dimensions.some(isFact) ? 'visits' : 'hits';
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

/** True where it pays to read the hits and visits of a scope once, for all that ask for the same ones. */
export function worthNarrowing({ filters, relation, days }: Scope, uses: number): boolean {
  return (
    uses > 1 && relation !== 'rolled' && days.length > 0 && filters.length > 0 && !filters.some(asksOfOthers)
  );
}

const asksOfOthers = (filter: Filter): boolean =>
  filter.kind === 'done' || innerOf(filter).some(asksOfOthers);
