import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/** What is unusual in HTTP and still right. Bytes are sent as they are: `fetch` would mend them. */
let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'bom.test', open: true }, { key: app.key });
});
afterAll(() => app.close());

const fault = (name: string) =>
  readFileSync(new URL(`../fixtures/faults/${name}`, import.meta.url));

/** All that comes back on one connection, until the server has been quiet or has closed it. */
function exchange(bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (/\r\n\r\n[\s\S]*\S/.test(text)) socket.end();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(bytes);
  });
}

const stored = async () =>
  (await (await app.get('/api/hits?site=bom.test')).text()).split('\n').filter(Boolean).length;

describe('a byte order mark before JSON is skipped', () => {
  const body = '\ufeff{"n":"pageview","u":"https://bom.test/","d":"bom.test"}';
  test('in a body whose length is declared', async () => {
    const before = await stored();
    expect((await app.post('/api/event', body)).status).toBe(202);
    expect(await stored()).toBe(before + 1);
  });
  test('in one that comes in chunks', async () => {
    const before = await stored();
    expect(await exchange(fault('http-bom-chunked.bin'))).toMatch(/^HTTP\/1\.1 202 /);
    expect(await stored()).toBe(before + 1);
  });
  test('for the other JSON routes too', async () => {
    const query = { site_id: 'bom.test', metrics: ['pageviews'], date_range: 'day' };
    const text = `\ufeff${JSON.stringify(query)}`;
    expect((await app.post('/api/v2/query', text)).status).toBe(200);
  });
});

test('headers of more than 16 KB are refused before anything else is read', async () => {
  const long = `GET /health/live HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
  expect(await exchange(Buffer.from(long))).toMatch(/^HTTP\/1\.1 431 /);
  const usual = 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  expect(await exchange(Buffer.from(usual))).toMatch(/^HTTP\/1\.1 200 /);
});

test('HTTP/1.0 without a Host is answered', async () => {
  expect(await exchange(fault('http-1.0-no-host.bin'))).toMatch(/^HTTP\/1\.[01] 200 /);
});

test('JSON by sendBeacon, which always sends credentials, passes the preflight', async () => {
  const headers = {
    Origin: 'https://shop.test',
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'content-type',
  };
  const answer = await app.get('/api/event', { method: 'OPTIONS', headers });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.test');
  expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
  expect(answer.headers.get('access-control-allow-headers')).toBe('content-type');
  expect(answer.headers.get('vary')).toBe('Origin');
});

test('rows may not be read with credentials from elsewhere', async () => {
  const answer = await app.get('/analytics?site=bom.test', {
    headers: { Origin: 'https://shop.test' },
  });
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
});

describe('a zone that means several is refused, and the field is named', () => {
  test.each(['IST', 'PST', 'JST'])('%s', async (timezone) => {
    const added = await app.post(
      '/api/v1/sites',
      { domain: `${timezone}.test`, timezone },
      { key: app.key },
    );
    expect([added.status, await added.json()]).toEqual([
      400,
      { error: expect.stringContaining(timezone), field: 'timezone' },
    ]);
    const changed = await app.get('/api/v1/sites/bom.test', {
      ...{ method: 'PUT', key: app.key, body: JSON.stringify({ timezone }) },
    });
    expect(changed.status).toBe(400);
  });
});

test('revenue that was left out is named in the drop log', async () => {
  const body = {
    n: 'Buy',
    u: 'https://bom.test/',
    d: 'bom.test',
    $: { currency: 'EUR', amount: '1e3' },
  };
  const answer = await app.post('/api/event', body);
  expect([answer.status, answer.headers.get('x-daybook-dropped')]).toEqual([202, null]);
  const { drops } = await (await app.get('/api/drops?site=bom.test', { key: app.key })).json();
  expect(drops[0]).toMatchObject({ reason: 'invalid-revenue', name: 'Buy' });
});
