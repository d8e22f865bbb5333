import {
  type Dimension,
  isProp,
  isTime,
  isValueDimension,
  type PropName,
  partsOfDay,
  times,
} from '../../model/dimensions.ts';
import { type Measure, sqlOf as measureSql, typeOf } from '../../model/measures.ts';
import type { Relations } from '../../visits/tables.ts';
import { presentBy } from '../plan/present.ts';
import {
  type Group,
  type Part,
  type Plan,
  peerDimensions,
  type RolledBy,
  type TablesOf,
} from '../plan/types.ts';
import { type MetricName, metricOf, type SumName } from '../query/metrics.ts';
import { type Bind, binder, type Statement } from './bind.ts';
import { daysFilterSql } from './days-filter.ts';
import { filterSql } from './filter.ts';
import { goalSumsSql } from './goal-sums.ts';
import { payableSql } from './revenue.ts';
import { columnOf, readingsSql, scopeSql } from './rows-sql.ts';

/** Where `peers` and `sums` are of the same group. */
export function sameSql({ dimensions }: Plan): string {
  const same = peerDimensions(dimensions).map(
    (name, i) => `peers.d${i} = sums.d${dimensions.indexOf(name)}`,
  );
  return same.length === 0 ? 'true' : same.join(' AND ');
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
export const hasAny = (measures: readonly Measure[], rolled: RolledBy) =>
  `(${presentBy(measures, rolled === 'time:hour')
    .map((name) => `r.${name} > 0`)
    .join(' OR ')})`;

/** On a day on which no hit has a property, all of it is without. */
function propRows(from: string, name: PropName, bind: Bind): string {
  return `(WITH own AS (SELECT * FROM ${from} WHERE dimension = ${bind(name)}) FROM own
      UNION ALL SELECT * REPLACE ('(not set)' AS value) FROM ${from}
      WHERE dimension = '' AND day NOT IN (SELECT day FROM own))`;
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
export function sumsOf(
  plan: Plan,
  { name, prefix }: { readonly name: string; readonly prefix: string },
  tables: TablesOf,
  bind: Bind,
): string[] {
  const ctes: string[] = [];
  const parts = plan.parts.map((part, i) => {
    const { scope } = part;
    if (isCounted(part, tables)) return countedSql(part, plan.dimensions, tables, bind);
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

/** In roll-ups, or just now. */
export const isCounted = ({ scope }: Part, tables: TablesOf) =>
  scope.relation === 'rolled' || tables(scope).summed !== undefined;

/** The sums of such a part. */
export function countedSql(
  part: Part,
  dimensions: readonly Dimension[],
  tables: TablesOf,
  bind: Bind,
): string {
  const { summed, rolled } = tables(part.scope);
  return summed === undefined
    ? rolledSql(part, dimensions, rolled!, bind)
    : `SELECT * FROM ${summed}`;
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

export const measuresIn = (parts: readonly Part[]) => [
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
    ...shownSql(plan, bind),
    ...(query.include.total_rows ? ['count(*) OVER ()::DOUBLE AS total'] : []),
  ];
  const page = `LIMIT ${bind(query.limit)}::BIGINT OFFSET ${bind(query.offset)}::BIGINT`;
  const least =
    query.leastVisitors === undefined ? '' : ` WHERE visitors >= ${bind(query.leastVisitors)}`;
  return `SELECT ${shown.join(', ')} FROM sums${least} ORDER BY ${orderSql(plan)} ${page}`;
}

export const shownSql = (plan: Plan, bind: Bind): string[] =>
  plan.query.metrics.map((name, i) => `${metricSql(name, plan, bind)} AS m${i}`);

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
