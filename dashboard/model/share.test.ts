import { expect, test } from 'vitest';
import type { SharedLink } from '../api/types.ts';
import { firstView } from './address.ts';
import type { Filter } from './filters.ts';
import { queryFilters } from './filters.ts';
import { readQueryFilter, textOfFilter } from './fixed-filters.ts';
import { blankFields, changedFields, fieldsOf } from './link-fields.ts';
import { partsOf, queriesOf } from './parts.ts';
import { frameSnippet, imageSnippet, mustFix, sharedAddress, wordsOfLink } from './share.ts';

const filters: readonly Filter[] = [
  { operator: 'is', dimension: 'country', values: ['DE', 'AT'] },
  { operator: 'contains', dimension: 'page', values: ['/blog/'] },
  { operator: 'is', dimension: 'goal', values: ['Signup'], done: 'has_not_done' },
  { operator: 'is', dimension: 'prop:plan', values: ['a'] },
  {
    ...{ operator: 'is', dimension: 'source', values: ['Google'] },
    or: [{ operator: 'is_not', dimension: 'browser', values: ['Firefox'] }],
  },
];

test('the filters of a view, fixed and read again, are the same, and are not sent again', () => {
  const read = queryFilters(filters).map(readQueryFilter);
  expect(read).toEqual(filters.map((filter) => ({ ...filter, fixed: true })));
  expect(queryFilters(read as Filter[])).toEqual([]);
});

test.each<[unknown, string]>([
  [['not', ['is', 'event:page', ['/a']]], 'not (Page is /a)'],
  [
    [
      'and',
      [
        ['is', 'visit:country', ['DE']],
        ['has_done', ['is', 'event:name', ['Signup']]],
      ],
    ],
    '(Country is Germany) and (visit has event is Signup)',
  ],
  [['has_done', ['or', [['is', 'event:page', ['/a']]]]], 'has done ((Page is /a))'],
])('what no page makes is said in words: %j', (filter, words) => {
  expect(readQueryFilter(filter)).toBeUndefined();
  expect(textOfFilter(filter)).toBe(words);
});

test('the address of a link is that of the view, without what it is fixed to', () => {
  const view = { ...firstView, site: 'a.test', range: '7d', filters: filters.slice(0, 1) } as const;
  const link = { origin: 'https://stats.test', secret: 'abc' };
  expect(sharedAddress(link, view, true)).toBe('https://stats.test/share/abc?range=7d');
  expect(sharedAddress(link, view, false)).toBe(
    'https://stats.test/share/abc?range=7d&f=is,country,DE,AT',
  );
  expect(sharedAddress(link, firstView, true)).toBe('https://stats.test/share/abc');
});

test('what is copied into a page is text there', () => {
  const frame = frameSnippet('https://stats.test/share/abc?range=7d', '"A" & <B>');
  expect(frame).toContain('src="https://stats.test/share/abc?range=7d&amp;embed=1"');
  expect(frame).toContain('title="&quot;A&quot; &amp; &lt;B>"');
  expect(imageSnippet('https://stats.test/share/abc?range=7d', 'badge', 'A')).toBe(
    '<img src="https://stats.test/share/abc/badge.svg" alt="A">',
  );
});

test('a segment is the owner’s, so it has to be fixed', () => {
  expect(mustFix(filters)).toBe(false);
  expect(mustFix([{ operator: 'is', dimension: 'segment', values: ['a'] }])).toBe(true);
});

test.each<[string | null, readonly string[] | null, readonly string[] | undefined]>([
  [null, null, undefined],
  ['pages,chart,nothing', null, ['chart', 'pages']],
  ['pages,devices', ['chart', 'pages'], ['pages']],
  [null, ['chart'], ['chart']],
  ['nothing', null, undefined],
])('parts %s of %j are %j', (asked, ofLink, parts) => {
  expect(partsOf(asked, ofLink)).toEqual(parts);
});

test('only what is drawn is asked for', () => {
  const queries = { totals: 1, series: 2, seriesBefore: 3, pages: 4, heat: 5 };
  expect(queriesOf(queries, undefined)).toBe(queries);
  expect(Object.keys(queriesOf(queries, ['chart', 'pages']))).toEqual([
    ...['totals', 'series', 'seriesBefore', 'pages'],
  ]);
  expect(Object.keys(queriesOf(queries, ['hours']))).toEqual(['heat']);
});

test('a link in the list says what it is', () => {
  const link: SharedLink = {
    ...{ id: 'x', name: 'X', filters: [[], []], has_password: true, hide_below: 5 },
    ...{ embed_on: ['https://b.test'], expires: '2026-11-20T23:00:00.000Z', badge_only: true },
    ...({ theme: 'dark', parts: ['chart'] } as const),
  };
  expect(wordsOfLink(link, { nowMs: 0, zone: 'Europe/Berlin' })).toBe(
    'badge only · 2 filters · password · hides below 5 · embedded on https://b.test · ' +
      'until 20 Nov 2026',
  );
  expect(wordsOfLink(link, { nowMs: Date.parse('2027-01-01'), zone: 'UTC' })).toContain(
    'ended 20 Nov 2026',
  );
});

test('of a link that is changed only that is sent', () => {
  const link: SharedLink = {
    ...{ id: 'x', name: 'X', filters: [], has_password: true, hide_below: 5, badge_only: false },
    ...{ embed_on: ['https://b.test'], expires: '2026-11-20T23:00:00.000Z', parts: null },
    theme: 'dark',
  };
  const before = fieldsOf(link, 'Europe/Berlin');
  expect(before.expires).toBe('2026-11-20');
  expect(changedFields(before, before)).toEqual({});
  const after = {
    ...{ ...before, name: ' Y ', expires: '', hideBelow: '', embedOn: 'a.test, b.test\nc.test' },
    ...{ theme: '', parts: ['chart'], badgeOnly: true, hasNoPassword: true },
  };
  expect(changedFields(after, before)).toEqual({
    ...{ name: 'Y', expires: null, hide_below: null, embed_on: ['a.test', 'b.test', 'c.test'] },
    ...{ theme: null, parts: ['chart'], badge_only: true, password: null },
  });
  const added = { ...blankFields('New'), password: 'x', hideBelow: '3' };
  expect(changedFields(added, blankFields(''))).toEqual({
    ...{ name: 'New', password: 'x', hide_below: 3 },
  });
});
