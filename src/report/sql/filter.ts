import { domainToASCII } from 'node:url';
import { normalizedPage } from '../../lib/page-path.ts';
import {
  hostnameDimensions,
  isGrouped,
  type Names,
  namesIn,
  pageDimensions,
} from '../../model/dimensions.ts';
import { notSet } from '../../model/fields.ts';
import { pageInLetters, pageInLettersSql } from '../../visits/page-sql.ts';
import { comparisons, operators } from '../query/operators.ts';
import type { Filter, Test } from '../query/types.ts';
import { type Bind, listSql } from './bind.ts';
import { reachedSql } from './goals.ts';

/** What a filter is written for. */
export type Filtered = {
  readonly bind: Bind;
  sqlOf(dimension: Test['dimension']): string;
  /** The condition that a visit has a hit that fulfils a condition. */
  doneSql(condition: string): string;
  /**
   * Reads all values, as `value`, that the SQL of a dimension may have. Without it, each row is
   * tested by itself.
   */
  valuesOf?: ((dimension: Test['dimension'], sql: string) => string) | undefined;
};

/** SQL of a filter. Values are texts, and never NULL. */
export function filterSql(filter: Filter, of: Filtered): string {
  const inner = (one: Filter) => filterSql(one, of);
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.filters.map(inner).join(filter.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'not':
      return `NOT ${inner(filter.filter)}`;
    case 'done':
      return `${filter.negated ? 'NOT ' : ''}${of.doneSql(inner(filter.filter))}`;
    case 'goal': {
      const { valuesOf } = of;
      return reachedSql(
        filter.goals,
        of.bind,
        valuesOf && (() => valuesOf('event:page', 'h.page')),
      );
    }
    case 'test':
      return testSql(filter, of);
  }
}

function testSql(test: Test, of: Filtered): string {
  const names = namesIn(test.dimension);
  const any = names === undefined ? valueSql(test, of) : nameSql(test, names, of);
  return `${operators[test.operator].negated ? 'NOT ' : ''}(${any})`;
}

/** What a code is named is compared once for each code, not for each row. */
function nameSql(test: Test, { table, of: code, unnamed }: Names, of: Filtered): string {
  const column = of.sqlOf(code);
  const known = `SELECT code FROM ${table}`;
  const other = unnamed === undefined ? column : `'${unnamed}'`;
  return `${column} IN (${known} WHERE ${anySql(test, 'name', of.bind)})
    OR ${column} NOT IN (${known}) AND (${anySql(test, other, of.bind)})`;
}

/** So many tests of each row take longer than finding all values, and testing each once. */
const mostInRows = { is: Number.POSITIVE_INFINITY, contains: 8, matches: 2 };

function valueSql(test: Test, { sqlOf, bind, valuesOf }: Filtered): string {
  const column = sqlOf(test.dimension);
  const { comparison } = operators[test.operator];
  const inRows = test.values.length <= mostInRows[comparison];
  if (valuesOf === undefined || inRows || isGrouped(test.dimension))
    return anySql(test, column, bind);
  const all = valuesOf(test.dimension, column);
  return `${column} IN (SELECT value FROM (${all}) WHERE ${anySql(test, 'value', bind)})`;
}

/**
 * A list in parentheses is compared value by value, 5 s for 490 countries in 3 million visits; what
 * a SELECT gives is looked up.
 */
const longestList = 10;

/** Whether the column has any of the values. */
function anySql(test: Test, column: string, bind: Bind): string {
  const { operator, caseSensitive } = test;
  const { comparison } = operators[operator];
  const { dimension, values } = spelledAlike(test, column);
  const asked = (sql: string) => (caseSensitive ? sql : `lower(${sql})`);
  const sql = asked(dimension);
  if (comparison === 'is' && values.length > longestList)
    return `${sql} IN (SELECT ${asked('value')} FROM (${listSql(values, bind)}))`;
  const sought = comparison === 'matches' ? values.map(asItIs) : values;
  const places = sought.map((value) => asked(bind(value)));
  return comparison === 'is' && places.length > 1
    ? `${sql} IN (${places.join(', ')})`
    : places.map((place) => comparisons[comparison](sql, place)).join(' OR ');
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
