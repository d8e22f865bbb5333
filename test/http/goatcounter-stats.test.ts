import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

const file = new URL('../fixtures/clients/goatcounter.ndjson', import.meta.url);
const steps = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Clients that read from GoatCounter: of what its script was recorded to send. */
let app: RealApp;
let nowMs = Date.parse('2026-11-20T10:00:00Z');
beforeAll(async () => {
  app = await openRealApp({ clock: () => nowMs });
  const site = { domain: 'example.com', aliases: ['shop'], timezone: 'UTC' };
  await app.post('/api/v1/sites', site, { key: app.key });
  for (const { query } of steps) {
    nowMs += 1_000;
    const answer = await app.post(`/count?${new URLSearchParams(query)}`, '');
    expect(answer.status).toBe(200);
  }
});
afterAll(() => app.close());

async function ask(path: string) {
  const answer = await app.get(`/api/v0/${path}`, { key: app.key });
  expect([answer.status, path]).toEqual([200, path]);
  return answer.json();
}

const row = (id: string, count = 1) => ({ id, name: id, count });

test('whose it is, the sites, the paths', async () => {
  expect(await ask('me')).toMatchObject({ user: { id: 1 }, token: { id: 1 } });
  expect(await ask('sites')).toMatchObject({ sites: [{ code: 'shop', cname: 'example.com' }] });
  const { paths, more } = await ask('paths?site=shop');
  expect([paths.map(({ path }: { path: string }) => path).sort(), more]).toEqual([
    ...[['/start', 'signup', 'signup-click'], false],
  ]);
  const first = await ask('paths?limit=1');
  expect(first).toMatchObject({ paths: [paths[0]], more: true });
  expect((await ask(`paths?after=${paths[0].id}`)).paths).toEqual(paths.slice(1));
});

test('visitors by day and by hour', async () => {
  const hourly = Array.from({ length: 24 }, (_, hour) => (hour === 10 ? 1 : 0));
  expect(await ask('stats/total')).toEqual({
    ...{ total: 1, total_events: 1, total_utc: 1 },
    stats: [{ day: '2026-11-20', daily: 1, hourly }],
  });
  expect(await ask('stats/total?start=2026-11-01&end=2026-11-19')).toMatchObject({ total: 0 });
  expect(
    await ask('stats/total?start=2026-11-20T10:00:00Z&end=2026-11-20T10:00:01Z'),
  ).toMatchObject({ total: 1, total_events: 0 });
});

test('visitors by page, and where those of one came from', async () => {
  const { hits, total, more } = await ask('stats/hits');
  expect([total, more]).toEqual([3, false]);
  const start = hits.find(({ path }: { path: string }) => path === '/start');
  expect(start).toMatchObject({
    ...{ count: 1, event: false, max: 1, stats: [{ day: '2026-11-20', daily: 1 }] },
  });
  const only = await ask(`stats/hits?include_paths=${start.path_id}`);
  expect(only.hits).toEqual([start]);
  expect((await ask(`stats/hits?exclude_paths=${start.path_id}`)).hits).toHaveLength(2);
  expect(await ask(`stats/hits/${start.path_id}`)).toEqual({
    refs: [{ name: 'news', count: 1, ref_scheme: 'h' }],
    more: false,
  });
  expect(await ask('stats/hits/1')).toEqual({ refs: [], more: false });
});

test.each<[string, object[]]>([
  ['browsers', [row('Chrome')]],
  ['browsers/Chrome', [row('130.0')]],
  ['systems', [row('Windows')]],
  ['sizes', [row('Desktop')]],
  ['locations', [row('')]],
  ['campaigns', [row('')]],
  ['toprefs', [row('news')]],
  ['toprefs/news', [row('/'), row('/start')]],
  ['languages/de', []],
])('stats/%s', async (name, stats) => {
  expect(await ask(`stats/${name}`)).toEqual({ stats, more: false });
});

test.each([
  ['stats/total?start=soon', 400],
  ['stats/total?start=2026-11-20&end=2026-11-19', 400],
  ['stats/browsers?limit=101', 400],
  ['stats/total?site=nowhere.test', 404],
])('%s: %i', async (path, status) => {
  const answer = await app.get(`/api/v0/${path}`, { key: app.key });
  expect([answer.status, typeof (await answer.json()).error]).toEqual([status, 'string']);
});
