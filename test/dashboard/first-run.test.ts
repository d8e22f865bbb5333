import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBarriers } from '../support/browser/axe.ts';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { readNumbers, readPanel, untilSettled } from '../support/browser/pages.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
let browser: Browser;
let website: Server;
let head = '';

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  website = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'text/html');
    answer.end(`<!doctype html><title>Shop</title>${head}<h1>Shop</h1><a href="/about">About</a>`);
  });
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  website?.close();
  await browser?.close();
  await app?.close();
});

test('from no site to the first visible hit', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();

  // The link that was printed at the first start leads to the first thing to do.
  await page.goto(`${app.url}/sign-in#key=${app.key}`);
  await page.getByRole('heading', { name: 'Which site shall be counted?' }).waitFor();
  expect(await page.getByLabel('Time zone').inputValue()).toBe('Europe/Berlin');
  await page.getByLabel('Domain').fill('not a domain');
  await page.getByRole('button', { name: /^Add/ }).click();
  await page.getByText('expected a domain such as example.com').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByLabel('Domain').fill('https://www.shop.test/');
  await page.getByRole('button', { name: /^Add/ }).click();

  await page.getByText('Waiting for the first hit').waitFor();
  expect(new URL(page.url()).search).toBe('?site=shop.test&setup');
  expect(await findBarriers(page)).toEqual([]);

  // A first try by hand fails, and the page says why.
  await app.post(
    '/api/event',
    { name: 'pageview', domain: 'shop.test', url: 'http://shop.test/' },
    {
      headers: { 'User-Agent': 'curl/8.5.0' },
    },
  );
  await page.getByText('One came and was not counted: bot').waitFor();

  // The text of the copy button is put into the website, and a visitor opens it.
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app.url });
  await page.getByRole('button', { name: 'Copy: On every page' }).click();
  await page.getByText('Copied').waitFor();
  head = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(head).toContain(`${app.url}/js/daybook.v1.js`);
  head = head.replace('<script ', '<script data-automated ');
  const visitor = await browser.newContext({ userAgent: agents.firefox });
  const shop = await visitor.newPage();
  const { port } = website.address() as AddressInfo;
  await shop.goto(`http://shop.test:${port}/`);

  await page.getByText('Got it.').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('link', { name: 'See the report' }).click();
  await untilSettled(page);
  expect(await readNumbers(page)).toMatchObject({ Visitors: '1', Visits: '1', Pageviews: '1' });
  expect(await readPanel(page, 'Pages')).toEqual(['/ 1']);
  expect(await readPanel(page, 'Devices')).toEqual(['Firefox 1']);
  await page.getByText('1 now').waitFor();

  // The drop is still explained, and the books balance.
  await page.getByRole('link', { name: 'Why not counted?' }).click();
  const dialog = page.getByRole('dialog', { name: 'Why not counted?' });
  await dialog.getByText('Bot', { exact: true }).waitFor();
  await expect
    .poll(() => dialog.locator('.books tbody td').allTextContents())
    .toEqual(['2', '1', '1 (bot)']);
  expect(await findBarriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  // From now on the address without a query leads directly to the site.
  await page.goto(`${app.url}/`);
  await untilSettled(page);
  expect(new URL(page.url()).search).toBe('?site=shop.test');
  await visitor.close();
  await context.close();
});
