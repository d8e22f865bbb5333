import type { Value } from '../../duck/duck.ts';
import type { Plan } from '../plan/types.ts';
import { currenciesOf, currencyOf } from '../query/goals.ts';
import { isMoney } from '../query/metrics.ts';
import type { Query } from '../query/types.ts';

/**
 * Revenue is shown in the currency of the goals that it came from. By goal, each has its own; else
 * it is shown only if all have the same one. Nothing is ever converted.
 */
export type Warning = { readonly code: string; readonly warning: string };

/** The currency of such a row; its dimensions stand first in it. */
export function rowCurrency({ query, dimensions }: Plan, row: readonly Value[]): string {
  const i = dimensions.indexOf('event:goal');
  const goal = query.goals?.find(({ name }) => name === row[i]);
  return (i < 0 ? currenciesOf(query)[0] : goal && currencyOf(goal)) ?? '';
}

/** Why no revenue is shown although it is asked for. */
export function revenueWarnings(query: Query): Record<string, Warning> {
  const asked = query.metrics.filter(isMoney);
  const warning = warningOf(query);
  if (asked.length === 0 || warning === undefined) return {};
  return Object.fromEntries(asked.map((name) => [name, warning]));
}

function warningOf(query: Query): Warning | undefined {
  const currencies = currenciesOf(query);
  if (currencies.length === 0) {
    const warning =
      'No revenue is told: none of the goals that the query is about ' +
      'has a currency to count it in.';
    return { code: 'no_revenue_goals_matching', warning };
  }
  if (currencies.length === 1 || query.dimensions.includes('event:goal')) return undefined;
  const warning =
    'No revenue is told: the goals that the query is about count it in several currencies ' +
    `(${currencies.join(', ')}). Filter by goals of one, or group by event:goal.`;
  return { code: 'no_single_revenue_currency', warning };
}
