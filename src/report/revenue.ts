import type { Value } from '../journal/duckdb.ts';
import { currencyOf } from './goals.ts';
import type { MetricName } from './metrics.ts';
import type { Plan } from './plan.ts';
import type { Query } from './query.ts';

/**
 * Revenue is told in the currency of the goals that it came from: by goal each in its own, else only where they have one
 * between them. Nothing is ever converted.
 */
export type Warning = { readonly code: string; readonly warning: string };

export const isRevenue = (name: MetricName): name is 'total_revenue' | 'average_revenue' =>
  name === 'total_revenue' || name === 'average_revenue';

/** The currencies of the goals that a query is about. */
const currenciesOf = ({ goals = [] }: Query): string[] => [
  ...new Set(goals.map(currencyOf).filter((currency) => currency !== undefined)),
];

/** Where a row of results has revenue. */
export function payableSql({ query, dimensions }: Plan, bind: (value: string) => string): string {
  const i = dimensions.indexOf('event:goal');
  if (i < 0) return String(currenciesOf(query).length === 1);
  const paid = (query.goals ?? []).filter((goal) => currencyOf(goal) !== undefined);
  return paid.length === 0 ? 'false' : `d${i} IN (${paid.map(({ name }) => bind(name)).join(', ')})`;
}

/** The currency of such a row; its dimensions stand first in it. */
export function rowCurrency({ query, dimensions }: Plan, row: readonly Value[]): string {
  const i = dimensions.indexOf('event:goal');
  const goal = query.goals?.find(({ name }) => name === row[i]);
  return (i < 0 ? currenciesOf(query)[0] : goal && currencyOf(goal)) ?? '';
}

/** Why no revenue is told, where it is asked for. */
export function revenueWarnings(query: Query): Record<string, Warning> {
  const asked = query.metrics.filter(isRevenue);
  const warning = warningOf(query);
  if (asked.length === 0 || warning === undefined) return {};
  return Object.fromEntries(asked.map((name) => [name, warning]));
}

function warningOf(query: Query): Warning | undefined {
  const currencies = currenciesOf(query);
  if (currencies.length === 0) {
    const warning =
      'No revenue is told: none of the goals that the query is about has a currency to count it in.';
    return { code: 'no_revenue_goals_matching', warning };
  }
  if (currencies.length === 1 || query.dimensions.includes('event:goal')) return undefined;
  const warning = `No revenue is told: the goals that the query is about count it in several currencies (${currencies.join(', ')}). Filter by goals of one, or group by event:goal.`;
  return { code: 'no_single_revenue_currency', warning };
}
