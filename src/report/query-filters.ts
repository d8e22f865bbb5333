import { facts, isFact } from './dimensions.ts';
import { isOperator, operators } from './operators.ts';
import type { Filter } from './query.ts';
import { fail, fieldsOf, listOf, oneOf } from './query-words.ts';

/** Values compared in one query, of all its filters together. */
export const maxValues = 500;
export const maxDepth = 8;
export const maxValueLength = 2_000;
/** RE2 takes time linear in the text, but memory by the pattern. */
export const maxPatternLength = 500;

const words = [...Object.keys(operators), 'and', 'or', 'not'];

export function parseFilters(given: unknown): Filter[] {
  const count = { values: 0, filters: 0 };
  return listOf(given ?? [], 'filters', maxValues, (filter, at) => parseFilter(filter, at, 1, count));
}

type Count = { values: number; filters: number };

function parseFilter(given: unknown, at: string, depth: number, count: Count): Filter {
  if (depth > maxDepth) fail(at, `filters nested at most ${maxDepth} deep`, 'a deeper one');
  if (++count.filters > maxValues) fail('filters', `at most ${maxValues} filters`, 'more');
  if (!Array.isArray(given)) return fail(at, 'a list such as ["is", "visit:country", ["DE"]]', given);
  const [word, second, values, modifiers, ...more] = given as unknown[];
  if (typeof word !== 'string' || !words.includes(word)) return fail(`${at}[0]`, oneOf(words), word);
  if (isOperator(word)) {
    if (given.length < 3 || more.length > 0) fail(at, `["${word}", dimension, values]`, given);
    if (typeof second !== 'string' || !isFact(second))
      return fail(`${at}[1]`, oneOf(Object.keys(facts)), second);
    const pattern = operators[word].comparison === 'matches';
    return {
      kind: 'test',
      operator: word,
      dimension: second,
      values: parseValues(values, `${at}[2]`, pattern, count),
      caseSensitive: parseModifiers(modifiers, `${at}[3]`, pattern),
    };
  }
  if (given.length !== 2) fail(at, `["${word}", ${word === 'not' ? 'filter' : 'filters'}]`, given);
  if (word === 'not') return { kind: 'not', filter: parseFilter(second, `${at}[1]`, depth + 1, count) };
  const filters = listOf(second, `${at}[1]`, maxValues, (filter, inner) =>
    parseFilter(filter, inner, depth + 1, count),
  );
  if (filters.length === 0) fail(`${at}[1]`, 'at least one filter', second);
  return { kind: word === 'and' ? 'and' : 'or', filters };
}

function parseValues(given: unknown, at: string, pattern: boolean, count: Count): string[] {
  const max = pattern ? maxPatternLength : maxValueLength;
  const values = listOf(given, at, maxValues, (value, where) => {
    if (typeof value !== 'string') return fail(where, 'a text', value);
    if (value.length > max) fail(where, `at most ${max} characters`, value.length);
    return value;
  });
  if (values.length === 0) fail(at, 'at least one value', given);
  count.values += values.length;
  if (count.values > maxValues)
    fail('filters', `at most ${maxValues} values in all filters together`, count.values);
  return values;
}

function parseModifiers(given: unknown, at: string, pattern: boolean): boolean {
  if (given === undefined) return true;
  const { case_sensitive: sensitive = true } = fieldsOf(given, at, ['case_sensitive']);
  if (typeof sensitive !== 'boolean') return fail(`${at}.case_sensitive`, 'true or false', sensitive);
  if (pattern) fail(at, 'no case_sensitive beside a pattern: (?i) at its start does that', given);
  return sensitive;
}
