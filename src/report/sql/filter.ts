import { domainToASCII } from 'node:url';
import { normalizedPage } from '../../lib/page-path.ts';
import { hostnameDimensions, pageDimensions } from '../../model/dimensions.ts';
import { notSet } from '../../model/fields.ts';
import { pageInLetters, pageInLettersSql } from '../../visits/page-sql.ts';
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

function testSql(test: Test, column: string, bind: Bind): string {
  const { operator, caseSensitive } = test;
  const { comparison, negated } = operators[operator];
  const { dimension, values } = spelledAlike(test, column);
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
 * Pages and host names may be asked for in letters or encoded. Whole values get the spelling of
 * what is stored. Parts, letters of either case and patterns are compared with pages in letters; a
 * pattern with `%XX` in it, with pages as they are stored.
 */
function spelledAlike(
  { dimension: name, operator, values, caseSensitive }: Test,
  column: string,
): { readonly dimension: string; readonly values: readonly string[] } {
  const { comparison } = operators[operator];
  if (hostnameDimensions.includes(name) && comparison === 'is')
    return { dimension: column, values: values.map((value) => domainToASCII(value) || value) };
  if (!pageDimensions.includes(name)) return { dimension: column, values };
  if (comparison === 'matches') {
    const asStored = values.some((value) => /%[0-9A-Fa-f]{2}/.test(value));
    return { dimension: asStored ? column : pageInLettersSql(column), values };
  }
  const pages = values.map((value) => (value === notSet ? value : normalizedPage(value)));
  return comparison === 'is' && caseSensitive
    ? { dimension: column, values: pages }
    : { dimension: pageInLettersSql(column), values: pages.map(pageInLetters) };
}

/**
 * DuckDB rewrites plain patterns to LIKE, and takes `^$a` and `a^b` for such; what is in a group it
 * leaves alone.
 */
function asItIs(pattern: string): string {
  return /\$.|.\^/s.test(pattern) && !pattern.includes('\\Q') ? `(${pattern})` : pattern;
}
