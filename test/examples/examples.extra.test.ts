import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { examples, openExample, type RunningExample } from '../support/example.ts';
import { chrome, openRealApp, type RealApp } from '../support/real-app.ts';

/** Each example is started by the commands of its README, in a folder of its own. */
let app: RealApp;
let browser: Browser;
let example: RunningExample | undefined;
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
});
afterEach(async () => {
  await example?.end();
  example = undefined;
  await app.get('/api/v1/sites/example.com?now=true', { method: 'DELETE', key: app.key });
});

async function startServer(name: string): Promise<string> {
  example = await openExample(app, join(examples, name));
  return example.serve();
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

/** Hits of one request have no order. */
const expectCounted = (all: readonly string[]) =>
  expect.poll(async () => (await counted()).sort(), { timeout: 20_000 }).toEqual([...all].sort());

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
  const bought = [
    ...['pageview / Shop', 'pageview /cart Cart', 'pageview /thanks Thanks'],
    'Purchase /thanks Thanks',
  ];
  await expectCounted(bought);
  await page.evaluate("history.pushState(null, '', '?sort=price#total')");
  for (let i = 0; i < 2; i++) await page.goBack();
  await expectCounted([...bought, 'pageview /cart Cart']);
  await page.goForward();
  await expectCounted([...bought, 'pageview /cart Cart', 'pageview /thanks Thanks']);
});

test('express-server', async () => {
  const url = await startServer('express-server');
  for (const path of ['/', '/about', '/none'])
    await (await fetch(url + path, { headers: { 'User-Agent': chrome } })).text();
  await expectCounted(['pageview / undefined', 'pageview /about undefined']);
});

test('embedded: one process serves the pages, takes their hits and shows them', async () => {
  example = await openExample(app, join(examples, 'embedded'));
  const url = await example.serve();
  const page = await (await browser.newContext()).newPage();
  const taken = page.waitForResponse((answer) => answer.url().endsWith('/api/event'));
  await page.goto(url);
  expect([(await taken).status(), new URL((await taken).url()).origin]).toEqual([202, url]);
  expect((await fetch(`${url}/sign-in`)).headers.get('content-type')).toContain('text/html');
});

test('lambda-by-hand, with an event and in the form of the plain microservice', async () => {
  example = await openExample(app, join(examples, 'lambda-by-hand'));
  expect(example.commands).toHaveLength(2);
  // This machine may be slow; the function's visitors wait for half a second.
  const printed = (await example.run({ DAYBOOK_WAIT_MS: '20000' })).split('\n');
  expect(printed.filter((line) => line.startsWith('200 '))).toHaveLength(4);
  await expectCounted([
    ...['pageview / By hand', 'pageview /about By hand'],
    ...['pageview / By hand', 'pageview /about By hand'],
  ]);
  // Both ways, the function's visitor is one visitor.
  const hits = await (await app.get('/api/hits?site=example.com', { key: app.key })).text();
  expect(new Set(hits.match(/"visitor":"[^"]+"/g)).size).toBe(1);
  const rows = await (await app.get('/analytics?site=example.com', { key: app.key })).json();
  expect(rows.Items.filter((row: object) => 'userAgent' in row)).toHaveLength(2);
});
