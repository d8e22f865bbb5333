import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chrome, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T09:00:00Z');
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0';
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post(
      '/api/v1/sites',
      { domain: 'a.test', timezone: 'UTC', open: true },
      { key: app.key },
    );
    await send(chrome, '/old');
    nowMs += 86_400_000;
    await send(chrome, '/', { r: 'https://news.example/' });
    nowMs += 60_000;
    await send(firefox, '/pricing');
    await send(chrome, '/docs');
    nowMs += 30_000;
    const page = { url: 'https://a.test/docs' };
    await send(chrome, '/docs', { n: 'engagement', e: 20_000, sd: 70, ...page });
    await send(chrome, '/docs', { n: 'Signup', p: { plan: 'pro' } });
    await send(firefox, '/pricing', { n: 'Purchase', $: { currency: 'EUR', amount: 9.5 } });
  });
  afterAll(() => app.close());

  function send(agent: string, path: string, more: object = {}) {
    const hit = { n: 'pageview', u: `https://a.test${path}`, d: 'a.test', ...more };
    return app.post('/api/event', hit, { headers: { 'User-Agent': agent } });
  }

  const visits = async (query = '') =>
    (await app.get(`/api/v1/sites/a.test/visits?${query}`, { key: app.key })).json();
  const filtered = (...filters: unknown[]) =>
    `filters=${encodeURIComponent(JSON.stringify(filters))}`;
  const pagesIn = (page: { visits: { entry_page: string }[] }) =>
    page.visits.map(({ entry_page }) => entry_page);

  test('visits from the newest, in a range, and those that match', async () => {
    const all = await visits();
    expect(all.next).toBeNull();
    expect(pagesIn(all)).toEqual(['/pricing', '/', '/old']);
    expect(all.visits[1]).toEqual({
      ...{ id: expect.stringMatching(/^2026-11-21\.[0-9a-f]{16}$/), duration: 90 },
      ...{ start: '2026-11-21T09:00:00.000Z', pageviews: 2, events: 3, entry_page: '/' },
      ...{ exit_page: '/docs', source: 'news.example', country: '(not set)' },
      ...{ device: 'Desktop', browser: 'Chrome', os: 'Windows' },
    });
    expect(pagesIn(await visits('from=2026-11-21'))).toEqual(['/pricing', '/']);
    expect(pagesIn(await visits('to=2026-11-20'))).toEqual(['/old']);
    expect(pagesIn(await visits('from=2026-11-21T09:00:01Z'))).toEqual(['/pricing']);
    expect(pagesIn(await visits('to=2026-11-21T09:00:00Z'))).toEqual(['/', '/old']);
    expect(pagesIn(await visits(filtered(['is', 'event:name', ['Signup']])))).toEqual(['/']);
    expect(pagesIn(await visits(filtered(['is', 'visit:browser', ['Firefox']])))).toEqual([
      '/pricing',
    ]);
  });

  test('page after page', async () => {
    const found: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: { visits: { entry_page: string }[]; next: string | null } = await visits(
        `limit=1${next === '' ? '' : `&after=${next}`}`,
      );
      found.push(...pagesIn(page));
      next = page.next;
    }
    expect(found).toEqual(['/pricing', '/', '/old']);
  });

  test('what a visit did, step by step, without who it was', async () => {
    const [{ id: bought }, { id }] = (await visits()).visits;
    const answer = await app.get(`/api/v1/sites/a.test/visits/${id}`, { key: app.key });
    const visit = await answer.json();
    expect(visit.steps).toEqual([
      { time: '2026-11-21T09:00:00.000Z', name: 'pageview', page: '/', hostname: 'a.test' },
      {
        ...{ time: '2026-11-21T09:01:00.000Z', name: 'pageview', page: '/docs' },
        ...{ hostname: 'a.test', engaged_ms: 20_000, scroll_depth: 70 },
      },
      {
        ...{ time: '2026-11-21T09:01:30.000Z', name: 'Signup', page: '/docs' },
        ...{ hostname: 'a.test', props: { plan: 'pro' } },
      },
    ]);
    const lines = (await (await app.get('/api/hits?site=a.test')).text()).trim().split('\n');
    for (const { visitor } of lines.map((line) => JSON.parse(line)))
      expect(JSON.stringify(visit)).not.toContain(visitor);
    const other = await app.get(`/api/v1/sites/a.test/visits/${bought}`, { key: app.key });
    expect((await other.json()).steps[1].revenue).toEqual({ currency: 'EUR', amount: 9.5 });
    for (const none of ['none', '2026-11-21.0000000000000000', '2026-02-30.0000000000000000']) {
      const { status } = await app.get(`/api/v1/sites/a.test/visits/${none}`, { key: app.key });
      expect([none, status]).toEqual([none, 404]);
    }
  });

  test('only the owner, of an open site too; what is wrong is named', async () => {
    expect((await app.get('/api/v1/sites/a.test/visits')).status).toBe(401);
    for (const [query, field] of [
      ['from=x', 'from'],
      ['from=2026-11-21&to=2026-11-20', 'to'],
      ['limit=201', 'limit'],
      ['after=x', 'after'],
      ['filters=x', 'filters'],
    ])
      expect(await visits(query)).toMatchObject({ field });
    expect(await visits(filtered(['is', 'visit:nothing', ['x']]))).toMatchObject({
      error: expect.stringMatching(/^filters\[0\]\[1\]: expected/),
    });
  });

  const hits = (query: string, key?: string) =>
    app.get(`/api/hits?site=a.test&${query}`, key === undefined ? {} : { key });

  test('raw hits that match, of a range of moments', async () => {
    const found = async (query: string) => {
      const text = await (await hits(query, app.key)).text();
      const lines = text.split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line)).map(({ name, page }) => `${name} ${page}`);
    };
    expect(await found(filtered(['is', 'visit:source', ['news.example']]))).toEqual([
      'pageview /',
      'pageview /docs',
      'Signup /docs',
    ]);
    expect(await found(filtered(['is', 'event:page', ['/docs']]))).toHaveLength(2);
    // Of one moment: in any order.
    const ofMoment = await found('from=2026-11-21T09:01:00Z&to=2026-11-21T09:01:00Z');
    expect(ofMoment.sort()).toEqual(['pageview /docs', 'pageview /pricing']);
    expect(await found('from=2026-11-21')).toHaveLength(6);
    const csv = await hits(`format=csv&${filtered(['is', 'event:name', ['Purchase']])}`, app.key);
    expect((await csv.text()).trim().split('\r\n')).toHaveLength(2);
    expect((await hits(filtered(['is', 'event:page', ['/docs']]))).status).toBe(401);
    expect((await hits('format=parquet')).status).toBe(401);
    expect((await hits('format=xml')).status).toBe(400);
  });
});
