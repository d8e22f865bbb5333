import { reachedSql } from './goals.ts';
import type { Filter, Test } from './query.ts';

/** Binds a value and gives its place in the statement, `$1 …`. */
export type Bind = (value: string) => string;

/** How one value is compared; several values of one test are alternatives. */
const comparisons = {
  is: (sql: string, place: string) => `${sql} = ${place}`,
  contains: (sql: string, place: string) => `contains(${sql}, ${place})`,
  // RE2, anywhere in the text, in time linear in it.
  matches: (sql: string, place: string) => `regexp_matches(${sql}, ${place})`,
} as const;

export type Comparison = keyof typeof comparisons;

export const operators = {
  is: { comparison: 'is', negated: false },
  is_not: { comparison: 'is', negated: true },
  contains: { comparison: 'contains', negated: false },
  contains_not: { comparison: 'contains', negated: true },
  matches: { comparison: 'matches', negated: false },
  matches_not: { comparison: 'matches', negated: true },
} as const satisfies Readonly<Record<string, { readonly comparison: Comparison; readonly negated: boolean }>>;

export type Operator = keyof typeof operators;
export const isOperator = (name: string): name is Operator => Object.hasOwn(operators, name);

/**
 * SQL of a filter; `sqlOf` says how a dimension is written, `doneSql` how visits are told in which a hit fulfils a condition.
 * Values are texts, and never NULL.
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

/** DuckDB rewrites plain patterns to LIKE, and takes `^$a` and `a^b` for such; what is in a group it leaves alone. */
function asItIs(pattern: string): string {
  return /\$.|.\^/s.test(pattern) && !pattern.includes('\\Q') ? `(${pattern})` : pattern;
}
