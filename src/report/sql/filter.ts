import { comparisons, operators } from '../query/operators.ts';
import type { Filter, Test } from '../query/types.ts';
import type { Bind } from './bind.ts';
import { reachedSql } from './goals.ts';

/**
 * SQL of a filter. `sqlOf` writes a dimension, `doneSql` the condition that a visit has a hit that
 * fulfils a condition. Values are texts, and never NULL.
 */
export function filterSql(
  filter: Filter,
  sqlOf: (dimension: Test['dimension']) => string,
  bind: Bind,
  doneSql: (condition: string) => string,
): string {
  const inner = (one: Filter) => filterSql(one, sqlOf, bind, doneSql);
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.filters.map(inner).join(filter.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'not':
      return `NOT ${inner(filter.filter)}`;
    case 'done':
      return `${filter.negated ? 'NOT ' : ''}${doneSql(inner(filter.filter))}`;
    case 'goal':
      return reachedSql(filter.goals, bind);
    case 'test':
      return testSql(filter, sqlOf(filter.dimension), bind);
  }
}

function testSql({ operator, values, caseSensitive }: Test, dimension: string, bind: Bind): string {
  const { comparison, negated } = operators[operator];
  const sql = caseSensitive ? dimension : `lower(${dimension})`;
  const sought = comparison === 'matches' ? values.map(asItIs) : values;
  const places = sought.map((value) => (caseSensitive ? bind(value) : `lower(${bind(value)})`));
  const any =
    comparison === 'is' && places.length > 1
      ? `${sql} IN (${places.join(', ')})`
      : places.map((place) => comparisons[comparison](sql, place)).join(' OR ');
  return `${negated ? 'NOT ' : ''}(${any})`;
}

/**
 * DuckDB rewrites plain patterns to LIKE, and takes `^$a` and `a^b` for such; what is in a group it
 * leaves alone.
 */
function asItIs(pattern: string): string {
  return /\$.|.\^/s.test(pattern) && !pattern.includes('\\Q') ? `(${pattern})` : pattern;
}
