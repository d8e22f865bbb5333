import type { Day } from '../../lib/site-days.ts';
import type { OffsetSpan } from '../../lib/site-hours.ts';
import {
  type Dimension,
  isProp,
  isValueDimension,
  ofHits,
  partsOfDay,
} from '../../model/dimensions.ts';
import { countsVisits, isCountedOver, type Measure, type Relation } from '../../model/measures.ts';
import { measuresFor } from '../query/metrics.ts';
import { type Order, type Query, timeOf } from '../query/types.ts';
import { basesOf } from './bases.ts';
import { rolledBy } from './from-roll-ups.ts';
import { presentBy } from './present.ts';
import { stepOf } from './span.ts';
import {
  asksForRobots,
  filtersHits,
  isPartial,
  type Part,
  type Plan,
  type Scope,
  type Span,
  type SpanDay,
} from './types.ts';

/** What a query is planned over. */
type PlannedSpan = {
  readonly span: Span;
  readonly days: readonly SpanDay[];
  /** The first day of a week, 1 (Monday, without it) to 7. */
  readonly weekStarts?: number | undefined;
  /** What the site's clock shows in it: needed for minutes. */
  readonly offsets?: readonly OffsetSpan[] | undefined;
};

/**
 * With `mayRoll`, the roll-ups of pruned days may be counted. Both parts of a ratio are counted
 * over the same days: else it would not be a ratio.
 */
export function planQuery(query: Query, over: PlannedSpan, mayRoll = true): Plan {
  const { span, days, weekStarts = 1, offsets } = over;
  const dimensions = query.dimensions.map(
    (name): Dimension => (name === 'time' ? stepOf(span) : name),
  );
  const props = dimensions.filter(isProp);
  const asked = {
    ...(query.goals === undefined ? {} : { goals: query.goals }),
    ...(props.length === 0 ? {} : { props }),
    ...(query.pageGroups === undefined ? {} : { pageGroups: query.pageGroups }),
    ...(dimensions.includes('time:minute') && { offsets }),
  };
  const basesWhere = (roll: boolean) =>
    basesOf(query, dimensions, (base) => planQuery(base, over, roll));
  const own = { query, dimensions };
  const bases = basesWhere(mayRoll);
  const rolls = mayRoll && [own, ...Object.values(bases)].every(isRolled);
  const measures = measuresFor(query);
  const isAmended = isRolled(own) ? isWholeAmended : () => false;
  const byPartOfDay = partsOfDay(dimensions).length > 0;
  const present = days.some(isAmended) ? presentBy(measures, byPartOfDay) : [];
  const counted = [...new Set([...measures, ...present])];
  const parts = sourcesOf(days, isAmended).flatMap((alike) =>
    partsOf(query, dimensions, counted, { days: alike, asked, mayRoll: rolls }),
  );
  return {
    ...{ query, span, days, dimensions, parts },
    ...(present.length > 0 && { present }),
    bases: rolls === mayRoll ? bases : basesWhere(rolls),
    missing: missingOf(days, rolls),
    order: orderOf(query, dimensions),
    weekStarts,
  };
}

const missingOf = (days: readonly SpanDay[], rolls: boolean): readonly Day[] =>
  days
    .filter(
      (day) => day.source === 'gone' || (day.source === 'rolled' && (isPartial(day) || !rolls)),
    )
    .map(({ day }) => day)
    .sort();

const isRolled = ({ query, dimensions }: Pick<Plan, 'query' | 'dimensions'>) =>
  measuresFor(query).every((measure) => rolledBy(measure, query, dimensions) !== undefined);

const isWholeAmended = (day: SpanDay) => day.source === 'amended' && !isPartial(day);

/**
 * The days by how they are read. Where there are none, there is still one way that gives nothing.
 * An amended day that is answered from roll-ups is read in three: the roll-ups of its files, less
 * what these have of the mounted visitors, and what is mounted.
 */
function sourcesOf(
  days: readonly SpanDay[],
  isRolledAmended: (day: SpanDay) => boolean,
): (readonly SpanDay[])[] {
  const ways = new Map<string, SpanDay[]>();
  const all = days.flatMap((one): SpanDay[] =>
    isRolledAmended(one) ? [{ day: one.day }, one, { ...one, source: 'before' }] : [one],
  );
  for (const day of all) ways.set(wayOf(day), [...(ways.get(wayOf(day)) ?? []), day]);
  const order = [
    ...['mounted', 'files', 'unrolled', 'cut files', 'rolled', 'gone'],
    ...['amended', 'cut', 'before'],
  ];
  const used = order.flatMap((way) => (ways.has(way) ? [ways.get(way)!] : []));
  return used.length === 0 ? [[]] : used;
}

