import type { Plan } from '../plan/types.ts';
import { currenciesOf, currencyOf } from '../query/goals.ts';

/** Where a row of results has revenue. */
export function payableSql({ query, dimensions }: Plan, bind: (value: string) => string): string {
  const i = dimensions.indexOf('event:goal');
  if (i < 0) return String(currenciesOf(query).length === 1);
  const paid = (query.goals ?? []).filter((goal) => currencyOf(goal) !== undefined);
  return paid.length === 0
    ? 'false'
    : `d${i} IN (${paid.map(({ name }) => bind(name)).join(', ')})`;
}
