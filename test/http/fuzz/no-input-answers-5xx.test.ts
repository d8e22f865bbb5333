import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashSecret } from '../../../src/account/owner.ts';
import { seeded } from '../../../src/entry/demo/chance.ts';
import { type GatewayHandler, gatewayHandler } from '../../../src/entry/lambda/gateway.ts';
import { openLambdaWorld } from '../../../src/entry/lambda/world.ts';
import { openReports } from '../../../src/entry/reports.ts';
import type { Home } from '../../../src/home/home.ts';
import { openMachine } from '../../../src/home/machine/machine.ts';
import { createApp } from '../../../src/http/app.ts';
import { allCases, everyCase } from '../../support/real-app.ts';
import { cli, freePort, lastLine, type RealProcess, serve } from '../../support/real-process.ts';
import { makeAskers } from './askers.ts';
import { needsId } from './people-routes.ts';
import type { Known } from './plain.ts';
import { type FuzzRequest, nextRequest } from './requests.ts';
import { changedSites, routes } from './routes.ts';
import { type Answered, type Sending, sendBytes, sendEvent, sendingOf } from './senders.ts';
import { needsSomebody } from './sign-in-routes.ts';
import { steadySite } from './values.ts';

// Requests to every route, most of them wrong: by its parts, or by its bytes. They are sent over
// the wire to a server, and as events of API Gateway to a function. `DAYBOOK_FUZZ_SEED` makes other
// ones, `DAYBOOK_FUZZ_REQUESTS` more.
const { DAYBOOK_FUZZ_REQUESTS, DAYBOOK_FUZZ_SEED } = process.env;
const count = Number(DAYBOOK_FUZZ_REQUESTS ?? (allCases ? 30_000 : everyCase ? 5_000 : 300));
const seed = Number(DAYBOOK_FUZZ_SEED ?? 1);

/** Sent at once. */
const senders = 16;

let folder: string;
let port: number;
let server: RealProcess;
let known: Known;
let fn: { readonly home: Home; readonly handler: GatewayHandler; readonly app: Hono };

const data = () => join(folder, 'server');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-fuzz-'));
  port = await freePort();
  server = await serve({ data: data(), port, env: { DAYBOOK_API_LIMIT: '0' } });
  const key = /#key=(\S+)/.exec(server.output())![1]!;
  for (const domain of [steadySite, ...changedSites])
    await ask('POST', '/api/v1/sites', key, { domain, open: true });
  const erased = await ask('POST', `/api/v1/sites/${steadySite}/erasures`, key, { page: '/x' });
  const removal = ((await erased.json()) as { id: string }).id;
  const secretOf = async (link: object) => {
    const path = `/api/v1/sites/${steadySite}/shared-links`;
    return ((await (await ask('POST', path, key, link)).json()) as { secret: string }).secret;
  };
  const secret = await secretOf({ name: 'Of all', hide_below: 2 });
  const lockedSecret = await secretOf({ name: 'Locked', password: 'a' });
  const made = { segments: [], annotations: [], 'shared-links': [], visits: [] };
  fn = await openFunction(key);
  const home = await openMachine(data());
  known = { key, ...(await makeAskers(home)), removal, secret, lockedSecret, made };
  await home.close();
});
afterAll(async () => {
  await server?.end('SIGTERM');
  await fn?.home.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = (method: string, path: string, key: string, body?: unknown) =>
  fetch(`${server.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** All of Daybook behind one function, over a home of its own. */
async function openFunction(key: string) {
  const home = await openMachine(join(folder, 'function'));
  const { world, log, settle } = await openLambdaWorld({
    ...{ home, env: { DAYBOOK_LOG: 'silent' }, collects: true },
    reports: (of, clock) => openReports(of, clock, {}),
  });
  await world.owner.keepFirstHash(hashSecret(key));
  for (const domain of [steadySite, ...changedSites]) await world.sites.add(domain, { open: true });
  await makeAskers(home);
  const app = createApp(world);
  return { home, app, handler: gatewayHandler(async () => ({ app, log, settle })) };
}

test('the fuzz knows every route that the app has', () => {
  const own = fn.app.routes.filter(({ method }) => method !== 'ALL');
  const missing = own.map(({ method, path }) => `${method} ${path === '/*' ? '*' : path}`);
  expect(missing.filter((name) => routes[name] === undefined)).toEqual([]);
});

test('what the report process does not find is a 404, and ends no server', async () => {
  const path = `/api/v1/sites/${steadySite}/visits/2026-11-27.${'a'.repeat(16)}`;
  expect((await ask('GET', path, known.key)).status).toBe(404);
  expect((await ask('GET', '/health/ready', known.key)).status).toBe(200);
});

test(`${count} requests, seed ${seed}: none is answered 5xx, and none is left without answer`, async () => {
  process.stdout.write(`fuzz: ${count} requests with DAYBOOK_FUZZ_SEED=${seed}\n`);
  const chance = seeded(seed);
  const reached = new Set<string>();
  const faults: string[] = [];
  const sentBy: Record<string, number> = {};
  let middleBytes: number | undefined;
  let sent = 0;
  async function send(): Promise<void> {
    while (sent < count) {
      const nth = sent++;
      const request = nextRequest(chance, known);
      const sending = sendingOf(chance, request);
      const answered = await answerOf(sending);
      if ((answered.status ?? 500) < 400) reached.add(request.route);
      const { asker } = request;
      sentBy[asker] = (sentBy[asker] ?? 0) + 1;
      if (nth === Math.floor(count / 2)) middleBytes = memoryOf(server);
      noteMade(request, answered);
      const problem = problemOf(sending, answered);
      if (problem !== undefined)
        faults.push(`${nth}: ${problem}\n  ${sending.way}: ${JSON.stringify(sending.text)}`);
    }
  }
  await Promise.all(Array.from({ length: senders }, send));
  const endBytes = memoryOf(server);
  process.stdout.write(
    `fuzz: ${JSON.stringify(sentBy)}; the server's memory in the middle and at the end: ` +
      `${inMb(middleBytes)}, ${inMb(endBytes)} MB\n`,
  );
  expect(faults.slice(0, 10).join('\n')).toBe('');
  // What it remembers of requests is bounded: half of them have filled it.
  if (count >= 10_000 && middleBytes !== undefined)
    expect(endBytes!).toBeLessThan(1.3 * middleBytes + 64 * 2 ** 20);
  expect(unforeseen(server.output())).toEqual([]);
  // Else only refusals would have been tried. What needs an id that another request has made, or a
  // person, is reached by chance.
  const needed = Object.keys(routes).filter(
    (name) => ![...needsSomebody, ...needsId].includes(name) && !name.includes('/:id'),
  );
  if (count >= 10_000) expect(needed.filter((name) => !reached.has(name))).toEqual([]);
}, 1_200_000);

