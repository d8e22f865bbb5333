import { expect, test } from 'vitest';
import { firstView, readAddress, type View } from './address.ts';
import { planView } from './queries.ts';

const moment = { nowMs: Date.parse('2026-11-22T14:20:30Z'), zone: 'UTC' };
const view: View = { ...firstView, site: 'example.com', page: 'report' };
const places = (of: View) => Object.keys(planView(of, moment).queries);

test('a view is one batch: totals compared, two series, and the panels', () => {
  const panels = ['sources', 'pages', 'countries', 'devices', 'goals', 'events', 'heat'];
  expect(places(view)).toEqual(['totals', 'series', 'seriesBefore', ...panels]);
  expect(places({ ...view, compare: 'none' })).toEqual(['totals', 'series', ...panels]);
  expect(places({ ...view, range: 'all' })).toEqual(['totals', 'series', ...panels]);
});

test('totals are compared with the period before, up to the same time of day', () => {
  const include = (of: Partial<View>) =>
    planView({ ...view, ...of }, moment).queries['totals']?.include;
  const date_range = ['2026-11-15T00:00:00Z', '2026-11-15T14:20:00Z'];
  expect(include({ range: 'day' })).toEqual({ compare: { mode: 'custom', date_range } });
  expect(include({ range: 'day', compare: 'none' })).toBeUndefined();
});

test('filters are in every query', () => {
  const filtered = readAddress('?site=example.com&f=is,country,DE');
  for (const query of Object.values(planView(filtered, moment).queries)) {
    expect(query.filters).toContainEqual(['is', 'visit:country', ['DE']]);
  }
});

test('the interval suits the range, or is the one chosen where that makes sense', () => {
  const interval = (of: Partial<View>, allDays?: number) =>
    planView({ ...view, ...of }, moment, { allDays }).interval;
  expect(interval({ range: 'day' })).toBe('hour');
  expect(interval({ range: 'day', interval: 'minute' })).toBe('minute');
  expect(interval({ range: '24h', interval: 'minute', compare: 'none' })).toBe('minute');
  expect(interval({ range: '7d', interval: 'minute' })).toBe('day');
  const compare = { from: '2026-10-01', to: '2026-10-02' };
  expect(interval({ range: 'day', interval: 'minute', compare })).toBe('hour');
  expect(interval({ range: '7d' })).toBe('day');
  expect(interval({ range: '7d', interval: 'hour' })).toBe('hour');
  expect(interval({ range: '12mo', interval: 'hour' })).toBe('month');
  expect(interval({ range: 'all' })).toBe('month');
  expect(interval({ range: 'all' }, 20)).toBe('day');
});

test('a panel asks for its chosen tab', () => {
  const { queries } = planView({ ...view, tabs: { pages: 'entry' } }, moment);
  expect(queries['pages']?.dimensions).toEqual(['visit:entry_page']);
});

test('campaigns leave out visits without one', () => {
  const { queries } = planView({ ...view, tabs: { sources: 'campaign' } }, moment);
  expect(queries['sources']?.filters).toEqual([['is_not', 'visit:utm_campaign', ['(not set)']]]);
});

test('a goal among the filters: conversions in place of visits, and their rate of each row', () => {
  const asked = readAddress('?site=example.com&f=is,goal,Signup');
  const { queries, numbers } = planView(asked, moment);
  expect(numbers.slice(0, 3)).toEqual(['visitors', 'events', 'conversion_rate']);
  expect(queries['sources']?.metrics).toEqual(['visitors', 'group_conversion_rate']);
  expect(queries['goals']?.metrics).toEqual(['visitors', 'conversion_rate']);
});

test('a panel’s column is what the view says, where its tab has that', () => {
  const asked = { ...view, columns: { pages: 'time_on_page', devices: 'scroll_depth' } } as const;
  const { queries } = planView(asked, moment);
  expect(queries['pages']?.metrics).toEqual(['time_on_page']);
  expect(queries['pages']?.order_by?.[0]).toEqual(['time_on_page', 'desc']);
  expect(queries['devices']?.metrics).toEqual(['visitors', 'percentage']);
});

test('a ratio of visits comes with what shows whether there are any', () => {
  const { queries } = planView({ ...view, columns: { sources: 'bounce_rate' } }, moment);
  expect(queries['sources']?.metrics).toEqual(['bounce_rate', 'views_per_visit']);
});

test('hours of the week are those of the last 91 days at the most', () => {
  const heat = (of: Partial<View>) => planView({ ...view, ...of }, moment).queries['heat'];
  expect(heat({ range: '7d' })?.date_range).toEqual(['2026-11-16', '2026-11-22']);
  expect(heat({ range: 'all' })?.date_range).toEqual(['2026-08-24', '2026-11-22']);
  const range = { from: '2025-01-01', to: '2025-12-31' };
  expect(heat({ range })?.date_range).toEqual(['2025-10-02', '2025-12-31']);
});
