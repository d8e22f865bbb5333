import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { findBarriers } from './support/axe.ts';
import { agents, type Browser, openBrowser } from './support/browser.ts';
import { openAsOwner, readNumbers, readPanel, untilSettled } from './support/pages.ts';

let app: RealApp;
let browser: Browser;
let context: BrowserContext;

const hostile = '/<img src=x onerror=alert(1)>,\\"\'&f=is';

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  const site = { domain: 'example.com', timezone: 'Europe/Berlin' };
  await app.post('/api/v1/sites', site, { key: app.key });
  const view = (address: string, agent: string, path: string, referrer?: string) =>
    app.post(
      '/api/event',
      { name: 'pageview', domain: 'example.com', url: `https://example.com${encodeURI(path)}`, referrer },
      { key: app.key, headers: { 'User-Agent': agent, 'X-Forwarded-For': address } },
    );
  await view('8.8.8.8', agents.chrome, '/', 'https://www.google.com/');
  await view('8.8.8.8', agents.chrome, '/pricing');
  await view('8.8.4.4', agents.firefox, '/', 'https://news.ycombinator.com/');
  await view('91.0.0.1', agents.iphone, '/docs/start', 'https://www.google.com/');
  // The first report of a process loads the engine, which takes seconds on a busy machine.
  await app.post(
    '/api/v2/query',
    { site_id: 'example.com', metrics: ['visitors'], date_range: 'day' },
    { key: app.key },
  );
  await app.post('/analytics?site=example.com', { pathname: hostile, userAgent: agents.chrome });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

async function open(search = ''): Promise<Page> {
  const page = await openAsOwner(context, app, `/?site=example.com${search}`);
  await untilSettled(page);
  return page;
}

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const searchOf = (page: Page) => decodeURIComponent(new URL(page.url()).search);

test('the numbers and the panels are those of the hits', async () => {
  const page = await open();
  expect(await readNumbers(page)).toMatchObject({ Visitors: '4', Visits: '4', Pageviews: '5' });
  expect(await readPanel(page, 'Pages')).toEqual(['/ 2', `${hostile} 1`, '/docs/start 1', '/pricing 1']);
  expect(await readPanel(page, 'Sources')).toEqual(['Google 2', 'Direct 1', 'Hacker News 1']);
  expect(await readPanel(page, 'Countries')).toContain('United States 2');
});

test('a click on a row filters everything; the address says so, and back undoes it', async () => {
  const page = await open();
  await panel(page, 'Sources')
    .getByRole('button', { name: /^Google/ })
    .click();
  await page.getByRole('list', { name: 'Filters' }).waitFor();
  await untilSettled(page);
  expect(searchOf(page)).toBe('?site=example.com&f=is,source,Google');
  expect(await readNumbers(page)).toMatchObject({ Visitors: '2', Pageviews: '3' });

  await page.getByRole('button', { name: 'Source is Google: turn it round' }).click();
  await untilSettled(page);
  expect(searchOf(page)).toBe('?site=example.com&f=is_not,source,Google');
  expect(await readPanel(page, 'Sources')).toEqual(['Direct 1', 'Hacker News 1']);

  await page.goBack();
  await page.goBack();
  await untilSettled(page);
  expect(searchOf(page)).toBe('?site=example.com');
  expect(await readNumbers(page)).toMatchObject({ Visitors: '4' });
});

test('the address brings everything back', async () => {
  const search = '&range=7d&f=contains,page,/docs&metric=bounce_rate&by=hour&compare=none&tab.pages=entry';
  const page = await open(search);
  expect(await page.locator('.number[aria-pressed="true"] .number-label').textContent()).toBe('Bounce rate');
  expect(await page.locator('.chip').textContent()).toContain('Page' + 'contains' + '/docs');
  expect(await page.locator('.legend-before').count()).toBe(0);
  const pressed = await panel(page, 'Pages').locator('[aria-pressed="true"]').allTextContents();
  expect(pressed).toEqual(['Entry']);
  expect(searchOf(page)).toBe(`?site=example.com${search}`);
});

test('a hostile page is text: shown, filtered by, and in the address', async () => {
  const page = await open();
  await panel(page, 'Pages').locator('.bar', { hasText: 'onerror' }).click();
  await untilSettled(page);
  expect(await readPanel(page, 'Pages')).toEqual([`${hostile} 1`]);
  await page.reload();
  await untilSettled(page);
  expect(await readPanel(page, 'Pages')).toEqual([`${hostile} 1`]);
  expect(await page.locator('#app img').count()).toBe(0);
});

