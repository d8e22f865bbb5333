import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

describe.each(longHomes)('on the home %s', (homeName) => {
  let nowMs = Date.parse('2026-11-22T12:00:00Z');
  let app: RealApp;
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
  });
  afterAll(() => app.close());

  let count = 0;
  /** A site of its own for each test. */
  async function site(settings: Record<string, unknown> = {}): Promise<string> {
    const domain = `site${count++}.test`;
    expect(
      (await app.post('/api/v1/sites', { domain, ...settings }, { key: app.key })).status,
    ).toBe(200);
    return domain;
  }

  async function hits(domain: string, more = ''): Promise<Record<string, unknown>[]> {
    const text = await (await app.get(`/api/hits?site=${domain}${more}`, { key: app.key })).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  const pageview = (domain: string, more: Record<string, unknown> = {}) => ({
    n: 'pageview',
    u: `https://${domain}/a`,
    d: domain,
    ...more,
  });

  /** A UUIDv7 of that moment. */
  function uuid7(ms: number): string {
    const hex = ms.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
    const random = `7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${random}`;
  }

  describe('a hit comes back with GET /api/hits', () => {
    test('enriched, its sender unknown', async () => {
      const domain = await site();
      const answer = await app.post(
        '/api/event',
        pageview(domain, {
          u: `https://www.${domain}/a?utm_source=newsletter&utm_medium=email`,
          r: 'https://www.google.com/search?q=x',
          p: { plan: 'pro' },
          l: 'de-AT',
          w: 390,
        }),
        { headers: { 'Content-Type': 'text/plain' } },
      );
      expect([answer.status, await answer.text()]).toEqual([202, 'ok']);
      const [hit] = await hits(domain);
      expect(hit).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        time: nowMs,
        name: 'pageview',
        visitor: expect.stringMatching(/^[0-9a-f]{16}$/),
        hostname: domain,
        page: '/a',
        channel: 'Email',
        utmSource: 'newsletter',
        utmMedium: 'email',
        referrer: 'google.com/search',
        browser: 'Chrome',
        os: 'Windows',
        device: 'Desktop',
        language: 'de-AT',
        screen: 'Mobile',
        props: { plan: 'pro' },
      });
      expect(JSON.stringify(hit)).not.toMatch(/127\.0\.0\.1|Mozilla/);
    });

    test('as CSV, with formulas inert', async () => {
      const domain = await site();
      await app.post('/api/event', pageview(domain, { n: '=cmd()|"x"' }));
      const answer = await app.get(`/api/hits?site=${domain}&format=csv`, { key: app.key });
      const [head, row] = (await answer.text()).split('\r\n');
      expect(head).toMatch(/^time,id,name,visitor/);
      expect(row).toContain(`"'=cmd()|""x"""`);
      expect(row).toMatch(/^2026-11-22T12:00:00.000Z,/);
    });

    test.each([
      ['from=2026-02-30', 'from'],
      ['to=tomorrow', 'to'],
      ['format=xml', 'format'],
    ])('%s is refused', async (query, named) => {
      const domain = await site();
      const answer = await app.get(`/api/hits?site=${domain}&${query}`, { key: app.key });
      expect([answer.status, (await answer.json()).error]).toEqual([
        400,
        expect.stringContaining(named),
      ]);
    });
  });

  describe('dropped, with the reason in the answer and in the books', () => {
    // At once: each waits for the books, which are written once a second.
    test.concurrent.each<
      [string, Record<string, unknown>, Record<string, unknown>, Record<string, string>]
    >([
      ['bot', {}, {}, { 'User-Agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' }],
      ['excluded-ip', { excluded_addresses: '127.0.0.0/8' }, {}, {}],
      [
        'excluded-page',
        { excluded_pages: ['/private/**'] },
        { u: 'https://x.test/private/a/b' },
        {},
      ],
      ['spam-referrer', {}, { r: 'https://www.semalt.com/x' }, {}],
      ['opted-out', { respect_gpc: true }, {}, { 'Sec-GPC': '1' }],
      ['too-late', {}, { n: 'engagement', e: 5, a: 20 * 3_600_000 }, {}],
    ])('%s', async (reason, settings, event, headers) => {
      const domain = await site(settings);
      const answer = await app.post('/api/event', pageview(domain, event), { headers });
      expect(answer.status).toBe(202);
      expect(answer.headers.get('x-daybook-dropped')).toBe(reason);
      expect(answer.headers.get('x-plausible-dropped')).toBe('1');
      expect(await hits(domain)).toEqual([]);
      const day = reason === 'too-late' ? '2026-11-21' : '2026-11-22';
      // They are up to a second behind.
      await vi.waitFor(
        async () => {
          const { days } = await (
            await app.get(`/api/books?site=${domain}`, { key: app.key })
          ).json();
          expect(days).toEqual([{ day, received: 1, stored: 0, dropped: { [reason]: 1 } }]);
        },
        { timeout: 60_000, interval: 100 },
      );
    });

    test('of several sites, those that are unknown', async () => {
      const domain = await site();
      const answer = await app.post(
        '/api/event',
        pageview(domain, { d: `${domain},nowhere.test` }),
      );
      expect([answer.status, answer.headers.get('x-daybook-dropped')]).toEqual([
        202,
        'unknown-site',
      ]);
      expect(await hits(domain)).toHaveLength(1);
    });

    test('a bad request says which field, and is counted as invalid', async () => {
      const answer = await app.post('/api/event', { n: 'pageview' });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({
        errors: { url: [expect.stringContaining('expected')] },
      });
      expect(answer.headers.get('x-daybook-dropped')).toBe('invalid');
    });

    test('20 KB are refused with 413', async () => {
      const domain = await site();
      const big = pageview(domain, { x: 'y'.repeat(20_000) });
      expect((await app.post('/api/event', big)).status).toBe(413);
      const chunked = new Blob([JSON.stringify(big)]).stream();
      const answer = await app.get('/api/event', {
        method: 'POST',
        body: chunked,
        duplex: 'half',
      } as RequestInit);
      expect(answer.status).toBe(413);
      expect(await hits(domain)).toEqual([]);
    });
  });

  describe('time and id', () => {
    test('the same id twice is one hit; with a key the time in a UUIDv7 is the hit’s', async () => {
      const domain = await site();
      const id = uuid7(nowMs - 3_600_000);
      for (let i = 0; i < 3; i++) {
        nowMs += 7;
        await app.post('/api/event', pageview(domain, { id }), { key: app.key });
      }
      const all = await hits(domain);
      expect(all).toHaveLength(1);
      expect(all[0]!['time']).toBe(Number.parseInt(id.replace('-', '').slice(0, 12), 16));
    });

    test.each([
      ['far future', 400 * 86_400_000],
      ['over a day old', -25 * 3_600_000],
      ['a little ahead', 30_000],
    ])('a UUIDv7 of a time %s: kept, at the time it was received', async (_, offsetMs) => {
      const domain = await site();
      const id = uuid7(nowMs + offsetMs);
      await app.post('/api/event', pageview(domain, { id }), { key: app.key });
      expect((await hits(domain)).map(({ time }) => time)).toEqual([nowMs]);
    });

    test.each([
      ['slow', -3 * 3_600_000],
      ['fast', 3 * 3_600_000],
    ])('a browser’s clock that is %s decides nothing', async (_, offsetMs) => {
      const domain = await site();
      const id = uuid7(nowMs + offsetMs);
      await app.post('/api/event', pageview(domain, { id }));
      await app.post('/api/event', pageview(domain, { id: uuid7(nowMs + offsetMs) }), {
        headers: { Authorization: 'Bearer no-key-of-ours' },
      });
      expect((await hits(domain)).map(({ time }) => time)).toEqual([nowMs, nowMs]);
    });

    test.each([
      ['a second', 1_000, 1_000],
      ['a fraction of a ms', 0.4, 0],
      ['over a day: a day', 30 * 3_600_000, 24 * 3_600_000],
    ])('a hit that is sent again is as old as it says: %s', async (_, a, ageMs) => {
      const domain = await site();
      await app.post('/api/event', pageview(domain, { a, id: uuid7(nowMs + 7_000_000) }));
      expect((await hits(domain)).map(({ time }) => time)).toEqual([nowMs - ageMs]);
    });

    test('a retry past midnight with a key lands on the day of the first try, once', async () => {
      const domain = await site({ timezone: 'Asia/Kolkata' });
      const midnight = Date.parse('2026-11-22T18:30:00Z');
      const id = uuid7(midnight - 1_000);
      nowMs = midnight - 900;
      await app.post('/api/event', pageview(domain, { id }), { key: app.key });
      nowMs = midnight + 2_000;
      await app.post('/api/event', pageview(domain, { id }), { key: app.key });
      expect(await hits(domain)).toHaveLength(1);
      expect(await hits(domain, '&from=2026-11-22&to=2026-11-22')).toHaveLength(1);
      expect(await hits(domain, '&from=2026-11-23')).toHaveLength(0);
    });

    test('an engagement past midnight is of its pageview’s day, until that is frozen', async () => {
      const domain = await site({ timezone: 'Asia/Kolkata' });
      const midnight = Date.parse('2026-11-23T18:30:00Z');
      nowMs = midnight + 14 * 60_000;
      const ping = pageview(domain, { n: 'engagement', e: 9_000, sd: 50, a: 15 * 60_000 });
      expect((await app.post('/api/event', ping)).headers.get('x-daybook-dropped')).toBe(null);
      expect(await hits(domain, '&to=2026-11-23')).toHaveLength(1);
      nowMs = midnight + 15 * 60_000;
      const late = await app.post('/api/event', { ...ping, a: 16 * 60_000 });
      expect(late.headers.get('x-daybook-dropped')).toBe('too-late');
    });
  });

  describe('visitors', () => {
    test('one browser is one visitor on one day and site, another on the next', async () => {
      const [one, two] = [await site(), await site()];
      nowMs = Date.parse('2026-11-25T12:00:00Z');
      for (const domain of [one, one, two]) await app.post('/api/event', pageview(domain));
      nowMs += 86_400_000;
      await app.post('/api/event', pageview(one));
      const [first, second, nextDay] = (await hits(one)).map(({ visitor }) => visitor);
      expect(first).toBe(second);
      const others = [nextDay, (await hits(two))[0]!['visitor']];
      expect(new Set([first, ...others]).size).toBe(3);
    });

    test('forwarded addresses are believed with a key, not without', async () => {
      const domain = await site();
      const from = (address: string, key?: string) => {
        nowMs++; // hits of one moment come back in no promised order
        return app.post('/api/event', pageview(domain), {
          headers: { 'X-Forwarded-For': address },
          ...(key !== undefined && { key }),
        });
      };
      await from('203.0.113.1');
      await from('203.0.113.2');
      await from('203.0.113.1', app.key);
      await from('203.0.113.2', app.key);
      const visitors = (await hits(domain)).map(({ visitor }) => visitor);
      expect(visitors[0]).toBe(visitors[1]);
      expect(new Set(visitors).size).toBe(3);
      const debug = await app.post('/api/event', '', {
        headers: { 'X-Debug-Request': 'true', 'X-Forwarded-For': 'rubbish, 203.0.113.9' },
        key: app.key,
      });
      expect([debug.status, await debug.text()]).toEqual([200, '203.0.113.9']);
    });
  });

  test.each(['GET', 'PUT'])('%s of an endpoint that takes POST says so', async (method) => {
    const answer = await app.get('/api/event', { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  test('so does a route whose path names a site', async () => {
    const answer = await app.get('/api/v1/sites/a.test', { method: 'PATCH' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, PUT, DELETE']);
  });
});
