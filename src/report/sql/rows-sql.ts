import { minuteMs } from '../../lib/clock.ts';
import {
  type Dimension,
  dimensionValueSql,
  isProp,
  isValueDimension,
  ofHits,
  type PropName,
  partsOfDay,
  type ValueDimension,
} from '../../model/dimensions.ts';
import type { Relation } from '../../model/measures.ts';
import { noTables, type Relations, robots } from '../../visits/tables.ts';
import { dimensionsIn, filtersHits, isPartial, type Scope } from '../plan/types.ts';
import type { Test } from '../query/types.ts';
import type { Bind } from './bind.ts';
import { daysFilterSql, valuesIn } from './days-filter.ts';
import { filterSql } from './filter.ts';
import { type BitsJoin, bitsJoin, earnedSql, inBits, reachedBits } from './goals.ts';
import { groupSqlOf } from './page-groups.ts';

export const sourceOf = {
  hits: 'h',
  entries: 'h',
  visits: 'v',
  readings: 'h',
  robots: 'h',
} as const;

export const columns = {
  hits: 'h.visitor, h.visit, h.pageview',
  visits: 'v.visitor, v.pageviews, v.events, v.bounced, v.duration_ms',
  entries: 'v.pageviews, v.bounced, v.duration_ms',
  readings: 'h.visit, h.page, h.scroll_depth, h.engaged_ms',
  robots: 'h.pageview',
} as const;

/** The column of a dimension: a property's is named by its place, since its name is anybody's. */
export function columnOf(name: Dimension, props: readonly PropName[] = []): string {
  return isValueDimension(name) && isProp(name) ? `"property ${props.indexOf(name)}"` : `"${name}"`;
}

/** The rows of a scope, with the dimensions that are asked of them. */
export function scopeSql(
  scope: Scope,
  dimensions: readonly Dimension[],
  tables: Relations,
  bind: Bind,
): string {
  const named = dimensions.filter(isValueDimension);
  const { relation } = scope;
  if (relation === 'rolled') throw new Error('roll-ups hold no rows of hits or visits');
  const source = sourceOf[relation];
  const parts = partsOfDay(dimensions).map((part) =>
    part === 'hour' ? `${source}.hour` : minuteSql(source, scope.offsets, bind),
  );
  const byGoal = named.includes('event:goal');
  const from = scope.days.length === 0 ? noTables : tables;
  const groupSql = groupSqlOf(scope, from, bind);
  const rowsOf = (more: readonly string[], join?: BitsJoin) => {
    const select = [`${source}.day`, ...parts, columns[relation], ...more];
    for (const name of named)
      if (name !== 'event:goal')
        select.push(`${dimensionValueSql(name, bind, groupSql)} AS ${columnOf(name, scope.props)}`);
    const rows = fromSql({ ...scope, relation }, { named, from, join }, bind);
    return `SELECT ${select.join(', ')} ${rows}`;
  };
  const { goals } = scope;
  if (!byGoal)
    return rowsOf(
      relation === 'hits' && goals !== undefined ? [`${earnedSql(goals, bind)} AS earned`] : [],
    );
  const all = inBits(goals ?? []).map((some, group) =>
    rowsOf(
      ['h.currency, h.amount', `${group} AS goal_group, ${reachedBits} AS reached`],
      bitsJoin(some),
    ),
  );
  return `SELECT * FROM (${all.join('\n    UNION ALL ')}) WHERE reached <> 0`;
}

/**
 * The minute of the site's clock: of its hour, which may be of another day than the clock's where
 * the zone was changed. Offsets are of whole minutes.
 */
function minuteSql(source: 'h' | 'v', offsets: Scope['offsets'] = [], bind: Bind): string {
  const bound = (value: number) => `${bind(BigInt(value))}::BIGINT`;
  const [first, ...later] = offsets.map(({ fromMs, offsetMs }) => ({
    ...{ fromMs, minutes: bound(offsetMs / minuteMs) },
  }));
  const offset = later.reduce(
    (before, { fromMs, minutes }) =>
      `CASE WHEN ${source}."time" >= ${bound(fromMs)} THEN ${minutes} ELSE ${before} END`,
    first?.minutes ?? '0',
  );
  return `(${source}.hour::BIGINT * 60 +
    (${source}."time" // ${minuteMs} + ${offset}) % 60) AS minute`;
}

