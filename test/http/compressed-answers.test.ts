import { get } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'long.test', open: true }, { key: app.key });
});
afterAll(() => app.close());

type Raw = { status: number; headers: Record<string, unknown>; body: Buffer };

/** The bytes as they come: `fetch` would decompress them. */
function raw(path: string, headers: Record<string, string>): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const url = `${app.url.replace('localhost', '127.0.0.1')}${path}`;
    get(url, { headers }, async (answer) => {
      const pieces: Buffer[] = [];
      for await (const piece of answer) pieces.push(piece as Buffer);
      const body = Buffer.concat(pieces);
      resolve({ status: answer.statusCode!, headers: answer.headers, body });
    }).on('error', reject);
  });
}

async function pathOfScript(): Promise<string> {
  const html = await (await app.get('/')).text();
  return /src="(\/assets\/[^"]+\.js)"/.exec(html)![1]!;
}

test("the dashboard's JavaScript is a third of itself", async () => {
  const path = await pathOfScript();
  const plain = await raw(path, {});
  expect(plain.headers['content-encoding']).toBeUndefined();
  for (const [name, decompress] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const short = await raw(path, { 'Accept-Encoding': name });
    expect(short.headers).toMatchObject({ 'content-encoding': name, vary: 'Accept-Encoding' });
    expect(short.body.length).toBeLessThan(plain.body.length / 2);
    expect(decompress(short.body).equals(plain.body)).toBe(true);
  }
});

test('the tracker has a tag for each encoding, and answers 304 to it', async () => {
  const path = '/js/daybook.v1.js';
  const tags = new Set<unknown>();
  for (const name of ['identity', 'gzip', 'br']) {
    const accepts = { 'Accept-Encoding': name };
    const { etag, vary } = (await raw(path, accepts)).headers;
    expect(vary).toBe('Accept-Encoding');
    tags.add(etag);
    const again = await raw(path, { ...accepts, 'If-None-Match': String(etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  }
  expect(tags.size).toBe(3);
});

test('long answers of the API come compressed, short ones as they are', async () => {
  const send = (i: number) =>
    app.post('/api/event', { n: 'pageview', u: `https://long.test/${i}`, d: 'long.test' });
  await Promise.all(Array.from({ length: 40 }, (_, i) => send(i)));
  for (const path of ['/api/hits?site=long.test', '/analytics?site=long.test']) {
    const plain = await raw(path, {});
    const short = await raw(path, { 'Accept-Encoding': 'gzip' });
    expect(short.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(short.body).equals(plain.body)).toBe(true);
    expect(short.body.length).toBeLessThan(plain.body.length / 3);
  }
  const session = await raw('/api/session', { 'Accept-Encoding': 'gzip, br' });
  expect(session.headers['content-encoding']).toBeUndefined();
});
