import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unzipSync } from 'fflate';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBarriers } from '../support/browser/axe.ts';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openAsOwner, readNumbers, readPanel, untilSettled } from '../support/browser/pages.ts';
import { noonZone } from '../support/noon-zone.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/** Who has a link sees what its owner saw, and nothing else; also within another site's page. */
let app: RealApp;
let browser: Browser;
let context: BrowserContext;
let blog: Server;

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  const site = { domain: 'example.com', timezone: noonZone() };
  await app.post('/api/v1/sites', site, { key: app.key });
  for (const [path, agent] of [
    ['/blog/a', agents.chrome],
    ['/blog/a', agents.firefox],
    ['/blog/b', agents.chrome],
    ['/secret', agents.chrome],
  ])
    await app.post(
      '/api/event',
      { name: 'pageview', domain: 'example.com', url: `https://example.com${path}` },
      { headers: { 'User-Agent': agent! } },
    );
  blog = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<body>${decodeURIComponent(request.url!.slice(2))}</body>`);
  });
  await new Promise<void>((resolve) => blog.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  blog?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

let made = 0;

async function secretOf(link: object = {}): Promise<string> {
  const path = '/api/v1/sites/example.com/shared-links';
  const answer = await app.post(path, { name: `Link ${made++}`, ...link }, { key: app.key });
  return (await answer.json()).secret;
}

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(app.url + path);
  return page;
}

const blogPages = [['contains', 'event:page', ['/blog/'], { case_sensitive: false }]];

test('the owner shares exactly this view: its range, filters and metric', async () => {
  const filtered = '/?site=example.com&range=7d&f=contains,page,/blog/&metric=pageviews';
  const page = await openAsOwner(context, app, filtered);
  await untilSettled(page);
  const numbers = await readNumbers(page);
  await page.getByRole('button', { name: 'Share this view' }).click();
  await page.getByLabel('Its filters stay').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Make the link' }).click();
  await page.getByText('Copy its address now').waitFor();
  const address = (await page.locator('dialog pre').first().textContent())!;
  expect(new URL(address).search).toBe('?range=7d&metric=pageviews');
  const stranger = await browser.newContext();
  const seen = await stranger.newPage();
  await seen.goto(address);
  await untilSettled(seen);
  expect(await readNumbers(seen)).toEqual(numbers);
  expect(await readPanel(seen, 'Pages')).toEqual(['/blog/a 2', '/blog/b 1']);
  await seen.locator('.chip.fixed', { hasText: 'Page contains /blog/' }).waitFor();
  await stranger.close();
});

test('a stranger may filter and choose dates, has no more controls, and the address stays', async () => {
  const secret = await secretOf({ filters: blogPages, hide_below: 2 });
  const page = await open(`/share/${secret}?range=7d`);
  await untilSettled(page);
  for (const name of ['Share this view', 'Site: example.com', 'Sign out'])
    expect([name, await page.getByRole('button', { name }).count()]).toEqual([name, 0]);
  for (const name of ['Sign in', 'Why not counted?', 'daybook'])
    expect([name, await page.getByRole('link', { name }).count()]).toEqual([name, 0]);
  await page.getByText('Numbers of fewer than 2 visitors are hidden.').waitFor();
  expect(await readPanel(page, 'Pages')).toEqual(['/blog/a 2']);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: '/blog/a' }).click();
  await page.waitForURL(`${app.url}/share/${secret}?range=7d&f=is,page,/blog/a`);
  await untilSettled(page);
  expect((await readNumbers(page))['Visitors']).toBe('2');
  await page.goBack();
  await page.waitForURL(`${app.url}/share/${secret}?range=7d`);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('settings');
  await page.getByText('Nothing of that name.').waitFor();
});

test('the owner who is signed in sees through it what others see', async () => {
  const page = await openAsOwner(context, app, `/share/${await secretOf({ filters: blogPages })}`);
  await untilSettled(page);
  expect(await page.getByRole('button', { name: 'Share this view' }).count()).toBe(0);
  expect((await readNumbers(page))['Pageviews']).toBe('3');
});

test('the file of a view has what is drawn of it', async () => {
  const page = await open(`/share/${await secretOf()}?parts=pages`);
  await page.locator('.top').getByRole('link', { name: 'Download' }).click();
  const [zip] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download view (ZIP)' }).click(),
  ]);
  const files = Object.keys(unzipSync(await readFile(await zip.path())));
  expect(files).toContain('pages.csv');
  expect(files.filter((name) => /^(by |sources|countries)/.test(name))).toEqual([]);
});

test('its password is asked for, once', async () => {
  const page = await open(`/share/${await secretOf({ password: 'plum tree' })}`);
  await page.getByRole('heading', { name: 'This link has a password' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByLabel('Password').fill('pear tree');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText('This is not its password.').waitFor();
  await page.getByLabel('Password').fill('plum tree');
  await page.keyboard.press('Enter');
  await untilSettled(page);
  await page.reload();
  await untilSettled(page);
});

test('one that ended says so, also while it is looked at', async () => {
  const secret = await secretOf({ name: 'To end' });
  const page = await open(`/share/${secret}`);
  await untilSettled(page);
  const owner = await openAsOwner(
    await browser.newContext(),
    app,
    '/?site=example.com&settings=share',
  );
  await owner.getByRole('button', { name: 'End To end' }).click();
  await owner.getByRole('button', { name: 'End To end' }).waitFor({ state: 'detached' });
  expect(await findBarriers(owner)).toEqual([]);
  await page.keyboard.press('w'); // the last 7 days
  await page.getByRole('heading', { name: 'This link does not exist, or has ended' }).waitFor();
  await owner.context().close();
});

test('a link is changed in the settings', async () => {
  const secret = await secretOf({ name: 'To change', password: 'plum tree', hide_below: 2 });
  const owner = await openAsOwner(context, app, '/?site=example.com&settings=share');
  await owner.getByRole('button', { name: 'Change To change' }).click();
  const dialog = owner.getByRole('dialog');
  expect(await dialog.getByLabel('Hide rows of fewer visitors than').inputValue()).toBe('2');
  expect(await findBarriers(owner)).toEqual([]);
  await dialog.getByLabel('Without a password').check();
  await dialog.getByLabel('Sites whose pages may embed it').fill('not a site!');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('embed_on: expected a list').waitFor();
  await dialog.getByLabel('Sites whose pages may embed it').fill('https://blog.test');
  await dialog.getByRole('checkbox', { name: 'Pages' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await owner.getByText('hides below 2 · embedded on https://blog.test').waitFor();
  const page = await open(`/share/${secret}`);
  await page.locator('.panel').waitFor();
  expect(await page.locator('.panel').count()).toBe(1);
});

test('a page of a site that it names shows it in a frame, and no other page does', async () => {
  const { port } = blog.address() as AddressInfo;
  const secret = await secretOf({
    embed_on: [`http://blog.test:${port}`],
    parts: ['chart', 'pages'],
  });
  const frameOf = async (host: string) => {
    const page = await context.newPage();
    const address = `${app.url}/share/${secret}?embed=1&theme=dark&parts=pages,devices`;
    const html = `<iframe src="${address}" width="900" height="600"></iframe>`;
    await page.goto(`http://${host}:${port}/?${encodeURIComponent(html)}`);
    return page.frameLocator('iframe');
  };
  const frame = await frameOf('blog.test');
  await frame.getByText('/blog/a').first().waitFor();
  expect(await frame.locator('html').getAttribute('data-theme')).toBe('dark');
  expect(await frame.locator('.panel').count()).toBe(1);
  expect(await frame.locator('.mark').isVisible()).toBe(false);
  const other = await frameOf('other.test');
  await expect.poll(() => other.locator('.panel').count()).toBe(0);
  expect(await other.locator('main').count()).toBe(0);
});
