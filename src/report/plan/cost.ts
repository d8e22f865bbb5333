import { isTime } from '../../model/dimensions.ts';
import { fail } from '../query/expect.ts';
import type { Limits } from '../query/limits.ts';
import { operators } from '../query/operators.ts';
import { type Filter, innerOf } from '../query/types.ts';
import { withBases } from './bases.ts';
import type { PlannedQuery } from './plan-queries.ts';
import {
  type Part,
  type Plan,
  type Scope,
  type SpanDay,
  sharedKey,
  worthSharing,
} from './types.ts';

/** What a request will cost at the most, found before it runs. */
export type Cost = {
  /** Reading one row is a step; so is a group or a cheap test of it. */
  readonly steps: number;
  /** Dimensions and metrics in all rows of the answers. */
  readonly cells: number;
};

/** The hits of a day where it is read, as far as they are known. */
export type HitsOf = (day: SpanDay) => number;

/**
 * Steps of one row, measured over a million hits (`bench/strangers.ts`): a step is some 100 ns, and
 * a pattern that was made to be slow takes a microsecond for each hit.
 */
const stepsOf = { group: 2, is: 0.1, contains: 0.5, matches: 10, goal: 5, behaviour: 2 };

/** Roll-ups have a row for each value of a day, which are fewer than hits. */
const rolledShare = 0.1;

/** Of hits that match a shared filter, as a rule fewer are left. */
const sharedShare = 0.1;

/** Throws `bad-input` where a request would cost more than it may. */
export function checkCost(planned: readonly PlannedQuery[], limits: Limits, hitsOf: HitsOf): void {
  const { steps, cells } = costOf(planned, hitsOf);
  const millions = (count: number) => `${(count / 1e6).toLocaleString('en', shortNumber)} million`;
  if (steps > limits.steps) {
    fail(
      planned.length === 1 ? 'date_range' : 'queries',
      `work of at most ${millions(limits.steps)} steps${limits.of}: ` +
        'fewer days, patterns, dimensions or queries',
      `about ${millions(steps)}`,
    );
  }
  if (cells > limits.cells) {
    fail(
      planned.length === 1 ? 'pagination.limit' : 'queries',
      `at most ${limits.cells} values in all rows together${limits.of}: a lower pagination.limit`,
      cells,
    );
  }
}

const shortNumber = { maximumSignificantDigits: 3 };

export function costOf(planned: readonly PlannedQuery[], hitsOf: HitsOf): Cost {
  const plans = planned.flatMap(({ plan, compared }) => (compared ? [plan, compared] : [plan]));
  const all = plans.flatMap(withBases);
  const parts = all.flatMap((plan) => plan.parts.map((part) => ({ plan, part })));
  const uses = new Map<string, number>();
  for (const { part } of parts) {
    const key = sharedKey(part.scope);
    uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  const filtered = new Set<string>();
  let steps = 0;
  for (const { plan, part } of parts) {
    const { scope } = part;
    const key = sharedKey(scope);
    const rows = rowsOf(part, hitsOf);
    const groups = 1 + stepsOf.group * plan.dimensions.length;
    // As `shareRows` does: what many ask for is filtered once, and they read what is left.
    if (!worthSharing(scope, uses.get(key)!)) {
      steps += rows * (groups + filterSteps(scope));
      continue;
    }
    if (!filtered.has(key)) steps += rows * (1 + filterSteps(scope));
    filtered.add(key);
    steps += rows * sharedShare * groups;
  }
  return { steps, cells: plans.reduce((sum, plan) => sum + cellsOf(plan, hitsOf), 0) };
}

function rowsOf({ scope: { relation, days } }: Part, hitsOf: HitsOf): number {
  const hits = days.reduce((sum, day) => sum + hitsOf(day), 0);
  return relation === 'rolled' ? hits * rolledShare : hits;
}

function filterSteps({ filters, goals = [] }: Scope): number {
  return filters.reduce((sum, one) => sum + stepsOfFilter(one), goals.length * stepsOf.goal);
}

function stepsOfFilter(filter: Filter): number {
  if (filter.kind === 'goal') return filter.goals.length * stepsOf.goal;
  if (filter.kind === 'test')
    return filter.values.length * stepsOf[operators[filter.operator].comparison];
  const inner = innerOf(filter).reduce((sum, one) => sum + stepsOfFilter(one), 0);
  return filter.kind === 'done' ? inner + stepsOf.behaviour : inner;
}

function cellsOf(plan: Plan, hitsOf: HitsOf): number {
  const { query, dimensions, days, groups } = plan;
  const hits = days.reduce((sum, day) => sum + hitsOf(day), 0);
  const buckets = dimensions.every(isTime) ? days.length * 25 : hits;
  const rows = groups?.length ?? (dimensions.length === 0 ? 1 : Math.min(query.limit, buckets));
  return rows * (dimensions.length + query.metrics.length);
}
