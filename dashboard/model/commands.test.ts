import { expect, test } from 'vitest';
import { firstView } from './address.ts';
import { commandsOf, matching } from './commands.ts';

const sites = ['example.com', 'dark.example'];
const report = { ...firstView, page: 'report', site: 'example.com' } as const;
const owner = { sites, isOwner: true, hasCities: false };

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

test('others than the owner add no site', () => {
  const given = { ...owner, sites: ['example.com'], isOwner: false };
  expect(wordsOf('add a site', given)).toEqual([]);
  expect(wordsOf('add a site')).toEqual(['Page: Add a site']);
});

test('what only a database of cities fills is offered with one', () => {
  expect(wordsOf('filter city')).toEqual([]);
  expect(wordsOf('filter city', { ...owner, hasCities: true })).toEqual(['Filter: City']);
});
