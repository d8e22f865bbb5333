import type { Dimension } from './dimensions.ts';
import { isProp } from './dimensions.ts';
import type { Plan } from './plan.ts';
import type { Filter, Query } from './query.ts';

/**
 * What ratios are told from. `whole`: the visitors of the same query without its dimensions.
 * What a conversion is told from. `everyone`: the visitors of the same query without its dimensions. `peers`: those of the
 * same group. Both whatever goals they reached; and since a property beside a goal tells which of its hits are meant, not
 * which visitors, filters by properties are left out too. Only filters that stand by themselves are: no others can name goals.
 */
export type Bases = { readonly whole?: Plan; readonly everyone?: Plan; readonly peers?: Plan };

export function basesOf(
  query: Query,
  dimensions: readonly Dimension[],
  planOf: (base: Query) => Plan,
): Bases {
  const of = (kept: readonly Dimension[], filters: readonly Filter[]) =>
    planOf({
      ...query,
      metrics: ['visitors'],
      dimensions: kept,
      filters,
      orderBy: undefined,
      goals: undefined,
    });
  const others = query.filters.filter((filter) => !tellsConversions(filter));
  return {
    ...(query.metrics.includes('percentage') ? { whole: of([], query.filters) } : {}),
    ...(query.metrics.includes('conversion_rate') ? { everyone: of([], others) } : {}),
    ...(query.metrics.includes('group_conversion_rate')
      ? { peers: of(peerDimensions(dimensions), others) }
      : {}),
  };
}

/** Where `peers` and `sums` are of the same group. */
export function sameSql({ dimensions }: Plan): string {
  const same = peerDimensions(dimensions).map((name, i) => `peers.d${i} = sums.d${dimensions.indexOf(name)}`);
  return same.length === 0 ? 'true' : same.join(' AND ');
}

/** A plan and what its conversions are told from. */
export const withBases = (plan: Plan): Plan[] => [plan, ...Object.values(plan.bases)];

const peerDimensions = (dimensions: readonly Dimension[]) =>
  dimensions.filter((name) => name !== 'event:goal');

const tellsConversions = (filter: Filter) =>
  filter.kind === 'goal' || (filter.kind === 'test' && isProp(filter.dimension));
