import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { openWebsite, type Website } from '../support/website.ts';

// A page made for Plausible needs another host name, and nothing else. `data-automated` is there
// because this browser says that it is a test's.

let app: RealApp;
let website: Website;
let browser: Browser;

const site = 'plausible.test';

const stub =
  '<script>window.plausible = window.plausible || function () {' +
  ' (plausible.q = plausible.q || []).push(arguments) }';
const newStub = `${stub}, plausible.init = plausible.init || function (i) { plausible.o = i || {} };`;

const body = `
  <a id="out" href="https://other.example.org/x">out</a>
  <a id="file" href="/files/report.pdf">file</a>
  <a id="own" href="/files/a.own">own</a>
  <button id="marked" class="plausible-event-name--Sign+up plausible-event-plan=pro">up</button>
  <form id="form" action="/sent"><input name="a"><button>send</button></form>
  <script>addEventListener('click', (event) =>
    event.target.closest('form') || event.preventDefault());
    addEventListener('submit', (event) => event.preventDefault());</script>`;

const old = (name: string, attributes = '') =>
  `<!doctype html><title>A page</title><script defer data-automated data-domain="${site}"
    ${attributes} src="${app.url}/js/${name}"></script>${stub}</script>${body}`;

const fresh = (init: string, id = 'pa-AbC_1-x') =>
  `<!doctype html><title>A page</title>
  <script async data-automated src="${app.url}/js/${id}.js"></script>${newStub}${init}</script>
  ${body}`;

/** A page of WordPress with Plausible's plug-in: what its present version puts there. */
const wordpress = (id: string) => `<!doctype html><title>Not found</title><script>
  window.plausible = window.plausible || function () {
    (plausible.q = plausible.q || []).push(arguments) };
  plausible.init = function (i) { plausible.o = i || {} };
  const made = document.createElement('script');
  made.defer = true;
  made.src = '${app.url}/js/${id}.js';
  const first = document.getElementsByTagName('script')[0];
  first.parentNode.insertBefore(made, first);
  plausible.init({ captureOnLocalhost: true, automated: true });
  document.addEventListener('DOMContentLoaded', () => {
    plausible(404, { props: { path: document.location.pathname } });
    plausible('WP Search Queries', { props: { search_query: 'tea', result_count: 3 } });
  });</script>${body}`;

/** The same of its versions until 2025: with the features of its settings, in its order. */
const earlierWordpress =
  'plausible.outbound-links.file-downloads.tagged-events.revenue.pageview-props.compat.hash.local.js';

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  const settings = { domain: site, aliases: ['pa-AbC_1-x'] };
  expect((await app.post('/api/v1/sites', settings, { key: app.key })).status).toBe(200);
  website = await openWebsite({
    '/old': old('script.local.js'),
    '/remote': old('script.js'),
    '/named': old('plausible.outbound-links.local.file-downloads.js'),
    '/hash': old('script.hash.local.js'),
    '/manual': old('script.manual.local.js'),
    '/props': old('script.pageview-props.local.js', 'event-author="Jane"'),
    '/exclusions': old('script.exclusions.local.js', 'data-exclude="/excl*"'),
    '/files': old('script.file-downloads.local.js', 'add-file-types="own"'),
    '/api': old('script.local.js', `data-api="${app.url}/api/event?own"`),
    '/pa': fresh('plausible.init({ captureOnLocalhost: true })'),
    '/pa-options': fresh(`plausible.init({ captureOnLocalhost: true, hashBasedRouting: true,
      outboundLinks: false, formSubmissions: false, fileDownloads: { fileExtensions: ['own'] },
      customProperties: { of: 'all' }, transformRequest: (hit) => (hit.seen = 1, hit),
      endpoint: '${app.url}/api/event?own' })`),
    '/pa-late': fresh(''),
    '/wordpress': wordpress('pa-AbC_1-x'),
    '/wordpress-until-2025': old(
      earlierWordpress,
      `data-api="${app.url}/api/event" event-author="Jane" event-category="News"`,
    ),
    '/start': fresh('plausible.init()', 'pa-example'),
  });
});
afterAll(async () => {
  await browser?.close();
  await website?.close();
  await app?.close();
});

type Sent = { n: string; u: string; d?: string; p?: Record<string, unknown> } & Record<
  string,
  unknown
