import { minuteMs } from '../../lib/clock.ts';
import {
  type Dimension,
  dimensionValueSql,
  isProp,
  isTime,
  isValueDimension,
  ofHits,
  type PropName,
  partsOfDay,
  times,
  type ValueDimension,
} from '../../model/dimensions.ts';
import { type Measure, sqlOf as measureSql, type Relation, typeOf } from '../../model/measures.ts';
import { noTables, type Relations, robots } from '../../visits/tables.ts';
import { presentBy } from '../plan/present.ts';
import {
  dimensionsIn,
  filtersHits,
  type Group,
  isPartial,
  type Part,
  type Plan,
  peerDimensions,
  type RolledBy,
  type Scope,
  type TablesOf,
} from '../plan/types.ts';
import { type MetricName, metricOf, type SumName } from '../query/metrics.ts';
import type { Test } from '../query/types.ts';
import { type Bind, binder, type Statement } from './bind.ts';
import { daysFilterSql, valuesIn } from './days-filter.ts';
import { filterSql } from './filter.ts';
import { goalSumsSql } from './goal-sums.ts';
import { type BitsJoin, bitsJoin, earnedSql, inBits, reachedBits } from './goals.ts';
import { groupSqlOf } from './page-groups.ts';
import { payableSql } from './revenue.ts';

/** Where `peers` and `sums` are of the same group. */
export function sameSql({ dimensions }: Plan): string {
  const same = peerDimensions(dimensions).map(
    (name, i) => `peers.d${i} = sums.d${dimensions.indexOf(name)}`,
  );
  return same.length === 0 ? 'true' : same.join(' AND ');
}

const sourceOf = { hits: 'h', entries: 'h', visits: 'v', readings: 'h', robots: 'h' } as const;

const columns = {
  hits: 'h.visitor, h.visit, h.pageview',
  visits: 'v.visitor, v.pageviews, v.events, v.bounced, v.duration_ms',
  entries: 'v.pageviews, v.bounced, v.duration_ms',
  readings: 'h.visit, h.page, h.scroll_depth, h.engaged_ms',
  robots: 'h.pageview',
} as const;

