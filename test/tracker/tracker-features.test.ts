import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { openWebsite, type Website } from '../support/website.ts';

let app: RealApp;
let website: Website;
let browser: Browser;

const site = 'features.test';

const tag = (attributes: string, script = 'daybook.v1.js') =>
  `<!doctype html><title>A page</title>
  <script defer data-local data-automated data-domain="${site}" ${attributes}
    src="${app.url}/js/${script}"></script>`;

const links = `
  <a id="out" href="https://other.example/x?y=1#z"><b>out</b></a>
  <a id="file" href="/files/report.pdf?v=2">file</a>
  <a id="own" href="/files/notes.own">own</a>
  <a id="mail" href="mailto:a@b.example">mail</a>
  <button id="marked" class="daybook-event-name=Sign+up plausible-event-plan--a+b">up</button>
  <a id="bought" href="/shop" data-daybook-event-name="Buy now"
    data-daybook-revenue-amount="9.50" data-daybook-revenue-currency="EUR"><i>buy</i></a>
  <form id="plain" action="/sent"><input name="a"><button>send</button></form>
  <form id="marked-form" class="plausible-event-name=Joined" action="/sent">
    <input name="a"><button>join</button></form>
  <p id="shadow"></p>
  <script>
    shadow.attachShadow({ mode: 'open' }).innerHTML =
      '<a href="https://inner.example/">inner</a>';
    // Nobody leaves the page.
    addEventListener('click', (event) => event.target.closest('form') || event.preventDefault());
    addEventListener('submit', (event) => event.preventDefault());
  </script>`;

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  const settings = { domain: site, excluded_pages: ['/admin'] };
  expect((await app.post('/api/v1/sites', settings, { key: app.key })).status).toBe(200);
  const all = 'data-outbound-links data-file-downloads data-form-submissions';
  website = await openWebsite({
    '/clicks': tag(all) + links,
    '/own-files': tag('data-file-downloads="own, zip"') + links,
    '/quiet': tag('') + links,
    '/small': tag(all, 'daybook.small.v1.js') + links,
    '/page': tag('data-event-author="Jane" event-section="news"'),
    '/pages/in': tag('data-exclude="/pages/out*, /deep/**" data-include="/pages/*,/deep/**"'),
    '/query': tag('data-query-parameters="id,q"'),
    '/gone': tag('data-not-found="page"'),
    '/there': tag('data-not-found data-manual="false"'),
    '*': tag('data-not-found'),
    '/manual': tag('data-manual'),
    '/debug': tag('data-debug'),
    '/init': `<script>
      window.daybook = function () { (daybook.q = daybook.q || []).push(arguments) };
      daybook.o = { outboundLinks: true, customProperties: { of: 'init' } };
    </script>${tag('')}${links}`,
    '/stored': tag('data-storage'),
  });
});
afterAll(async () => {
  await browser?.close();
  await website?.close();
  await app?.close();
});

type Sent = { n: string; u: string; id: string; a?: number } & Record<string, unknown>;

async function open(path: string): Promise<{ page: Page; sent: Sent[]; said: string[] }> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const [sent, said]: [Sent[], string[]] = [[], []];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.postDataJSON() as Sent);
  });
  page.on('console', (message) => void said.push(message.text()));
  await page.goto(website.url + path);
  await page.waitForFunction('typeof daybook === "function" && "init" in daybook');
  return { page, sent, said };
}

/** What was sent up to now, without the page's own view: whatever came before an answer. */
async function events(page: Page, sent: readonly Sent[]): Promise<unknown[]> {
  await page.evaluate('new Promise((callback) => daybook("End", { callback }))');
  return sent
    .filter(({ n }) => !['pageview', 'engagement', 'End'].includes(n))
    .map(({ n, p, $, i }) => [n, p, $, i].filter((value) => value !== undefined));
}

const click = (page: Page, selector: string) =>
  page.evaluate(`document.querySelector('${selector}').click()`);

