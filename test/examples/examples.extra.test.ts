import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { chrome, openRealApp, type RealApp } from '../support/real-app.ts';
import { freePort } from '../support/real-process.ts';

/** Each example is started by the commands of its README, in a folder of its own. */
const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const usual = 'http://localhost:7070';

/** This process also answers: nothing may hold it up. */
const run = (command: string) => promisify(execFile)('bash', ['-c', command], { cwd: folder });

let app: RealApp;
let browser: Browser;
let folder: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  const site = { domain: 'example.com', default: true };
  expect((await app.post('/api/v1/sites', site, { key: app.key })).status).toBe(200);
  folder = await mkdtemp(join(tmpdir(), 'daybook-example-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await rm(folder, { recursive: true });
  await app.get('/api/v1/sites/example.com?now=true', { method: 'DELETE', key: app.key });
});

/** A copy of an example for this Daybook. Browsers here are automated: the tag must count them. */
async function copied(name: string): Promise<string[]> {
  await cp(join(examples, name), folder, { recursive: true });
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), 'utf8');
    const own = text
      .replaceAll(usual, app.url)
      .replace('data-local', 'data-local data-automated')
      .replace('DAYBOOK_KEY=KEY', `DAYBOOK_KEY=${app.key}`);
    await writeFile(join(folder, file), own);
  }
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  return [...readme.matchAll(/^ {4}(.+)$/gm)].map(([, command]) => command!);
}

/** Runs the README's commands; the last one starts a server, on another port than it says. */
async function startServer(name: string): Promise<string> {
  const commands = await copied(name);
  const last = commands.pop()!;
  for (const command of commands) await run(command);
  const port = await freePort();
  const command = `exec env ${last.replace(/\d{4}$/, String(port))}`;
  const child = spawn('bash', ['-c', command], {
    ...{ cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  started.push(child);
  await once(child.stdout!, 'data');
  return `http://localhost:${port}`;
}

/** Names, pages and titles of what was counted, engagements left out. */
async function counted(): Promise<string[]> {
  const text = await (await app.get('/api/hits?site=example.com', { key: app.key })).text();
  const hits = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return hits
    .filter(({ name }) => name !== 'engagement')
    .map(({ name, page, title }) => `${name} ${page} ${title}`);
}

const expectCounted = (all: readonly string[]) =>
  expect.poll(counted, { timeout: 20_000 }).toEqual(all);

test('static-page', async () => {
  const url = await startServer('static-page');
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await expectCounted(['pageview / Home']);
  await page.getByText('About', { exact: true }).last().click();
  await expectCounted(['pageview / Home', 'pageview /about.html About']);
});

test('single-page-app', async () => {
  const url = await startServer('single-page-app');
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await expectCounted(['pageview / Shop']);
  await page.getByText('Cart').first().click();
  await page.getByText('Thanks').first().click();
  await page.getByRole('button').click();
  await expectCounted([
    ...['pageview / Shop', 'pageview /cart Cart', 'pageview /thanks Thanks'],
    'Purchase /thanks Thanks',
  ]);
});

test('express-server', async () => {
  const url = await startServer('express-server');
  for (const path of ['/', '/about', '/none'])
    await (await fetch(url + path, { headers: { 'User-Agent': chrome } })).text();
  await expectCounted(['pageview / undefined', 'pageview /about undefined']);
});

test('express-server: what Daybook did not take is sent again, and counts once', async () => {
  const { countViews } = (await import(join(examples, 'express-server/daybook.mjs'))) as {
    countViews: (options: object) => (...args: unknown[]) => void;
  };
  const bodies: string[] = [];
  const refusing = async (_: unknown, { body }: { body: string }) => {
    bodies.push(body);
    return { status: bodies.length < 2 ? 503 : 202 };
  };
  const before = globalThis.fetch;
  globalThis.fetch = refusing as never;
  try {
    const done = new Map<string, () => void>();
    const response = {
      ...{ statusCode: 200, getHeader: () => 'text/html' },
      on: (name: string, run: () => void) => done.set(name, run),
    };
    const request = { method: 'GET', url: '/', headers: { host: 'a.test' }, socket: {} };
    countViews({ url: 'http://daybook.test', domain: 'a.test' })(request, response, () => {});
    done.get('finish')!();
    await expect.poll(() => bodies.length, { timeout: 10_000 }).toBe(2);
  } finally {
    globalThis.fetch = before;
  }
  const [first, second] = bodies.map((body) => JSON.parse(body) as { id: string; a: number });
  expect(second!.id).toBe(first!.id);
  expect(second!.a).toBeGreaterThan(first!.a);
});

test('lambda-by-hand', async () => {
  const [command, ...more] = await copied('lambda-by-hand');
  expect(more).toEqual([]);
  const { stdout } = await run(command!);
  expect(stdout.split('\n').filter((line) => line.startsWith('200 '))).toHaveLength(2);
  await expectCounted(['pageview / By hand', 'pageview /about By hand']);
});