/** The column of a dimension: a property's is named by its place, since its name is anybody's. */
function columnOf(name: Dimension, props: readonly PropName[] = []): string {
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

/** The measures of a part that is read from roll-ups: they are counted already, by site-day. */
function rolledSql(
  { scope, measures }: Part,
  dimensions: readonly Dimension[],
  from: string,
  bind: Bind,
) {
  const { rolled = '', days, filters, props } = scope;
  const hour = rolled === 'time:hour' ? ['r.value::INTEGER AS hour'] : [];
  const values = dimensions
    .filter(isValueDimension)
    .map((name) => `r.value AS ${columnOf(name, props)}`);
  const columns = ['r.day', ...hour, ...values, ...measures.map((name) => `r.${name}`)];
  const isOfProp = isValueDimension(rolled) && isProp(rolled);
  const rows = isOfProp ? propRows(from, rolled, bind) : from;
  const tests = [
    ...(isOfProp ? [] : [`r.dimension = ${bind(rolled)}`]),
    ...daysFilterSql(days, bind)('r'),
    hasAny(measures, rolled),
    // None of what else a visit did: such filters are not answered from here.
    ...filters.map((one) =>
      filterSql(one, { bind, sqlOf: () => 'r.value', doneSql: () => 'false' }),
    ),
  ];
  return `SELECT ${columns.join(', ')} FROM ${rows} AS r WHERE ${tests.join(' AND ')}`;
}

/** As over hits and visits. */
const hasAny = (measures: readonly Measure[], rolled: RolledBy) =>
  `(${presentBy(measures, rolled === 'time:hour')
    .map((name) => `r.${name} > 0`)
    .join(' OR ')})`;

/** On a day on which no hit has a property, all of it is without. */
function propRows(from: string, name: PropName, bind: Bind): string {
  return `(WITH own AS (SELECT * FROM ${from} WHERE dimension = ${bind(name)}) FROM own
      UNION ALL SELECT * REPLACE ('(not set)' AS value) FROM ${from}
      WHERE dimension = '' AND day NOT IN (SELECT day FROM own))`;
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

/**
 * One row a result: its dimensions `d0 …`, its metrics `m0 …`, then the number of all rows where it
 * is asked for.
 */
export function querySql(plan: Plan, tables: TablesOf): Statement {
  const { values, bind } = binder();
  return { text: `/* report.query */ ${planSql(plan, tables, bind)}`, values };
}

export function planSql(plan: Plan, tables: TablesOf, bind: Bind): string {
  const ctes = Object.entries(plan.bases).flatMap(([name, base]) =>
    sumsOf(base, { name, prefix: `${name}_` }, tables, bind),
  );
  ctes.push(...sumsOf(plan, { name: 'sums', prefix: '' }, tables, bind));
  return `WITH ${ctes.join(', ')}\n  ${resultSql(plan, bind)}`;
}

/** The measures of a plan's results as CTEs: the last one is `name`, the others have `prefix`. */
function sumsOf(
  plan: Plan,
  { name, prefix }: { readonly name: string; readonly prefix: string },
  tables: TablesOf,
  bind: Bind,
): string[] {
  const ctes: string[] = [];
  const parts = plan.parts.map((part, i) => {
    const { scope } = part;
    const { summed } = tables(scope);
    if (summed !== undefined) return `SELECT * FROM ${summed}`;
    if (scope.relation === 'rolled')
      return rolledSql(part, plan.dimensions, tables(scope).rolled!, bind);
    const place = `${prefix}rows_${i}`;
    ctes.push(`${place} AS (\n    ${scopeSql(scope, plan.dimensions, tables(scope), bind)}\n  )`);
    return partSql(plan, part, place, bind);
  });
  ctes.push(`${prefix}parts AS (\n    ${parts.join('\n    UNION ALL BY NAME ')}\n  )`);
  const { groups } = plan;
  const found = groups === undefined ? name : 'found';
  ctes.push(`${found} AS (\n    ${sumsSql(plan, `${prefix}parts`, bind)}\n  )`);
  if (groups !== undefined) ctes.push(`${name} AS (\n    ${groupsSql(plan, groups, bind)}\n  )`);
  return ctes;
}

/** The sums of a part of a plan that is counted over hits or visits: by day, and its groups. */
export const summedSql = (plan: Plan, part: Part, tables: Relations, bind: Bind): string =>
  `WITH rows AS (\n    ${scopeSql(part.scope, plan.dimensions, tables, bind)}\n  )
  ${partSql(plan, part, 'rows', bind)}`;

/** The sums of exactly these groups. They are one value, however many. */
function groupsSql({ dimensions, parts }: Plan, groups: readonly Group[], bind: Bind): string {
  const keys = dimensions.map((_, i) => `d${i}`);
  const sums = measuresIn(parts).map((measure) => `coalesce(${measure}, 0) AS ${measure}`);
  const listed = `SELECT ${keys.map((key, i) => `g[${i + 1}] AS ${key}`).join(', ')} FROM (
      SELECT unnest(from_json(${bind(JSON.stringify(groups))}::JSON, '[["VARCHAR"]]')) AS g)`;
  return `SELECT ${[...keys, ...sums].join(', ')} FROM (${listed}) LEFT
    JOIN found USING (${keys.join(', ')})`;
}

const measuresIn = (parts: readonly Part[]) => [
  ...new Set(parts.flatMap(({ measures }) => measures)),
];

/**
 * The measures of hits or visits by site-day: a visitor is counted once a day, so days only add up.
 */
function partSql(plan: Plan, part: Part, place: string, bind: Bind): string {
  const { scope, measures, isTakenOff } = part;
  const keys = ['day'];
  keys.push(...partsOfDay(plan.dimensions));
  for (const name of plan.dimensions)
    if (isValueDimension(name) && name !== 'event:goal') keys.push(columnOf(name, scope.props));
  if (plan.dimensions.includes('event:goal')) return goalSumsSql(part, keys, place, bind);
  const sign = isTakenOff ? '-' : '';
  const counted = measures.map(
    (measure) => `${sign}${measureSql(measure, scope.relation)} AS ${measure}`,
  );
  const rows = scope.relation === 'readings' ? readingsSql(keys, place) : place;
  return `SELECT ${[...keys, ...counted].join(', ')} FROM ${rows} GROUP BY ${keys.join(', ')}`;
}

/** A page that is read again in the same visit is read on: its depth is the greatest. */
function readingsSql(keys: readonly string[], rows: string): string {
  const group = keys.join(', ');
  return `(SELECT ${group}, max(scroll_depth) AS depth, sum(engaged_ms) AS engaged_ms FROM ${rows}
    GROUP BY ${group}, visit, page)`;
}

function sumsSql(plan: Plan, parts: string, bind: Bind): string {
  const keys = plan.dimensions.map((name, i) => `${labelSql(name, plan, bind)} AS d${i}`);
  const sums = measuresIn(plan.parts).map(
    (measure) => `coalesce(sum(${measure}), 0)::${typeOf(measure)} AS ${measure}`,
  );
  const group = keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, i) => `d${i}`).join(', ')}`;
  const { present = [] } = plan;
  const left = present.map((measure) => `sum(${parts}.${measure}) > 0`).join(' OR ');
  const having = keys.length === 0 || left === '' ? '' : ` HAVING ${left}`;
  return `SELECT ${[...keys, ...sums].join(', ')} FROM ${parts}${group}${having}`;
}

function labelSql(name: Dimension, plan: Plan, bind: Bind): string {
  if (!isTime(name)) return columnOf(name, plan.dimensions.filter(isProp));
  const { label } = times[name];
  if (name !== 'time:week') return label;
  const first = `${bind(plan.span.firstDay)}::DATE`;
  const shift = `${bind(plan.weekStarts - 1)}::INTEGER`;
  return label.replace('$first', () => first).replaceAll('$shift', () => shift);
}

function resultSql(plan: Plan, bind: Bind): string {
  const { query, dimensions } = plan;
  const shown = [
    ...dimensions.map((_, i) => `d${i}`),
    ...query.metrics.map((name, i) => `${metricSql(name, plan, bind)} AS m${i}`),
    ...(query.include.total_rows ? ['count(*) OVER ()::DOUBLE AS total'] : []),
  ];
  const page = `LIMIT ${bind(query.limit)}::BIGINT OFFSET ${bind(query.offset)}::BIGINT`;
  const least =
    query.leastVisitors === undefined ? '' : ` WHERE visitors >= ${bind(query.leastVisitors)}`;
  return `SELECT ${shown.join(', ')} FROM sums${least} ORDER BY ${orderSql(plan)} ${page}`;
}

export function orderSql({ query, dimensions, order }: Plan): string {
  const names: readonly string[] = query.metrics;
  const placeOf = (by: string) =>
    names.includes(by)
      ? `m${names.indexOf(by)}`
      : `d${(dimensions as readonly string[]).indexOf(by)}`;
  return order
    .map(({ by, direction }) => `${placeOf(by)} ${direction === 'asc' ? 'ASC' : 'DESC'}`)
    .join(', ');
}

function metricSql(name: MetricName | SumName, plan: Plan, bind: Bind): string {
  const { sql } = metricOf(name);
  if (sql.includes('$same')) return sql.replace('$same', () => sameSql(plan));
  return sql.includes('$payable') ? sql.replace('$payable', () => payableSql(plan, bind)) : sql;
}
