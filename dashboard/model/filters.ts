import type { FilterOperator, QueryFilter } from '../api/types.ts';
import { filterTexts, operatorTexts } from '../texts/texts.ts';
import { type Dimension, dimensionOf, isDimension, propIn } from './dimensions.ts';

/** What a dimension's value is compared with; several values are alternatives. */
export type Test = {
  readonly operator: FilterOperator;
  readonly dimension: Dimension;
  readonly values: readonly string[];
  /** About some hit of the visit, in place of the hit that is counted: it has, or has none. */
  readonly done?: Done;
};

export type Done = 'has_done' | 'has_not_done';

/** A test; with `or`, it or one of these. */
export type Filter = Test & {
  readonly or?: readonly Test[];
  /** Of a shared link: it stays, and is not sent, since it holds anyway. */
  readonly fixed?: true;
};

const opposites: Readonly<Record<FilterOperator, FilterOperator>> = {
  is: 'is_not',
  is_not: 'is',
  contains: 'contains_not',
  contains_not: 'contains',
  matches: 'matches_not',
  matches_not: 'matches',
};

/** What may be asked of a goal by itself: whether it was not reached is asked of the visit. */
const ofGoals: readonly FilterOperator[] = ['is', 'contains'];

export const isOfHits = (dimension: Dimension): boolean =>
  dimensionOf(dimension).name.startsWith('event:');

/** The comparisons that make sense for a dimension. */
export function operatorsFor(dimension: Dimension): readonly FilterOperator[] {
  const all = Object.keys(opposites) as FilterOperator[];
  if (dimension === 'goal') return ofGoals;
  if (dimension === 'segment') return ['is'];
  // Countries are stored as codes, so searching for a part of a name would find nothing.
  return dimension === 'country' ? all.filter((name) => name.startsWith('is')) : all;
}

/** Whether a filter can be turned round as a whole. */
export const canTurn = ({ dimension, done, or }: Filter): boolean =>
  or === undefined && (done !== undefined || !['goal', 'segment'].includes(dimension));

export function opposite(filter: Filter): Filter {
  if (filter.done !== undefined)
    return { ...filter, done: filter.done === 'has_done' ? 'has_not_done' : 'has_done' };
  return { ...filter, operator: opposites[filter.operator] };
}

/** A test in words, without its values. */
export function wordsOf({ dimension, operator, done }: Test): {
  readonly what: string;
  readonly how: string;
} {
  return filterTexts.test(dimensionOf(dimension).label, operatorTexts[operator], done);
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
  const others = filters.filter((filter) => filter.dimension !== dimension || !isPlainIs(filter));
  const chosen = isChosen(filters, dimension, value);
  return chosen ? others : [...others, { operator: 'is', dimension, values: [value] }];
}

/** With a key held, a click on a row leaves that value out. */
export function excludeValue(
  filters: readonly Filter[],
  dimension: Dimension,
  value: string,
): readonly Filter[] {
  const others = filters.filter(
    (filter) =>
      !(isPlainIs(filter) && filter.dimension === dimension && filter.values[0] === value),
  );
  if (dimension === 'goal')
    return [...others, { operator: 'is', dimension, values: [value], done: 'has_not_done' }];
  return addFilter(others, { operator: 'is_not', dimension, values: [value] });
}

const isPlainIs = ({ operator, done, or }: Filter) =>
  operator === 'is' && done === undefined && or === undefined;

export function isChosen(filters: readonly Filter[], dimension: Dimension, value: string): boolean {
  return filters.some(
    (filter) =>
      isPlainIs(filter) && filter.dimension === dimension && filter.values.includes(value),
  );
}

/** Adds a filter. Values of the same dimension and operator become one filter. */
export function addFilter(filters: readonly Filter[], added: Filter): readonly Filter[] {
  const same = filters.find(
    ({ dimension, operator, done, or }) =>
      dimension === added.dimension &&
      operator === added.operator &&
      done === added.done &&
      or === undefined &&
      added.or === undefined,
  );
  if (same === undefined) return [...filters, added];
  const values = [...new Set([...same.values, ...added.values])];
  return filters.map((filter) => (filter === same ? { ...filter, values } : filter));
}

export function queryFilters(filters: readonly Filter[]): QueryFilter[] {
  const own = filters.filter(({ fixed }) => fixed === undefined);
  return own.map((filter) =>
    filter.or === undefined
      ? queryTest(filter)
      : ['or', [filter, ...filter.or].map((test) => queryTest(test))],
  );
}

function queryTest({ operator, dimension, values, done }: Test): QueryFilter {
  const { name } = dimensionOf(dimension);
  const test: QueryFilter = operator.startsWith('contains')
    ? [operator, name, values, { case_sensitive: false }]
    : [operator, name, values];
  return done === undefined ? test : [done, test];
}

/** Whether a goal is among the filters: then rows are about conversions. */
export const asksGoals = (filters: readonly Filter[]): boolean =>
  filters.some(
    ({ dimension, done, or }) => dimension === 'goal' && done === undefined && or === undefined,
  );

/**
 * `is,source,Google,Bing`; a comma, semicolon or backslash in a value has a backslash before it.
 * What is asked of the visit is `has_done.is,…`; alternatives follow a semicolon.
 */
export function writeFilter(filter: Filter): string {
  return [filter, ...(filter.or ?? [])].map(writeTest).join(';');
}

function writeTest({ operator, dimension, values, done }: Test): string {
  const how = done === undefined ? operator : `${done}.${operator}`;
  return [how, dimension, ...values].map(escaped).join(',');
}

const escaped = (text: string) => text.replace(/[\\,;]/g, '\\$&');

/** Reads what `writeFilter` wrote; undefined for all other text. */
export function readFilter(text: string): Filter | undefined {
  const tests = partsOf(text, ';').map(readTest);
  const [first, ...or] = tests;
  if (first === undefined || or.includes(undefined)) return undefined;
  return or.length === 0 ? first : { ...first, or: or as Test[] };
}

/** The parts between marks that have no backslash before them; escapes stay. */
function partsOf(text: string, mark: ';' | ','): string[] {
  const inside = mark === ';' ? /(?:\\[\s\S]|[^\\;])+/g : /(?:\\[\s\S]|[^\\,])+/g;
  return [...text.matchAll(inside)].map(([part]) => part);
}

function readTest(text: string): Test | undefined {
  const parts = partsOf(text, ',').map((part) => part.replace(/\\([\s\S])/g, '$1'));
  const [how = '', dimension = '', ...values] = parts;
  const [done, operator] = how.includes('.') ? how.split('.', 2) : [undefined, how];
  if (operator === undefined || !Object.hasOwn(opposites, operator)) return undefined;
  if (done !== undefined && !Object.hasOwn(filterTexts.visitHas, done)) return undefined;
  if (!isDimension(dimension) || values.length === 0) return undefined;
  const test = { operator: operator as FilterOperator, dimension, values };
  if (!operatorsFor(dimension).includes(test.operator)) return undefined;
  return done === undefined ? test : { ...test, done: done as Done };
}

/** Properties that filters name. */
export const propsIn = (filters: readonly Filter[]): readonly string[] =>
  filters.flatMap(({ dimension, or = [] }) =>
    [dimension, ...or.map((test) => test.dimension)].flatMap((one) => propIn(one) ?? []),
  );
