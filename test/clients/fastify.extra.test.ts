import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createClient, forFastify } from '../../clients/node/src/index.ts';
import { openFaultProxy } from '../support/fault-proxy.ts';
import { chrome, openRealApp, type RealApp } from '../support/real-app.ts';

// Fastify, from npm: `.ci/run` installs it, by package.json beside this file.

const cache = new URL('../../node_modules/.cache/daybook-clients/', import.meta.url);

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'shop.test', open: true }, { key: app.key });
});
afterAll(() => app.close());

async function hits(start: string): Promise<Record<string, unknown>[]> {
  const text = await (await app.get('/api/hits?site=shop.test')).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ page }) => String(page).startsWith(start));
}

/** A shop by Fastify that counts its pages there, and gives its address. */
async function openShop(url: string) {
  const fastify = createRequire(cache)('fastify')({ trustProxy: true });
  const client = createClient({
    ...{ url, key: app.key, domain: 'shop.test', exitMs: 0 },
    ...{ gatherMs: 0, retryMs: 1, timeoutMs: 500 },
  });
  fastify.addHook('onResponse', forFastify(client));
  const page = async (_: unknown, reply: { type(type: string): { send(body: string): unknown } }) =>
    reply.type('text/html; charset=utf-8').send('<title>A page</title>');
  fastify.get('/page/*', page);
  fastify.get('/data', async () => ({ price: 1 }));
  const base: string = await fastify.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(async () => {
    await fastify.close();
    await client.close();
  });
  return { base, client };
}

const headers = {
  ...{ 'user-agent': chrome, accept: 'text/html', 'accept-language': 'de-AT,de;q=0.8' },
  ...{ referer: 'https://news.example/', 'x-forwarded-for': '203.0.113.7' },
};

test('its pages are counted, and nothing else', async () => {
  const { base, client } = await openShop(app.url);
  await fetch(`${base}/page/a?utm_source=mail`, { headers });
  await fetch(`${base}/page/a`, { headers: { ...headers, 'x-forwarded-for': '203.0.113.8' } });
  await fetch(`${base}/page/a`, { method: 'HEAD', headers });
  await fetch(`${base}/page/a`, { headers: { ...headers, 'sec-purpose': 'prefetch' } });
  await fetch(`${base}/page/a`, { headers: { ...headers, 'sec-fetch-dest': 'empty' } });
  for (const path of ['/data', '/none']) await fetch(base + path, { headers });
  await client.flush();
  const counted = await hits('/page/a');
  const each = { page: '/page/a', referrer: 'news.example', language: 'de-AT', browser: 'Chrome' };
  expect(counted).toMatchObject([{ ...each, utmSource: 'mail' }, each]);
  // Each has the address that Fastify knows behind its proxy.
  expect(new Set(counted.map(({ visitor }) => visitor)).size).toBe(2);
  expect(client.counts()).toMatchObject({ tracked: 2, accepted: 2 });
});

test('while Daybook does not answer, pages do, and each is counted once afterwards', async () => {
  const proxy = await openFaultProxy(app.url.replace('localhost', '127.0.0.1'));
  onTestFinished(() => proxy.close());
  const { base, client } = await openShop(proxy.url);
  proxy.plan('stuck');
  let slowestMs = 0;
  for (let i = 0; i < 100; i++) {
    const startMs = performance.now();
    expect((await fetch(`${base}/page/b/${i}`, { headers })).status).toBe(200);
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
  }
  process.stdout.write(`the slowest of 100 pages took ${slowestMs.toFixed(1)} ms\n`);
  await expect.poll(() => proxy.met()).toBeGreaterThan(0);
  expect(client.counts()).toMatchObject({ tracked: 100, waiting: 100 });
  proxy.plan('late', 1);
  await client.flush(30_000);
  expect(client.counts()).toMatchObject({ accepted: 100, waiting: 0 });
  const pages = (await hits('/page/b')).map(({ page }) => page);
  expect([pages.length, new Set(pages).size]).toEqual([100, 100]);
});
