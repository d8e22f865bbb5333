import type { Session, Value } from '../../duck/duck.ts';
import type { ZoneSpan } from '../../lib/site-days.ts';
import { counterpart } from '../plan/other-period.ts';
import type { PlannedQuery } from '../plan/plan-queries.ts';
import { groupOf, type Plan, type TablesOf } from '../plan/types.ts';
import type { Room } from './room.ts';
import { runPlan, runPlans } from './run-plans.ts';

type Rows = readonly Value[][];

type Asked = {
  readonly zones: readonly ZoneSpan[];
  readonly planned: readonly PlannedQuery[];
  readonly room: Room;
};

export type RowsOfQuery = {
  readonly plan: Plan;
  readonly rows: Rows;
  /** Those of the period that the query is compared with, for the groups that `rows` show. */
  readonly other: { readonly plan: Plan; readonly rows: Rows } | undefined;
};

/** The rows of all queries; then, for the groups that they show, those of the other periods. */
export async function readRows(
  session: Session,
  tables: TablesOf,
  { zones, planned, room }: Asked,
): Promise<RowsOfQuery[]> {
  const own = await runPlans(
    session,
    planned.map(({ plan }) => plan),
    tables,
    room,
  );
  const both = planned.map(({ plan, compared }) => {
    const rows = own.get(plan)!;
    return { plan, rows, compared: compared && forGroups(compared, plan, rows, zones) };
  });
  const others = await runPlans(
    session,
    both.flatMap(({ compared }) => compared ?? []),
    tables,
    room,
  );
  return both.map(({ plan, rows, compared }) => ({
    ...{ plan, rows },
    other: compared && { plan: compared, rows: others.get(compared)! },
  }));
}

/** The plan of the other period, for the groups that these rows show. */
function forGroups(other: Plan, plan: Plan, rows: Rows, zones: readonly ZoneSpan[]): Plan {
  if (plan.dimensions.length === 0) return other;
  const toOther = counterpart(plan, other, zones);
  const groups = rows.map((row) => toOther(groupOf(row, plan)));
  return { ...other, groups: groups.filter((group): group is string[] => !group.includes(null)) };
}

/** How many rows a query has on all its pages; 0 where it does not ask for that. */
export async function totalRows(
  session: Session,
  tables: TablesOf,
  plan: Plan,
  rows: Rows,
): Promise<number> {
  const { query } = plan;
  if (!query.include.total_rows) return 0;
  // Every row contains the number. A page behind the last has no row, so the first page is read.
  const first = { ...plan, query: { ...query, limit: 1, offset: 0 } };
  const from = rows.length > 0 || query.offset === 0 ? rows : await runPlan(session, first, tables);
  return Number(from[0]?.at(-1) ?? 0);
}
