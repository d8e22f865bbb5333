import type { Session, Value } from '../../duck/duck.ts';
import { withBases } from '../plan/bases.ts';
import type { Plan, TablesOf } from '../plan/types.ts';
import { binder, type Statement } from './bind.ts';
import { orderSql, planSql, querySql } from './plan-sql.ts';

/**
 * The rows of several plans, in the form of `querySql`. Those that are answered from roll-ups alone
 * share one statement.
 */
export async function runPlans(
  session: Session,
  plans: readonly Plan[],
  tables: TablesOf,
): Promise<ReadonlyMap<Plan, Value[][]>> {
  const rolled = plans.filter(isOfRollUps);
  const found = await runInOneStatement(session, rolled.length > 1 ? rolled : [], tables);
  for (const plan of plans)
    if (!found.has(plan)) found.set(plan, await runPlan(session, plan, tables));
  return found;
}

export function runPlan(session: Session, plan: Plan, tables: TablesOf): Promise<Value[][]> {
  const { text, values } = querySql(plan, tables);
  return session.rows(text, values);
}

/** For such plans one statement is best: preparing each takes longer than running it. */
const isOfRollUps = (plan: Plan) =>
  withBases(plan).every(({ parts }) => parts.every(({ scope }) => scope.relation === 'rolled'));

async function runInOneStatement(
  session: Session,
  plans: readonly Plan[],
  tables: TablesOf,
): Promise<Map<Plan, Value[][]>> {
  const found = new Map(plans.map((plan): [Plan, Value[][]] => [plan, []]));
  if (plans.length === 0) return found;
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
 * has no such column. Metrics of roll-ups are all DOUBLE.
 */
export function oneStatementSql(plans: readonly Plan[], tables: TablesOf): Statement {
  const { values, bind } = binder();
  const widest = widthOf(plans);
  const filled = (letter: string, own: number, all: number) =>
    Array.from({ length: all }, (_, i) => (i < own ? `${letter}${i}` : 'NULL'));
  const results = plans.map((plan, i) => {
    const { query } = plan;
    const columns = [
      `${i}, row_number() OVER (ORDER BY ${orderSql(plan)})`,
      ...filled('d', plan.dimensions.length, widest.dimensions),
      ...filled('m', query.metrics.length, widest.metrics),
      query.include.total_rows ? 'total' : 'NULL',
    ];
    return `SELECT ${columns.join(', ')} FROM (${planSql(plan, tables, bind)})`;
  });
  return { text: `/* report.together */ ${results.join('\nUNION ALL ')}`, values };
}

const widthOf = (plans: readonly Plan[]) => ({
  dimensions: Math.max(...plans.map(({ dimensions }) => dimensions.length)),
  metrics: Math.max(...plans.map(({ query }) => query.metrics.length)),
});
