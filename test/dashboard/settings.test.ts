import { createHash } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBarriers } from '../support/browser/axe.ts';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openAsOwner, readNumbers, untilSettled } from '../support/browser/pages.ts';
import { noonZone } from '../support/noon-zone.ts';
import { chrome, openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  await app.post(
    '/api/v1/sites',
    { domain: 'example.com', timezone: noonZone() },
    { key: app.key },
  );
  for (const path of ['/', '/private/a', '/private/b'])
    await app.post(
      '/api/event',
      { name: 'pageview', domain: 'example.com', url: `https://example.com${path}` },
      { key: app.key },
    );
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

const open = (section: string): Promise<Page> =>
  openAsOwner(context, app, `/?site=example.com&settings=${section}`);

const kept = async () =>
  (await (await app.get('/api/v1/sites/example.com', { key: app.key })).json()) as Record<
    string,
    unknown
  >;

test('every section is reached from the menu of sites, and has no barrier', async () => {
  const page = await openAsOwner(context, app, '/?site=example.com');
  await page.getByRole('button', { name: /^Site:/ }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  const links = page.getByRole('navigation', { name: 'Settings' }).getByRole('link');
  await links.first().waitFor();
  expect(await links.count()).toBeGreaterThan(6);
  for (const link of await links.all()) {
    await link.click();
    await page.getByRole('heading', { level: 2, name: (await link.textContent())! }).waitFor();
    expect(await findBarriers(page), (await link.textContent())!).toEqual([]);
  }
});

test('settings are saved together, and what is refused says so at its field', async () => {
  const page = await open('counted');
  await page.getByLabel('Pages to leave out').fill('/admin/**\n/tmp/*');
  await page.getByLabel('Addresses to leave out').fill('192.0.2.300');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/expected IP addresses and CIDR ranges/).waitFor();
  expect((await kept())['excluded_pages']).toEqual([]);
  await page.getByLabel('Addresses to leave out').fill('192.0.2.3');
  await page.getByLabel('Host names').selectOption('own');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  expect(await kept()).toMatchObject({
    ...{ excluded_pages: ['/admin/**', '/tmp/*'], excluded_addresses: ['192.0.2.3'] },
    hostnames: 'own',
  });
});

test('the tag for the pages has what is switched on, in the smallest script that does it', async () => {
  const page = await open('tracker');
  const tag = page.locator('.copy code');
  await expect
    .poll(() => tag.textContent())
    .toContain(
      `<script defer data-domain="example.com" src="${app.url}/js/daybook.small.v1.js"></script>`,
    );
  await page.getByLabel('Links to other sites').check();
  await expect
    .poll(() => tag.textContent())
    .toContain(` data-outbound-links src="${app.url}/js/daybook.v1.js"`);
  await page.getByLabel('Exactly this file').check();
  const [, src, integrity] = /src="([^"]+)" integrity="([^"]+)"/.exec((await tag.textContent())!)!;
  const script = Buffer.from(await (await fetch(src!)).arrayBuffer());
  expect(integrity).toBe(`sha384-${createHash('sha384').update(script).digest('base64')}`);
});

test('days to keep: a number, or for ever', async () => {
  const page = await open('kept');
  const field = page.getByLabel('Days that hits are kept');
  await field.fill('400');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  expect((await kept())['keep_hits_days']).toBe(400);
  await field.fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(async () => (await kept())['keep_hits_days']).toBe('forever');
});

test('goals are added and removed', async () => {
  const page = await open('goals');
  await page.getByLabel('Kind').selectOption('page');
  await page.getByLabel('Page', { exact: true }).fill('/private/**');
  await page.getByLabel('What it is called, if otherwise').fill('Secret');
  await page.getByRole('button', { name: 'Add the goal' }).click();
  await page.getByText('view of /private/**').waitFor();
  await page.getByRole('button', { name: 'Remove Secret' }).click();
  await page.getByText('There is no goal yet.').waitFor();
});

test('an annotation stands below the chart', async () => {
  const page = await open('annotations');
  await page.getByLabel('What happened').fill('Launch day');
  await page.getByRole('button', { name: 'Add the annotation' }).click();
  await page.getByRole('button', { name: 'Remove Launch day' }).waitFor();
  await page.goto(`${app.url}/?site=example.com&range=7d`);
  await page.locator('.legend-note', { hasText: 'Launch day' }).waitFor();
});

test('filters are kept as a segment, which filters by its name', async () => {
  const page = await openAsOwner(
    context,
    app,
    '/?site=example.com&range=all&f=contains,page,/private',
  );
  await untilSettled(page);
  await page.getByRole('button', { name: 'Segments' }).click();
  await page.getByRole('button', { name: 'Keep these filters' }).click();
  await page.getByLabel('Name of the segment').fill('Private pages');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await page.locator('.chip', { hasText: 'Private pages' }).waitFor();
  await untilSettled(page);
  expect(await readNumbers(page)).toMatchObject({ Pageviews: '2' });
  await page.getByRole('button', { name: /^Remove the filter Segment/ }).click();
  await untilSettled(page);
  await page.getByRole('button', { name: 'Segments' }).click();
  await page.getByRole('button', { name: 'Private pages' }).click();
  await page.waitForURL(/&f=is,segment,/);
});

test('what is erased is counted first, and taken back', async () => {
  const page = await open('erase');
  await page.getByLabel('Page', { exact: true }).fill('/private/*');
  expect(await page.getByRole('button', { name: 'Erase', exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'What would go?' }).click();
  await page.getByText('2 hits of 1 visitors would go.').waitFor();
  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  const back = page.getByRole('button', { name: /^Take back/ });
  await back.waitFor();
  const count = async () => {
    const query = { site_id: 'example.com', metrics: ['pageviews'], date_range: 'all' };
    const answer = await app.post('/api/v2/query', query, { key: app.key });
    return ((await answer.json()) as { results: { metrics: number[] }[] }).results[0]?.metrics[0];
  };
  expect(await count()).toBe(1);
  await back.click();
  await back.waitFor({ state: 'detached' });
  expect(await count()).toBe(3);
});

test('a site is removed once its name is typed', async () => {
  await app.post('/api/v1/sites', { domain: 'gone.example' }, { key: app.key });
  const page = await openAsOwner(context, app, '/?site=gone.example&settings=erase');
  const button = page.getByRole('button', { name: 'Remove the site' });
  expect(await button.isDisabled()).toBe(true);
  await page.getByLabel('Type gone.example to remove it').fill('gone.example');
  await button.click();
  await page.waitForURL('**/?sites');
  expect(await page.getByText('gone.example').count()).toBe(0);
});

test('the hits of a person who asks are found by address and user agent, and erased', async () => {
  for (const [path, address] of [
    ['/asked', '192.0.2.7'],
    ['/not-asked', '192.0.2.8'],
  ])
    await app.post(
      '/api/event',
      { name: 'pageview', domain: 'example.com', url: `https://example.com${path}` },
      { key: app.key, headers: { 'User-Agent': chrome, 'X-Forwarded-For': address! } },
    );
  const page = await open('privacy');
  await page.getByText(/Global Privacy Control or Do Not Track were left out/).waitFor();
  await page.getByLabel('Address').fill('nowhere');
  await page.getByLabel('User agent').fill(chrome);
  const find = page.getByRole('button', { name: 'Find their hits' });
  await find.click();
  await page.getByText(/expected an IP address/).waitFor();
  await page.getByLabel('Address').fill('192.0.2.7');
  await find.click();
  await page.getByText(/^1 hit\. Looked through/).waitFor();
  await page.getByRole('row', { name: /\/asked/ }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Erase exactly these' }).click();
  await page.getByText(/in no report any more/).waitFor();
  const rows = await (await app.get('/api/hits?site=example.com', { key: app.key })).text();
  expect(rows).not.toContain('"/asked"');
  expect(rows).toContain('"/not-asked"');
});
