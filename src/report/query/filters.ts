import type { Goal, Segment } from '../../account/site.ts';
import { DaybookError } from '../../lib/errors.ts';
import {
  isProp,
  isTime,
  isValueDimension,
  manyDimensionNames,
  ofHits,
  type ValueDimension,
  valueDimensionNames,
} from '../../model/dimensions.ts';
import { fail, fieldsOf, inList, listOf, oneOf } from './expect.ts';
import { goalTest } from './goals.ts';
import { type Limits, limitsOf } from './limits.ts';
import { isOperator, type Operator, operators } from './operators.ts';
import type { Filter, Narrowed, QuerySite } from './types.ts';

/** Filters of one query, those inside of others too. */
export const maxFilters = 500;

export const maxDepth = 8;

export const maxValueLength = 2_000;

/** RE2 takes time linear in the text, but memory by the pattern. */
export const maxPatternLength = 500;

const logic = ['and', 'or', 'not'] as const;

export const behaviours = ['has_done', 'has_not_done'] as const;

const words = [...Object.keys(operators), ...logic, ...behaviours];

/**
 * The site's goals and segments are those that a filter may name. Where a site is seen through a
 * link, the link's filters hold beside, and segments are the owner's alone.
 */
export function parseFilters(
  given: unknown,
  { goals = [], segments = [], narrowed }: QuerySite,
  limits: Limits,
): Filter[] {
  const known = narrowed === undefined ? segments : [];
  const own = parseList(given ?? [], 'filters', outermost, allOf(goals, known, limits));
  return narrowed === undefined ? own : [...fixedFilters(narrowed, goals, segments), ...own];
}

function fixedFilters(
  { filters }: Narrowed,
  goals: readonly Goal[],
  segments: readonly Segment[],
): Filter[] {
  try {
    const fixed = parseList(filters, 'filters', outermost, allOf(goals, segments, limitsOf.owner));
    return fixed.some(({ kind }) => kind === 'goal') ? fixed : fixed.map(lasting);
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    // Nothing is said of the site's goals and segments.
    throw new DaybookError('not-found', 'what this link shows is there no longer', {
      cause: error,
    });
  }
}

/**
 * What rates of conversions are of leaves out properties that stand by themselves (`Bases`): of a
 * link that is fixed to one, a goal of somebody else's would show all visitors.
 */
const lasting = (filter: Filter): Filter =>
  filter.kind === 'test' && isProp(filter.dimension) ? { kind: 'and', filters: [filter] } : filter;

/** Checks filters that a link is to show: what a query may have. */
export function checkFixed(given: unknown, { goals = [], segments = [] }: QuerySite) {
  parseList(given, 'filters', outermost, allOf(goals, segments, limitsOf.owner));
  return given as readonly unknown[];
}

/**
 * Checks filters that are to be kept as a segment: what a query may have, but for other segments.
 */
export function checkSegment(given: unknown, { goals = [] }: QuerySite): readonly unknown[] {
  const filters = parseList(given, 'filters', outermost, allOf(goals, 'none', limitsOf.owner));
  if (filters.length === 0) fail('filters', 'at least one filter', given);
  return given as readonly unknown[];
}

const outermost: Place = { depth: 1, within: 'nothing' };

const allOf = (goals: readonly Goal[], segments: All['segments'], limits: Limits): All => ({
  ...{ goals, segments, limits, count: { values: 0, patterns: 0, filters: 0 } },
});

/** Filters that all have to hold. A segment among them stands for its own. */
const parseList = (given: unknown, at: string, place: Place, all: All): Filter[] =>
  listOf(given, at, maxFilters, (filter, where) => {
    const parsed = isSegmentTest(filter)
      ? parseSegments(filter as readonly unknown[], where, place, all)
      : parseFilter(filter, where, place, all);
    return 'kind' in parsed ? [parsed] : parsed;
  }).flat();

/** What goes for all filters of a query, and what is counted of them. */
type All = {
  readonly goals: readonly Goal[];
  /** `none`: this is one, and there is none inside of it. */
  readonly segments: readonly Segment[] | 'none';
  readonly limits: Limits;
  readonly count: { values: number; patterns: number; filters: number };
};

/** Where a filter stands: behind how many others, and in which. */
type Place = { readonly depth: number; readonly within: 'nothing' | 'logic' | 'behaviour' };

function parseFilter(given: unknown, at: string, place: Place, all: All): Filter {
  if (place.depth > maxDepth) fail(at, `filters nested at most ${maxDepth} deep`, 'a deeper one');
  if (++all.count.filters > maxFilters) fail('filters', `at most ${maxFilters} filters`, 'more');
  if (!Array.isArray(given))
    return fail(at, 'a list such as ["is", "visit:country", ["DE"]]', given);
  const [word, second] = given as unknown[];
  if (typeof word !== 'string' || !words.includes(word))
    return fail(`${at}[0]`, oneOf(words), word);
  if (isSegmentTest(given)) {
    const filters = parseSegments(given, at, place, all);
    return 'kind' in filters ? filters : { kind: 'and', filters };
  }
  if (isOperator(word)) return parseTest([word, ...(given as unknown[]).slice(1)], at, place, all);
  if (given.length !== 2)
    fail(at, `["${word}", ${word === 'and' || word === 'or' ? 'filters' : 'filter'}]`, given);
  const depth = place.depth + 1;
  if (word === 'has_done' || word === 'has_not_done') {
    if (place.within === 'behaviour') fail(at, `no ${word} inside of ${inList(behaviours)}`, given);
    const filter = parseFilter(second, `${at}[1]`, { depth, within: 'behaviour' }, all);
    return { kind: 'done', negated: word === 'has_not_done', filter };
  }
  const inner = deeper(place);
  if (word === 'not') return { kind: 'not', filter: parseFilter(second, `${at}[1]`, inner, all) };
  const filters = listOf(second, `${at}[1]`, maxFilters, (filter, where) =>
    parseFilter(filter, where, inner, all),
  );
  if (filters.length === 0) fail(`${at}[1]`, 'at least one filter', second);
  return { kind: word === 'and' ? 'and' : 'or', filters };
}

