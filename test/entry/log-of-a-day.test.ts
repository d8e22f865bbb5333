import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chrome } from '../support/real-app.ts';
import { cli, freePort, type RealProcess, serve } from '../support/real-process.ts';

/** What was sent that day and may be in no log. */
const needles: Record<string, string> = {
  'an address': '203.0.113.77',
  'an address of version 6': '2001:db8:77::1',
  'a user agent': 'NeedleAgent/77',
  'a password': 'needle-password-77',
  'an e-mail address': 'needle77@a.test',
  'a query': 'needle-query-77',
  'a wrong key': 'needle-key-77',
  'a wrong token': 'needle-token-77',
};

let data: string;
let server: RealProcess;
let key: string;

type Sent = { readonly method?: string; readonly body?: unknown; readonly headers?: object };

const send = (path: string, { method, body, headers }: Sent = {}) =>
  fetch(`${server.url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...{ 'User-Agent': `${chrome} ${needles['a user agent']}` },
      'X-Forwarded-For': `${needles['an address']}, ${needles['an address of version 6']}`,
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const owner = () => ({ headers: { Authorization: `Bearer ${key}` } });

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daybook-log-'));
  // All that the log can say.
  const env = { DAYBOOK_LOG: 'trace' };
  server = await serve({ data, port: await freePort(), env });
  key = /#key=(\S+)/.exec(server.output())![1]!;
  needles['the owner key'] = key;
  needles['the set-up token'] = /sign-up#(\S+)/.exec(server.output())![1]!;
});
afterAll(async () => {
  await server.end('SIGKILL');
  await rm(data, { recursive: true, force: true });
});

/** The lines that are the log's: what the start prints for its owner is not. */
const logged = () =>
  server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));

test('a day of requests, failures too, leaves no address, agent or secret in the log', async () => {
  expect((await send('/api/v1/sites', { body: { domain: 'a.test' }, ...owner() })).ok).toBe(true);
  const link = { body: { name: 'L' }, ...owner() };
  const made = await send('/api/v1/sites/a.test/shared-links', link);
  const { secret } = (await made.json()) as { secret: string };
  needles['a link'] = secret;
  const yesterday = new Date(Date.now() - 86_400_000 * 1.5).toISOString();
  const event = { n: 'pageview', u: 'https://a.test/', d: 'a.test' };
  const u = `https://a.test/?q=${needles['a query']}`;
  expect((await send('/api/event', { body: { ...event, u } })).status).toBe(202);
  const past = { ...event, userAgent: chrome, ip: needles['an address'], timestamp: yesterday };
  expect((await send('/api/events', { body: { events: [past] }, ...owner() })).status).toBe(200);
  await send('/api/event', { body: { n: 'pageview', u: needles['a query'], d: 7 } });
  const { 'an e-mail address': email, 'a password': password } = needles;
  await send('/api/session/password', { body: { email, password } });
  await send('/api/session/invitation', { body: { token: needles['a wrong token'] } });
  await send('/api/v1/me', { headers: { Authorization: `Bearer ${needles['a wrong key']}` } });
  await send('/api/v1/me', { headers: { Cookie: `daybook_session=${needles['a wrong token']}` } });
  await send(`/api/v1/sites/guests/${email}?site_id=a.test`, { method: 'DELETE', ...owner() });
  await send(`/share/${secret}`);
  await send(`/nowhere/${needles['a wrong token']}?q=${needles['a query']}`);
  await send('/api/hits?site=none', { headers: { 'X-Request-Id': needles['a wrong key'] } });
  await send('/api/shared', { body: { password }, headers: { 'Daybook-Link': secret } });
  const top = await cli(['top', '--data', data]);
  expect(top.stdout).toMatch(/^stored {4}\d+$/m);
  expect(top.stdout).toMatch(/^memory {4}server \d+ MiB/m);
  expect((await cli(['close', '--data', data])).code).toBe(0);
  await damageLedger();
  const query = { site_id: 'a.test', metrics: ['visitors'], date_range: 'all' };
  const failed = await send('/api/v2/query', {
    body: { ...query, filters: [['contains', 'event:page', [needles['a query']]]] },
    headers: { ...owner().headers, 'X-Request-Id': '0f8fad5b-d9cb-469f-a165-70867728950e' },
  });
  expect(failed.status).toBe(500);
  expect(failed.headers.get('x-request-id')).toBe('0f8fad5b-d9cb-469f-a165-70867728950e');
  expect(await server.end('SIGTERM')).toBe(0);

  const lines = logged();
  const damage = lines.filter((line) => line.includes('"level":50'));
  expect(damage.map((line) => JSON.parse(line))).toMatchObject([
    { request: '0f8fad5b-d9cb-469f-a165-70867728950e', route: 'POST /api/v2/query' },
  ]);
  // Each refusal is there at `debug`, and is none of the day's at `info`.
  expect(lines.filter((line) => line.includes('a request was refused')).length).toBeGreaterThan(6);
  expect(lines.filter((line) => /"level":(30|40)/.test(line)).length).toBeLessThan(6);
  const text = lines.join('\n');
  for (const [what, needle] of Object.entries(needles))
    expect([what, text.includes(needle)]).toEqual([what, false]);
});

async function damageLedger(): Promise<void> {
  const folder = join(data, 'files', 'ledger');
  for (const name of await readdir(folder, { recursive: true }))
    if (name.endsWith('.parquet')) await rm(join(folder, name));
}
