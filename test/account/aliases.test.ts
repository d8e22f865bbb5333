import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** Names that clients of other products have for a site. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
  });
  afterAll(() => app.close());

  const add = (domain: string, settings: object = {}) =>
    app.post('/api/v1/sites', { domain, ...settings }, { key: app.key });
  async function set(domain: string, aliases: unknown) {
    const answer = await app.post(
      ...([`/api/v1/sites/${domain}`, { aliases }, { key: app.key, method: 'PUT' }] as const),
    );
    nowMs += 6_000;
    return answer;
  }
  async function fate(name: string): Promise<string> {
    const answer = await app.post('/api/event', { n: 'pageview', u: 'https://a.test/', d: name });
    return answer.headers.get('x-daybook-dropped') ?? 'taken';
  }
  async function pageviews(name: string): Promise<number | string> {
    const query = { site_id: name, metrics: ['pageviews'], date_range: 'all' };
    const { results, error } = await (
      await app.post('/api/v2/query', query, { key: app.key })
    ).json();
    return error ?? results[0].metrics[0];
  }

  test('a hit and a question find a site by each of its names', async () => {
    await add('a.test', { aliases: [uuid] });
    expect(await (await set('a.test', [uuid.toUpperCase(), 'pa-Xy_9-'])).json()).toMatchObject({
      domain: 'a.test',
      aliases: [uuid, 'pa-xy_9-'],
    });
    for (const name of [uuid, 'pa-Xy_9-', 'PA-XY_9-', 'a.test'])
      expect([name, await fate(name)]).toEqual([name, 'taken']);
    expect(await pageviews(uuid)).toBe(4);
    expect(await fate('pa-other')).toBe('unknown-site');
  });

  test('no two sites have one name, aliases and domains together', async () => {
    await add('b.test');
    const refused = await set('b.test', ['mine', uuid]);
    expect([refused.status, await refused.json()]).toEqual([
      409,
      { error: `aliases: another site has ${uuid}`, field: 'aliases' },
    ]);
    expect((await add('c.test', { aliases: uuid })).status).toBe(409);
    expect((await add('c.test')).status).toBe(200);
    expect((await set('c.test', 'shop')).status).toBe(200);
    expect((await add('shop')).status).toBe(409);
    expect((await set('b.test', 'shop')).status).toBe(409);
    await add('lan');
    expect((await set('b.test', 'lan')).status).toBe(409);
  });

  test('what a site gives up, another may have', async () => {
    await set('c.test', []);
    nowMs += 60_000;
    expect(await fate('shop')).toBe('unknown-site');
    expect((await set('b.test', 'shop')).status).toBe(200);
    await app.get('/api/v1/sites/b.test', { method: 'DELETE', key: app.key });
    expect((await set('c.test', 'shop')).status).toBe(200);
    const { removals } = await (await app.get('/api/v1/removals', { key: app.key })).json();
    const back = `/api/v1/removals/${removals[0].id}/restore`;
    expect((await app.post(back, {}, { key: app.key })).status).toBe(200);
    const shown = await app.get('/api/v1/sites/b.test', { key: app.key });
    expect(await shown.json()).toMatchObject({ domain: 'b.test', aliases: [] });
  });

  test.each([['a.b'], ['-a'], ['ä'], ['a'.repeat(101)], ['a/b'], [7]])(
    'no alias: %j',
    async (alias) => {
      const answer = await set('a.test', [alias]);
      expect([answer.status, (await answer.json()).field]).toEqual([400, 'aliases']);
    },
  );
});
