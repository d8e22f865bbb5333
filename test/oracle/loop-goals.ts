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
    matchesPattern(goal.page, hit.page, mistake === 'goals: a star goes over slashes')
  );
}

/** `*` is any characters but slashes, `**` any. */
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

/** Those of the goals that a filter by goals means. */
export function meant(filter: unknown, goals: readonly LoopGoal[]): LoopGoal[] {
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

/** The goals that a query is about. */
export function goalsAsked(
  filters: readonly unknown[],
  goals: readonly LoopGoal[],
  mistake?: Mistake,
): readonly LoopGoal[] {
  const own = filters.filter(isGoalFilter).map((filter) => meant(filter, goals));
  if (mistake === 'goals: several filters are alternatives' && own.length > 0)
    return goals.filter((goal) => own.some((some) => some.includes(goal)));
  return goals.filter((goal) => own.every((some) => some.includes(goal)));
}

export const currencyOf = (goal: LoopGoal) => ('event' in goal ? goal.currency : undefined);

/** The one currency that revenue is told in, of all the goals together. */
export function onlyCurrency(goals: readonly LoopGoal[], mistake?: Mistake): string | undefined {
  const [first, ...others] = new Set(goals.map(currencyOf).filter((one) => one !== undefined));
  return others.length > 0 && mistake !== 'revenue: of several currencies, in the first'
    ? undefined
    : first;
}

/** What a hit earned, in thousandths; `goal`: for that one alone. */
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

/** The filters that say whom a conversion is told from. */
export const withoutConversions = (filters: readonly unknown[], mistake?: Mistake) =>
  filters.filter(
    (filter) =>
      !(isGoalFilter(filter) && mistake !== 'conversion rate: of those who reached the goal') &&
      !(
        String((filter as unknown[])[1]).startsWith('event:props:') &&
        mistake !== 'conversion rate: a property tells which visitors are meant'
      ),
  );

export type Context = {
  readonly goals: readonly LoopGoal[];
  readonly mistake: Mistake | undefined;
};
export const matchesAll = (filters: readonly unknown[], one: Dated, context: Context) =>
  filters.every((filter) => holds(filter, one, context));
