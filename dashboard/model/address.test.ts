import { expect, test } from 'vitest';
import { firstView, readAddress, type View, writeAddress } from './address.ts';

const report: View = { ...firstView, site: 'example.com', page: 'report' };

test.each<[string, View]>([
  ['/?sites', firstView],
  ['/?add', { ...firstView, page: 'add' }],
  ['/?site=example.com', report],
  ['/?site=localhost:8000/blog', { ...report, site: 'localhost:8000/blog' }],
  ['/?site=example.com&setup', { ...report, page: 'setup' }],
  ['/?site=example.com&settings', { ...report, page: 'settings' }],
  ['/?site=example.com&settings=goals', { ...report, page: 'settings', section: 'goals' }],
  ['/?settings=people', { ...firstView, page: 'settings', section: 'people' }],
  ['/?site=example.com&range=12mo&by=week', { ...report, range: '12mo', interval: 'week' }],
  [
    '/?site=example.com&from=2026-01-01T09:00&to=2026-01-01T17:30',
    { ...report, range: { from: '2026-01-01T09:00', to: '2026-01-01T17:30' } },
  ],
  [
    '/?site=example.com&from=2026-01-01&to=2026-01-31',
    { ...report, range: { from: '2026-01-01', to: '2026-01-31' } },
  ],
  [
    '/?site=example.com&f=is,source,Google&f=contains_not,page,/a%26b%3Dc%23d%20e%25',
    {
      ...report,
      filters: [
        { operator: 'is', dimension: 'source', values: ['Google'] },
        { operator: 'contains_not', dimension: 'page', values: ['/a&b=c#d e%'] },
      ],
    },
  ],
  [
    '/?site=example.com&metric=bounce_rate&compare=none',
    { ...report, metric: 'bounce_rate', compare: 'none' },
  ],
  ['/?site=example.com&tab.pages=entry', { ...report, tabs: { pages: 'entry' } }],
  ['/?site=example.com&open=list,source', { ...report, open: { name: 'list', tab: 'source' } }],
  ['/?site=example.com&open=why', { ...report, open: { name: 'why' } }],
  ['/?site=example.com&open=robots', { ...report, open: { name: 'robots' } }],
  ['/?site=example.com&compare=year&chart=bars', { ...report, compare: 'year', hasBars: true }],
  [
    '/?site=example.com&compare=2026-01-01,2026-01-31',
    { ...report, compare: { from: '2026-01-01', to: '2026-01-31' } },
  ],
  [
    '/?site=example.com&tab.pages=not-found&column.pages=events',
    { ...report, tabs: { pages: 'not-found' }, columns: { pages: 'events' } },
  ],
  [
    '/?site=example.com&f=has_not_done.is,goal,Signup&f=is,prop:plan,pro%3Bis,country,DE',
    {
      ...report,
      filters: [
        { operator: 'is', dimension: 'goal', values: ['Signup'], done: 'has_not_done' },
        {
          ...{ operator: 'is', dimension: 'prop:plan', values: ['pro'] },
          or: [{ operator: 'is', dimension: 'country', values: ['DE'] }],
        },
      ],
    },
  ],
])('%s', (address, view) => {
  expect(writeAddress(view)).toBe(address);
  expect(readAddress(new URL(address, 'http://x').search)).toEqual(view);
});

test.each<[string, View]>([
  ['', firstView],
  ['?site=', firstView],
  [
    '?site=example.com&range=9d&f=nonsense&metric=x&by=second&tab.pages=x&column.pages=x&compare=x&open=x,y',
    report,
  ],
  ['?site=example.com&from=2026-02-30&to=2026-03-01', report],
  ['?site=example.com&from=2026-02-20T25:00&to=2026-03-01T00:00', report],
  ['?site=example.com&from=2026-02-20T09:00&to=2026-02-20T09:00', report],
  [
    '?site=example.com&from=2026-03-02&to=2026-03-01',
    { ...report, range: { from: '2026-03-01', to: '2026-03-02' } },
  ],
  ['?site=example.com&f=%E0%A4%A', report],
])('a broken address still shows something: %s', (search, view) => {
  expect(readAddress(search)).toEqual(view);
});
