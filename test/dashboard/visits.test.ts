import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import type { BrowserContext, Download, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBarriers } from '../support/browser/axe.ts';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openAsOwner, untilSettled } from '../support/browser/pages.ts';
import { noonZone } from '../support/noon-zone.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  await app.post('/api/v1/sites', { domain: 'shop.test', timezone: noonZone() }, { key: app.key });
  const send = (address: string, name: string, path: string, more: object = {}) =>
    app.post(
      '/api/event',
      { name, domain: 'shop.test', url: `https://shop.test${path}`, ...more },
      { key: app.key, headers: { 'User-Agent': agents.chrome, 'X-Forwarded-For': address } },
    );
  await send('8.8.8.8', 'pageview', '/', { referrer: 'https://www.google.com/' });
  await send('8.8.8.8', 'engagement', '/', { sd: 60, e: 20_000 });
  await send('8.8.8.8', 'pageview', '/pricing');
  await send('8.8.8.8', 'Signup', '/pricing', { props: { plan: 'pro' } });
  await send('91.0.0.1', 'pageview', '/docs');
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  context = await browser.newContext({ acceptDownloads: true });
});
afterEach(() => context.close());

async function open(search = ''): Promise<Page> {
  const page = await openAsOwner(context, app, `/?site=shop.test&range=all${search}`);
  await untilSettled(page);
  return page;
}

test('the visits of a view, and what one did, step by step', async () => {
  const page = await open('&f=is,source,Google');
  await page.getByRole('link', { name: 'Visits', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const rows = dialog.getByRole('row');
  await rows.nth(1).waitFor();
  expect(await rows.count()).toBe(2);
  expect(await rows.nth(1).textContent()).toContain('//pricingGoogleUnited StatesDesktop');
  expect(await findBarriers(page)).toEqual([]);

  await rows.nth(1).getByRole('link').click();
  await dialog.locator('.visit-steps li').nth(2).waitFor();
  const steps = await dialog.locator('.visit-steps li > div').allTextContents();
  expect(steps).toEqual(['/read for 20s · 60% seen', '/pricing', 'Signup /pricingplan: pro']);
  expect(await findBarriers(page)).toEqual([]);
  await page.goBack();
  await rows.nth(1).waitFor();
});

test('the palette leads to all visits; the newest stands first', async () => {
  const page = await open();
  await page.keyboard.press('Control+k');
  await page.getByLabel('What to do').fill('visits, one');
  await page.getByLabel('What to do').press('Enter');
  const rows = page.getByRole('dialog').getByRole('row');
  await rows.nth(2).waitFor();
  expect(await rows.nth(1).textContent()).toContain('/docs/docsDirect');
});

const textOf = async (download: Download) => readFile(await download.path(), 'utf8');

test('rows as they are filtered, and every table in one file', async () => {
  const page = await open('&f=is,source,Google');
  await page.getByRole('button', { name: 'More of this view' }).click();
  await page.locator('.top').getByRole('link', { name: 'Download' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('link', { name: 'Parquet' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  const downloads = async (click: Promise<unknown>) =>
    (await Promise.all([page.waitForEvent('download'), click]))[0];

  const csv = await downloads(dialog.getByRole('link', { name: 'CSV' }).click());
  expect(csv.suggestedFilename()).toBe('shop.test all time hits.csv');
  expect((await textOf(csv)).trim().split('\r\n')).toHaveLength(4);
  const parquet = await downloads(dialog.getByRole('link', { name: 'Parquet' }).click());
  expect((await textOf(parquet)).slice(0, 4)).toBe('PAR1');

  const zip = await downloads(dialog.getByRole('button', { name: 'Download view (ZIP)' }).click());
  const files = unzipSync(await readFile(await zip.path()));
  const names = Object.keys(files);
  expect(names).toContain('pages.csv');
  expect(names.find((name) => name.startsWith('by '))).toBeDefined();
  const lines = Buffer.from(files['pages.csv']!).toString().trim().split('\r\n');
  expect(lines[0]).toMatch(/^Page,visitors,percentage,/);
  expect(lines.slice(1).map((line) => line.split(',').slice(0, 2))).toEqual([
    ['/', '1'],
    ['/pricing', '1'],
  ]);
});

test('what robots read, by kind, name and page, where a site keeps them', async () => {
  const site = { domain: 'read.test', timezone: noonZone(), robots: 'keep' };
  await app.post('/api/v1/sites', site, { key: app.key });
  for (const [agent, path] of [
    ['Googlebot/2.1', '/'],
    ['Googlebot/2.1', '/docs'],
    ['GPTBot/1.2', '/docs'],
  ])
    await app.post(
      '/api/event',
      { name: 'pageview', domain: 'read.test', url: `https://read.test${path}` },
      { headers: { 'User-Agent': agent! } },
    );
  const page = await openAsOwner(context, app, '/?site=read.test');
  await page.getByRole('link', { name: 'Robots', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const rows = (table: number) =>
    dialog.locator('table').nth(table).locator('tbody tr').allTextContents();
  await dialog.getByRole('button', { name: 'Search engine' }).waitFor();
  const all = [await rows(0), await rows(1), await rows(2)];
  expect(all).toEqual([
    ['Search engine2', 'AI training1'],
    ['Googlebot2', 'GPTBot1'],
    ['/docs2', '/1'],
  ]);
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'AI training' }).click();
  await expect.poll(() => rows(1)).toEqual(['GPTBot1']);
  expect(await rows(2)).toEqual(['/docs1']);
});