const isSegmentTest = (given: unknown): boolean =>
  Array.isArray(given) &&
  given[1] === 'segment' &&
  typeof given[0] === 'string' &&
  isOperator(given[0]);

/**
 * A segment stands for its filters: all of them hold. One that stands by itself gives them as such,
 * as if they stood in its place; of several, one holds.
 */
function parseSegments(
  given: readonly unknown[],
  at: string,
  place: Place,
  all: All,
): Filter | readonly Filter[] {
  const [operator, , ids] = given;
  const { segments } = all;
  if (segments === 'none') return fail(`${at}[1]`, 'no segment inside of a segment', 'segment');
  if (operator !== 'is' || given.length !== 3)
    return fail(at, '["is", "segment", [id]], which "not" may stand around', given);
  const named = listOf(ids, `${at}[2]`, maxFilters, (id, where) => {
    const segment = segments.find((one) => one.id === id);
    if (segment !== undefined) return { segment, where };
    const known = segments.map((one) => `${JSON.stringify(one.id)} (${one.name})`);
    return fail(where, known.length === 0 ? 'no segment: the site has none' : oneOf(known), id);
  });
  if (named.length === 0) fail(`${at}[2]`, 'at least one segment', ids);
  const inside: All = { ...all, segments: 'none' };
  if (named.length === 1) {
    const [{ segment, where }] = named as [(typeof named)[0]];
    const within = place === outermost ? place : deeper(place);
    return parseList(segment.filters, `${where}.filters`, within, inside);
  }
  const filters = named.map(
    ({ segment, where }): Filter => ({
      kind: 'and',
      filters: parseList(segment.filters, `${where}.filters`, deeper(deeper(place)), inside),
    }),
  );
  return { kind: 'or', filters };
}

const deeper = ({ depth, within }: Place): Place => ({
  depth: depth + 1,
  within: within === 'behaviour' ? 'behaviour' : 'logic',
});

function parseTest(
  given: readonly [Operator, ...unknown[]],
  at: string,
  { within }: Place,
  all: All,
): Filter {
  const [operator, name, values, modifiers, ...more] = given;
  if (given.length < 3 || more.length > 0) fail(at, `["${operator}", dimension, values]`, given);
  const dimension = parseName(name, `${at}[1]`);
  if (within === 'behaviour' && !ofHits(dimension))
    fail(`${at}[1]`, `a dimension of hits (event:…) inside of ${inList(behaviours)}`, name);
  if (dimension === 'event:goal') {
    // A conversion rate is of all visitors, found by leaving the goal out: so it stands by itself.
    if (within === 'logic')
      fail(
        `${at}[1]`,
        `event:goal only as a filter by itself or inside of ${inList(behaviours)}`,
        name,
      );
    if (operator !== 'is' && operator !== 'contains')
      return fail(`${at}[0]`, 'is or contains with event:goal', operator);
    const wanted = parseValues(values, `${at}[2]`, false, all);
    const caseSensitive = parseModifiers(modifiers, `${at}[3]`, false);
    return goalTest({ operator, values: wanted, caseSensitive }, all.goals, `${at}[2]`);
  }
  const pattern = operators[operator].comparison === 'matches';
  return {
    kind: 'test',
    operator,
    dimension,
    values: parseValues(values, `${at}[2]`, pattern, all),
    caseSensitive: parseModifiers(modifiers, `${at}[3]`, pattern),
  };
}

function parseName(given: unknown, at: string): ValueDimension {
  if (given === 'time' || (typeof given === 'string' && isTime(given)))
    fail(at, 'a dimension other than time, which date_range is for', given);
  return typeof given === 'string' && isValueDimension(given) && !manyDimensionNames.includes(given)
    ? given
    : fail(at, oneOf(valueDimensionNames), given);
}

function parseValues(given: unknown, at: string, pattern: boolean, all: All): string[] {
  const max = pattern ? maxPatternLength : maxValueLength;
  const values = listOf(given, at, limitsOf.owner.values, (value, where) => {
    if (typeof value !== 'string') return fail(where, 'a text', value);
    if (value.length > max) fail(where, `at most ${max} characters`, value.length);
    return value;
  });
  if (values.length === 0) fail(at, 'at least one value', given);
  const { count, limits } = all;
  count.values += values.length;
  if (count.values > limits.values)
    fail(
      'filters',
      `at most ${limits.values} values in all filters together${limits.of}`,
      count.values,
    );
  if (pattern) count.patterns += values.length;
  if (count.patterns > limits.patterns) {
    const most = `at most ${limits.patterns} patterns in all filters together${limits.of}`;
    fail('filters', most, count.patterns);
  }
  return values;
}

function parseModifiers(given: unknown, at: string, pattern: boolean): boolean {
  if (given === undefined) return true;
  const { case_sensitive: sensitive = true } = fieldsOf(given, at, ['case_sensitive']);
  if (typeof sensitive !== 'boolean')
    return fail(`${at}.case_sensitive`, 'true or false', sensitive);
  if (pattern) fail(at, 'no case_sensitive beside a pattern: (?i) at its start does that', given);
  return sensitive;
}
