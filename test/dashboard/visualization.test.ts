import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBarriers } from '../support/browser/axe.ts';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openAsOwner } from '../support/browser/pages.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  await app.post(
    '/api/v1/sites',
    { domain: 'open.test', open: true, default: true },
    { key: app.key },
  );
  await app.post('/api/v1/sites', { domain: 'closed.test' }, { key: app.key });
  await app.post('/api/v1/sites', { domain: 'empty.test', open: true }, { key: app.key });
  for (const [site, pathname] of [
    ['open.test', '/'],
    ['open.test', '/'],
    ['open.test', '/<img src=x onerror="document.title=1">'],
    ['open.test', '/about'],
    ['open.test', '/'],
    ['closed.test', '/inside'],
  ]) {
    await app.post(`/analytics?site=${site}`, { pathname, userAgent: agents.chrome });
  }
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test('draws the total and a bar for each path, with any characters in paths', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(`${app.url}/visualization`);
  await page.locator('#chart').waitFor();
  expect(await page.locator('#total').textContent()).toBe('5');
  expect(await page.locator('#chart tbody tr').allTextContents()).toEqual([
    '/3',
    '/<img src=x onerror="document.title=1">1',
    '/about1',
  ]);
  expect(await page.locator('main img').count()).toBe(0);
  expect(await page.title()).toBe('Page views · Daybook');
  expect(problems).toEqual([]);
  await context.close();
});

test('another site is named in the address; a closed one asks for the key first', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${app.url}/visualization?site=closed.test`);
  await page.waitForURL(`**/sign-in?next=${encodeURIComponent('/visualization?site=closed.test')}`);
  await page.getByRole('button', { name: 'Use the owner key' }).click();
  await page.getByLabel('Owner key').fill(app.key);
  await page.keyboard.press('Enter');
  await page.locator('#chart').waitFor();
  expect(await page.locator('#chart tbody tr').allTextContents()).toEqual(['/inside1']);
  await context.close();
});

test('without hits it says what will be shown', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${app.url}/visualization?site=empty.test`);
  await page.getByText('No page views yet').waitFor();
  await context.close();
});

test('a site that does not exist: the owner can choose another', async () => {
  const context = await browser.newContext();
  const page = await openAsOwner(context, app, '/visualization?site=nowhere.test');
  await page.getByRole('link', { name: 'closed.test' }).click();
  await page.locator('#chart').waitFor();
  await context.close();
});

test.each(['light', 'dark'] as const)(
  'accessible, without a fault that axe finds, %s',
  async (colorScheme) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    for (const path of ['/visualization', '/visualization?site=empty.test', '/sign-in']) {
      await page.goto(app.url + path);
      await page.locator('#chart, .empty, #form').first().waitFor();
      expect(await findBarriers(page), path).toEqual([]);
    }
    await context.close();
  },
);
