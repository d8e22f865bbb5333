import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type Client,
  createClient,
  forExpress,
  forFastify,
  forHono,
  forNext,
  type Loss,
} from '../../clients/node/src/index.ts';
import { openFaultProxy } from '../support/fault-proxy.ts';
import { chrome, openRealApp, type RealApp } from '../support/real-app.ts';

const url = 'https://shop.test/';
const event = (i: number) => ({ url: `${url}${i}`, ip: `203.0.113.${i % 7}`, userAgent: chrome });

/** Of what is made here nothing listens to the test's own process. */
const quick = { gatherMs: 0, retryMs: 1, exitMs: 0 };

const sumOf = ({ tracked: _, lost, ...counts }: ReturnType<Client['counts']>) =>
  [...Object.values(counts), ...Object.values(lost)].reduce((sum, n) => sum + n, 0);

describe('against a real Daybook', () => {
  let app: RealApp;
  beforeAll(async () => {
    app = await openRealApp();
    await app.post('/api/v1/sites', { domain: 'shop.test', open: true }, { key: app.key });
  });
  afterAll(() => app.close());

  async function hits(start = '/'): Promise<Record<string, unknown>[]> {
    const text = await (await app.get('/api/hits?site=shop.test')).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ page }) => String(page).startsWith(start));
  }

  test('whatever happens to a request, each event counts once, and none is lost', async () => {
    const proxy = await openFaultProxy(app.url.replace('localhost', '127.0.0.1'));
    const client = createClient({
      ...{ ...quick, url: proxy.url, key: app.key, batchSize: 10, timeoutMs: 1_500 },
    });
    const faults = ['throttled', 'failed', 'reset', 'lost', 'cut', 'late'] as const;
    for (const [i, fault] of faults.entries()) {
      proxy.plan(fault, 1);
      for (let n = 0; n < 15; n++) client.track(event(i * 15 + n));
      await client.flush(30_000);
      expect([fault, proxy.met()]).toEqual([fault, 1]);
    }
    const counts = await client.close();
    expect(counts).toMatchObject({ tracked: 90, accepted: 90, waiting: 0 });
    const pages = (await hits()).map(({ page }) => page);
    expect([pages.length, new Set(pages).size]).toEqual([90, 90]);
    await proxy.close();
  });

  test('what became of each is counted', async () => {
    const invalid: string[] = [];
    const client = createClient({
      ...{ ...quick, url: app.url, key: app.key },
      onInvalid: (field) => invalid.push(field),
    });
    client.track({ url: `${url}x`, userAgent: 'Googlebot/2.1' });
    client.track({ url: `${url}x`, ip: 'nowhere' });
    client.track({ url: `${url}x`, props: { long: 'x'.repeat(17_000) } });
    client.track({ url: `${url}x/y`, name: 'Signup', props: { plan: 'a' }, title: 'X' });
    const counts = await client.close();
    expect(counts).toMatchObject({ dropped: 1, invalid: 1, accepted: 1, lost: { 'too-large': 1 } });
    expect([sumOf(counts), invalid]).toEqual([counts.tracked, ['ip']]);
    expect(await hits('/x')).toMatchObject([{ name: 'Signup', title: 'X', props: { plan: 'a' } }]);
  });

  const headers = {
    ...{ 'user-agent': chrome, referer: 'https://news.example/', accept: 'text/html' },
    'accept-language': 'de-AT,de;q=0.8',
  };
  /** Requests of which two are views of pages. */
  async function browse(base: string): Promise<void> {
    await fetch(`${base}/page?utm_source=mail`, { headers });
    await fetch(`${base}/page`, { headers: { ...headers, 'if-none-match': '"known"' } });
    await fetch(`${base}/page`, { headers: { ...headers, 'sec-purpose': 'prefetch' } });
    await fetch(`${base}/page`, { headers: { ...headers, 'sec-fetch-dest': 'empty' } });
    await fetch(`${base}/page`, { method: 'POST', headers });
    await fetch(`${base}/data`, { headers });
    await fetch(`${base}/none`, { headers });
  }
  const answerOf = (path: string, known: boolean) => {
    if (known) return { status: 304, type: '' };
    if (path === '/data') return { status: 200, type: 'application/json' };
    return { status: path === '/page' ? 200 : 404, type: 'text/html; charset=utf-8' };
  };
  const idsOf = async (page: string) => (await hits(page)).map(({ id }) => id);
  async function expectViews(before: readonly unknown[]): Promise<void> {
    const views = (await hits('/page')).filter(({ id }) => !before.includes(id));
    const tagged = {
      ...{ page: '/page', utmSource: 'mail', referrer: 'news.example', language: 'de-AT' },
      browser: 'Chrome',
    };
    expect(views).toHaveLength(2);
    expect(views).toEqual(expect.arrayContaining([expect.objectContaining(tagged)]));
  }

  test('node:http, by the middleware that Express takes too', async () => {
    const client = createClient({ ...quick, url: app.url, key: app.key, domain: 'shop.test' });
    const count = forExpress(client);
    const server = createServer((request, response) =>
      count(request, response, () => {
        const { pathname } = new URL(request.url!, 'http://a.test');
        const known = request.headers['if-none-match'] !== undefined;
        const { status, type } = answerOf(pathname, known);
        if (type !== '') response.setHeader('content-type', type);
        response.writeHead(status).end();
      }),
    ).listen(0, '127.0.0.1');
    await vi.waitUntil(() => server.listening);
    const before = await idsOf('/page');
    await browse(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
    await client.close();
    await expectViews(before);
  });

  test('Hono', async () => {
    const client = createClient({ ...quick, url: app.url, key: app.key, domain: 'shop.test' });
    const hono = new Hono();
    hono.use(forHono(client));
    hono.all('*', (c) => {
      const { status, type } = answerOf(c.req.path, c.req.header('if-none-match') !== undefined);
      return new Response(null, { status, headers: type === '' ? {} : { 'content-type': type } });
    });
    const server = serve({ fetch: hono.fetch, port: 0, hostname: '127.0.0.1' });
    await vi.waitUntil(() => server.listening);
    const before = await idsOf('/page');
    await browse(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
    await client.close();
    await expectViews(before);
  });

  test('Next: what is tracked is sent within waitUntil; prefetches are not counted', async () => {
    const client = createClient({ ...quick, url: app.url, key: app.key });
    const count = forNext(client);
    const waited: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>) => void waited.push(work);
    const ask = (more: Record<string, string> = {}) =>
      count(new Request(`${url}next`, { headers: { ...headers, ...more } }), { waitUntil });
    ask({ 'sec-fetch-dest': 'document', 'x-forwarded-for': '203.0.113.9, 10.0.0.1' });
    ask({ 'next-router-prefetch': '1' });
    ask({ 'sec-fetch-dest': 'image' });
    await Promise.all(waited);
    expect(waited).toHaveLength(1);
    expect(await hits('/next')).toMatchObject([{ page: '/next', browser: 'Chrome' }]);
    await client.close();
  });
});

