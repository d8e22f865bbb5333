import type { Goal } from '../account/site.ts';
import { pagePattern } from '../lib/page-patterns.ts';
import type { Bind } from './operators.ts';
import type { Filter, GoalTest } from './query.ts';
import { fail, oneOf } from './query-words.ts';

/** A filter by goals: those of the site's that it means. Throws `bad-input` where `is` names one that there is not. */
export function goalTest(
  operator: GoalTest['operator'],
  values: readonly string[],
  caseSensitive: boolean,
  goals: readonly Goal[],
  at: string,
): GoalTest {
  const fold = (text: string) => (caseSensitive ? text : text.toLowerCase());
  const meant = (value: string) =>
    goals.filter(({ name }) =>
      operator === 'is' ? fold(name) === fold(value) : fold(name).includes(fold(value)),
    );
  for (const [i, value] of values.entries()) {
    if (operator !== 'is' || meant(value).length > 0) continue;
    const names = goals.map(({ name }) => JSON.stringify(name));
    fail(`${at}[${i}]`, names.length === 0 ? 'no goal: the site has none' : oneOf(names), value);
  }
  const all = new Set(values.flatMap(meant));
  return { kind: 'goal', operator, values, caseSensitive, goals: goals.filter((goal) => all.has(goal)) };
}

/** The goals that a query is about: those that all of its own goal filters mean, by default all there are. */
export function goalsOf(filters: readonly Filter[], goals: readonly Goal[]): readonly Goal[] {
  const tests = filters.filter(({ kind }) => kind === 'goal') as GoalTest[];
  return goals.filter((goal) => tests.every((test) => test.goals.includes(goal)));
}

/** True where the hit `h` reaches one of the goals. */
export function reachedSql(goals: readonly Goal[], bind: Bind): string {
  return goals.length === 0 ? 'false' : `(${goals.map((goal) => reachSql(goal, bind)).join(' OR ')})`;
}

const reachSql = (goal: Goal, bind: Bind) =>
  'event' in goal
    ? `h.name = ${bind(goal.event)}`
    : `(h.pageview AND regexp_matches(h.page, ${bind(pagePattern(goal.page))}))`;

/**
 * All goals that the hit `h` reaches, as a list: a hit counts once in the group of each. With each goal what the hit
 * earned in its currency: NULL where it did not, or the goal has none.
 */
export function goalListSql(goals: readonly Goal[], bind: Bind): string {
  const entries = goals.map((goal) => {
    const currency = currencyOf(goal);
    const earned = currency === undefined ? `NULL::${amount}` : earnedIn(currency, 'true', bind);
    return `{'goal': ${bind(goal.name)}::VARCHAR, 'earned': ${earned}}`;
  });
  const reached = goals.map((goal) => reachSql(goal, bind));
  return goals.length === 0
    ? `[]::STRUCT(goal VARCHAR, earned ${amount})[]`
    : `list_where([${entries.join(', ')}], [${reached.join(', ')}])`;
}

const amount = 'DECIMAL(18, 3)';

/** What the hit `h` earned by reaching any of the goals, where their revenue is of one currency; else NULL. */
export function earnedSql(goals: readonly Goal[], bind: Bind): string {
  const paid = goals.filter((goal) => currencyOf(goal) !== undefined);
  const [currency, ...others] = new Set(paid.map(currencyOf));
  if (currency === undefined || others.length > 0) return `NULL::${amount}`;
  return earnedIn(currency, reachedSql(paid, bind), bind);
}

const earnedIn = (currency: string, condition: string, bind: Bind) =>
  `CASE WHEN h.currency = ${bind(currency)} AND ${condition} THEN h.amount END`;

export const currencyOf = (goal: Goal): string | undefined => ('event' in goal ? goal.currency : undefined);
