import { expect, test } from 'vitest';
import { countByPage } from './page-views.ts';

test.each([
  ['nothing', [], []],
  ['one page twice', ['/', '/'], [['/', 2]]],
  [
    'most viewed first, equals by name',
    ['/b', '/c', '/a', '/c'],
    [
      ['/c', 2],
      ['/a', 1],
      ['/b', 1],
    ],
  ],
  [
    'spellings of one page',
    ['/ü', '/%c3%bc', '/%C3%BC', '/%2F'],
    [
      ['/ü', 3],
      ['/%2F', 1],
    ],
  ],
  [
    'names that objects have of themselves',
    ['__proto__', 'constructor', '__proto__'],
    [
      ['__proto__', 2],
      ['constructor', 1],
    ],
  ],
])('%s', (_, paths, expected) => {
  const items = paths.map((pagePath) => ({ pagePath }));
  expect(countByPage(items).map(({ page, views }) => [page, views])).toEqual(expected);
});

test('items without a path are left out', () => {
  expect(countByPage([{}, { pagePath: 5 }, { pagePath: '/' }])).toEqual([{ page: '/', views: 1 }]);
});
