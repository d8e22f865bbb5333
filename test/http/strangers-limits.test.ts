import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/** What a stranger may ask at an open site is less than what the owner may ask there. */
let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'open.test', open: true }, { key: app.key });
  for (const path of ['/', '/a', '/b?x=1'])
    await app.post('/api/event', { n: 'pageview', u: `https://open.test${path}`, d: 'open.test' });
});
afterAll(() => app.close());

const query = { site_id: 'open.test', metrics: ['visitors'], date_range: 'day' };
const texts = (count: number) => Array.from({ length: count }, (_, i) => `/p${i}`);
const eight = ['page', 'hostname', 'name'].map((name) => `event:${name}`);
eight.push(...['source', 'country', 'browser', 'os', 'device'].map((name) => `visit:${name}`));
const filtered = (...filters: unknown[]) => ({ ...query, filters });
const batch = (count: number, one: object = query) => ({
  site_id: 'open.test',
  queries: Array.from({ length: count }, () => one),
});

type Case = readonly [name: string, path: string, allowed: object, tooMuch: object, named: string];

const cases: readonly Case[] = [
  [
    'patterns',
    '/api/v2/query',
    filtered(['matches', 'event:page', texts(10)]),
    filtered(['matches', 'event:page', texts(11)]),
    'filters: expected at most 10 patterns in all filters together without the owner key; got 11',
  ],
  [
    'patterns in several filters, some inside of others',
    '/api/v2/query',
    filtered(['matches', 'event:page', texts(5)], ['not', ['matches_not', 'event:page', texts(5)]]),
    filtered(
      ['matches', 'event:page', texts(6)],
      ['has_done', ['or', [['matches', 'event:page', texts(5)]]]],
    ),
    'filters: expected at most 10 patterns in all filters together without the owner key; got 11',
  ],
  [
    'values',
    '/api/v2/query',
    filtered(['is', 'event:page', texts(100)]),
    filtered(['is', 'event:page', texts(60)], ['contains', 'event:page', texts(60)]),
    'filters: expected at most 100 values in all filters together without the owner key; got 120',
  ],
  [
    'dimensions',
    '/api/v2/query',
    { ...query, dimensions: eight.slice(0, 4) },
    { ...query, dimensions: eight },
    'dimensions: expected at most 4 entries without the owner key; got 8',
  ],
  [
    'queries of a batch',
    '/api/v2/batch',
    batch(20),
    batch(50),
    'queries: expected a list of at most 20 queries without the owner key; got 50',
  ],
  [
    'one query of a batch',
    '/api/v2/batch',
    batch(2, { ...query, dimensions: eight.slice(0, 4) }),
    batch(2, { ...query, dimensions: eight }),
    'queries[0].dimensions: expected at most 4 entries without the owner key; got 8',
  ],
];

describe.each(cases)('%s', (_, path, allowed, tooMuch, named) => {
  test('a stranger may ask up to the limit; beyond it the field and the limit are named', async () => {
    expect((await app.post(path, allowed)).status).toBe(200);
    const refused = await app.post(path, tooMuch);
    expect([refused.status, (await refused.json()).error]).toEqual([400, named]);
  });

  test('the owner may ask for more', async () => {
    expect((await app.post(path, tooMuch, { key: app.key })).status).toBe(200);
  });

  test('with a key that is not the owner’s one is a stranger', async () => {
    expect((await app.post(path, tooMuch, { key: 'wrong' })).status).toBe(400);
  });
});

test('stats v1 has the same limits: a star is a pattern', async () => {
  const ask = (count: number, key?: string) => {
    const stars = texts(count).map((text) => `${text}*`);
    const filters = encodeURIComponent(`event:page==${stars.join('|')}`);
    const path = `/api/v1/stats/aggregate?site_id=open.test&filters=${filters}`;
    return app.get(path, key === undefined ? {} : { key });
  };
  expect((await ask(10)).status).toBe(200);
  const refused = await ask(11);
  expect(refused.status).toBe(400);
  expect((await refused.json()).error).toMatch(/^filters: expected at most 10 patterns/);
  expect((await ask(11, app.key)).status).toBe(200);
});

test('a long body is the owner’s alone', async () => {
  const long = filtered([
    'is',
    'event:page',
    [...texts(40).map((text) => text.padEnd(1_900, 'x'))],
  ]);
  const refused = await app.post('/api/v2/query', long);
  expect(refused.status).toBe(413);
  expect((await refused.json()).error).toContain('at most 65536 bytes without the owner key');
  expect((await app.post('/api/v2/query', long, { key: app.key })).status).toBe(200);
});

test('a dashboard’s whole view is within the limits', async () => {
  const numbers = ['visitors', 'visits', 'pageviews', 'bounce_rate', 'visit_duration'];
  const days = {
    date_range: ['2020-01-01', '2026-11-22'],
    filters: [['is', 'event:page', ['/a']]],
  };
  const series = { ...query, ...days, metrics: numbers, dimensions: ['time:day'] };
  const list = (dimension: string) => ({
    ...{ ...query, ...days, metrics: numbers.slice(0, 1), dimensions: [dimension] },
    pagination: { limit: 9 },
  });
  const queries = [{ ...query, ...days, metrics: numbers }, series, series];
  queries.push(...eight.slice(3).map(list));
  expect((await app.post('/api/v2/batch', { site_id: 'open.test', queries })).status).toBe(200);
});