describe('the keyboard', () => {
  test('a letter chooses the time', async () => {
    const page = await open();
    await page.keyboard.press('w');
    await page.waitForURL('**&range=7d');
    await page.keyboard.press('d');
    await page.waitForURL('**&range=day');
    await untilSettled(page);
    expect(await readNumbers(page)).toMatchObject({ Visitors: '4' });
  });

  test('the slash opens the filter, where letters are letters', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await page.getByLabel('Value').fill('/d');
    await page.getByLabel('How').selectOption('contains');
    await page.getByLabel('Value').press('Enter');
    await untilSettled(page);
    expect(searchOf(page)).toBe('?site=example.com&f=contains,page,/d');
    expect(await readNumbers(page)).toMatchObject({ Visitors: '1' });
  });

  test('the chart says its values, bucket by bucket', async () => {
    const page = await open('&range=7d');
    const chart = page.getByRole('slider');
    await chart.focus();
    await chart.press('ArrowLeft');
    await expect.poll(() => chart.getAttribute('aria-valuetext')).toMatch(/^\w{3} \d+ \w{3}: 4$/);
    await page.locator('.tip-before').waitFor();
  });
});

test('the whole list is searched on the server, and its rows filter', async () => {
  const page = await open();
  await page.getByRole('link', { name: 'All pages' }).click();
  const dialog = page.getByRole('dialog', { name: 'All pages' });
  await dialog.getByRole('row').nth(4).waitFor();
  await dialog.getByLabel('Search pages').fill('PRI');
  await expect.poll(() => dialog.locator('tbody th').allTextContents()).toEqual(['/pricing']);
  await dialog.getByRole('button', { name: '/pricing' }).click();
  await dialog.waitFor({ state: 'detached' });
  await untilSettled(page);
  expect(searchOf(page)).toBe('?site=example.com&f=is,page,/pricing');
});

test('what lies over the page is a step in the history, and closing it takes that back', async () => {
  const page = await open('&range=7d');
  const dialog = page.getByRole('dialog');
  await page.getByRole('link', { name: 'All sources' }).click();
  await dialog.waitFor();
  expect(searchOf(page)).toBe('?site=example.com&range=7d&open=list,source');
  await page.goBack();
  await dialog.waitFor({ state: 'detached' });
  await page.goForward();
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(searchOf(page)).toBe('?site=example.com&range=7d');

  await page.goto(`${app.url}/?site=example.com&open=why`);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(searchOf(page)).toBe('?site=example.com');
});

test('a server that fails is said calmly, with the old numbers left standing', async () => {
  const page = await open();
  await page.route('**/api/v2/batch', (route) =>
    route.fulfill({ status: 503, json: { error: 'the query took longer than 30 s' } }),
  );
  await page.keyboard.press('w');
  await page.getByText('The query took longer than 30 s. What is shown is from before.').waitFor();
  expect(await readNumbers(page)).toMatchObject({ Visitors: '4' });
  await page.unroute('**/api/v2/batch');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.notice').waitFor({ state: 'detached' });
});

describe('nothing is in anybody’s way', () => {
  test.each([
    ['light', 1240],
    ['dark', 1240],
    ['light', 390],
    ['dark', 390],
  ] as const)('%s, %d wide', { timeout: 60_000 }, async (colorScheme, width) => {
    await context.close();
    context = await browser.newContext({
      colorScheme,
      viewport: { width, height: 844 },
      reducedMotion: 'reduce',
    });
    const page = await open('&f=is_not,country,FR');
    for (const search of ['', '&open=list,source', '&open=why', '&setup', '&from=2020-01-01&to=2020-02-01']) {
      await page.goto(`${app.url}/?site=example.com${search}`);
      await page.locator('tbody th, main[aria-busy="false"] .uplot, .waiting').first().waitFor();
      expect(await findBarriers(page), search).toEqual([]);
      const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(wider, `${search} scrolls sideways`).toBeLessThanOrEqual(0);
    }
    for (const path of ['/?sites', '/?add']) {
      await page.goto(app.url + path);
      await page.locator('h1').waitFor();
      expect(await findBarriers(page), path).toEqual([]);
    }
  });

  test('open menus and the filter', async () => {
    const page = await open();
    await page.getByRole('button', { name: /^Time:/ }).click();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Site:/ }).click();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await findBarriers(page)).toEqual([]);
  });
});
