import { expect, test } from 'vitest';
import {
  addFilter,
  type Filter,
  opposite,
  queryFilters,
  readFilter,
  toggleValue,
  writeFilter,
} from './filters.ts';

const filter = (text: string): Filter => readFilter(text)!;

test.each([
  ['is,source,Google'],
  ['is_not,country,DE,FR'],
  ['contains,page,/docs'],
  ['is,page,/a\\,b,/c\\\\d'],
  ['contains_not,campaign,a b&c=d#e%20'],
])('%s is read and written', (text) => {
  expect(writeFilter(filter(text))).toBe(text);
});

test('a value keeps its commas and backslashes', () => {
  const values = ['a,b', '\\', ',', 'x\\,y', 'ü😀'];
  expect(filter(writeFilter({ operator: 'is', dimension: 'page', values })).values).toEqual(values);
});

test.each([
  '',
  'is',
  'is,source',
  'is,nothing,x',
  'like,source,x',
  'toString,source,x',
  'is,constructor,x',
])('%j is no filter', (text) => {
  expect(readFilter(text)).toBeUndefined();
});

test.each([
  ['on an empty list', [], 'DE', ['is,country,DE']],
  ['again', ['is,country,DE'], 'DE', []],
  ['another value', ['is,country,DE'], 'FR', ['is,country,FR']],
  ['beside others', ['is,source,Google'], 'DE', ['is,source,Google', 'is,country,DE']],
  ['beside an exclusion', ['is_not,country,FR'], 'DE', ['is_not,country,FR', 'is,country,DE']],
])('a click on a row %s', (_, before, value, after) => {
  expect(toggleValue(before.map(filter), 'country', value).map(writeFilter)).toEqual(after);
});

test('values of one dimension and operator join', () => {
  const joined = addFilter([filter('is,country,DE')], filter('is,country,FR,DE'));
  expect(joined.map(writeFilter)).toEqual(['is,country,DE,FR']);
});

test('not, and not not', () => {
  expect(writeFilter(opposite(filter('contains,page,/a')))).toBe('contains_not,page,/a');
  expect(opposite(opposite(filter('is,page,/a')))).toEqual(filter('is,page,/a'));
});

test('as the API takes them', () => {
  expect(queryFilters([filter('is_not,country,DE'), filter('contains,page,/docs')])).toEqual([
    ['is_not', 'visit:country', ['DE']],
    ['contains', 'event:page', ['/docs'], { case_sensitive: false }],
  ]);
});
