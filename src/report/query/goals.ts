import type { Goal } from '../../account/site.ts';
import { fail, oneOf } from './expect.ts';
import type { Filter, GoalTest, Query } from './types.ts';

/**
 * A filter by goals, with those of the site's goals that it means. Throws `bad-input` if `is` names
 * a goal that does not exist.
 */
export function goalTest(
  { operator, values, caseSensitive }: Omit<GoalTest, 'kind' | 'goals'>,
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
  return {
    kind: 'goal',
    operator,
    values,
    caseSensitive,
    goals: goals.filter((goal) => all.has(goal)),
  };
}

/**
 * The goals that a query is about: those that all of its own goal filters mean, by default all
 * there are.
 */
export function goalsOf(filters: readonly Filter[], goals: readonly Goal[]): readonly Goal[] {
  const tests = filters.filter(({ kind }) => kind === 'goal') as GoalTest[];
  return goals.filter((goal) => tests.every((test) => test.goals.includes(goal)));
}

export const currencyOf = (goal: Goal): string | undefined =>
  'event' in goal ? goal.currency : undefined;

/** The currencies of the goals that a query is about. */
export const currenciesOf = ({ goals = [] }: Query): string[] => [
  ...new Set(goals.map(currencyOf).filter((currency) => currency !== undefined)),
];
