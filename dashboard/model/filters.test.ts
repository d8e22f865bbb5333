import { expect, test } from 'vitest';
import {
  addFilter,
  excludeValue,
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
  ['matches,page,^/a\\,b\\;c$'],
  ['has_done.is,goal,Signup'],
  ['is,prop:plan,pro;is,country,DE,FR;has_not_done.contains,page,/x'],
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
  'is_not,goal,Signup',
  'done.is,page,/a',
  'is,prop:,x',
  'is,page,/a;nonsense',
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
  const done = filter('has_not_done.is,goal,Signup');
  const either = filter('is,prop:plan,pro;matches,page,^/a');
  expect(queryFilters([done, either])).toEqual([
    ['has_not_done', ['is', 'event:goal', ['Signup']]],
    [
      'or',
      [
        ['is', 'event:props:plan', ['pro']],
        ['matches', 'event:page', ['^/a']],
      ],
    ],
  ]);
});

test.each([
  ['a value', [], 'DE', ['is_not,country,DE']],
  ['what was chosen', ['is,country,DE'], 'DE', ['is_not,country,DE']],
  ['one more', ['is_not,country,DE'], 'FR', ['is_not,country,DE,FR']],
])('leaving out %s', (_, before, value, after) => {
  expect(excludeValue(before.map(filter), 'country', value).map(writeFilter)).toEqual(after);
});

test('what a goal is left out by is asked of the visit', () => {
  expect(excludeValue([], 'goal', 'Signup').map(writeFilter)).toEqual([
    'has_not_done.is,goal,Signup',
  ]);
});
