import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filtersOf } from '../../src/http/umami/query.ts';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

const website = '0f8fad5b-d9cb-469f-a165-70867728950e';

const steps = readFileSync(new URL('../fixtures/clients/umami.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

const startMs = Date.parse('2026-11-20T10:00:00Z');
const second = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Clients that read from Umami read the same from Daybook: what its tracker was recorded to send. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let token: string;
  let nowMs = startMs;
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    const settings = { domain: 'example.com', aliases: [website], timezone: 'Europe/Berlin' };
    await app.post('/api/v1/sites', settings, { key: app.key });
    for (const { path, headers, body } of steps) {
      nowMs += 10_000;
      expect((await app.post(path, body, { headers })).status).toBe(200);
    }
    const login = { username: 'anybody', password: app.key };
    ({ token } = await (await app.post('/api/auth/login', login)).json());
  });
  afterAll(() => app.close());

  async function ask(path: string, query: Record<string, string> = {}) {
    const range = { startAt: String(startMs), endAt: String(startMs + 3_599_999) };
    const answer = await app.get(`${path}?${new URLSearchParams({ ...range, ...query })}`, {
      key: token,
    });
    expect([answer.status, path]).toEqual([200, path]);
    return answer.json();
  }
  const of = (name: string, query: Record<string, string> = {}) =>
    ask(`/api/websites/${website}/${name}`, query);

  test('signing in: any name with the owner key, and its token', async () => {
    const verified = await app.post('/api/auth/verify', {}, { key: token });
    expect(await verified.json()).toMatchObject({ role: 'admin', isAdmin: true });
    expect(await ask('/api/me')).toMatchObject({ token, user: { isAdmin: true } });
    const wrong = await app.post('/api/auth/login', { username: 'a', password: 'wrong' });
    expect([wrong.status, (await wrong.json()).error.code]).toEqual([401, 'unauthorized']);
    const stranger = await app.get(`/api/websites/${website}`);
    expect([stranger.status, (await stranger.json()).error.status]).toEqual([401, 401]);
  });

  test('the websites', async () => {
    const shown = { id: website, name: 'example.com', domain: 'example.com', teamId: null };
    expect(await ask('/api/websites')).toMatchObject({
      ...{ data: [{ ...shown, user: { username: 'owner' } }], count: 1, page: 1, pageSize: 20 },
    });
    expect(await ask(`/api/websites/${website}`)).toMatchObject(shown);
    expect(await ask('/api/websites/example.com')).toMatchObject(shown);
    expect(await of('daterange')).toEqual({
      ...{ startDate: '2026-11-19T23:00:00Z', endDate: '2026-11-20T22:59:59Z' },
    });
  });

  test('numbers, compared with those of the time before', async () => {
    const own = { pageviews: 4, visitors: 1, visits: 1, bounces: 0, totaltime: 70 };
    const none = { pageviews: 0, visitors: 0, visits: 0, bounces: 0, totaltime: 0 };
    expect(await of('stats')).toEqual({ ...own, comparison: none });
    expect(await of('stats', { compare: 'yoy' })).toEqual({ ...own, comparison: none });
    expect(await of('stats', { path: '/next' })).toMatchObject({ pageviews: 2 });
    expect(await of('active')).toEqual({ visitors: 1 });
  });

  test('by time, in steps that are named by their beginning', async () => {
    const day = { startAt: String(startMs - 3_600_000), unit: 'hour' };
    expect(await of('pageviews', day)).toEqual({
      pageviews: [{ x: '2026-11-20T10:00:00Z', y: 4 }],
      sessions: [{ x: '2026-11-20T10:00:00Z', y: 1 }],
    });
    expect(await of('pageviews', { unit: 'day', compare: 'prev' })).toMatchObject({
      pageviews: [{ x: '2026-11-19T23:00:00Z', y: 4 }],
      compare: { pageviews: [], sessions: [] },
    });
    expect(await of('pageviews', { unit: 'year' })).toMatchObject({
      sessions: [{ x: '2025-12-31T23:00:00Z', y: 1 }],
    });
    expect(await of('pageviews', { unit: 'minute' })).toMatchObject({
      pageviews: [{ x: '2026-11-20T10:00:00Z' }, { x: '2026-11-20T10:01:00Z' }],
    });
    expect(await of('events/series', { unit: 'day' })).toEqual([
      { x: 'Signup', t: '2026-11-19T23:00:00Z', y: 2 },
      { x: 'Purchase', t: '2026-11-19T23:00:00Z', y: 1 },
    ]);
  });

  test.each<[string, unknown[]]>([
    [
      'path',
      [
        ['/next', 1],
        ['/start', 1],
        ['/virtual', 1],
      ],
    ],
    ['entry', [['/start', 1]]],
    ['exit', [['/virtual', 1]]],
    ['referrer', [['search.example.org', 1]]],
    [
      'event',
      [
        ['Signup', 2],
        ['Purchase', 1],
      ],
    ],
    ['device', [['desktop', 1]]],
    ['browser', [['Chrome', 1]]],
    ['language', [['en-US', 1]]],
    ['country', [[null, 1]]],
    ['hostname', [['example.com', 1]]],
    ['tag', []],
  ])('metrics by %s', async (type, expected) => {
    const rows = await of('metrics', { type });
    expect(rows.map(({ x, y }: { x: string; y: number }) => [x, y])).toEqual(expected);
  });

  test('filters: operators, alternatives, several, one that is enough', async () => {
    const views = async (filters: Record<string, string>) => (await of('stats', filters)).pageviews;
    expect(await views({ path: 'eq./next' })).toBe(2);
    expect(await views({ path: '/next,/start' })).toBe(3);
    expect(await views({ path: 'neq./next' })).toBe(2);
    expect(await views({ path: 'c.star' })).toBe(1);
    expect(await views({ path: 're.^/[nv]' })).toBe(3);
    expect(await views({ path: '/next', browser: 'Firefox' })).toBe(0);
    expect(await views({ path: '/next', browser: 'Firefox', match: 'any' })).toBe(2);
    expect(await views({ referrer: 'search.example.org' })).toBe(4);
    expect(await views({ device: 'desktop' })).toBe(4);
    expect(await views({ utmSource: 's.' })).toBe(4);
    // Who comes without a referrer has one of another name than what is not set otherwise.
    const without = [['is', 'visit:referrer', ['Direct / None']]];
    expect(filtersOf({ referrer: 'ns.' })).toEqual(without);
  });

  test('single events and visits, and properties', async () => {
    expect(await of('events', { pageSize: '2' })).toMatchObject({
      ...{ count: 7, page: 1, pageSize: 2 },
      data: [
        { eventType: 2, eventName: 'Signup', hasData: 1, urlPath: '/next' },
        { eventType: 1, eventName: '', pageTitle: 'Virtual', urlPath: '/virtual' },
      ],
    });
    expect((await of('events', { pageSize: '4', page: '2' })).data).toHaveLength(3);
    const ids: string[] = (await of('events')).data.map(({ id }: { id: string }) => id);
    expect(
      new Set(ids.filter((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).size,
    ).toBe(7);
    expect((await of('events', { search: 'virt' })).count).toBe(1);
    expect(await of('sessions')).toMatchObject({
      count: 1,
      data: [
        {
          ...{ device: 'desktop', views: 4, visits: 1, firstAt: second(startMs + 10_000) },
          lastAt: second(startMs + 80_000),
        },
      ],
    });
    expect(await of('event-data/events')).toEqual([
      { eventName: 'Signup', propertyName: 'plan', dataType: 1, total: 2 },
      { eventName: 'Signup', propertyName: 'seats', dataType: 1, total: 1 },
    ]);
    expect(await of('metrics/expanded', { type: 'path' })).toContainEqual({
      ...{ name: '/start', pageviews: 1, visitors: 1, visits: 1, bounces: 0, totaltime: 70 },
    });
    expect(await of('metrics/expanded', { type: 'path', limit: '1', offset: '1' })).toHaveLength(1);
  });

  test('what happens now', async () => {
    expect(await ask(`/api/realtime/${website}`)).toMatchObject({
      urls: { '/next': 1, '/start': 1, '/virtual': 1 },
      totals: { views: 4, events: 3 },
      events: expect.arrayContaining([expect.objectContaining({ eventName: 'Signup' })]),
    });
  });

  test.each([
    [{ startAt: 'soon' }, 'startAt'],
    [{ startAt: '9', endAt: '1' }, 'endAt'],
    [{ unit: 'week' }, 'unit'],
    [{ compare: 'last' }, 'compare'],
    [{ distinctId: 'x' }, 'distinctId'],
  ])('%j is refused by its name: %s', async (query, field) => {
    const range = { startAt: String(startMs), endAt: String(startMs + 1), compare: 'prev' };
    const asked = new URLSearchParams({ ...range, ...(query as Record<string, string>) });
    const answer = await app.get(`/api/websites/${website}/pageviews?${asked}`, { key: token });
    expect([answer.status, (await answer.json()).error]).toEqual([
      ...[400, expect.objectContaining({ message: expect.stringContaining(`${field}: `) })],
    ]);
  });
});
