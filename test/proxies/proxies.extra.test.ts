import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort, type RealProcess, serve } from '../support/real-process.ts';
import { examples, makeCertificate, type RunningProxy, startProxy } from './examples.ts';

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36';
/** Addresses of this machine: two visitors. */
const [excluded, counted] = ['127.0.0.5', '127.0.0.6'];

let work: string;
let daybook: RealProcess;
let key: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'daybook-proxies-'));
  makeCertificate(work);
  const args = ['--trust-proxy', '127.0.0.1'];
  daybook = await serve({ data: join(work, 'data'), port: await freePort(), args });
  key = /#key=(\S+)/.exec(daybook.output())![1]!;
  const site = { domain: 'example.com', excluded_addresses: [excluded] };
  const response = await fetch(`${daybook.url}/api/v1/sites`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(site),
  });
  expect(response.status, await response.text()).toBe(200);
});
afterAll(async () => {
  await daybook?.end('SIGTERM');
  rmSync(work, { recursive: true, force: true });
});

type Answer = {
  readonly status: number;
  readonly headers: Record<string, string>;
  text: string;
  body: Buffer;
};

test('an address is believed of the proxy that is named, and of nobody else', async () => {
  const asOwner = { authorization: `Bearer ${key}` };
  const ask = (path: string, body: object, localAddress: string, headers: object) =>
    new Promise<string>((resolve, reject) => {
      const to = { localAddress, method: 'POST', headers: { 'user-agent': chrome, ...headers } };
      const asked = request(daybook.url + path, to, (answer) => resolve(text(answer)));
      asked.on('error', reject).end(JSON.stringify(body));
    });
  const [proxy, stranger] = ['127.0.0.1', '127.0.0.7'];
  await ask('/api/v1/sites', { domain: 'told.example' }, proxy, asOwner);
  const hit = { n: 'pageview', u: 'https://told.example/', d: 'told.example' };
  for (const from of [proxy, stranger])
    for (const visitor of ['8.8.8.8', '91.0.0.1'])
      await ask('/api/event', hit, from, { 'x-forwarded-for': visitor });
  const query = { site_id: 'told.example', metrics: ['visitors', 'pageviews'], date_range: 'day' };
  const by = { ...query, dimensions: ['visit:country'] };
  const { results } = JSON.parse(await ask('/api/v2/query', by, proxy, asOwner));
  const found = results.map((one: { dimensions: string[]; metrics: number[] }) => [
    ...[...one.dimensions, ...one.metrics],
  ]);
  expect(found.sort()).toEqual([
    ['(not set)', 1, 2],
    ['DE', 1, 1],
    ['US', 1, 1],
  ]);
});

