import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort, type RealProcess, serve } from '../support/real-process.ts';

/** The examples of deploy/proxies as they are; only addresses, ports and the certificate differ. */
const folder = fileURLToPath(new URL('../../deploy/proxies/', import.meta.url));
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36';
/** Addresses of this machine: two visitors. */
const [excluded, counted] = ['127.0.0.5', '127.0.0.6'];

let work: string;
let daybook: RealProcess;
let key: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'daybook-proxies-'));
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const named = ['-nodes', '-days', '2', '-subj', '/CN=stats.example.com'];
  const files = ['-keyout', join(work, 'key.pem'), '-out', join(work, 'cert.pem')];
  execFileSync('openssl', [...made, ...named, ...files], { stdio: 'ignore' });
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

type Example = {
  readonly name: string;
  /** Writes its configuration; gives the command. */
  configured(port: number, plainPort: number): readonly string[];
};

const example = (file: string) => readFileSync(join(folder, file), 'utf8');

const upstream = () => new URL(daybook.url).host;

const examples: readonly Example[] = [
  {
    name: 'Caddy',
    configured(port, plainPort) {
      const ports = `http_port ${plainPort}\n https_port ${port}`;
      const file = join(work, 'Caddyfile');
      const site = example('Caddyfile')
        .replace('127.0.0.1:7070', upstream())
        .replace(/^(\s*)reverse_proxy/m, `tls ${work}/cert.pem ${work}/key.pem\n$&`);
      writeFileSync(file, `{\n admin off\n ${ports}\n}\n${site}`);
      return ['caddy', 'run', '--adapter', 'caddyfile', '--config', file];
    },
  },
  {
    name: 'nginx',
    configured(port, plainPort) {
      const file = join(work, 'nginx.conf');
      const site = example('nginx.conf')
        .replace('127.0.0.1:7070', upstream())
        .replaceAll(/listen \[::].*\n/g, '')
        .replace('listen 80;', `listen 127.0.0.1:${plainPort};`)
        .replace(/^ *listen 443 /m, `listen 127.0.0.1:${port} `)
        .replace(/ssl_certificate .*;/, `ssl_certificate ${work}/cert.pem;`)
        .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${work}/key.pem;`);
      const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${work}/nginx-${name};`)
        .join('\n');
      const user = process.getuid?.() === 0 ? 'user root;' : '';
      writeFileSync(
        file,
        `${user} daemon off; pid ${work}/nginx.pid; error_log stderr warn;\nevents {}\n` +
          `http { access_log off; ${own}\n${site}\n}\n`,
      );
      return ['/usr/sbin/nginx', '-c', file, '-p', work, '-e', 'stderr'];
    },
  },
];

type Answer = { readonly status: number; readonly headers: Record<string, string>; text: string };

describe.each(examples)('behind $name', ({ configured }) => {
  let end: () => Promise<unknown>;
  let port: number;
  let plainPort: number;
  beforeAll(async () => {
    [port, plainPort] = [await freePort(), await freePort()];
    const [program, ...args] = configured(port, plainPort);
    const proxy = spawn(program!, args, {
      env: { ...process.env, HOME: work, XDG_DATA_HOME: work, XDG_CONFIG_HOME: work },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    proxy.stderr.on('data', (chunk) => (said += String(chunk)));
    end = async () => {
      const ended = once(proxy, 'exit');
      if (proxy.kill('SIGTERM')) await ended;
    };
    await vi.waitFor(
      async () => {
        const { status } = await ask('/health/ready').catch((error: unknown) => {
          throw new Error(`${error}: ${said}`);
        });
        expect(status).toBe(200);
      },
      { timeout: 60_000 },
    );
  });
  afterAll(() => end?.());

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
      const answer: Answer = { status: 0, headers: {}, text: '' };
      const done = () => {
        session.destroy();
        resolve(answer);
      };
      stream.on('error', reject);
      stream.on('response', (got) =>
        Object.assign(answer, { status: got[':status'], headers: got }),
      );
      stream.on('data', (chunk) => {
        answer.text += String(chunk);
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

  test('pages are compressed, and say that they came by HTTPS', async () => {
    const page = await ask('/', { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(page.headers).toMatchObject({ 'content-encoding': 'br' });
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
    expect(response.headers.location).toBe('https://stats.example.com/sign-in');
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
