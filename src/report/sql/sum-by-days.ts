import type { Session } from '../../duck/duck.ts';
import type { Day } from '../../lib/site-days.ts';
import { noTables } from '../../visits/tables.ts';
import { withBases } from '../plan/bases.ts';
import type { HitsOf } from '../plan/cost.ts';
import type { Part, Plan, Scope, TablesOf } from '../plan/types.ts';
import { binder } from './bind.ts';
import { summedSql } from './plan-sql.ts';
import { shareRows } from './shared-rows.ts';

/** The days as they are counted: so many hits at once. */
export type Counted = {
  readonly tables: TablesOf;
  readonly hitsOf: HitsOf;
  readonly hitsAtOnce: number;
};

/**
 * What is counted over hits and visits, some days at a time where they are many: what a few days
 * need is held, however long the range is. A site-day is counted by itself, so its sums are the
 * same. Gives the sums of days in place of hits and visits.
 */
export async function sumByDays(
  session: Session,
  plans: readonly Plan[],
  { tables, hitsOf, hitsAtOnce }: Counted,
): Promise<TablesOf> {
  const stretches = stretchesOf(plans, hitsOf, hitsAtOnce);
  if (stretches.length <= 1) return (await shareRows(session, plans, tables)).tables;
  const places = new Map<Scope, string>();
  for (const days of stretches) {
    const within = plans.map((plan) => planWithin(plan, days));
    const shared = await shareRows(
      session,
      within.map(({ plan }) => plan),
      tables,
    );
    for (const { plan, part, scope } of within.flatMap(({ cuts }) => cuts)) {
      const place = places.get(scope) ?? `summed_${places.size + 1}`;
      const { values, bind } = binder();
      const select = summedSql(plan, part, shared.tables(part.scope), bind);
      const into = places.has(scope)
        ? `INSERT INTO ${place} BY NAME`
        : `CREATE TEMP TABLE ${place} AS`;
      await session.rows(`/* report.summed */ ${into} ${select}`, values);
      places.set(scope, place);
    }
    await shared.drop();
  }
  return (scope) => {
    const summed = places.get(scope);
    return summed === undefined ? tables(scope) : { ...noTables, summed };
  };
}

const isCounted = ({ scope: { relation, days } }: Part) => relation !== 'rolled' && days.length > 0;

/** The days that are counted over hits or visits, in stretches of so many hits. */
function stretchesOf(
  plans: readonly Plan[],
  hitsOf: HitsOf,
  hitsAtOnce: number,
): ReadonlySet<Day>[] {
  const parts = plans.flatMap(withBases).flatMap((plan) => plan.parts.filter(isCounted));
  const hits = new Map<Day, number>();
  for (const one of parts.flatMap(({ scope }) => scope.days))
    hits.set(one.day, Math.max(hits.get(one.day) ?? 0, hitsOf(one)));
  const stretches: Set<Day>[] = [];
  let sum = 0;
  for (const day of [...hits.keys()].sort()) {
    sum += hits.get(day)!;
    if (stretches.length === 0 || sum > hitsAtOnce) {
      stretches.push(new Set());
      sum = hits.get(day)!;
    }
    stretches[stretches.length - 1]!.add(day);
  }
  return stretches;
}

/** A part of some of the days; `scope` is that of all of them. */
type Cut = { readonly plan: Plan; readonly part: Part; readonly scope: Scope };

/** A plan of some of its days, of what is counted over hits or visits. */
function planWithin(plan: Plan, days: ReadonlySet<Day>): { plan: Plan; cuts: Cut[] } {
  const own = plan.parts.filter(isCounted).flatMap((part): Cut[] => {
    const { scope } = part;
    const some = scope.days.filter(({ day }) => days.has(day));
    if (some.length === 0) return [];
    const cut =
      some.length === scope.days.length ? part : { ...part, scope: { ...scope, days: some } };
    return [{ plan, part: cut, scope }];
  });
  const bases = Object.entries(plan.bases).map(([name, base]: [string, Plan]) => ({
    ...{ name, ...planWithin(base, days) },
  }));
  return {
    plan: {
      ...plan,
      parts: own.map(({ part }) => part),
      bases: Object.fromEntries(bases.map(({ name, plan }) => [name, plan])),
    },
    cuts: [...own, ...bases.flatMap(({ cuts }) => cuts)],
  };
}
