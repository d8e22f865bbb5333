import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chrome, everyCase, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

const body = {
  pathname: '/',
  language: 'en-US',
  platform: 'MacIntel',
  userAgent: chrome,
  location: { latitude: 38.0307484, longitude: -78.5077828 },
};

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    app = await openRealApp({}, homeName);
    await app.post('/api/v1/sites', { domain: 'example.com', open: true }, { key: app.key });
  });
  afterAll(() => app.close());

  describe('the plain analytics microservice', () => {
    test('a posted hit comes back exactly, with the time it was received', async () => {
      const before = Date.now() / 1000;
      const posted = await app.post('/analytics', { ...body, extra: { kept: ['as', 1, null] } });
      expect(posted.status).toBe(200);
      expect(await posted.json()).toEqual({ id: expect.stringMatching(/^[0-9a-f]{16}$/) });
      const { Items, Count, ScannedCount } = await (await app.get('/analytics')).json();
      expect([Count, ScannedCount]).toEqual([1, 1]);
      const { pathname, ...rest } = body;
      expect(Items).toEqual([
        {
          pagePath: pathname,
          timestamp: expect.any(Number),
          ...rest,
          extra: { kept: ['as', 1, null] },
        },
      ]);
      expect(Items[0].timestamp).toBeGreaterThanOrEqual(before - 0.001);
      expect(Items[0].timestamp).toBeLessThanOrEqual(Date.now() / 1000);
    });

    test('sent again with its id it is one row, with the age of its first try', async () => {
      const send = (query: string) =>
        app.post(`/analytics?${query}`, { ...body, pathname: '/again' });
      const first = await send('id=0001');
      expect(first.headers.get('access-control-expose-headers')).toContain('retry-after');
      const { id } = await first.json();
      expect(await (await send('id=0001&a=3600')).json()).toEqual({ id });
      await send('id=0002&a=3600000');
      const { Items } = await (await app.get('/analytics')).json();
      const rows = Items.filter(({ pagePath }: { pagePath: string }) => pagePath === '/again');
      const ages = rows.map(({ timestamp }: { timestamp: number }) =>
        Math.round((Date.now() / 1_000 - timestamp) / 600),
      );
      expect(ages.sort()).toEqual([0, 6]);
      for (const row of rows) expect(row).not.toHaveProperty('id');
    });

    test.each([
      [`id=${'x'.repeat(129)}`, 'id: expected at most 128 characters, got 129'],
      ['a=soon', 'a: expected an age in ms, at most 30 days, got "soon"'],
      ['a=-1', 'a: expected an age in ms, at most 30 days, got "-1"'],
    ])('the query %s is refused, and says which part of it', async (query, message) => {
      const refused = await app.post(`/analytics?${query}`, body);
      expect([refused.status, await refused.json()]).toEqual([400, { message }]);
    });

    test('without a location, from a server, at the stage path: kept too', async () => {
      const { location: _, ...bare } = body;
      const posted = await app.post(
        '/default/analytics',
        { ...bare, pathname: '/server' },
        {
          headers: { 'User-Agent': 'python-requests/2.32' },
        },
      );
      expect(posted.status).toBe(200);
      const { Items } = await (await app.get('/default/analytics')).json();
      const item = Items.find(({ pagePath }: { pagePath: string }) => pagePath === '/server');
      expect(item).toEqual({
        ...bare,
        pathname: undefined,
        pagePath: '/server',
        timestamp: expect.any(Number),
      });
    });

    test.each([
      ['a search engine', 'Googlebot/2.1 (+http://www.google.com/bot.html)'],
      ['a command', 'curl/8.5.0'],
      ['a headless browser', 'Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0'],
      ['nothing', ''],
    ])('%s as user agent is a row like any other', async (name, userAgent) => {
      const pathname = `/from ${name}`;
      const posted = await app.post('/analytics', { ...body, pathname, userAgent });
      expect(await posted.json()).toEqual({ id: expect.stringMatching(/^[0-9a-f]{16}$/) });
      expect(posted.headers.get('x-daybook-dropped')).toBeNull();
      const { Items } = (await (await app.get('/analytics')).json()) as { Items: object[] };
      expect(Items).toContainEqual(expect.objectContaining({ pagePath: pathname, userAgent }));
    });

    test.each([
      ['a newsletter', { search: '?utm_source=letter&utm_campaign=spring' }, 'letter', 'spring'],
      ['a search engine', { referrer: 'https://www.google.com/' }, 'Google', '(not set)'],
      ['a page of its own', { referrer: 'https://from.test/a' }, 'Direct / None', '(not set)'],
      ['a spammer', { referrer: 'https://semalt.com/' }, undefined, undefined],
      ['fields of another meaning', { referrer: 7, search: {} }, 'Direct / None', '(not set)'],
    ])('a visit from %s', async (name, more, source, campaign) => {
      const domain = `from.test/${name.replaceAll(' ', '-')}`;
      await app.post('/api/v1/sites', { domain }, { key: app.key });
      await app.post(`/analytics?site=${domain}`, { ...body, ...more }, { key: app.key });
      const dimensions = ['visit:source', 'visit:utm_campaign'];
      const query = { site_id: domain, metrics: ['visitors'], date_range: 'day', dimensions };
      const { results } = await (await app.post('/api/v2/query', query, { key: app.key })).json();
      expect(results).toEqual(
        source === undefined ? [] : [{ dimensions: [source, campaign], metrics: [1] }],
      );
      const rows = await app.get(`/analytics?site=${domain}`, { key: app.key });
      expect((await rows.json()).Items).toEqual([expect.objectContaining(more)]);
    });

    test("reports leave robots' rows out, the books count them, the owner excludes", async () => {
      const site = { domain: 'robots.test', excluded_pages: ['/private'] };
      await app.post('/api/v1/sites', site, { key: app.key });
      const send = async (pathname: string, userAgent: string) =>
        (await app.post('/analytics?site=robots.test', { ...body, pathname, userAgent })).json();
      await send('/seen', chrome);
      await send('/seen', 'Googlebot/2.1');
      await send('/crawled', 'curl/8.5.0');
      expect(await send('/private', 'curl/8.5.0')).toEqual({ id: null, dropped: 'excluded-page' });
      const metrics = ['visitors', 'visits', 'pageviews', 'events', 'bounce_rate'];
      const query = { site_id: 'robots.test', metrics, date_range: 'day' };
      const report = await app.post('/api/v2/query', query, { key: app.key });
      expect(((await report.json()) as { results: unknown }).results).toEqual([
        { dimensions: [], metrics: [1, 1, 1, 1, 100] },
      ]);
      const hits = await app.get('/api/hits?site=robots.test', { key: app.key });
      const pages = (await hits.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).page);
      expect(pages).toEqual(['/seen', '/seen', '/crawled']);
      const books = async () =>
        (await app.get('/api/books?site=robots.test', { key: app.key })).json();
      // On AWS rows are counted when their day is closed.
      const counts = {
        ...(homeName === 'machine' && { stored: 3 }),
        dropped: { 'excluded-page': 1 },
      };
      await expect.poll(books).toMatchObject({ days: [counts] });
    });

    test('robots have names, and are listed when they are asked for', async () => {
      await app.post('/api/v1/sites', { domain: 'crawled.test' }, { key: app.key });
      const sent = [
        ['/a', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
        ['/a', 'curl/8.5.0'],
        ['/b', 'curl/7.1'],
        ['/b', chrome],
      ];
      for (const [pathname, userAgent] of sent) {
        const hit = { ...body, pathname, userAgent, title: ` Page \n${pathname}` };
        expect((await app.post('/analytics?site=crawled.test', hit)).status).toBe(200);
      }
      const ask = async (query: object) => {
        const all = { site_id: 'crawled.test', metrics: ['events'], date_range: 'day', ...query };
        return (await app.post('/api/v2/query', all, { key: app.key })).json();
      };
      const rows = async (query: object) =>
        (
          (await ask(query)) as { results: { dimensions: string[]; metrics: number[] }[] }
        ).results.map(({ dimensions, metrics }) => [...dimensions, ...metrics]);
      expect(await rows({ dimensions: ['event:robot'] })).toEqual([
        ['curl', 2],
        ['Googlebot', 1],
      ]);
      const ofCurl = [['is', 'event:robot', ['curl']]];
      const byTitle = { dimensions: ['event:page_title'], metrics: ['pageviews'] };
      expect(await rows({ ...byTitle, filters: ofCurl })).toEqual([
        ['Page /a', 1],
        ['Page /b', 1],
      ]);
      expect(await rows(byTitle)).toEqual([['Page /b', 1]]);
      expect(await rows({})).toEqual([[1]]);
      for (const [query, named] of [
        [{ metrics: ['visitors'] }, 'only pageviews and events beside event:robot'],
        [{ dimensions: ['event:robot', 'visit:country'] }, 'only dimensions of hits'],
        [{ filters: [['has_done', ['is', 'event:page', ['/a']]]] }, 'no has_done'],
        [{ filters: [['is', 'visit:country', ['DE']]] }, 'only dimensions of hits'],
      ] as const)
        expect(await ask({ dimensions: ['event:robot'], ...query })).toMatchObject({
          error: expect.stringContaining(named),
        });
    });

    test.each([
      ['malformed JSON', '{"pathname":', 'body'],
      ['no object', '[1]', 'body'],
      ['nothing', '', 'body'],
      ['no pathname', '{"language":"en"}', 'pathname'],
      ['pathname of a wrong type', '{"pathname":7}', 'pathname'],
      ['control characters', '{"pathname":"/\\u0007"}', 'pathname'],
      ['a lone surrogate', '{"pathname":"/","note":"\\ud800"}', 'surrogate'],
      ['U+0000', '{"pathname":"/","deep":[{"a":"\\u0000"}]}', 'U+0000'],
      [
        'a place off the globe',
        '{"pathname":"/","location":{"latitude":91,"longitude":0}}',
        'location',
      ],
    ])('%s is refused, saying what was expected', async (_, text, named) => {
      const answer = await app.post('/analytics', text);
      expect(answer.status).toBe(400);
      expect((await answer.json()).message).toContain(named);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    });

    test('20 KB are refused with 413', async () => {
      const answer = await app.post('/analytics', { ...body, extra: 'x'.repeat(20_000) });
      expect(answer.status).toBe(413);
      expect((await answer.json()).message).toContain('16384');
    });

    test.each(['PUT', 'DELETE', 'PATCH'])('%s is refused with 400', async (method) => {
      const answer = await app.get('/analytics', { method });
      expect(answer.status).toBe(400);
      expect((await answer.json()).message).toContain(method);
    });

    test('the preflight is answered for every origin', async () => {
      const answer = await app.get('/analytics', {
        method: 'OPTIONS',
        headers: { Origin: 'https://elsewhere.test' },
      });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
    });

    test('an unknown site is named in the drop, not stored', async () => {
      const answer = await app.post('/analytics?site=nowhere.test', body);
      expect([answer.status, answer.headers.get('x-daybook-dropped')]).toEqual([
        200,
        'unknown-site',
      ]);
      expect((await app.get('/analytics?site=nowhere.test', { key: app.key })).status).toBe(404);
    });
  });

  // All of them on AWS too in `.ci/run`.
  const many = homeName === 'machine' || everyCase ? 1_000 : 100;
  test(`${many} hits of one page at once are as many rows, and come in pages where asked`, async () => {
    await app.post('/api/v1/sites', { domain: 'busy.test', open: true }, { key: app.key });
    const ids = await Promise.all(
      Array.from(
        { length: many },
        async () => (await (await app.post('/analytics?site=busy.test', body)).json()).id,
      ),
    );
    expect(new Set(ids).size).toBe(many);
    expect((await (await app.get('/analytics?site=busy.test')).json()).Count).toBe(many);

    const sizes: number[] = [];
    let start = '';
    do {
      const page = await (
        await app.get(`/analytics?site=busy.test&Limit=${many * 0.3}${start}`)
      ).json();
      sizes.push(page.Count);
      start =
        page.LastEvaluatedKey === undefined
          ? ''
          : `&ExclusiveStartKey=${encodeURIComponent(page.LastEvaluatedKey)}`;
    } while (start !== '');
    expect(sizes).toEqual([0.3, 0.3, 0.3, 0.1].map((part) => many * part));
  });

  describe('who may read', () => {
    test('a closed site needs the key; collecting needs none', async () => {
      await app.post('/api/v1/sites', { domain: 'closed.test' }, { key: app.key });
      expect((await app.post('/analytics?site=closed.test', body)).status).toBe(200);
      expect((await app.get('/analytics?site=closed.test')).status).toBe(401);
      expect((await app.get('/analytics?site=closed.test', { key: 'wrong' })).status).toBe(401);
      expect(
        (await (await app.get('/analytics?site=closed.test', { key: app.key })).json()).Count,
      ).toBe(1);
    });
  });
});
