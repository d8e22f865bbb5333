import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBarriers } from '../support/browser/axe.ts';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openAsOwner, readPanel, untilSettled } from '../support/browser/pages.ts';
import { noonZone } from '../support/noon-zone.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  await app.post('/api/v1/sites', { domain: 'shop.test', timezone: noonZone() }, { key: app.key });
  await send('8.8.8.8', '/', { referrer: 'https://www.google.com/' });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

const send = (address: string, path: string, more: object = {}) =>
  app.post(
    '/api/event',
    { name: 'pageview', domain: 'shop.test', url: `https://shop.test${path}`, ...more },
    { key: app.key, headers: { 'User-Agent': agents.chrome, 'X-Forwarded-For': address } },
  );

const live = (page: Page) => page.locator('main.live[aria-busy="false"]');

test('from the head to what happens now: a new hit is there without a reload', async () => {
  const page = await openAsOwner(context, app, '/?site=shop.test&range=day');
  await untilSettled(page);
  await page.getByRole('button', { name: /^1 now/ }).click();
  await live(page).waitFor();
  expect(new URL(page.url()).search).toBe('?site=shop.test&live');
  expect(await page.locator('.live-now').textContent()).toBe('1 visitor in the last 5 minutes');
  expect(await readPanel(page, 'Sources')).toEqual(['Google 1']);
  expect(await page.locator('.minute-bars li').count()).toBe(30);
  expect(await findBarriers(page)).toEqual([]);

  await send('91.0.0.1', '/pricing');
  await page.getByText('2 visitors in the last 5 minutes').waitFor();
  expect(await readPanel(page, 'Pages')).toEqual(['/ 1', '/pricing 1']);
  const newest = page.getByRole('region', { name: 'Newest hits' }).getByRole('row').nth(1);
  expect(await newest.textContent()).toContain('/pricingDirect');

  await page.getByRole('button', { name: /^\/pricing/ }).click();
  await untilSettled(page);
  expect(new URL(page.url()).search).toContain('range=day&f=is,page,/pricing');
});

test('it says when Daybook cannot be reached, and goes on when it can be', async () => {
  const page = await openAsOwner(context, app, '/?site=shop.test&live');
  await live(page).waitFor();
  await context.setOffline(true);
  await page.getByText('Daybook cannot be reached.').waitFor();
  await context.setOffline(false);
  await page.getByText('Daybook cannot be reached.').waitFor({ state: 'detached' });
});

test('a stream whose events a proxy keeps back is left for asking', async () => {
  await context.route('**/live/stream', () => {}); // nothing comes
  const page = await openAsOwner(context, app, '/?site=shop.test&live');
  await page.getByText('in the last 5 minutes').first().waitFor();
});

test('without streams it is asked again and again, and not while the page is hidden', async () => {
  await context.route('**/live/stream', (route) => route.fulfill({ status: 404, body: '{}' }));
  const page = await openAsOwner(context, app, '/?site=shop.test&live');
  const asked = () => page.waitForRequest((request) => request.url().endsWith('/live'));
  await live(page).waitFor();
  await asked();
  await page.evaluate(`(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  })()`);
  let since = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/live')) since++;
  });
  // A new look begins only when it is seen again: then there is one, and no more before.
  const again = asked();
  await page.evaluate(`(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  })()`);
  await again;
  expect(since).toBe(1);
});

test('the palette knows the page; on a phone nothing is wider than the screen', async () => {
  await context.close();
  context = await browser.newContext({ viewport: { width: 375, height: 760 } });
  const page = await openAsOwner(context, app, '/?site=shop.test');
  await untilSettled(page);
  await page.keyboard.press('Control+k');
  await page.getByLabel('What to do').fill('live');
  await page.getByLabel('What to do').press('Enter');
  await live(page).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
});
