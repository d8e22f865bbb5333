import { expect, test } from 'vitest';
import { pageMatcher } from './page-patterns.ts';

test.each<[pattern: string, page: string, matches: boolean]>([
  ['/a', '/a', true],
  ['/a', '/a/', false],
  ['/a', '/A', false],
  ['/a', '/b/a', false],
  ['/*', '/a', true],
  ['/*', '/', true],
  ['/*', '/a/b', false],
  ['/*/b', '/a/b', true],
  ['/**', '/a/b/c', true],
  ['/***', '/a/b/c', true],
  ['/a**', '/a/b', true],
  ['/**/c', '/a/b/c', true],
  ['/**', '/a\nb/\u2028c', true],
  ['/a.b', '/axb', false],
  ['/a(b|c)+[d]{2}^$?\\', '/a(b|c)+[d]{2}^$?\\', true],
  ['/ä/*', '/ä/🙂', true],
])('%j and the page %j: %s', (pattern, page, matches) => {
  expect(pageMatcher(['/never', pattern])(page)).toBe(matches);
});