test('what was stored is read, closed and verified afterwards', async () => {
  for (const domain of [steadySite, ...changedSites]) {
    const site = await ask('GET', `/api/v1/sites/${domain}`, known.key);
    if (domain !== steadySite && site.status === 404) continue; // removed by one of the requests
    const lines = (await (await ask('GET', `/api/hits?site=${domain}`, known.key)).text()).split(
      '\n',
    );
    for (const line of lines.filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('id');
    for (const dimensions of [
      ['event:page'],
      ['visit:source'],
      ['event:props:__proto__'],
      ['time'],
    ]) {
      const query = { site_id: domain, metrics: ['visitors', 'events'], date_range: 'all' };
      const answer = await ask('POST', '/api/v2/query', known.key, { ...query, dimensions });
      expect([answer.status, domain, dimensions]).toEqual([200, domain, dimensions]);
    }
  }
  expect(await server.end('SIGTERM')).toBe(0);
  expect(await cli(['close', '--data', data()])).toMatchObject({ code: 0 });
  const verified = await cli(['verify', '--data', data()]);
  expect([verified.code, lastLine(verified.stdout), verified.stderr]).toEqual([0, 'ok', '']);
});

/** What was made just now can be changed and deleted by later requests; few are kept. */
function noteMade({ plain, route, target }: FuzzRequest, { status, body }: Answered): void {
  // Over the wire a long answer comes in chunks: it is no JSON as it stands.
  if (plain && route === 'GET /api/v1/sites/:site/visits' && status === 200)
    keep(
      'visits',
      [...body.matchAll(/"id":"([^"\s]+)"/g)].map(([, id]) => `${steadySite} visits ${id}`),
    );
  const kept = /^\/api\/v1\/sites\/([^/]+)\/(segments|annotations|shared-links)$/;
  const [, site, kind] = kept.exec(target) ?? [];
  if (!plain || !route.startsWith('POST') || status !== 200 || kind === undefined) return;
  const made = `${decodeURIComponent(site!)} ${kind} ${(JSON.parse(body) as { id: string }).id}`;
  keep(kind as keyof Known['made'], [made]);
}

function keep(kind: keyof Known['made'], made: readonly string[]): void {
  const some = known.made[kind];
  some.push(...made);
  some.splice(0, Math.max(0, some.length - 3));
}

function answerOf(sending: Sending): Promise<Answered> {
  return sending.way.endsWith('wire')
    ? sendBytes(port, sending)
    : sendEvent(fn.handler, sending.text);
}

function problemOf({ way, text }: Sending, { status, body }: Answered): string | undefined {
  // Whose bytes are damaged may have sent half a request: it is closed without an answer.
  if (status === undefined)
    return way === 'damaged wire' && body === '' ? undefined : `no answer ${body}`;
  // On a busy machine strangers wait and compute longer than they may: no input does that.
  const isLate = [
    ...['many ask for reports of this site', 'the query waited for others'],
    ...['the hits were not read within', 'the query took longer than'],
    'the report process has not answered within',
  ].some((words) => body.includes(words));
  // An answer to HEAD has no words.
  if (status === 503 && (isLate || (body === '' && text.startsWith('HEAD ')))) return undefined;
  if (status >= 500) return `${status}: ${body.slice(0, 500)}`;
  // What is no HTTP is refused by Node, without a word.
  const isSaid =
    way === 'damaged wire' ||
    status !== 400 ||
    body === '' ||
    // Of an image a header says why.
    body.startsWith('GIF89a') ||
    /"(error|message|errors)":[{"][^"]*"?./.test(body);
  return isSaid ? undefined : `400 without a reason: ${body.slice(0, 200)}`;
}

/** What a process has of its own, where the system says so. */
function memoryOf({ child }: RealProcess): number | undefined {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/RssAnon:\s+(\d+) kB/.exec(status)![1]) * 1_024;
  } catch {
    return undefined;
  }
}

const inMb = (bytes: number | undefined) =>
  bytes === undefined ? 'unknown' : (bytes / 2 ** 20).toFixed(0);

/** Lines of the log that nobody should ever see. */
const unforeseen = (output: string): string[] =>
  output.split('\n').filter((line) => line.includes('"level":50'));