>;

async function open(path: string): Promise<{ page: Page; sent: Sent[]; urls: string[] }> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const [sent, urls]: [Sent[], string[]] = [[], []];
  page.on('request', (request) => {
    if (request.method() !== 'POST') return;
    sent.push(request.postDataJSON() as Sent);
    urls.push(request.url());
  });
  await page.goto(website.url + path, { referer: 'https://search.example.org/q' });
  return { page, sent, urls };
}

/** What was sent up to now: whatever came before an answer. */
async function sentOf(page: Page, sent: readonly Sent[]): Promise<Sent[]> {
  expect(await page.evaluate('new Promise((callback) => plausible("End", { callback }))')).toEqual({
    status: 202,
  });
  return sent.filter(({ n }) => !['engagement', 'End'].includes(n));
}

const events = async (page: Page, sent: readonly Sent[]) =>
  (await sentOf(page, sent))
    .filter(({ n }) => n !== 'pageview')
    .map(({ n, p }) => [n, p].filter((value) => value !== undefined));

const clickAll = (page: Page) =>
  page.evaluate(`for (const one of ['#out', '#file', '#own', '#marked', '#form button'])
    document.querySelector(one).click()`);

const out = ['Outbound Link: Click', { url: 'https://other.example.org/x' }];
const file = () => ['File Download', { url: `${website.url}/files/report.pdf` }];
const own = () => ['File Download', { url: `${website.url}/files/a.own` }];
const marked = ['Sign up', { plan: 'pro' }];

describe('scripts with features in their name', () => {
  test('without any: pages, what is marked, and what the page sends', async () => {
    const { page, sent } = await open('/old');
    await clickAll(page);
    await page.evaluate("plausible('Sale', { revenue: { currency: 'EUR', amount: 9.5 } })");
    expect(await events(page, sent)).toEqual([marked, ['Sale']]);
    expect(sent[0]).toMatchObject({ n: 'pageview', d: site, u: `${website.url}/old` });
  });

  test('localhost is not counted without `local`', async () => {
    const { page, sent } = await open('/remote');
    expect(
      await page.evaluate('new Promise((callback) => plausible("End", { callback }))'),
    ).toEqual({ status: 0 });
    expect(sent).toEqual([]);
  });

  test('in any order', async () => {
    const { page, sent } = await open('/named');
    await clickAll(page);
    expect(await events(page, sent)).toEqual([out, file(), marked]);
    const etag = async (name: string) => (await app.get(`/js/${name}`)).headers.get('etag');
    expect(await etag('script.file-downloads.local.outbound-links.js')).toBe(
      await etag('plausible.outbound-links.local.file-downloads.js'),
    );
    expect((await app.get('/js/script.unheard-of.js')).status).toBe(404);
  });

  test('hash', async () => {
    const { page, sent } = await open('/hash#/one');
    await page.evaluate("location.hash = '/two'");
    await expect.poll(() => sent.filter(({ n }) => n === 'pageview').length).toBe(2);
    expect(sent.at(-1)).toMatchObject({ u: `${website.url}/hash#/two`, h: 1 });
  });

  test('manual: pages are counted by calls, with an address of their own', async () => {
    const { page, sent } = await open('/manual');
    await page.evaluate("plausible('pageview', { u: 'https://plausible.test/chosen' })");
    expect(await sentOf(page, sent)).toMatchObject([{ u: 'https://plausible.test/chosen' }]);
  });

  test('properties of the page; what is excluded; files; another endpoint', async () => {
    const props = await open('/props');
    expect(await sentOf(props.page, props.sent)).toMatchObject([{ p: { author: 'Jane' } }]);
    const excluded = await open('/exclusions');
    expect(await sentOf(excluded.page, excluded.sent)).toEqual([]);
    const files = await open('/files');
    await clickAll(files.page);
    expect(await events(files.page, files.sent)).toEqual([file(), own(), marked]);
    const api = await open('/api');
    await sentOf(api.page, api.sent);
    expect(new Set(api.urls)).toEqual(new Set([`${app.url}/api/event?own`]));
  });
});