test('clicks on links, marks and forms are events', async () => {
  const { page, sent } = await open('/clicks');
  for (const one of ['#out b', '#file', '#own', '#mail', '#marked', '#bought i'])
    await click(page, one);
  await page.evaluate("document.querySelector('#shadow').shadowRoot.firstChild.click()");
  await click(page, '#plain button');
  await click(page, '#marked-form button');
  const middle = (selector: string, button: number) =>
    page.evaluate(`document.querySelector('${selector}').dispatchEvent(
      new MouseEvent('auxclick', { button: ${button}, bubbles: true, composed: true }))`);
  await middle('#out', 1);
  await middle('#out', 2);
  const out = ['Outbound Link: Click', { url: 'https://other.example/x?y=1#z' }];
  expect(await events(page, sent)).toEqual([
    out,
    ['File Download', { url: `${website.url}/files/report.pdf` }],
    ['Sign up', { plan: 'a b' }],
    ['Buy now', { url: `${website.url}/shop` }, { amount: '9.50', currency: 'EUR' }],
    ['Outbound Link: Click', { url: 'https://inner.example/' }],
    ['Form: Submission'],
    ['Joined'],
    out,
  ]);
});

test('nothing is an event by itself where the tag does not say so, but what is marked', async () => {
  const { page, sent } = await open('/quiet');
  for (const one of ['#out', '#file', '#marked', '#plain button']) await click(page, one);
  expect(await events(page, sent)).toEqual([['Sign up', { plan: 'a b' }]]);
});

test('the small script counts pages, and has no clicks', async () => {
  const { page, sent } = await open('/small');
  for (const one of ['#out', '#file', '#marked', '#plain button']) await click(page, one);
  expect(await events(page, sent)).toEqual([]);
  expect(sent[0]).toMatchObject({ n: 'pageview', d: site, u: `${website.url}/small` });
});

test('a tag may say which files are downloads', async () => {
  const { page, sent } = await open('/own-files');
  for (const one of ['#file', '#own']) await click(page, one);
  expect(await events(page, sent)).toEqual([
    ['File Download', { url: `${website.url}/files/notes.own` }],
  ]);
});

test('properties of the page are those of every hit', async () => {
  const { page, sent } = await open('/page');
  await page.evaluate("daybook('Read', { props: { section: 'own' } })");
  expect(await events(page, sent)).toEqual([['Read', { author: 'Jane', section: 'own' }]]);
  expect(sent[0]!['p']).toEqual({ author: 'Jane', section: 'news' });
});

const views = (sent: readonly Sent[]) =>
  sent.filter(({ n }) => n === 'pageview').map(({ u }) => u.slice(website.url.length));

const visit = (page: Page, path: string) => page.evaluate(`history.pushState(null, '', '${path}')`);

test('pages that are excluded, and those that are not included, are not counted', async () => {
  const { page, sent } = await open('/pages/in');
  for (const path of ['/pages/outer', '/pages/more', '/pages/a/b', '/deep/a/b', '/pages/more/'])
    await visit(page, path);
  await events(page, sent);
  expect(views(sent)).toEqual(['/pages/in', '/pages/more', '/pages/more/']);
  // The time on a page that is not counted is no other page's.
  expect(sent.some(({ n, u }) => n === 'engagement' && u.includes('deep'))).toBe(false);
});

test('a parameter of the query may make another page', async () => {
  const { page, sent } = await open('/query?id=1&tab=a');
  for (const path of ['/query?id=1&tab=b', '/query?id=2', '/query?id=2&q=x', '/query?q=x&id=2'])
    await visit(page, path);
  await events(page, sent);
  expect(views(sent)).toEqual(['/query?id=1&tab=a', '/query?id=2', '/query?id=2&q=x']);
});

test('pages that are not there', async () => {
  const gone = await open('/gone');
  expect(await events(gone.page, gone.sent)).toEqual([['404', { path: '/gone' }, false]]);
  const there = await open('/there');
  expect(await events(there.page, there.sent)).toEqual([]);
  const missing = await open('/missing');
  expect(await events(missing.page, missing.sent)).toEqual([['404', { path: '/missing' }, false]]);
});

