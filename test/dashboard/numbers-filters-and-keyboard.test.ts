import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBarriers } from '../support/browser/axe.ts';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openAsOwner, readNumbers, readPanel, untilSettled } from '../support/browser/pages.ts';
import { noonZone } from '../support/noon-zone.ts';
import { allCases, openRealApp, type RealApp } from '../support/real-app.ts';

const zone = noonZone();

let app: RealApp;
let browser: Browser;
let context: BrowserContext;

const hostile = '/<img src=x onerror=alert(1)>,\\"\'&f=is';

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  const site = { domain: 'example.com', timezone: zone };
  await app.post('/api/v1/sites', site, { key: app.key });
  const view = (address: string, agent: string, path: string, referrer?: string) =>
    app.post(
      '/api/event',
      {
        name: 'pageview',
        domain: 'example.com',
        url: `https://example.com${encodeURI(path)}`,
        referrer,
      },
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

test('the numbers and the panels match the hits', async () => {
  const page = await open();
  expect(await readNumbers(page)).toMatchObject({ Visitors: '4', Visits: '4', Pageviews: '5' });
  expect(await readPanel(page, 'Pages')).toEqual([
    '/ 2',
    `${hostile} 1`,
    '/docs/start 1',
    '/pricing 1',
  ]);
  expect(await readPanel(page, 'Sources')).toEqual(['Google 2', 'Direct 1', 'Hacker News 1']);
  expect(await readPanel(page, 'Countries')).toContain('United States 2');
});

test('each number has its change from the period before, unless it is switched off', async () => {
  const dayIn = (days: number) =>
    new Date(Date.now() + days * 86_400_000).toLocaleDateString('en-CA', {
      timeZone: zone,
    });
  // The same weekdays of the week before contain today.
  const search = `&from=${dayIn(7)}&to=${dayIn(8)}`;
  const changes = (page: Page) => page.locator('.number-change').allTextContents();
  expect((await changes(await open(search))).slice(0, 3)).toEqual(['−100%', '−100%', '−100%']);
  expect((await changes(await open(`${search}&compare=none`))).join('').trim()).toBe('');
});

test('a click on a row filters everything, is in the address, and back undoes it', async () => {
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

test('the address restores the whole view', async () => {
  const search =
    '&range=7d&f=contains,page,/docs&metric=bounce_rate&by=hour&compare=none&tab.pages=entry';
  const page = await open(search);
  expect(await page.locator('.number[aria-pressed="true"] .number-label').textContent()).toBe(
    'Bounce rate',
  );
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
  expect(await page.locator('#app img:not(.flag)').count()).toBe(0);
});

describe('the keyboard', () => {
  test('a letter chooses the range', async () => {
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

  test('the filter dialog begins with the value, and says what is missing', async () => {
    const page = await open();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.keyboard.press('/');
    const value = page.getByLabel('Value');
    await page.locator('input[aria-label="Value"]:focus').waitFor();
    await page.keyboard.type('  ');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing to filter by yet').waitFor();
    await value.fill('');
    await page.keyboard.type('/pricing');
    expect(await page.getByText('Nothing to filter by yet').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.waitForURL('**&f=is,page,/pricing');
    expect(said).toEqual([]);
  });

  test('a question mark lists the keys', async () => {
    const page = await open();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.getByText('Last 7 days').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('w');
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
    expect(searchOf(page)).toBe('?site=example.com');
  });

  test('a screen reader gets the chart’s values, bucket by bucket', async () => {
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

test('a page where no visit began has no bounce rate', async () => {
  const page = await open('&open=list,page');
  const row = page.getByRole('dialog').getByRole('row', { name: '/pricing' });
  await row.waitFor();
  const cells = ['1', '0', '–', '25%', '1', '1', '–', '–', '–'];
  expect(await row.locator('td').allTextContents()).toEqual(cells);
});

test('small lines end at the current time, as the chart does', async () => {
  await context.clock.setFixedTime(new Date());
  const page = await open('&range=day');
  const ends = await page.locator('.number .spark path:not(.running)').evaluateAll((lines) =>
    lines.map((line) => {
      const { x, width } = (
        line as unknown as { getBBox(): { x: number; width: number } }
      ).getBBox();
      return x + width;
    }),
  );
  expect(Math.max(...ends)).toBeGreaterThan(30);
  expect(Math.max(...ends)).toBeLessThan(60);
});

test('a range can be of hours', async () => {
  const page = await open();
  await page.getByRole('button', { name: /^Time:/ }).click();
  const today = await page.getByLabel('To', { exact: true }).inputValue();
  await page.getByLabel('From', { exact: true }).fill(today);
  await page.getByLabel('From, time').fill('00:00');
  await page.getByLabel('To, time').fill('01:30');
  await page.getByRole('button', { name: 'Show this range' }).click();
  await untilSettled(page);
  expect(searchOf(page)).toBe(`?site=example.com&from=${today}T00:00&to=${today}T01:30`);
  await page.getByRole('button', { name: /^Time: chosen days, .*00:00.*01:30$/ }).waitFor();
  await page.getByRole('link', { name: 'Table' }).click();
  await expect.poll(() => page.getByRole('dialog').locator('tbody th').count()).toBe(2);
});

test('the range menu shows the days of each range', async () => {
  const page = await open();
  await page.getByRole('button', { name: /^Time:/ }).click();
  const item = page.getByRole('button', { name: /^Last 30 days/ });
  expect(await item.textContent()).toMatch(/^Last 30 days\d+ \w+( \d{4})?\s–\s\d+ \w+( \d{4})?T$/);
});

test('a site that does not exist: only what to do instead is shown', async () => {
  const page = await openAsOwner(context, app, '/?site=gone.example');
  await page.getByRole('heading', { name: 'There is no site gone.example' }).waitFor();
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  expect(await page.locator('.panel, .top-tools').count()).toBe(0);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('link', { name: 'Add it' }).click();
  expect(await page.getByLabel('Domain').inputValue()).toBe('gone.example');
  await page.goto(`${app.url}/?site=gone.example&setup`);
  await page.getByRole('link', { name: 'All sites' }).click();
  await page.getByText('4 visitors in 7 days').waitFor();
});

test('a site is added with the keyboard: its domain first, its zone by today’s name', async () => {
  await context.close();
  context = await browser.newContext({ timezoneId: 'Asia/Calcutta' });
  const page = await openAsOwner(context, app, '/?sites');
  await page.getByRole('link', { name: 'Add a site' }).click();
  await page.getByLabel('Domain').waitFor();
  await page.keyboard.type('one.example');
  expect(await page.getByLabel('Time zone').inputValue()).toBe('Asia/Kolkata');
  const zones = await page.getByLabel('Time zone').locator('option').allTextContents();
  expect(zones).toEqual(expect.arrayContaining(['Europe/Kyiv', 'Asia/Ho_Chi_Minh', 'UTC']));
  expect(zones).not.toContain('Asia/Calcutta');
  await page.keyboard.press('Enter');
  await page.getByText('Waiting for the first hit').waitFor();
  await app.post(
    '/api/event',
    { name: 'pageview', domain: 'one.example', url: 'https://one.example/' },
    { headers: { 'User-Agent': agents.firefox } },
  );
  await page.goto(`${app.url}/?sites`);
  await page.getByText('1 visitor in 7 days').waitFor();
});

test('on a phone the numbers scroll sideways, and so the chart is on the first screen', async () => {
  await context.close();
  context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await open();
  const { y, height } = (await page.locator('.canvas').boundingBox())!;
  expect(y + height).toBeLessThan(844);
  const last = page.locator('.number').last();
  await last.scrollIntoViewIfNeeded();
  const { x, width } = (await last.boundingBox())!;
  expect(x + width).toBeLessThanOrEqual(390);
  await page.getByRole('link', { name: 'All sources' }).click();
  await page.getByRole('dialog').getByRole('row').nth(3).waitFor();
  const frame = page.locator('.side-scroll');
  await page.locator('.side-scroll.more-after:not(.more-before)').waitFor();
  await frame.evaluate((element) => element.scrollTo(9_999, 0));
  await page.locator('.side-scroll.more-before:not(.more-after)').waitFor();
});

test('a dialog is a history entry, and closing it goes back', async () => {
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

test('the dashboard works in a browser on a system without a language', async () => {
  await context.addInitScript(
    "Object.defineProperty(navigator, 'language', { value: 'en-US@posix', configurable: true })",
  );
  const page = await open();
  await page.locator('.uplot').waitFor();
  expect(await readNumbers(page)).toMatchObject({ Visitors: '4' });
});

test('a failing server is reported calmly, and the old numbers stay', async () => {
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

describe('accessible, without a fault that axe finds', () => {
  const screens = [
    ['light', 1240],
    ['dark', 390],
    ['light', 390],
    ['dark', 1240],
  ] as const;
  test.each(allCases ? screens : screens.slice(0, 2))('%s, %d wide', async (colorScheme, width) => {
    await context.close();
    context = await browser.newContext({
      colorScheme,
      viewport: { width, height: 844 },
      reducedMotion: 'reduce',
    });
    const page = await open('&f=is_not,country,FR');
    for (const search of [
      '',
      '&open=list,source',
      '&open=why',
      '&setup',
      '&from=2020-01-01&to=2020-02-01',
    ]) {
      await page.goto(`${app.url}/?site=example.com${search}`);
      await page.locator('tbody th, main[aria-busy="false"] .uplot, .waiting').first().waitFor();
      expect(await findBarriers(page), search).toEqual([]);
      const wider = await page.evaluate<number>(
        'document.documentElement.scrollWidth - innerWidth',
      );
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

describe('the map of the world', () => {
  const countries = (page: Page) => panel(page, 'Countries');
  const country = (page: Page, name: string) =>
    countries(page).locator('svg').getByRole('button', { name });

  test('is loaded when shown; a click filters, with Shift it leaves out', async () => {
    const page = await open();
    let loads = 0;
    page.on('request', (request) => request.url().includes('/world-map-') && loads++);
    await countries(page).getByRole('button', { name: 'Map' }).click();
    await country(page, 'Germany: 1').hover();
    await countries(page).locator('.map-tip', { hasText: 'Germany1' }).waitFor();
    expect(loads).toBe(1);
    expect(await countries(page).locator('[data-code]').count()).toBe(250);
    expect(await findBarriers(page)).toEqual([]);

    await country(page, 'Germany: 1').click();
    await page.waitForURL('**f=is,country,DE**');
    await untilSettled(page);
    expect(await readNumbers(page)).toMatchObject({ Visitors: '1' });
    await country(page, 'Germany: 1').click({ modifiers: ['Shift'] });
    await page.waitForURL('**f=is_not,country,DE**');
    await untilSettled(page);
    expect(await country(page, 'Germany').count()).toBe(0);
  });

  test('arrows lead from country to country, and Enter filters', async () => {
    const page = await open('&tab.countries=map');
    await country(page, 'United States: 2').focus();
    await page.keyboard.press('ArrowRight');
    await countries(page).locator('.map-tip', { hasText: 'Germany1' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**f=is,country,DE**');
    await untilSettled(page);
    expect(await readNumbers(page)).toMatchObject({ Visitors: '1' });
    expect(await country(page, 'Germany: 1').getAttribute('aria-pressed')).toBe('true');
  });
});

test('pictures stand before names, and come from this server alone', async () => {
  const page = await context.newPage();
  const failed: string[] = [];
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  page.on('console', (message) => message.type() === 'error' && failed.push(message.text()));
  await context.request.post(`${app.url}/api/session`, { data: { key: app.key } });
  await page.goto(`${app.url}/?site=example.com`);
  await untilSettled(page);
  const row = (title: string, name: string) =>
    panel(page, title).locator('.bar', { hasText: name }).locator('.picture');
  const flag = row('Countries', 'Germany').locator('img');
  await expect
    .poll(() => flag.evaluate((image: { naturalWidth: number }) => image.naturalWidth))
    .toBeGreaterThan(0);
  const style = (await page.locator('html').getAttribute('style')) ?? '';
  const sheet = /url\("(.+?)"\)/.exec(style)?.[1];
  expect(await row('Sources', 'Google').getAttribute('class')).toBe('picture drawn');
  const answer = await context.request.get(`${app.url}${sheet}`);
  expect(answer.headers()).toMatchObject({
    'content-type': 'image/svg+xml',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect([[...hosts], failed]).toEqual([[new URL(app.url).host], []]);
});
