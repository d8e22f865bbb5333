import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chrome, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

const file = new URL('../fixtures/clients/goatcounter.ndjson', import.meta.url);
const steps = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** GoatCounter's clients: what they send is answered as GoatCounter does, and counted. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    for (const site of [
      { domain: 'example.com', default: true, open: true },
      { domain: 'shop.test', aliases: ['shop'], open: true },
    ])
      await app.post('/api/v1/sites', site, { key: app.key });
  });
  afterAll(() => app.close());

  async function hits(site: string) {
    const text = await (await app.get(`/api/hits?site=${site}`)).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
  function count(query: Record<string, string>, init: RequestInit = {}) {
    nowMs += 1_000;
    return app.get(`/count?${new URLSearchParams(query)}`, { method: 'POST', ...init });
  }

  test('all that its script was recorded to send, and its page by an image', async () => {
    for (const { step, query, headers, answer } of steps) {
      const given = await count(query, { headers: { ...headers, Origin: 'https://example.com' } });
      expect([step, given.status, given.headers.get('content-type')]).toEqual([
        ...[step, answer.status, answer.type],
      ]);
      expect((await given.arrayBuffer()).byteLength).toBe(43);
    }
    await count({ p: '/image/' }, { method: 'GET' });
    expect(await hits('example.com')).toMatchObject([
      {
        ...{ name: 'pageview', page: '/start', hostname: 'example.com', title: 'Example page' },
        ...{ utmSource: 'news', utmMedium: 'email', screen: 'Desktop' },
        referrer: 'search.example.org/q',
      },
      { name: 'signup', page: '/', title: 'Sign up' },
      { name: 'signup-click', page: '/' },
      { name: 'pageview', page: '/image/', hostname: '' },
    ]);
  });

  test('which site: by name, by the address of the script, by the page, the default one', async () => {
    const before = (await hits('shop.test')).length;
    await count({ p: '/by-name', site: 'shop.test' });
    nowMs += 1_000;
    // `data-goatcounter` has a query of its own, and the script puts another behind it.
    await app.post('/count?site=shop?p=%2Fby-script&e=false', '');
    await count({ p: '/by-page' }, { headers: { Referer: 'https://www.shop.test/by-page' } });
    await count({ p: '/by-default' });
    expect((await hits('shop.test')).slice(before).map(({ page }) => page)).toEqual([
      ...['/by-name', '/by-script', '/by-page'],
    ]);
    expect((await hits('example.com')).at(-1)).toMatchObject({ page: '/by-default' });
  });

  test.each([
    ['no path', {}, {}, 400, 'not valid: p: expected the path'],
    ['an unknown site', { p: '/', site: 'nowhere' }, {}, 400, 'ignored: unknown-site'],
    ['an automated browser', { p: '/', b: '150' }, {}, 200, 'ignored: bot'],
    ['a robot', { p: '/' }, { 'User-Agent': 'Googlebot/2.1' }, 200, 'ignored: bot'],
  ])('%s: an image, and the reason', async (_, query, headers, status, reason) => {
    const answer = await count(query as Record<string, string>, {
      headers: headers as Record<string, string>,
    });
    expect([answer.status, answer.headers.get('x-goatcounter')]).toEqual([
      ...[status, expect.stringContaining(reason)],
    ]);
    expect((await answer.arrayBuffer()).byteLength).toBe(43);
  });

  test('from a server: each by itself, with a key', async () => {
    const hit = { path: '/server', user_agent: chrome, ip: '192.0.2.7' };
    const send = async (body: unknown, key?: string) => {
      const answer = await app.post(
        ...(['/api/v0/count?site=shop', body, key === undefined ? {} : { key }] as const),
      );
      return [answer.status, await answer.json(), answer.headers.get('x-goatcounter-filter')];
    };
    expect((await send({ hits: [hit] }))[0]).toBe(401);
    expect(await send({ hits: [hit] }, app.key)).toEqual([202, {}, '']);
    const created = '2026-11-18T23:30:00+01:00';
    const mixed = [
      { ...hit, path: '/earlier', created_at: created, location: 'NZ', size: [390, 844, 2] },
      { ...hit, bot: 1 },
      { path: '/nobody', user_agent: chrome },
      { ...hit, ip: undefined, session: 'a', event: true, path: 'signup' },
    ];
    expect(await send({ hits: mixed }, app.key)).toEqual([
      ...[400, { errors: { 2: expect.stringContaining('session: expected') } }, '1'],
    ]);
    const nobody = { no_sessions: true, hits: [mixed[2], mixed[2]] };
    expect(await send(nobody, app.key)).toEqual([202, {}, '']);
    expect((await send({ hits: [] }, app.key))[0]).toBe(400);
    const stored = await hits('shop.test');
    expect(stored.find(({ page }) => page === '/earlier')).toMatchObject({
      ...{ time: Date.parse(created), country: 'NZ', screen: 'Mobile' },
    });
    const visitors = stored.filter(({ page }) => page === '/nobody').map((one) => one.visitor);
    expect(new Set(visitors).size).toBe(2);
  });
});
