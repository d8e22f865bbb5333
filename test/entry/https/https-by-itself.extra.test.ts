import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HttpsOptions } from '../../../src/entry/server/server.ts';
import { freePorts, openPebble, type Pebble } from '../../support/pebble.ts';
import { builtPages, openRealApp } from '../../support/real-app.ts';

const names = ['stats.daybook.test', 'count.daybook.test'];
/** In seconds. */
const year = 365 * 86_400;
let pebble: Pebble;
beforeAll(async () => {
  pebble = await openPebble(year);
  await pebble.start();
});
afterAll(() => pebble.close());

const https = (): HttpsOptions => ({
  ...{ names, plainPort: pebble.plainPort, authority: pebble, pausesMs: [200, 400] },
});

type Got = { readonly answer: IncomingMessage; readonly body: string; readonly serial: string };

function get(url: string, path: string, ca: string, more: object = {}): Promise<Got> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, ca, servername: names[0]!, agent: false };
    request({ ...options, ...more }, async (answer) => {
      const { serialNumber } = (answer.socket as TLSSocket).getPeerCertificate();
      resolve({ answer, serial: serialNumber, body: await text(answer) });
    })
      .on('error', reject)
      .end();
  });
}

const plain = (port: number, path: string, host: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    plainRequest({ host: '127.0.0.1', port, path, method: 'POST', headers: { host } }, resolve)
      .on('error', reject)
      .end();
  });

test('it gets a certificate, keeps it for the next start, and sends port 80 on', async () => {
  const app = await openRealApp({ https: https(), pages: builtPages });
  try {
    const ca = await pebble.root();
    const ready = async () => (await get(app.url, '/health/ready', ca)).serial;
    await expect.poll(() => ready().catch(() => '')).not.toBe('');
    const serial = await ready();
    const page = await get(app.url, '/', ca);
    expect(page.answer.headers['strict-transport-security']).toMatch(/max-age/);
    const other = await get(app.url, '/health/live', ca, { servername: names[1] });
    expect(other.serial).toBe(serial);
    for (const maxVersion of ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
      const got = get(app.url, '/health/live', ca, { minVersion: 'TLSv1', maxVersion });
      if (maxVersion === 'TLSv1.1') await expect(got).rejects.toThrow();
      else expect((await got).answer.statusCode).toBe(200);
    }

    const { port } = new URL(app.url);
    const sentOn = await plain(pebble.plainPort, '/api/event?x=1', `${names[1]}:80`);
    expect([sentOn.statusCode, sentOn.headers.location]).toEqual([
      308,
      `https://${names[1]}:${port}/api/event?x=1`,
    ]);
    const elsewhere = await plain(pebble.plainPort, '//evil.test/', 'evil.test');
    expect(elsewhere.headers.location).toBe(`https://${names[0]}:${port}//evil.test/`);

    const [folder] = await readdir(join(app.data, 'https'));
    for (const file of ['account.pem', 'certificate.pem'])
      expect((await stat(join(app.data, 'https', folder!, file))).mode & 0o777).toBe(0o600);
    const headers = { authorization: `Bearer ${app.key}` };
    const health = JSON.parse((await get(app.url, '/health', ca, { headers })).body);
    expect(health.certificate).toMatchObject({ names, good_until: expect.any(String) });
    expect(health.certificate.problem).toBeUndefined();

    await app.restart();
    expect(await ready()).toBe(serial);
    await app.restart({ https: { ...https(), names: [names[0]!] } });
    await expect.poll(() => ready().catch(() => serial)).not.toBe(serial);
  } finally {
    await app.close();
  }
});

test('it renews it when two thirds of its life are over, and no request notices', async () => {
  let aheadMs = 0;
  const app = await openRealApp({ https: https(), clock: () => Date.now() + aheadMs });
  try {
    const ca = await pebble.root();
    const serial = async () => (await get(app.url, '/health/live', ca)).serial;
    await expect.poll(() => serial().catch(() => '')).not.toBe('');
    const first = await serial();
    aheadMs = (year * 1_000 * 2) / 3;
    while ((await serial()) === first);
  } finally {
    await app.close();
  }
});

test('without an authority it starts all the same, says so, and gets one later', async () => {
  pebble.stop();
  const app = await openRealApp({ https: https() });
  try {
    const sentOn = await plain(pebble.plainPort, '/', names[0]!);
    expect(sentOn.statusCode).toBe(308);
    await expect(get(app.url, '/', '')).rejects.toThrow();
    await pebble.start();
    const ca = await pebble.root();
    await expect
      .poll(() =>
        get(app.url, '/health/live', ca).then(
          (got) => got.body,
          () => '',
        ),
      )
      .toContain('true');
  } finally {
    await app.close();
  }
});

test('killed while it gets one, it gets one at the next start', async () => {
  const data = await mkdtemp(join(tmpdir(), 'daybook-https-'));
  const bin = fileURLToPath(new URL('../../../bin/daybook.cjs', import.meta.url));
  const [port] = await freePorts(1);
  const start = () => {
    const child = spawn(
      process.execPath,
      [
        ...[bin, 'serve', '--data', data, '--host', '127.0.0.1', '--port', String(port)],
        ...['--https', names.join(','), '--http-port', String(pebble.plainPort)],
        ...['--acme-directory', pebble.directoryUrl, '--acme-ca', pebble.caFile],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (printed += String(chunk)));
    return { child, printed: () => printed };
  };
  const end = async ({ child }: ReturnType<typeof start>) => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  try {
    const first = start();
    await expect.poll(first.printed).toContain('getting a certificate');
    await end(first);
    const second = start();
    await expect.poll(second.printed).toContain('good until');
    expect(second.printed()).toContain(`Daybook is at https://${names[0]}:${port}`);
    const ca = await pebble.root();
    const got = await get(`https://${names[0]}:${port}`, '/health/live', ca);
    expect(got.body).toContain('true');
    await end(second);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});
