import type { Session, Value } from '../../duck/duck.ts';
import { isTime } from '../../model/dimensions.ts';
import { withBases } from '../plan/bases.ts';
import type { Plan, TablesOf } from '../plan/types.ts';
import { alikePlans, alikeSql, type Placed } from './alike-plans.ts';
import { binder, type Statement } from './bind.ts';
import { isCounted, orderSql, planSql, querySql } from './plan-sql.ts';
import type { Room } from './room.ts';

/**
 * The rows of several plans, in the form of `querySql`, where there is `room` for them. Those of
 * which all is counted share a statement.
 */
export async function runPlans(
  session: Session,
  plans: readonly Plan[],
  tables: TablesOf,
  room: Room,
): Promise<ReadonlyMap<Plan, Value[][]>> {
  const found = new Map<Plan, Value[][]>();
  const keep = (plan: Plan, rows: Value[][]) => {
    room.take(rows);
    found.set(plan, rows);
  };
  const areCounted = plans.filter((plan) => isAllCounted(plan, tables));
  for (const some of inGroups(areCounted)) {
    if (some.length === 1) continue;
    for (const [plan, rows] of await runInOneStatement(session, some, tables)) keep(plan, rows);
  }
  for (const plan of plans) if (!found.has(plan)) keep(plan, await runPlan(session, plan, tables));
  return found;
}

/** At most so many rows are read by one statement: there may be no room for them. */
const rowsAtOnce = 50_000;

function inGroups(plans: readonly Plan[]): Plan[][] {
  const groups: Plan[][] = [];
  let rows = 0;
  for (const plan of plans) {
    rows += mostRows(plan);
    if (groups.length === 0 || rows > rowsAtOnce) {
      groups.push([]);
      rows = mostRows(plan);
    }
    groups[groups.length - 1]!.push(plan);
  }
  return groups;
}

/** A day has up to 25 hours. */
function mostRows({ query, dimensions, days, groups }: Plan): number {
  if (dimensions.length === 0) return 1;
  const buckets = dimensions.every(isTime) ? days.length * 25 : Number.POSITIVE_INFINITY;
  return groups?.length ?? Math.min(query.limit, buckets);
}

export function runPlan(session: Session, plan: Plan, tables: TablesOf): Promise<Value[][]> {
  const { text, values } = querySql(plan, tables);
  return session.rows(text, values);
}

/** One statement is best: preparing each takes longer than running it. */
const isAllCounted = (plan: Plan, tables: TablesOf) =>
  withBases(plan).every(({ parts }) => parts.every((part) => isCounted(part, tables)));

async function runInOneStatement(
  session: Session,
  plans: readonly Plan[],
  tables: TablesOf,
): Promise<Map<Plan, Value[][]>> {
  const found = new Map(plans.map((plan): [Plan, Value[][]] => [plan, []]));
  const { text, values } = oneStatementSql(plans, tables);
  const { dimensions } = widthOf(plans);
  for (const [i, place, ...cells] of await session.rows(text, values)) {
    const plan = plans[Number(i)]!;
    const { metrics, include } = plan.query;
    found.get(plan)![Number(place) - 1] = [
      ...cells.slice(0, plan.dimensions.length),
      ...cells.slice(dimensions, dimensions + metrics.length),
      ...(include.total_rows ? cells.slice(-1) : []),
    ];
  }
  return found;
}

/**
 * One row a result: the plan's place, the result's place among those of its plan from 1, then as
 * many dimensions and metrics as the widest plan has, and the number of all rows; NULL where a plan
 * has no such column. Metrics of roll-ups are all DOUBLE. Plans that are alike share a SELECT.
 */
export function oneStatementSql(plans: readonly Plan[], tables: TablesOf): Statement {
  const { values, bind } = binder();
  const widest = widthOf(plans);
  const filled = (letter: string, own: number, all: number) =>
    Array.from({ length: all }, (_, i) => (i < own ? `${letter}${i}` : 'NULL'));
  const cells = ({ query, dimensions }: Plan) => [
    ...filled('d', dimensions.length, widest.dimensions),
    ...filled('m', query.metrics.length, widest.metrics),
    query.include.total_rows ? 'total' : 'NULL',
  ];
  const results = alikePlans(plans, tables).map((alike) => {
    const [{ plan, place }] = alike as [Placed, ...Placed[]];
    if (alike.length > 1)
      return `SELECT ${['plan', 'nth', ...cells(plan)].join(', ')}
    FROM (${alikeSql(alike, tables, bind)})`;
    const nth = `row_number() OVER (ORDER BY ${orderSql(plan)})`;
    const from = planSql(plan, tables, bind);
    return `SELECT ${[place, nth, ...cells(plan)].join(', ')} FROM (${from})`;
  });
  return { text: `/* report.together */ ${results.join('\nUNION ALL ')}`, values };
}

const widthOf = (plans: readonly Plan[]) => ({
  dimensions: Math.max(...plans.map(({ dimensions }) => dimensions.length)),
  metrics: Math.max(...plans.map(({ query }) => query.metrics.length)),
});