test('by hand: only what the page says is counted', async () => {
  const { page, sent } = await open('/manual');
  await visit(page, '/next');
  await page.evaluate("daybook('pageview', { url: '/chosen' })");
  await events(page, sent);
  expect(views(sent)).toEqual(['/chosen']);
});

test('init says what the tag does not say', async () => {
  const { page, sent } = await open('/init');
  await click(page, '#out');
  await page.evaluate('daybook.init({ outboundLinks: false, fileDownloads: true })');
  for (const one of ['#out', '#file']) await click(page, one);
  expect(await events(page, sent)).toEqual([
    ['Outbound Link: Click', { of: 'init', url: 'https://other.example/x?y=1#z' }],
    ['File Download', { of: 'init', url: `${website.url}/files/report.pdf` }],
  ]);
});

test('the console says what was sent, and what the server did with it', async () => {
  const { page, said } = await open('/debug');
  await expect.poll(() => said.join()).toMatch(/^daybook: sent .* taken$/);
  await page.evaluate("daybook('Elsewhere', { url: location.origin + '/admin' })");
  await expect.poll(() => said[1]).toMatch(/^daybook: sent .* dropped: excluded-page$/);
});

test('a hit that could not be sent waits in memory, and is sent with its age and id', async () => {
  const { page, sent } = await open('/quiet');
  await events(page, sent);
  await page.clock.install();
  await page.route('**/api/event', (route) => route.abort('connectionrefused'));
  const told = page.evaluate('new Promise((callback) => daybook("Late", { callback }))');
  for (let tries = 1; tries <= 4; tries++) {
    await expect.poll(() => sent.filter(({ n }) => n === 'Late').length).toBe(tries);
    await page.clock.runFor(30_000);
  }
  expect(await told).toEqual({ status: 0 });
  await page.unroute('**/api/event');
  await page.evaluate("dispatchEvent(new Event('online'))");
  await expect.poll(() => sent.filter(({ n }) => n === 'Late').length).toBe(5);
  const late = sent.filter(({ n }) => n === 'Late');
  expect(new Set(late.map(({ id }) => id)).size).toBe(1);
  expect(late.at(-1)!.a).toBeGreaterThanOrEqual(60_000);
  const hits = async () =>
    (await (await app.get(`/api/hits?site=${site}`, { key: app.key })).text()).split('"Late"');
  await expect.poll(async () => (await hits()).length).toBe(2);
});

test('a browser that ends requests with their page says by a beacon how long it was seen', async () => {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  await context.addInitScript(`
    delete Request.prototype.keepalive;
    window.beacons = [];
    navigator.sendBeacon = (url, body) => beacons.push(url, JSON.parse(body).n);`);
  const page = await context.newPage();
  await page.goto(`${website.url}/quiet`);
  await page.evaluate('new Promise((callback) => daybook("End", { callback }))');
  await page.evaluate("dispatchEvent(new Event('pagehide'))");
  expect(await page.evaluate('beacons')).toEqual([`${app.url}/api/event`, 'engagement']);
});

test('where the page allows it, a hit waits in storage for another page', async () => {
  const { page, sent } = await open('/stored');
  await events(page, sent);
  await page.route('**/api/event', (route) => route.abort('connectionrefused'));
  await page.evaluate("daybook('Kept')");
  await expect.poll(() => page.evaluate('Object.keys(localStorage).length')).toBe(1);
  const [{ id }] = sent.filter(({ n }) => n === 'Kept') as [Sent];
  await page.unroute('**/api/event');
  sent.length = 0;
  await page.goto(`${website.url}/stored`);
  const again = () => sent.filter((hit) => hit.id === id);
  await expect.poll(() => again().length).toBe(1);
  expect(again()[0]!.a).toBeGreaterThan(0);
  await expect.poll(() => page.evaluate('Object.keys(localStorage).length')).toBe(0);
});