const ofRobots = `h.visitor = ${robots} AND h.name <> 'engagement'`;

type Reading = {
  readonly named: readonly ValueDimension[];
  readonly from: Relations;
  readonly join?: BitsJoin | undefined;
};

/** `FROM … WHERE …`: the rows of a scope's relation, as `h` or `v`. */
export function fromSql(
  scope: Scope & { readonly relation: Exclude<Relation, 'rolled'> },
  { named, from, join = () => '' }: Reading,
  bind: Bind,
): string {
  const { relation, days, filters } = scope;
  const { hits, visits, matching } = from;
  const within = daysFilterSql(days, bind);
  if (relation === 'visits' && matching && !days.some(isPartial))
    return `FROM ${visits} AS v WHERE ${within('v').join(' AND ')}`;
  const byHit = relation !== 'visits' || filtersHits(filters);
  const own = byHit ? 'h' : 'v';
  // A visit lies within one day, and counts whole, also where the span cuts it.
  const [ofDays = 'true'] = within('h');
  const doneSql = (condition: string) =>
    `(${own}.day, ${own}.visit) IN (SELECT (h.day, h.visit) FROM ${hits} AS h
      WHERE h.visit IS NOT NULL AND ${ofDays} AND ${condition})`;
  const valuesOf = valuesIn({ hits, visits }, within);
  const groupSql = groupSqlOf(scope, from, bind);
  const sqlOf = (name: Test['dimension']) => dimensionValueSql(name, bind, groupSql);
  // Bound once, though it may be used twice.
  const filter = filters.map((one) => filterSql(one, { bind, sqlOf, doneSql, valuesOf }));
  const where = (...terms: string[]) => (terms.length === 0 ? '' : ` WHERE ${terms.join(' AND ')}`);
  const joined = `FROM ${hits} AS h JOIN ${visits} AS v ON v.day = h.day AND v.visit = h.visit`;
  const pages = `SELECT h.page
    FROM ${hits} AS h${where('h.visit IS NOT NULL', 'h.pageview', ...within('h'))}`;
  const reached = join(pages, bind);
  switch (relation) {
    case 'hits':
    case 'readings': {
      const ofVisits = [...named, ...dimensionsIn(filters)].some((name) => !ofHits(name));
      // Engagements and robots' rows have no visit.
      return ofVisits
        ? `${joined}${reached}${where(...within('h'), ...filter)}`
        : `FROM ${hits} AS h${reached}${where('h.visit IS NOT NULL', ...within('h'), ...filter)}`;
    }
    case 'robots':
      return `FROM ${hits} AS h${where(ofRobots, ...within('h'), ...filter)}`;
    case 'entries':
      return `FROM ${hits} AS h JOIN ${visits} AS v ON v.day = h.day
        AND v.entry = h.id${where(...within('h'), ...filter)}`;
    case 'visits': {
      // A visit matches when one of its hits does.
      const some = dimensionsIn(filters).every(ofHits)
        ? `FROM ${hits} AS h${where('h.visit IS NOT NULL', ...within('h'), ...filter)}`
        : `${joined}${where(...within('h'), ...filter)}`;
      const tests = byHit ? [`(v.day, v.visit) IN (SELECT (h.day, h.visit) ${some})`] : filter;
      return `FROM ${visits} AS v${where(...within('v'), ...tests)}`;
    }
  }
}

/** A page that is read again in the same visit is read on: its depth is the greatest. */
export function readingsSql(keys: readonly string[], rows: string): string {
  const group = keys.join(', ');
  return `(SELECT ${group}, max(scroll_depth) AS depth, sum(engaged_ms) AS engaged_ms FROM ${rows}
    GROUP BY ${group}, visit, page)`;
}
