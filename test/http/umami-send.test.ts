import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chrome, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

const website = '0f8fad5b-d9cb-469f-a165-70867728950e';

const steps = readFileSync(new URL('../fixtures/clients/umami.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Umami's clients: what they send is answered as Umami does, and reported as it would. */
describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  let nowMs = Date.parse('2026-11-20T10:00:00Z');
  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs }, homeName);
    const settings = { domain: 'example.com', aliases: [website], open: true };
    await app.post('/api/v1/sites', settings, { key: app.key });
  });
  afterAll(() => app.close());

  const send = (body: unknown, init: RequestInit & { key?: string } = {}) => {
    nowMs += 1_000;
    const headers = { 'Content-Type': 'application/json', ...init.headers };
    return app.post('/api/send', body, { ...init, headers });
  };
  const event = (payload: object = {}, type = 'event') => ({
    type,
    payload: { website, hostname: 'example.com', url: '/a', ...payload },
  });
  async function dropped() {
    const { days } = await (await app.get('/api/books?site=example.com', { key: app.key })).json();
    return days[0]?.dropped;
  }
  async function hits() {
    const text = await (await app.get('/api/hits?site=example.com')).text();
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
  const newest = async () => (await hits()).at(-1);
  async function exclude(addresses: string) {
    const body = JSON.stringify({ excluded_addresses: addresses });
    await app.get('/api/v1/sites/example.com', { method: 'PUT', key: app.key, body });
    // As long as a setting may be old elsewhere.
    nowMs += 5_000;
  }

  test('all that its tracker was recorded to send', async () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    for (const { step, path, headers, body, answer } of steps) {
      nowMs += 1_000;
      const given = await app.post(path, body, { headers });
      expect([step, given.status]).toEqual([step, answer.status]);
      expect(given.headers.get('content-type')).toContain(answer.type);
      expect(given.headers.get('access-control-allow-origin')).toBe('*');
      expect(await given.json()).toEqual({
        ...{ cache: expect.stringMatching(/^[\w-]+$/) },
        ...{ sessionId: expect.stringMatching(uuid), visitId: expect.stringMatching(uuid) },
      });
    }
    const query = { site_id: website, date_range: 'day' };
    const asked = async (more: object) => {
      const { results } = await (await app.post('/api/v2/query', { ...query, ...more })).json();
      return results.map((row: { dimensions: string[]; metrics: unknown[] }) => [
        ...row.dimensions,
        ...row.metrics,
      ]);
    };
    expect(
      await asked({ metrics: ['visitors', 'visits', 'pageviews', 'events', 'bounce_rate'] }),
    ).toEqual([[1, 1, 4, 7, 0]]);
    expect(await asked({ metrics: ['pageviews'], dimensions: ['event:page'] })).toEqual([
      ['/next', 2],
      ['/start', 1],
      ['/virtual', 1],
    ]);
    expect(
      await asked({ metrics: ['events'], dimensions: ['event:name', 'event:props:plan'] }),
    ).toEqual(
      expect.arrayContaining([
        ['Signup', 'pro', 2],
        ['Purchase', '(not set)', 1],
      ]),
    );
    expect(await asked({ metrics: ['visits'], dimensions: ['visit:utm_source'] })).toEqual([
      ['news', 1],
    ]);
    // The books are a moment behind.
    await expect.poll(dropped).toEqual({ identify: 1 });
    expect((await hits()).length).toBe(7);
  });

  test('a preflight lets its token through', async () => {
    const answer = await app.get('/api/send', {
      method: 'OPTIONS',
      headers: {
        ...{ Origin: 'https://example.com', 'Access-Control-Request-Method': 'POST' },
        'Access-Control-Request-Headers': 'content-type,x-umami-cache',
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toContain('x-umami-cache');
  });

  test('revenue, nested data, a tag, a list', async () => {
    const data = { revenue: 19.9, currency: 'eur', plan: { name: 'pro', seats: 3 }, of: [1, 2] };
    await send(event({ name: 'Purchase', data, tag: 'b', screen: '390x844', title: 'Shop' }));
    expect(await newest()).toMatchObject({
      ...{ name: 'Purchase', page: '/a', screen: 'Mobile', title: 'Shop', interactive: false },
      revenue: { currency: 'EUR', amount: 19.9 },
      props: { tag: 'b', 'plan.name': 'pro', 'plan.seats': '3', of: '[1,2]' },
    });
  });

  test('address and user agent of a payload count only with a key', async () => {
    const other = { ip: '192.0.2.77', userAgent: 'Mozilla/5.0 Firefox/130.0' };
    const visitorOf = async (payload: object, key?: string) => {
      await send(event(payload), key === undefined ? {} : { key });
      return (await newest()).visitor;
    };
    const own = await visitorOf({});
    expect(await visitorOf(other)).toBe(own);
    expect(await visitorOf(other, app.key)).not.toBe(own);
  });

  test('robots, unknown websites, what is not kept, and what is not right', async () => {
    const given = async (body: unknown, headers: Record<string, string> = {}) => {
      const answer = await send(body, { headers });
      return [answer.status, await answer.json(), answer.headers.get('x-daybook-dropped')];
    };
    const error = (message: unknown, code = 'bad-request', status = 400) => ({
      error: { message, code, status },
    });
    expect(await given(event(), { 'User-Agent': 'Googlebot/2.1' })).toEqual([
      ...[200, { beep: 'boop' }, 'bot'],
    ]);
    expect(await given(event({ website: website.replace('0', '1') }))).toEqual([
      ...[400, error('Website not found.'), 'unknown-site'],
    ]);
    expect(await given(event({ lcp: 1_200 }, 'performance'))).toEqual(
      [...[200, { cache: expect.any(String), sessionId: expect.any(String) }, 'performance']].map(
        (one) => (typeof one === 'object' ? expect.objectContaining(one) : one),
      ),
    );
    for (const [body, field] of [
      ['{', 'body'],
      [event({}, 'luck'), 'type'],
      [{ type: 'event' }, 'payload'],
      [event({ website: undefined }), 'website'],
      [event({ pixel: website }), 'website'],
      [event({ name: 'x'.repeat(51) }), 'name'],
      [event({ screen: 7 }), 'screen'],
      [event({ data: [] }), 'data'],
    ])
      expect(await given(body)).toEqual([
        ...[400, error(expect.stringContaining(`${field}: expected`)), 'invalid'],
      ]);
    await exclude('127.0.0.1,::1');
    expect(await given(event())).toEqual([
      ...[403, error('Forbidden', 'forbidden', 403), 'excluded-ip'],
    ]);
    await exclude('');
  });

  test('a batch: each by itself', async () => {
    const before = (await hits()).length;
    const batch = [event(), event({ website: 'nowhere.test' }), event({ name: 7 }), event()];
    const answer = await app.post('/api/batch', batch, { headers: { 'User-Agent': chrome } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      ...{ size: 4, processed: 2, errors: 2, cache: expect.any(String) },
      details: [
        { index: 1, response: { error: expect.objectContaining({ code: 'bad-request' }) } },
        { index: 2, response: { error: expect.objectContaining({ status: 400 }) } },
      ],
    });
    expect(await hits()).toHaveLength(before + 2);
    expect((await app.post('/api/batch', {})).status).toBe(400);
  });
});
