import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    app = await openRealApp({}, homeName);
    for (const [domain, open] of [
      ['open.test', true],
      ['closed.test', false],
    ] as const) {
      await app.post('/api/v1/sites', { domain, open }, { key: app.key });
      for (const path of ['/', '/a', '/a']) {
        await app.post('/api/event', { n: 'pageview', u: `https://${domain}${path}`, d: domain });
      }
    }
  });
  afterAll(() => app.close());

  const views = { metrics: ['pageviews'], date_range: 'day', dimensions: ['event:page'] };
  const rows = [
    { dimensions: ['/a'], metrics: [2] },
    { dimensions: ['/'], metrics: [1] },
  ];

  test('a query is answered for an open site, and for a closed one with the key', async () => {
    const open = await app.post('/api/v2/query', { site_id: 'open.test', ...views });
    expect([open.status, (await open.json()).results]).toEqual([200, rows]);
    expect((await app.post('/api/v2/query', { site_id: 'closed.test', ...views })).status).toBe(
      401,
    );
    expect((await app.post('/api/v2/query', { site_id: 'nowhere.test', ...views })).status).toBe(
      401,
    );
    const closed = await app.post(
      '/api/v2/query',
      { site_id: 'closed.test', ...views },
      { key: app.key },
    );
    expect((await closed.json()).results).toEqual(rows);
    const nowhere = await app.post(
      '/api/v2/query',
      { site_id: 'nowhere.test', ...views },
      { key: app.key },
    );
    expect(nowhere.status).toBe(404);
  });

  test('a batch answers its queries in order; a bad one is named', async () => {
    const batch = (queries: unknown) =>
      app.post('/api/v2/batch', { site_id: 'open.test', queries });
    const { results } = await (
      await batch([views, { metrics: ['visitors'], date_range: 'day' }])
    ).json();
    expect(results.map((answer: { results: unknown }) => answer.results)).toEqual([
      rows,
      [{ dimensions: [], metrics: [1] }],
    ]);
    const bad = await batch([views, { ...views, metrics: ['nonsense'] }]);
    expect([bad.status, (await bad.json()).error]).toEqual([
      400,
      expect.stringMatching(/^queries\[1\].metrics\[0\]: expected/),
    ]);
  });

  test('the visitors of now', async () => {
    expect(await (await app.get('/api/v1/stats/realtime/visitors?site_id=open.test')).json()).toBe(
      1,
    );
    expect((await app.get('/api/v1/stats/realtime/visitors?site_id=closed.test')).status).toBe(401);
  });

  test('why a hit was not counted is the owner’s to know', async () => {
    const bot = { 'User-Agent': 'Googlebot/2.1' };
    await app.post(
      '/api/event',
      { n: 'pageview', u: 'https://open.test/seen', d: 'open.test' },
      { headers: bot },
    );
    await app.post('/api/event', { n: 'pageview', u: 'https://typo.test/', d: 'typo.test' });
    expect((await app.get('/api/drops?site=open.test')).status).toBe(401);
    const { drops, unknown } = await (
      await app.get('/api/drops?site=open.test', { key: app.key })
    ).json();
    expect(drops).toMatchObject([{ reason: 'bot', page: '/seen', domain: 'open.test' }]);
    expect(unknown).toMatchObject([{ reason: 'unknown-site', domain: 'typo.test' }]);
    expect(JSON.stringify({ drops, unknown })).not.toMatch(/127\.0\.0\.1|Googlebot/);
  });

  describe('what is wrong is said with 400, and named', () => {
    const query = { site_id: 'open.test', ...views };
    const many = (n: number) =>
      Array.from({ length: n }, (_, i) => ['is', 'event:page', [`/${i}`]]);
    test.each<[string, unknown, string]>([
      ['malformed', '{"site_id":', 'JSON'],
      ['no object', [], 'object'],
      ['no site', views, 'site_id'],
      ['unknown field', { ...query, colour: 'red' }, 'colour'],
      ['unknown metric', { ...query, metrics: ['nonsense'] }, 'metrics[0]'],
      ['no metric', { ...query, metrics: [] }, 'metrics'],
      ['unknown dimension', { ...query, dimensions: ['event:colour'] }, 'dimensions[0]'],
      ['unknown range', { ...query, date_range: '3 weeks' }, 'date_range'],
      ['range backwards', { ...query, date_range: ['2026-02-01', '2026-01-01'] }, 'date_range'],
      ['unknown operator', { ...query, filters: [['like', 'event:page', ['/a']]] }, 'filters[0]'],
      [
        'hostile pattern',
        { ...query, filters: [['matches', 'event:page', ['(((']]] },
        'regular expression',
      ],
      ['10,000 filters', { ...query, filters: many(10_000) }, 'filters'],
      ['wrong type', { ...query, pagination: { limit: 'all' } }, 'pagination'],
    ])('%s', async (_, body, named) => {
      const answer = await app.post('/api/v2/query', body, { key: app.key });
      expect(answer.status).toBe(400);
      expect((await answer.json()).error).toContain(named);
    });

    test('over 1 MiB is 413', async () => {
      expect((await app.post('/api/v2/query', { ...query, x: 'y'.repeat(1_100_000) })).status).toBe(
        413,
      );
    });
  });
});
