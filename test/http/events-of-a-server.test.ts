import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKeys } from '../../src/account/keys.ts';
import { openSites } from '../../src/account/sites.ts';
import { chrome, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

describe.each(longHomes)('on the home %s', (homeName) => {
  const startMs = Date.parse('2026-11-22T12:00:00Z');
  let nowMs = startMs;
  let app: RealApp;
  let writeKey: string;
  let ofOneSite: string;
  beforeAll(async () => {
    app = await openRealApp(
      {
        clock: () => nowMs,
        async prepare(home) {
          const clock = () => nowMs;
          const sites = openSites(home, clock, () => randomBytes(6).toString('hex'));
          const { id: siteId } = await sites.add('one.test');
          await sites.add('two.test', { keep_hits_days: '30' });
          const keys = openKeys(home, { clock, random: randomBytes });
          writeKey = (await keys.make({ name: 'All', scope: 'write' })).key;
          ofOneSite = (await keys.make({ name: 'One', scope: 'write', siteId })).key;
        },
      },
      homeName,
    );
  });
  afterAll(() => app.close());

  const pageview = (page: string, more: Record<string, unknown> = {}) => ({
    ...{ n: 'pageview', u: `https://one.test${page}`, ip: '203.0.113.7', userAgent: chrome },
    ...more,
  });
  const send = (events: unknown, key = writeKey) => app.post('/api/events', { events }, { key });

  async function results(events: readonly unknown[], key = writeKey) {
    const answer = await send(events, key);
    expect(answer.status).toBe(200);
    return answer.json();
  }

  async function views(range: unknown, domain = 'one.test'): Promise<Record<string, number[]>> {
    const answer = await app.post(
      '/api/v2/query',
      {
        ...{ site_id: domain, metrics: ['visitors', 'pageviews'], date_range: range },
        dimensions: ['time:day', 'event:page'],
      },
      { key: app.key },
    );
    const { results: rows } = (await answer.json()) as {
      results: { dimensions: string[]; metrics: number[] }[];
    };
    return Object.fromEntries(rows.map((row) => [row.dimensions.join(' '), row.metrics]));
  }

  test('results one by one, in their order; what is valid is stored', async () => {
    const answer = await results([
      pageview('/a', { id: 'first' }),
      pageview('/b', { d: 'nowhere.test' }),
      pageview('/b', { userAgent: 'Googlebot/2.1' }),
      { n: 'pageview' },
      pageview('/b', { ip: 'here' }),
      pageview('/b', { timestamp: 1_795_000_000 }),
      pageview('/b', { timestamp: startMs + 3_600_000 }),
      pageview('/b', { timestamp: '2026-11-22' }),
      pageview('/b', { d: 'one.test,two.test' }),
      pageview('/b', { p: { long: 'x'.repeat(20_000) } }),
      pageview('/b', { t: '\ud800' }),
      'no event',
      pageview('/c', { ip: '2001:db8::1' }),
    ]);
    expect(answer).toMatchObject({ accepted: 2, dropped: 2, invalid: 9 });
    expect(answer.results).toMatchObject([
      { status: 'accepted', id: expect.stringMatching(/^[0-9a-f]{16}$/) },
      { status: 'dropped', reason: 'unknown-site' },
      { status: 'dropped', reason: 'bot' },
      { status: 'invalid', field: 'url', expected: expect.stringContaining('expected the URL') },
      { status: 'invalid', field: 'ip', expected: expect.stringContaining('got "here"') },
      { status: 'invalid', field: 'timestamp', expected: expect.stringContaining('ms since 1970') },
      { status: 'invalid', field: 'timestamp', expected: expect.stringContaining('ahead') },
      { status: 'invalid', field: 'timestamp', expected: expect.stringContaining('ISO 8601') },
      { status: 'invalid', field: 'domain', expected: 'expected one site, got 2' },
      { status: 'invalid', field: 'body', expected: expect.stringContaining('at most 16384') },
      { status: 'invalid', field: 'body', expected: expect.stringContaining('Unicode') },
      { status: 'invalid', field: 'body', expected: expect.stringContaining('JSON object') },
      { status: 'accepted' },
    ]);
    expect(await views('day')).toEqual({ '2026-11-22 /a': [1, 1], '2026-11-22 /c': [1, 1] });
  });

  test('an id counts once: in one request, in another, and by /api/event', async () => {
    await results([pageview('/once', { id: 'x' }), pageview('/other', { id: 'x' })]);
    nowMs++;
    await results([pageview('/again', { id: 'x' })]);
    nowMs++;
    const event = { n: 'pageview', u: 'https://one.test/again', id: 'x' };
    expect((await app.post('/api/event', event)).status).toBe(202);
    expect(Object.keys(await views('day'))).toContain('2026-11-22 /once');
    expect(Object.keys(await views('day')).join()).not.toMatch(/other|again/);
  });

  test('events of past days count at once, also of days that are closed, and once', async () => {
    const past = [
      pageview('/past', { id: 'p1', timestamp: '2026-10-01T10:00:00+02:00' }),
      pageview('/past', { id: 'p2', timestamp: Date.parse('2026-10-01T09:00:00Z') }),
    ];
    await results(past);
    const range = ['2026-10-01', '2026-10-02'];
    expect(await views(range)).toEqual({ '2026-10-01 /past': [1, 2] });
    expect(await app.closeDays()).toBeGreaterThan(0);
    await results([
      ...past,
      pageview('/later', { timestamp: '2026-10-01T23:59:59.999Z', ip: '203.0.113.8' }),
    ]);
    const counted = { '2026-10-01 /past': [1, 2], '2026-10-01 /later': [1, 1] };
    expect(await views(range)).toEqual(counted);
    nowMs += 2 * 3_600_000;
    await app.closeDays();
    expect(await views(range)).toEqual(counted);
  });

  test('no day takes events that its site does not keep, and no engagement once frozen', async () => {
    const ofTwo = { u: 'https://two.test/' };
    const engagement = { n: 'engagement', e: 5_000, timestamp: '2026-11-20T10:00:00Z' };
    const answer = await results([
      pageview('/', { ...ofTwo, timestamp: '2026-10-01T10:00:00Z' }),
      pageview('/', { ...ofTwo, timestamp: '2026-11-20T10:00:00Z' }),
      pageview('/', { ...ofTwo, ...engagement }),
    ]);
    expect(answer.results).toMatchObject([
      { status: 'dropped', reason: 'too-old' },
      { status: 'accepted' },
      { status: 'dropped', reason: 'too-late' },
    ]);
  });

  test('whoever asks not to be counted is not, where the site respects it', async () => {
    await app.post('/api/v1/sites', { domain: 'gpc.test', respect_gpc: 'true' }, { key: app.key });
    const answer = await results([pageview('/', { u: 'https://gpc.test/', optOut: true })]);
    expect(answer.results).toEqual([{ status: 'dropped', reason: 'opted-out' }]);
  });

  test('the request itself: its limits say what was expected', async () => {
    const refused = async (events: unknown) => {
      const answer = await send(events);
      return [
        answer.status,
        Object.values((await answer.json()).errors)
          .flat()
          .join(),
      ];
    };
    expect(await refused(undefined)).toEqual([400, 'expected a list of events, got nothing']);
    expect(await refused([])).toEqual([400, 'expected 1 to 1000 events, got 0']);
    expect(await refused(Array(1_001).fill({}))).toEqual([
      ...[400, 'expected 1 to 1000 events, got 1001'],
    ]);
    expect((await refused(['x'.repeat(2_100_000)]))[0]).toBe(413);
    expect((await app.post('/api/events', '{', { key: writeKey })).status).toBe(400);
  });

  test('a thousand events in one request', async () => {
    const all = Array.from({ length: 1_000 }, (_, i) =>
      pageview('/many', { id: `many ${i}`, ip: `198.51.100.${i % 10}` }),
    );
    expect(await results(all)).toMatchObject({ accepted: 1_000 });
    expect((await views('day'))['2026-11-22 /many']).toEqual([10, 1_000]);
  });

  test('nobody sends without a key, and a session is none', async () => {
    expect((await app.post('/api/events', { events: [{}] })).status).toBe(401);
    expect((await send([{}], `dbk_${'A'.repeat(43)}`)).status).toBe(401);
    const signedIn = await app.post('/api/session', { key: writeKey });
    expect(signedIn.status).toBe(401);
  });

  test('a key of one site sends hits of that site alone, wherever it sends them', async () => {
    const expected = 'expected the site of this key, one.test; got "two.test"';
    const answer = await results(
      [pageview('/key'), pageview('/key', { d: 'two.test' }), pageview('/', { d: 'no.test' })],
      ofOneSite,
    );
    expect(answer.results).toMatchObject([
      { status: 'accepted' },
      { status: 'invalid', field: 'domain', expected },
      { status: 'invalid', field: 'domain' },
    ]);
    const event = { n: 'pageview', u: 'https://two.test/' };
    const refused = await app.post('/api/event', event, { key: ofOneSite });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { errors: { domain: [expected] } },
    ]);
    const row = await app.post('/analytics?site=two.test', { pathname: '/' }, { key: ofOneSite });
    expect(row.status).toBe(400);
  });

  test('a key that may write vouches for the address of an event', async () => {
    const debug = { 'X-Debug-Request': 'true', 'X-Forwarded-For': '203.0.113.99' };
    const address = async (key?: string) =>
      (
        await app.post(
          '/api/event',
          { n: 'pageview', u: 'https://one.test/' },
          { headers: debug, ...(key !== undefined && { key }) },
        )
      ).text();
    expect(await address(writeKey)).toBe('203.0.113.99');
    expect(await address()).not.toBe('203.0.113.99');
  });
});
