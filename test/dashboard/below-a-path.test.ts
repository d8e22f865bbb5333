import { createServer, type Server, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { readNumbers, readPanel, untilSettled } from '../support/browser/pages.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/**
 * Daybook below a path of a host that has other pages too, behind a proxy that leaves the path as
 * it is, and behind one that takes it away.
 */
const base = '/stats';

let app: RealApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp({ base }), openBrowser()]);
  await app.post('/api/v1/sites', { domain: 'site.test' }, { key: app.key });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** The host: what is below the path goes to Daybook, all else is a page that is counted. */
function openHost(strips: boolean): Promise<Server> {
  const { port } = new URL(app.url);
  const host = createServer((incoming, outgoing) => {
    const { url = '/', method, headers } = incoming;
    if (!url.startsWith(`${base}/`)) {
      outgoing.setHeader('Content-Type', 'text/html');
      const src = `${base}/js/daybook.v1.js`;
      const script = `<script defer data-automated data-domain="site.test" src="${src}"></script>`;
      outgoing.end(url === '/shop' ? `<title>Shop</title>${script}` : '');
      return;
    }
    const path = strips ? url.slice(base.length) : url;
    const asked = send({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(asked);
  });
  return new Promise((resolve) => host.listen(0, '127.0.0.1', () => resolve(host)));
}

describe.each([
  ['leaves the path', false],
  ['takes the path away', true],
])('a proxy that %s', (_, strips) => {
  let host: Server;
  let origin: string;
  let context: BrowserContext;
  let page: Page;
  const outside: string[] = [];
  beforeAll(async () => {
    host = await openHost(strips);
    origin = `http://site.test:${(host.address() as AddressInfo).port}`;
    context = await browser.newContext();
    context.on('request', (asked) => {
      const { pathname } = new URL(asked.url());
      if (!pathname.startsWith(`${base}/`) && pathname !== '/shop') outside.push(asked.url());
    });
  });
  afterAll(async () => {
    await context?.close();
    host?.closeAllConnections();
    host?.close();
  });

  test('a page with the tracker is counted', async () => {
    const shop = await context.newPage();
    const sent = shop.waitForResponse((one) => one.url().endsWith(`${base}/api/event`));
    await shop.goto(`${origin}/shop`);
    expect((await sent).status()).toBe(202);
    await shop.close();
  });

  test('who is not signed in signs in there, and sees the report', async () => {
    page = await context.newPage();
    await page.goto(`${origin}${base}/?site=site.test`);
    await page.waitForURL(`${origin}${base}/sign-in?next=**`);
    await page.getByRole('button', { name: 'Use the owner key' }).click();
    await page.getByLabel('Owner key').fill(app.key);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}${base}/?site=site.test`);
    await untilSettled(page);
    expect(Number(Object.values(await readNumbers(page))[0])).toBeGreaterThan(0);
    expect(await readPanel(page, 'Pages')).toEqual([expect.stringContaining('/shop')]);
    const [cookie] = await context.cookies(`${origin}${base}/`);
    expect(cookie).toMatchObject({ name: 'daybook_session', path: base });
    expect(await context.cookies(`${origin}/`)).toEqual([]);
  });

  test('links and pictures lead below the path', async () => {
    const links = await page
      .locator('a[href^="/"]')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((href) => !href.startsWith(`${base}/`))).toEqual([]);
    await page.goto(`${origin}${base}/?settings=tracker&site=site.test`);
    await page.getByText(`src="${origin}${base}/js/daybook.`).first().waitFor();
  });

  test('a shared link opens for a stranger', async () => {
    const made = `${base}/api/v1/sites/site.test/shared-links`;
    const body = JSON.stringify({ name: `For ${strips}` });
    const url = await page.evaluate(
      async ([path, sent]) =>
        ((await (await fetch(path!, { method: 'POST', body: sent! })).json()) as { url: string })
          .url,
      [made, body],
    );
    expect(url).toMatch(new RegExp(`^${origin}${base}/share/`));
    const stranger = await browser.newContext();
    const shared = await stranger.newPage();
    await shared.goto(url);
    await untilSettled(shared);
    expect(await readPanel(shared, 'Pages')).toEqual([expect.stringContaining('/shop')]);
    await stranger.close();
  });

  test('nothing was asked for outside of it', () => expect(outside).toEqual([]));
});

test('health and the description of the API are there, and say where', async () => {
  expect((await app.get('/health/live')).status).toBe(200);
  expect((await (await app.get('/api/openapi.json')).json()).servers).toEqual([{ url: base }]);
});

test('with TLS in front a cookie is of TLS alone, below the path', async () => {
  const answer = await app.post(
    '/api/session',
    { key: app.key },
    { headers: { 'X-Forwarded-Proto': 'https' } },
  );
  expect(answer.headers.get('set-cookie')).toMatch(
    /^__Secure-daybook_session=[^;]+; Max-Age=\d+; Path=\/stats; HttpOnly; Secure; SameSite=Lax$/,
  );
  const [token] = answer.headers.get('set-cookie')!.split(';');
  const session = await app.get('/api/session', { headers: { Cookie: token! } });
  expect(await session.json()).toMatchObject({ signedIn: true });
});
