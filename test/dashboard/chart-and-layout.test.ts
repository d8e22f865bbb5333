import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openAsOwner, untilSettled } from '../support/browser/pages.ts';
import { noonZone } from '../support/noon-zone.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

const zone = noonZone();

let app: RealApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  const site = { domain: 'example.com', timezone: zone };
  await app.post('/api/v1/sites', site, { key: app.key });
  const view = (i: number) =>
    app.post(
      '/api/event',
      { n: 'pageview', u: `https://example.com/${i % 4}`, d: 'example.com' },
      { key: app.key, headers: { 'X-Forwarded-For': `8.8.8.${i}` } },
    );
  for (let i = 0; i < 12; i++) await view(i);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** The report in a window of its own, with the errors that the page has thrown. */
async function open(search: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options);
  const page = await openAsOwner(context, app, `/?site=example.com${search}`);
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await untilSettled(page);
  return { page, errors, close: () => context.close() };
}

const today = () => new Date().toLocaleDateString('en-CA', { timeZone: zone });

/** A point of the chart, a little left of its right edge: the last day. */
async function lastDay(page: Page): Promise<readonly [x: number, y: number]> {
  const { x, y, width } = (await page.locator('.canvas .u-over').boundingBox())!;
  return [x + width - 3, y + 50];
}

describe('a day of the chart becomes the range', () => {
  const ofToday = () => `**&from=${today()}&to=${today()}`;

  test('by a click', async () => {
    const { page, close } = await open('&range=7d');
    const [x, y] = await lastDay(page);
    await page.mouse.move(x - 40, y);
    await page.mouse.click(x, y);
    await page.waitForURL(ofToday());
    await close();
  });

  test('by a tap', async () => {
    const { page, close } = await open('&range=7d', { hasTouch: true, isMobile: true });
    await page.touchscreen.tap(...(await lastDay(page)));
    await page.waitForURL(ofToday());
    await close();
  });

  test('by the keyboard', async () => {
    const { page, close } = await open('&range=7d');
    const chart = page.getByRole('slider');
    await chart.focus();
    await chart.press('ArrowLeft');
    await chart.press('Enter');
    await page.waitForURL(ofToday());
    await close();
  });

  test('an hour does not: it is no range', async () => {
    const { page, close } = await open('&range=day');
    await page.mouse.click(...(await lastDay(page)));
    await page.locator('.tip').waitFor();
    expect(new URL(page.url()).searchParams.has('from')).toBe(false);
    await close();
  });
});

test('a list that is closed, however, throws nothing', async () => {
  const { page, errors, close } = await open('');
  const dialog = page.getByRole('dialog');
  const ways: (() => Promise<unknown>)[] = [
    () => page.keyboard.press('Escape'),
    () => dialog.getByRole('button', { name: 'Close' }).click(),
    () => page.goBack(),
    () => page.mouse.click(5, 5),
    () => dialog.locator('tbody button').first().click(),
  ];
  for (const way of ways) {
    await page.getByRole('link', { name: 'All pages' }).click();
    await dialog.getByRole('row').nth(1).waitFor();
    await way();
    await dialog.waitFor({ state: 'detached' });
  }
  await untilSettled(page);
  expect(errors).toEqual([]);
  await close();
});

test('figures are of one width, in the build too', async () => {
  const { page, close } = await open('');
  for (const part of ['.number-value', '.bar-count', '.legend', 'button'])
    expect([part, await styleOf(page, part, 'fontVariantNumeric')]).toEqual([part, 'tabular-nums']);
  await close();
});

const styleOf = (page: Page, selector: string, name: string) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${name}`);

test('bars end before figures, and panels are headed by their metric', async () => {
  for (const width of [320, 1280]) {
    const { page, close } = await open('', { viewport: { width, height: 900 } });
    const bars = await page.evaluate<[start: number, bar: number, count: number][]>(`
      [...document.querySelectorAll('.bar')].map((bar) => [
        bar.querySelector('.bar-name').getBoundingClientRect().left,
        Number.parseFloat(getComputedStyle(bar, '::before').width),
        bar.querySelector('.bar-count').getBoundingClientRect().left,
      ])`);
    expect(bars.length).toBeGreaterThan(5);
    for (const [start, bar, count] of bars) {
      expect(bar).toBeGreaterThan(0);
      expect(start + bar).toBeLessThanOrEqual(count);
    }
    const heads = await page.locator('.bars-head').allTextContents();
    expect(heads).toEqual(
      ['Source', 'Page', 'Country', 'Browser'].map((name) => `${name}Visitors▾`),
    );
    await close();
  }
});

test('at 320 px the header fits, and nothing scrolls sideways', async () => {
  const { page, close } = await open('', { viewport: { width: 320, height: 700 } });
  for (const part of await page.locator('.top :is(button, a)').all()) {
    const box = await part.boundingBox();
    if (box === null) continue;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(320);
  }
  const wider = 'document.documentElement.scrollWidth - innerWidth';
  expect(await page.evaluate<number>(wider)).toBeLessThanOrEqual(0);
  await close();
});

test('regions and cities are offered only where a database fills them', async () => {
  const { page, close } = await open('');
  const places = page.getByRole('region', { name: 'Countries', exact: true });
  const tabs = ['Countries', 'Map', 'Languages'];
  expect(await places.locator('.tab').allTextContents()).toEqual(tabs);
  await page.route('**/api/session', (route) =>
    route.fulfill({ json: { signedIn: true, hasCities: true } }),
  );
  await page.reload();
  await untilSettled(page);
  expect(await places.locator('.tab').allTextContents()).toEqual([
    'Countries',
    'Map',
    'Regions',
    'Cities',
    'Languages',
  ]);
  await places.getByRole('button', { name: 'Cities' }).click();
  await untilSettled(page);
  expect(await places.locator('.bars-head').textContent()).toBe('CityVisitors▾');
  await close();
});

test('the comparison has the same weekdays; with no earlier data it has no line', async () => {
  const { page, close } = await open('&range=30d');
  expect(await page.locator('.legend-before').count()).toBe(0);
  await page.goto(`${app.url}/?site=example.com&range=7d`);
  const asked = await page.waitForRequest('**/api/v2/batch');
  const { queries } = asked.postDataJSON() as { queries: { date_range: [string, string] }[] };
  const ranges = queries.map(({ date_range }) => date_range.map((day) => day.slice(0, 10)));
  const before = ranges.find(([from]) => from! < ranges[0]![0]!)!;
  expect(Date.parse(ranges[0]![0]!) - Date.parse(before[0]!)).toBe(7 * 86_400_000);
  await close();
});
