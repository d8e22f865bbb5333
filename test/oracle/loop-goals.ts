import { holds } from './loop-dimensions.ts';
import type { Dated } from './loop-visits.ts';
import type { Mistake } from './mistakes.ts';

export type LoopGoal = { readonly name: string } & (
  | { readonly event: string; readonly currency?: string }
  | { readonly page: string }
);
export type Money = { readonly value: number; readonly currency: string };

export function reaches(goal: LoopGoal, { hit }: Dated, mistake?: Mistake): boolean {
  if ('event' in goal) return hit.name === goal.event;
  return (
    hit.name === 'pageview' &&
    matchesPattern(goal.page, hit.page, mistake === 'goals: a star matches slashes')
  );
}

/** `*` matches any characters except slashes, `**` any characters. */
export function matchesPattern(pattern: string, page: string, overSlashes = false): boolean {
  if (pattern === '') return page === '';
  const deep = pattern.startsWith('**');
  if (!pattern.startsWith('*')) {
    return pattern[0] === page[0] && matchesPattern(pattern.slice(1), page.slice(1), overSlashes);
  }
  const rest = pattern.slice(deep ? 2 : 1);
  for (let n = 0; n <= page.length; n++) {
    if (matchesPattern(rest, page.slice(n), overSlashes)) return true;
    if (page[n] === '/' && !deep && !overSlashes) return false;
  }
  return false;
}

/** The goals that a filter by goals names. */
export function goalsIn(filter: unknown, goals: readonly LoopGoal[]): LoopGoal[] {
  const [word, , values, modifiers] = filter as [
    string,
    string,
    string[],
    { case_sensitive?: boolean }?,
  ];
  const fold = (text: string) => (modifiers?.case_sensitive === false ? text.toLowerCase() : text);
  return goals.filter(({ name }) =>
    values.some((value) =>
      word === 'is' ? fold(name) === fold(value) : fold(name).includes(fold(value)),
    ),
  );
}

export const isGoalFilter = (filter: unknown) => (filter as unknown[])[1] === 'event:goal';

/** The goals that a query asks for. */
export function goalsAsked(
  filters: readonly unknown[],
  goals: readonly LoopGoal[],
  mistake?: Mistake,
): readonly LoopGoal[] {
  const own = filters.filter(isGoalFilter).map((filter) => goalsIn(filter, goals));
  if (mistake === 'goals: several filters are joined with or' && own.length > 0)
    return goals.filter((goal) => own.some((some) => some.includes(goal)));
  return goals.filter((goal) => own.every((some) => some.includes(goal)));
}

export const currencyOf = (goal: LoopGoal) => ('event' in goal ? goal.currency : undefined);

/** The currency of the revenue of all goals together; undefined where they have several. */
export function onlyCurrency(goals: readonly LoopGoal[], mistake?: Mistake): string | undefined {
  const [first, ...others] = new Set(goals.map(currencyOf).filter((one) => one !== undefined));
  return others.length > 0 && mistake !== 'revenue: several currencies are shown in the first'
    ? undefined
    : first;
}

/** The revenue of a hit in thousandths; with `goal`, only for that goal. */
export function earned(
  one: Dated,
  goals: readonly LoopGoal[],
  goal: LoopGoal | undefined,
  mistake?: Mistake,
): bigint | undefined {
  const revenue = one.hit['revenue'] as { currency: string; amount: number } | undefined;
  const currency = goal === undefined ? onlyCurrency(goals, mistake) : currencyOf(goal);
  if (revenue === undefined || currency === undefined) return undefined;
  const paid =
    goal === undefined
      ? goals.some((g) => currencyOf(g) !== undefined && reaches(g, one, mistake))
      : true;
  const same = revenue.currency === currency || mistake === 'revenue: of any currency';
  if (!paid || !same) return undefined;
  const thousandths = BigInt(Math.round(revenue.amount * 1000));
  return mistake === 'revenue: the third decimal is lost' ? (thousandths / 10n) * 10n : thousandths;
}

/** The filters that choose the visitors of whom a conversion rate is. */
export const withoutConversions = (filters: readonly unknown[], mistake?: Mistake) =>
  filters.filter(
    (filter) =>
      !(isGoalFilter(filter) && mistake !== 'conversion rate: of visitors who reached the goal') &&
      !(
        String((filter as unknown[])[1]).startsWith('event:props:') &&
        mistake !== 'conversion rate: of visitors with the property'
      ),
  );

export type Context = {
  readonly goals: readonly LoopGoal[];
  readonly mistake: Mistake | undefined;
};
export const matchesAll = (filters: readonly unknown[], one: Dated, context: Context) =>
  filters.every((filter) => holds(filter, one, context));
