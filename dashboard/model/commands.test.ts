import { expect, test } from 'vitest';
import { firstView } from './address.ts';
import { commandsOf, matching } from './commands.ts';

const sites = ['example.com', 'dark.example'];
const report = { ...firstView, page: 'report', site: 'example.com' } as const;
const ofNobody = { may: () => false, mayAll: false, isPerson: false, isSignedIn: false };
const owner = {
  ...{ sites, hasCities: false, may: (_: string) => true, mayAll: true, isPerson: true },
  isSignedIn: true,
};

const wordsOf = (typed: string, given = owner) =>
  matching(commandsOf(report, given), typed).map(({ kind, words }) => `${kind}: ${words}`);

test.each([
  ['sites first', 'dark', ['Site: dark.example', 'Look: Dark']],
  ['words in any order, of kind and text', '7 time', ['Time: Last 7 days']],
  ['a filter by its dimension', 'filter count', ['Filter: Country']],
  ['nothing', 'zzz', []],
])('%s', (_, typed, expected) => {
  expect(wordsOf(typed)).toEqual(expected);
});

test('nobody adds a site', () => {
  const given = { ...owner, ...ofNobody, sites: ['example.com'] };
  expect(wordsOf('add a site', given)).toEqual([]);
  expect(wordsOf('add a site')).toEqual(['Page: Add a site']);
});

test('what one may not is not offered', () => {
  const may = (action: string): boolean => action === 'readRows';
  const viewer = { ...owner, mayAll: false, may };
  for (const typed of ['add a site', 'share this', 'people', 'every site'])
    expect(wordsOf(typed, viewer)).toEqual([]);
  expect(wordsOf('visits', viewer)).toContain('Page: Visits, one by one');
  expect(wordsOf('account', viewer)).toEqual(['Page: Account']);
});

test('what only a database of cities fills is offered with one', () => {
  expect(wordsOf('filter city')).toEqual([]);
  expect(wordsOf('filter city', { ...owner, hasCities: true })).toEqual(['Filter: City']);
});