describe('without a Daybook', () => {
  afterEach(() => vi.useRealTimers());

  const never = () => new Promise<Response>(() => {});
  const target = { url: 'https://daybook.test/', key: 'k' };

  test('a page waits for no request: not before its answer, nor behind it', () => {
    const order: string[] = [];
    const fetch = vi.fn(never);
    const client = createClient({ ...target, ...quick, fetch });
    const finished = new Map<string, () => void>();
    const response = {
      ...{ statusCode: 200, getHeader: () => 'text/html' },
      on: (name: string, run: () => void) => finished.set(name, run),
    };
    const request = { method: 'GET', url: '/', headers: { host: 'a.test' }, socket: {} };
    const counting = forExpress({
      track(one) {
        order.push('tracked');
        expect(client.track(one)).toBeUndefined();
      },
    });
    expect(counting(request, response, () => order.push('page'))).toBeUndefined();
    order.push('answered');
    finished.get('finish')!();
    expect(order).toEqual(['page', 'answered', 'tracked']);
    const reply = { statusCode: 200, getHeader: () => 'text/html' };
    forFastify(client)(
      { ...request, originalUrl: '/', protocol: 'http', host: 'a.test', ip: '203.0.113.1' },
      reply,
      () => order.push('done'),
    );
    // All of that came and went with no request begun.
    expect([order.at(-1), fetch.mock.calls.length]).toEqual(['done', 0]);
    expect(client.counts()).toMatchObject({ tracked: 2, waiting: 2 });
  });

  test('nothing that is wrong with an event or with fetch reaches the page', async () => {
    const losses: Loss[] = [];
    const client = createClient({
      ...{ ...target, ...quick },
      fetch: () => {
        throw new Error('no network');
      },
      onLoss(loss) {
        losses.push(loss);
        throw new Error('the owner’s own mistake');
      },
    });
    client.track({ url, props: { n: 1n as unknown as number } });
    client.track({ url });
    const counts = await client.close(5);
    expect(losses).toMatchObject([
      { reason: 'broken', count: 1 },
      { reason: 'ended', count: 1 },
    ]);
    client.track({ url });
    expect([sumOf(client.counts()), counts.lost.ended]).toEqual([3, 1]);
  });

  test('a full queue loses what comes then, and counts it', async () => {
    const losses: Loss[] = [];
    const onLoss = (loss: Loss) => void losses.push(loss);
    const client = createClient({ ...target, ...quick, maxWaiting: 3, fetch: never, onLoss });
    for (let i = 0; i < 5; i++) client.track(event(i));
    expect(client.counts()).toMatchObject({ tracked: 5, waiting: 3, lost: { full: 2 } });
    const counts = await client.close(1);
    expect(counts).toMatchObject({ waiting: 0, lost: { full: 2, ended: 3 } });
    expect(losses).toHaveLength(3);
  });

  test.each([
    [429, '7', 7_000],
    [503, new Date(Date.UTC(2026, 10, 20, 10, 0, 30)).toUTCString(), 30_000],
  ])(
    'after %i it comes back when it was asked to, with the same ids',
    async (status, after, ms) => {
      vi.useFakeTimers({ now: Date.UTC(2026, 10, 20, 10) });
      const bodies: string[] = [];
      const fetch = vi.fn(async (_: unknown, init?: RequestInit) => {
        bodies.push(String(init!.body));
        return bodies.length === 1
          ? new Response('', { status, headers: { 'retry-after': after } })
          : Response.json({ results: [{ status: 'accepted' }] });
      });
      const client = createClient({ ...target, ...quick, fetch });
      client.track({ url });
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(bodies).toHaveLength(1);
      const flushed = client.flush(100_000); // does not hurry it
      await vi.advanceTimersByTimeAsync(0);
      expect(bodies).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(2);
      await flushed;
      expect(bodies[1]).toBe(bodies[0]);
      expect(JSON.parse(bodies[0]!).events).toMatchObject([
        { id: expect.any(String), timestamp: Date.UTC(2026, 10, 20, 10) },
      ]);
      expect(client.counts()).toMatchObject({ accepted: 1, waiting: 0 });
    },
  );

  test('what Daybook refuses is not sent again; what is too large comes in smaller parts', async () => {
    const sizes: number[] = [];
    const fetch = async (_: unknown, init?: RequestInit) => {
      const { events } = JSON.parse(String(init!.body)) as { events: unknown[] };
      sizes.push(events.length);
      if (sizes.length === 1) return new Response('no key', { status: 401 });
      return String(init!.body).length > 210_000
        ? new Response('', { status: 413 })
        : Response.json({ results: events.map(() => ({ status: 'accepted' })) });
    };
    const losses: Loss[] = [];
    const onLoss = (loss: Loss) => void losses.push(loss);
    const client = createClient({ ...target, ...quick, fetch, onLoss });
    client.track({ url });
    await client.flush();
    expect(losses).toEqual([{ reason: 'refused', count: 1, message: '401 no key' }]);
    for (let i = 0; i < 40; i++) client.track({ url, props: { long: 'x'.repeat(10_000) } });
    expect(await client.close()).toMatchObject({ accepted: 40, lost: { refused: 1 } });
    expect(sizes.slice(1, 4)).toEqual([40, 19, 19]);
  });
});