describe('the script of a site', () => {
  test('counts for the site that has its id as an alias', async () => {
    const { page, sent } = await open('/pa');
    await expect.poll(() => sent.length).toBeGreaterThan(0);
    await clickAll(page);
    expect(await events(page, sent)).toEqual([out, file(), marked, ['Form: Submission']]);
    expect(new Set(sent.map(({ d }) => d))).toEqual(new Set([site]));
  });

  test('obeys init', async () => {
    const { page, sent, urls } = await open('/pa-options#/one');
    await expect.poll(() => sent.length).toBeGreaterThan(0);
    await clickAll(page);
    expect(await events(page, sent)).toEqual([
      ['File Download', { of: 'all', url: `${website.url}/files/a.own` }],
      ['Sign up', { of: 'all', plan: 'pro' }],
    ]);
    expect(sent[0]).toMatchObject({ u: `${website.url}/pa-options#/one`, h: 1, seen: 1 });
    expect(new Set(urls)).toEqual(new Set([`${app.url}/api/event?own`]));
  });

  test('waits for init, and sends what was called before', async () => {
    const { page, sent } = await open('/pa-late');
    await page.evaluate("plausible('Early')");
    await page.waitForFunction('!/plausible.o/.test(plausible.init)');
    expect(sent).toEqual([]);
    await page.evaluate('plausible.init({ captureOnLocalhost: true })');
    expect((await sentOf(page, sent)).map(({ n }) => n)).toEqual(['pageview', 'Early']);
  });
});

test('what Plausible’s plug-in puts into pages of WordPress', async () => {
  const now = await open('/wordpress');
  expect(await sentOf(now.page, now.sent)).toMatchObject([
    { n: 'pageview', d: site, u: `${website.url}/wordpress` },
    { n: 404, p: { path: '/wordpress' } },
    { n: 'WP Search Queries', p: { search_query: 'tea', result_count: 3 } },
  ]);
  const until2025 = await open('/wordpress-until-2025#top');
  await clickAll(until2025.page);
  const author = { author: 'Jane', category: 'News' };
  expect(await sentOf(until2025.page, until2025.sent)).toMatchObject([
    { n: 'pageview', u: `${website.url}/wordpress-until-2025#top`, h: 1, p: author },
    ...[
      { n: out[0], p: author },
      { n: file()[0], p: author },
      { n: 'Sign up', p: author },
    ],
  ]);
});

/** What `@plausible-analytics/tracker` 0.4.6 sent, of the fields that both have. */
test('each recorded step of their client is the same hit of ours', async () => {
  const path = new URL('../fixtures/clients/plausible-npm.ndjson', import.meta.url);
  const recorded = readFileSync(path, 'utf8').trim().split('\n');
  const theirs = recorded
    .map((line) => JSON.parse(JSON.parse(line).body) as Sent)
    .filter(({ n }) => n !== 'engagement')
    .map(({ n, u, d, p, $, i }) => ({ n, u, d, p, $, i }));
  const settings = { domain: 'example.com', aliases: ['pa-example'] };
  expect((await app.post('/api/v1/sites', settings, { key: app.key })).status).toBe(200);
  const origin = website.url.replace('localhost', 'example.test');
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const sent: Sent[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.postDataJSON() as Sent);
  });
  await page.goto(`${origin}/start?utm_source=news&utm_medium=email&ref=x`, {
    referer: 'https://search.example.org/q',
  });
  for (const step of [
    "history.pushState(null, '', '/next')",
    "history.pushState(null, '', '/next?q=1#part')",
    "plausible('Signup', { props: { plan: 'pro', seats: '3' } })",
    "plausible('Purchase', { revenue: { amount: 19.9, currency: 'EUR' } })",
    "plausible('Seen', { interactive: false })",
    "history.replaceState(null, '', '#'), document.querySelector('#out').click()",
    "document.querySelector('#file').click()",
    "document.querySelector('#form button').click()",
  ])
    await page.evaluate(`void (${step})`);
  const ours = (await sentOf(page, sent)).map(({ n, u, d, p, $, i }) => {
    const url = (text: string) => text.replace(origin, 'http://example.com');
    const props = p && { ...p, ...('url' in p && { url: url(String(p['url'])) }) };
    return { n, u: url(u), d, p: props, $, i };
  });
  expect(ours).toEqual(theirs);
  expect(sent[0]!['r']).toBe('https://search.example.org/q');
});