describe.each(examples)('behind $name', (example) => {
  let proxy: RunningProxy;
  let port: number;
  let plainPort: number;
  beforeAll(async () => {
    [port, plainPort] = [await freePort(), await freePort()];
    const upstream = new URL(daybook.url).host;
    proxy = startProxy(example, 'root', {
      ...{ work, upstream, port, plainPort, compresses: true },
    });
    await vi.waitFor(
      async () => {
        const { status } = await ask('/health/ready').catch((error: unknown) => {
          throw new Error(`${error}: ${proxy.said()}`);
        });
        expect(status).toBe(200);
      },
      { timeout: 60_000 },
    );
  });
  afterAll(() => proxy?.end());

  /** Over HTTP/2. `seen` is called with what has come until now; true ends the request. */
  function ask(
    path: string,
    options: {
      readonly from?: string;
      readonly headers?: Record<string, string>;
      readonly body?: string;
      readonly seen?: (text: string) => boolean;
    } = {},
  ): Promise<Answer> {
    const { from = counted, headers = {}, body, seen = () => false } = options;
    return new Promise((resolve, reject) => {
      const session = connect(`https://stats.example.com:${port}`, {
        ...{ host: '127.0.0.1', localAddress: from, rejectUnauthorized: false },
        lookup: (_host: string, _options: object, found: (...found: unknown[]) => void) =>
          found(null, [{ address: '127.0.0.1', family: 4 }]),
      } as object);
      session.on('error', reject);
      const stream = session.request({
        ':path': path,
        ':authority': 'stats.example.com',
        ':method': body === undefined ? 'GET' : 'POST',
        'user-agent': chrome,
        ...headers,
      });
      const answer: Answer = { status: 0, headers: {}, text: '', body: Buffer.alloc(0) };
      const done = () => {
        session.destroy();
        resolve(answer);
      };
      stream.on('error', reject);
      stream.on('response', (got) =>
        Object.assign(answer, { status: got[':status'], headers: got }),
      );
      stream.on('data', (chunk: Buffer) => {
        answer.text += String(chunk);
        answer.body = Buffer.concat([answer.body, chunk]);
        if (seen(answer.text)) done();
      });
      stream.on('end', done);
      stream.end(body);
    });
  }

  const hit = (from: string, headers: Record<string, string> = {}) =>
    ask('/api/event', {
      ...{ from, headers },
      body: JSON.stringify({ n: 'pageview', u: 'https://example.com/', d: 'example.com' }),
    });

  test("the visitor's address is right, and cannot be forged", async () => {
    const dropped = async (from: string, headers?: Record<string, string>) =>
      (await hit(from, headers)).headers['x-daybook-dropped'];
    expect(await dropped(excluded)).toBe('excluded-ip');
    expect(await dropped(counted)).toBeUndefined();
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded']) {
      const value = (address: string) => (name === 'forwarded' ? `for=${address}` : address);
      expect(await dropped(counted, { [name]: value(excluded) }), name).toBeUndefined();
      expect(await dropped(excluded, { [name]: value(counted) }), name).toBe('excluded-ip');
      expect(await dropped(excluded, { [name]: `${value(counted)}, 127.0.0.1` }), name).toBe(
        'excluded-ip',
      );
    }
  });

  test('what is compressed is so once; a session is of HTTPS', async () => {
    for (const [path, says] of [
      ['/', '<!doctype html>'],
      ['/js/daybook.v1.js', 'function'],
      ['/api/openapi.json', '"openapi":'],
    ] as const) {
      const page = await ask(path, { headers: { 'accept-encoding': 'gzip, deflate, br' } });
      expect(page.headers, path).toMatchObject({ 'content-encoding': 'br' });
      expect(brotliDecompressSync(page.body).toString(), path).toContain(says);
    }
    const body = JSON.stringify({ key });
    const headers = { 'content-type': 'application/json', origin: 'https://stats.example.com' };
    const signedIn = await ask('/api/session', { headers, body });
    expect(signedIn.status, signedIn.text).toBeLessThan(300);
    expect(String(signedIn.headers['set-cookie'])).toMatch(/__Host-.*Secure/i);
  });

  test('whoever asks without TLS is sent on', async () => {
    const asked = get({
      ...{ host: '127.0.0.1', port: plainPort, path: '/sign-in' },
      headers: { host: 'stats.example.com' },
    });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    expect([301, 308]).toContain(response.statusCode);
    // Traefik names the port that it listens at.
    const to = response.headers.location?.replace(`:${port}/`, '/');
    expect(to).toBe('https://stats.example.com/sign-in');
  });

  test('live events come at once', async () => {
    const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
    let sent = false;
    const events = (text: string) => text.split('event: live').length - 1;
    const live = await ask('/api/v1/sites/example.com/live/stream', {
      headers,
      seen(text) {
        if (events(text) === 1 && !sent) {
          sent = true;
          void hit(counted, { 'user-agent': `${chrome} Edg/142.0.${port}.0` });
        }
        return events(text) >= 2;
      },
    });
    expect(live.status).toBe(200);
    expect(events(live.text), live.text).toBe(2);
  });

  test('long headers pass as far as Daybook takes them, and are refused beyond', async () => {
    const ofLength = (bytes: number) =>
      ask('/health/ready', { headers: { cookie: `long=${'x'.repeat(bytes)}` } });
    expect((await ofLength(12_000)).status).toBe(200);
    const refused = await ofLength(20_000).then(
      ({ status }) => status,
      () => 431,
    );
    expect(refused).toBeGreaterThanOrEqual(400);
    expect(refused).toBeLessThan(500);
  });

  test('an import of more than a megabyte passes', async () => {
    const lines = Array.from({ length: 900 }, (_, i) => ({
      ...{ name: 'pageview', url: `https://example.com/${'p'.repeat(1_500)}/${i}` },
    }));
    const body = JSON.stringify({ site: 'example.com', events: lines });
    expect(body.length).toBeGreaterThan(1_200_000);
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const { status } = await ask('/api/events', { headers, body });
    expect(status).toBe(200);
  });
});
