import { type Dimension, isProp } from '../../model/dimensions.ts';
import type { Filter, Query } from '../query/types.ts';
import { type Bases, type Plan, peerDimensions } from './types.ts';

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
  const others = query.filters.filter((filter) => !changesConversions(filter));
  return {
    ...(query.metrics.includes('percentage') ? { whole: of([], query.filters) } : {}),
    ...(query.metrics.includes('conversion_rate') ? { everyone: of([], others) } : {}),
    ...(query.metrics.includes('group_conversion_rate')
      ? { peers: of(peerDimensions(dimensions), others) }
      : {}),
  };
}

/** A plan, and the plans that its conversions are computed from. */
export const withBases = (plan: Plan): Plan[] => [plan, ...Object.values(plan.bases)];

const changesConversions = (filter: Filter) =>
  filter.kind === 'goal' || (filter.kind === 'test' && isProp(filter.dimension));
