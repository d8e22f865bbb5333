import { isProp, isValueDimension } from '../../model/dimensions.ts';
import { typeOf } from '../../model/measures.ts';
import type { Part, Plan, TablesOf } from '../plan/types.ts';
import { metricOf } from '../query/metrics.ts';
import { type Bind, binder } from './bind.ts';
import { daysFilterSql } from './days-filter.ts';
import { countedSql, hasAny, measuresIn, orderSql, shownSql, sumsOf } from './plan-sql.ts';
import { columnOf } from './rows-sql.ts';

/** A plan, and its place among those that are computed with it. */
export type Placed = { readonly plan: Plan; readonly place: number };

/**
 * Plans of which all is counted, those together that differ in nothing but the dimension by which
 * they are grouped: the panels of a dashboard do.
 */
export function alikePlans(plans: readonly Plan[], tables: TablesOf): readonly Placed[][] {
  const found = new Map<string, Placed[]>();
  for (const [place, plan] of plans.entries()) {
    const key = mayBeAlike(plan) ? keyOf(plan, tables) : `${place}`;
    found.set(key, [...(found.get(key) ?? []), { plan, place }]);
  }
  return [...found.values()];
}

/** By one plain dimension, and of nothing that is said of each plan or group alone. */
function mayBeAlike({ query, dimensions, groups, bases }: Plan): boolean {
  const [name, ...more] = dimensions;
  return (
    name !== undefined &&
    more.length === 0 &&
    isValueDimension(name) &&
    !isProp(name) &&
    name !== 'event:goal' &&
    groups === undefined &&
    bases.peers === undefined &&
    !query.metrics.some((metric) => metricOf(metric).sql.includes('$'))
  );
}

function keyOf(plan: Plan, tables: TablesOf): string {
  const { query, bases, parts, present } = plan;
  const { metrics, limit, offset, leastVisitors, include } = query;
  const { values, bind } = binder();
  const ofBases = Object.entries(bases).map(([name, base]: [string, Plan]) =>
    sumsOf(base, { name, prefix: `${name}_` }, tables, bind),
  );
  return JSON.stringify([
    ...[metrics, orderSql(plan), limit, offset, leastVisitors, include.total_rows],
    ...[measuresIn(parts), present, ofBases, values],
  ]);
}

/**
 * The rows of such plans, each with its plan's place, `nth` from 1 among those of its plan, its
 * dimension `d0`, its metrics `m0 …`, and `total` where that is asked for.
 */
export function alikeSql(alike: readonly Placed[], tables: TablesOf, bind: Bind): string {
  const [{ plan: first }] = alike as [Placed, ...Placed[]];
  const { query, bases, present = [] } = first;
  const ctes = Object.entries(bases).flatMap(([name, base]: [string, Plan]) =>
    sumsOf(base, { name, prefix: `${name}_` }, tables, bind),
  );
  const readings = readingsOf(alike, tables).map((some) => readingSql(some, tables, bind));
  const sums = measuresIn(first.parts).map(
    (measure) => `coalesce(sum(${measure}), 0)::${typeOf(measure)} AS ${measure}`,
  );
  const left = present.map((measure) => `sum(parts.${measure}) > 0`).join(' OR ');
  ctes.push(
    `parts AS (\n    ${readings.join('\n    UNION ALL BY NAME ')}\n  )`,
    `sums AS (SELECT plan, d0, ${sums.join(', ')} FROM parts GROUP BY plan, d0
      ${left === '' ? '' : `HAVING ${left}`})`,
  );
  const least =
    query.leastVisitors === undefined ? '' : ` WHERE visitors >= ${bind(query.leastVisitors)}`;
  const total = query.include.total_rows
    ? ', count(*) OVER (PARTITION BY plan)::DOUBLE AS total'
    : '';
  const from = bind(query.offset);
  return `WITH ${ctes.join(', ')}
  SELECT * REPLACE (nth - ${from}::BIGINT AS nth) FROM (
    SELECT *, row_number() OVER (PARTITION BY plan ORDER BY ${orderSql(first)}) AS nth
    FROM (SELECT plan, d0, ${shownSql(first, bind).join(', ')}${total} FROM sums${least}))
  WHERE nth > ${from}::BIGINT AND nth <= ${from}::BIGINT + ${bind(query.limit)}::BIGINT`;
}

/** A part of a plan, and where it is counted: `at` is which of the rows there are its own. */
type Reading = Placed & {
  readonly part: Part;
  readonly from: string;
  readonly at: number | string;
};

/** The parts of plans, those together that are other rows of the same table. */
function readingsOf(alike: readonly Placed[], tables: TablesOf): Reading[][] {
  const found: Reading[][] = [];
  for (const { plan, place } of alike) {
    for (const part of plan.parts) {
      const reading = { plan, place, part, ...placeOf(part, tables) };
      const beside = found.find(
        (some) => some[0]!.from === reading.from && some.every(({ at }) => at !== reading.at),
      );
      if (beside === undefined) found.push([reading]);
      else beside.push(reading);
    }
  }
  return found;
}

function placeOf({ scope, measures }: Part, tables: TablesOf): Pick<Reading, 'from' | 'at'> {
  const { days, filters, rolled = '' } = scope;
  const { summed, summedIn, rolled: from } = tables(scope);
  if (summedIn !== undefined)
    return { from: JSON.stringify([summedIn.table, measures]), at: summedIn.which };
  if (summed !== undefined) return { from: summed, at: '' };
  // A filter that roll-ups answer is on what they are grouped by.
  const own = filters.length === 0 ? [] : [rolled, filters];
  return { from: JSON.stringify([from, measures, days, own]), at: rolled };
}

function readingSql(some: readonly Reading[], tables: TablesOf, bind: Bind): string {
  const [{ plan, place, part }] = some as [Reading, ...Reading[]];
  const { scope, measures } = part;
  if (some.length === 1)
    return `SELECT ${place} AS plan, ${columnOf(plan.dimensions[0]!)} AS d0, ${measures.join(', ')}
    FROM (${countedSql(part, plan.dimensions, tables, bind)})`;
  const { summedIn, rolled } = tables(scope);
  const ats = some.map(({ at }) => (typeof at === 'number' ? `${at}` : bind(at)));
  const [at, from] =
    summedIn === undefined ? ['r.dimension', rolled!] : ['r.which', summedIn.table];
  const plans = some.map((one, i) => `WHEN ${ats[i]} THEN ${one.place}`).join(' ');
  const tests = [
    `${at} IN (${ats.join(', ')})`,
    ...(summedIn === undefined
      ? [...daysFilterSql(scope.days, bind)('r'), hasAny(measures, scope.rolled ?? '')]
      : []),
  ];
  return `SELECT CASE ${at} ${plans} END AS plan, r.value AS d0,
      ${measures.map((name) => `r.${name}`).join(', ')}
    FROM ${from} AS r WHERE ${tests.join(' AND ')}`;
}
