import { expect, test } from 'vitest';
import { withoutParameters, withParameters } from './kept-parameters.ts';

const kept = ['id', 'q'];

test.each<[string, page: string, search: string, expected: string]>([
  ['kept alone', '/a', '?x=1&id=7&y=2', '/a?id=7'],
  ["in the site's order", '/a', '?q=b&id=7', '/a?id=7&q=b'],
  ['none of them', '/a', '?x=1', '/a'],
  ['without a value', '/a', '?id=&q', '/a'],
  ['several times', '/a', '?id=1&id=2', '/a?id=1&id=2'],
  ['in one spelling', '/a', '?q=a+b%2fc%c3%bc', '/a?q=a%20b%2Fc%C3%BC'],
  ['of broken encoding', '/a', '?q=%zz', '/a?q=%25zz'],
  ['before the fragment of hash mode', '/a#/b', '?id=7', '/a?id=7#/b'],
  ['beside what a page has of its own', '/a?b', '?id=7', '/a?b'],
])('%s', (_, page, search, expected) => {
  expect(withParameters(page, search, kept)).toBe(expected);
});

test('what settings about pages look at', () => {
  expect(withoutParameters('/a?id=7#/b')).toBe('/a#/b');
  expect(withoutParameters('/a?id=7')).toBe('/a');
  expect(withoutParameters('/a#/b?c')).toBe('/a#/b?c');
});

test('a page is not longer than any other', () => {
  expect(withParameters('/a', `?id=${'x'.repeat(3_000)}`, kept)).toHaveLength(2_000);
});
