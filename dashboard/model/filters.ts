import type { FilterOperator, QueryFilter } from '../api/types.ts';
import { type Dimension, dimensions, isDimension } from './dimensions.ts';

export type Filter = {
  readonly operator: FilterOperator;
  readonly dimension: Dimension;
  readonly values: readonly string[];
};

export const operatorLabels: Readonly<Record<FilterOperator, string>> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  contains_not: 'does not contain',
};

const opposites: Readonly<Record<FilterOperator, FilterOperator>> = {
  is: 'is_not',
  is_not: 'is',
  contains: 'contains_not',
  contains_not: 'contains',
};

export function opposite(filter: Filter): Filter {
  return { ...filter, operator: opposites[filter.operator] };
}

/**
 * A click on a row shows only that value; a second click undoes it. A filter that excludes values
 * of the dimension stays.
 */
export function toggleValue(
  filters: readonly Filter[],
  dimension: Dimension,
  value: string,
): readonly Filter[] {
  const others = filters.filter(
    (filter) => filter.dimension !== dimension || filter.operator !== 'is',
  );
  const chosen = isChosen(filters, dimension, value);
  return chosen ? others : [...others, { operator: 'is', dimension, values: [value] }];
}

export function isChosen(filters: readonly Filter[], dimension: Dimension, value: string): boolean {
  return filters.some(
    (filter) =>
      filter.operator === 'is' && filter.dimension === dimension && filter.values.includes(value),
  );
}

/** Adds a filter. Values of the same dimension and operator become one filter. */
export function addFilter(filters: readonly Filter[], added: Filter): readonly Filter[] {
  const same = filters.find(
    ({ dimension, operator }) => dimension === added.dimension && operator === added.operator,
  );
  if (same === undefined) return [...filters, added];
  const values = [...new Set([...same.values, ...added.values])];
  return filters.map((filter) => (filter === same ? { ...filter, values } : filter));
}

export function queryFilters(filters: readonly Filter[]): QueryFilter[] {
  return filters.map(({ operator, dimension, values }) =>
    operator === 'contains' || operator === 'contains_not'
      ? [operator, dimensions[dimension].name, values, { case_sensitive: false }]
      : [operator, dimensions[dimension].name, values],
  );
}

/** `is,source,Google,Bing`; a comma or a backslash in a value has a backslash before it. */
export function writeFilter({ operator, dimension, values }: Filter): string {
  return [operator, dimension, ...values.map((value) => value.replace(/[\\,]/g, '\\$&'))].join(',');
}

/** Reads what `writeFilter` wrote; undefined for all other text. */
export function readFilter(text: string): Filter | undefined {
  const parts = [...text.matchAll(/(?:\\[\s\S]|[^\\,])+/g)].map(([part]) =>
    part.replace(/\\([\s\S])/g, '$1'),
  );
  const [operator = '', dimension = '', ...values] = parts;
  if (!Object.hasOwn(opposites, operator) || !isDimension(dimension) || values.length === 0)
    return undefined;
  return { operator: operator as FilterOperator, dimension, values };
}
