import { expect, test } from 'vitest';
import { firstView, readAddress, type View } from './address.ts';
import { planView } from './queries.ts';

const moment = { nowMs: Date.parse('2026-11-22T14:20:30Z'), zone: 'UTC' };
const view: View = { ...firstView, site: 'example.com', page: 'report' };
const places = (of: View) => Object.keys(planView(of, moment, undefined).queries);

test('a view is one batch: totals compared, two series, and the panels', () => {
  const panels = ['sources', 'pages', 'countries', 'devices'];
  expect(places(view)).toEqual(['totals', 'series', 'seriesBefore', ...panels]);
  expect(places({ ...view, compare: false })).toEqual(['totals', 'series', ...panels]);
  expect(places({ ...view, range: 'all' })).toEqual(['totals', 'series', ...panels]);
});

test('totals are compared with the period before, up to the same time of day', () => {
  const include = (of: Partial<View>) =>
    planView({ ...view, ...of }, moment, undefined).queries['totals']?.include;
  const date_range = ['2026-11-15T00:00:00Z', '2026-11-15T14:20:00Z'];
  expect(include({ range: 'day' })).toEqual({ compare: { mode: 'custom', date_range } });
  expect(include({ range: 'day', compare: false })).toBeUndefined();
});

test('filters are in every query', () => {
  const filtered = readAddress('?site=example.com&f=is,country,DE');
  for (const query of Object.values(planView(filtered, moment, undefined).queries)) {
    expect(query.filters).toContainEqual(['is', 'visit:country', ['DE']]);
  }
});

test('the interval suits the range, or is the one chosen where that makes sense', () => {
  const interval = (of: Partial<View>, allDays?: number) =>
    planView({ ...view, ...of }, moment, allDays).interval;
  expect(interval({ range: 'day' })).toBe('hour');
  expect(interval({ range: '7d' })).toBe('day');
  expect(interval({ range: '7d', interval: 'hour' })).toBe('hour');
  expect(interval({ range: '12mo', interval: 'hour' })).toBe('month');
  expect(interval({ range: 'all' })).toBe('month');
  expect(interval({ range: 'all' }, 20)).toBe('day');
});

test('a panel asks for its chosen tab', () => {
  const { queries } = planView({ ...view, tabs: { pages: 'entry' } }, moment, undefined);
  expect(queries['pages']?.dimensions).toEqual(['visit:entry_page']);
});

test('campaigns leave out visits without one', () => {
  const { queries } = planView({ ...view, tabs: { sources: 'campaign' } }, moment, undefined);
  expect(queries['sources']?.filters).toEqual([['is_not', 'visit:utm_campaign', ['(not set)']]]);
});