function wayOf(day: SpanDay): string {
  const { source } = day;
  if (source === 'files') return isPartial(day) ? 'cut files' : day.unrolled ? 'unrolled' : 'files';
  if (source === 'amended') return isPartial(day) ? 'cut' : 'amended';
  if (source === 'rolled' && isPartial(day)) return 'gone';
  return source ?? 'mounted';
}

type DaysToRead = {
  /** All are read in one way. */
  readonly days: readonly SpanDay[];
  readonly asked: Pick<Scope, 'goals' | 'props' | 'pageGroups' | 'offsets'>;
  /** Roll-ups of pruned days may be counted. */
  readonly mayRoll: boolean;
};

/** The measures of some days, by the relation that they are counted over. */
function partsOf(
  query: Query,
  dimensions: readonly Dimension[],
  measures: readonly Measure[],
  { days, asked, mayRoll }: DaysToRead,
): Part[] {
  const arePruned = days.some(({ source }) => source === 'rolled' || source === 'gone');
  // What of an amended day is rolled is planned for all measures, or for none.
  const isAmended = days.some(isWholeAmended);
  const areWhole =
    days.length > 0 &&
    (isAmended
      ? measures.every((measure) => rolledBy(measure, query, dimensions) !== undefined)
      : days.every(
          ({ source, unrolled }) => (source === 'files' && !unrolled) || source === 'rolled',
        ));
  const isTakenOff = days.some(({ source }) => source === 'before');
  // A pruned day is counted in all numbers or in none, so that all are of the same days.
  const areRolled = areWhole && !days.some(isPartial) && (!arePruned || mayRoll);
  const parts = new Map<string, Part & { readonly measures: Measure[] }>();
  for (const measure of measures) {
    const rolled = areRolled ? rolledBy(measure, query, dimensions) : undefined;
    const relation = rolled === undefined ? relationOf(measure, query, dimensions, days) : 'rolled';
    const place = `${relation} ${rolled}`;
    const part = parts.get(place);
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
      parts.set(place, {
        ...{ scope: own, measures: [measure] },
        ...(isTakenOff && { isTakenOff }),
      });
    }
  }
  return [...parts.values()];
}

/**
 * A measure of whole visits is counted over visits, and by the page or host name of a hit over the
 * visits that began there. Any other is counted over hits; or over visits, which are fewer, if that
 * is sure to give the same: whole days, and nothing asked about single hits.
 */
function relationOf(
  measure: Measure,
  query: Query,
  dimensions: readonly Dimension[],
  days: readonly SpanDay[],
): Relation {
  if (asksForRobots(query)) return 'robots';
  const byHit = dimensions.some((name) => isValueDimension(name) && ofHits(name));
  if (isCountedOver(measure, 'readings')) return 'readings';
  if (countsVisits(measure)) return byHit ? 'entries' : 'visits';
  if (measure === 'visits') return byHit ? 'hits' : 'visits';
  const ofWholeDays = !byHit && !days.some(isPartial) && partsOfDay(dimensions).length === 0;
  if (!ofWholeDays || !isCountedOver(measure, 'visits')) return 'hits';
  if (!filtersHits(query.filters)) return 'visits';
  // Visitors with a hit that matches are those with a visit that matches; by a dimension of visits,
  // these have to be read anyway.
  return measure === 'visitors' && dimensions.some(isValueDimension) ? 'visits' : 'hits';
}

/**
 * By default time ascending, then the first metric descending. Ties go by the dimensions, so that
 * pages of results fit.
 */
function orderOf(query: Query, dimensions: readonly Dimension[]): Order[] {
  const time = timeOf(query);
  const asked: readonly Order[] = query.orderBy ?? [
    ...(time === undefined ? [] : [{ by: time, direction: 'asc' } as const]),
    { by: query.metrics[0]!, direction: 'desc' },
  ];
  const i = query.dimensions.indexOf('time');
  const order = asked.map(
    (entry): Order => (entry.by === 'time' ? { ...entry, by: dimensions[i]! } : entry),
  );
  const rest = dimensions.filter((name) => !order.some(({ by }) => by === name));
  return [...order, ...rest.map((by): Order => ({ by, direction: 'asc' }))];
}
