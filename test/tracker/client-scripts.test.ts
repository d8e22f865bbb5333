import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { openWebsite, type Website } from '../support/website.ts';

// Pages that were made for Umami or GoatCounter need another host name, and nothing else: our
// scripts at their addresses send what the products' own were recorded to send.

let app: RealApp;
let website: Website;
let browser: Browser;

const umamiId = '0f8fad5b-d9cb-469f-a165-70867728950e';

const page = (script: string, body = '') =>
  `<!doctype html><title>Example page</title>${script}${body}`;

const umami = (attributes = '') =>
  `<script defer src="${app.url}/script.js" data-website-id="${umamiId}" ${attributes}></script>`;

const goatcounter = (path: string, settings = '{"allow_local": true}') =>
  `<script data-goatcounter="${app.url}${path}" data-goatcounter-settings='${settings}'
    async src="${app.url}/count.js"></script>`;

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  const settings = { domain: 'example.com', aliases: [umamiId, 'shop'], default: true };
  await app.post('/api/v1/sites', settings, { key: app.key });
  const marked =
    '<button id="up" data-umami-event="Signup" data-umami-event-plan="pro">up</button>';
  const counted =
    '<button id="up" data-goatcounter-click="signup-click" data-goatcounter-title="Sign up">' +
    'up</button>';
  website = await openWebsite({
    '/start': page(umami(), marked),
    '/manual': page(umami('data-auto-track="false"')),
    '/changed': page(
      '<script>window.change = (type, payload) => ({ ...payload, url: "/changed-to" })</script>' +
        umami('data-before-send="change" data-tag="b" data-exclude-search="true"'),
    ),
    '/elsewhere': page(umami('data-domains="other.test"')),
    '/count/start': page(goatcounter('/count'), counted),
    '/count/named': page(goatcounter('/count?site=shop')),
    '/count/local': page(goatcounter('/count', '{}')),
  });
});
afterAll(async () => {
  await browser?.close();
  await website?.close();
  await app?.close();
});

type Sent = { readonly url: string; readonly body: string | null };

async function open(path: string): Promise<{ page: Page; sent: Sent[] }> {
  const context = await browser.newContext({
    ...{ screen: { width: 1440, height: 900 }, viewport: { width: 1440, height: 800 } },
    locale: 'en-US',
  });
  onTestFinished(() => context.close());
  const opened = await context.newPage();
  await opened.addInitScript("Object.defineProperty(navigator, 'webdriver', { get: () => false })");
  const sent: Sent[] = [];
  opened.on('request', (request) => {
    if (request.method() === 'POST') sent.push({ url: request.url(), body: request.postData() });
  });
  await opened.goto(website.url + path, { referer: 'https://search.example.org/q' });
  return { page: opened, sent };
}

function recorded(client: string) {
  const file = new URL(`../fixtures/clients/${client}.ndjson`, import.meta.url);
  return readFileSync(file, 'utf8')
    .replaceAll('http://example.com', website.url)
    .replaceAll('\\"hostname\\":\\"example.com\\"', '\\"hostname\\":\\"localhost\\"')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const comes = (sent: readonly Sent[], count: number) =>
  expect.poll(() => sent.length, { timeout: 20_000 }).toBe(count);

async function names(): Promise<string[]> {
  const text = await (await app.get('/api/hits?site=example.com', { key: app.key })).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map(({ name, page: path }) => `${name} ${path}`);
}

test("Umami's page: what its own script was recorded to send, and it is counted", async () => {
  const { page: opened, sent } = await open('/start?utm_source=news&utm_medium=email&ref=x');
  const steps = [
    "history.pushState({}, '', '/next')",
    "history.replaceState({}, '', '/next?q=1')",
    "umami.track('Signup', { plan: 'pro', seats: 3 })",
    "umami.track('Purchase', { revenue: 19.9, currency: 'EUR' })",
    "umami.identify('user-42', { tier: 'gold' })",
    "umami.track((view) => ({ ...view, title: 'Virtual', url: '/virtual' }))",
    "document.querySelector('#up').click()",
  ];
  await comes(sent, 1);
  for (const [i, step] of steps.entries()) {
    await opened.evaluate(step);
    await comes(sent, i + 2);
  }
  const expected = recorded('umami').map(({ body }) => JSON.parse(body));
  expect(sent.map(({ body }) => JSON.parse(body!))).toEqual(expected);
  await expect
    .poll(names, { timeout: 20_000 })
    .toEqual(
      expect.arrayContaining([
        ...['pageview /start', 'pageview /next', 'Signup /next', 'Purchase /next'],
        ...['pageview /virtual', 'Signup /next'],
      ]),
    );
});

test("Umami's attributes: by hand, changed before sending, other domains", async () => {
  const byHand = await open('/manual');
  await byHand.page.evaluate('umami.track()');
  await comes(byHand.sent, 1);
  const changed = await open('/changed?q=1');
  await comes(changed.sent, 1);
  expect(JSON.parse(changed.sent[0]!.body!).payload).toMatchObject({
    tag: 'b',
    url: '/changed-to',
  });
  const other = await open('/elsewhere');
  await other.page.evaluate('umami.track("x")');
  expect(other.sent).toEqual([]);
});

test("GoatCounter's page: what its own script was recorded to send, and it is counted", async () => {
  const { page: opened, sent } = await open('/count/start?utm_source=news&utm_medium=email&ref=x');
  await comes(sent, 1);
  await opened.evaluate("history.replaceState({}, '', '/next?q=1')");
  await opened.evaluate("goatcounter.count({ path: 'signup', title: 'Sign up', event: true })");
  await opened.evaluate("document.querySelector('#up').click()");
  await comes(sent, 3);
  const queries = sent.map(({ url }) => Object.fromEntries(new URL(url).searchParams));
  const expected = recorded('goatcounter').map(({ query }) => query);
  expected[0].p = `/count${expected[0].p}`;
  expect(queries).toEqual(
    expected.map((query) => ({ ...query, rnd: expect.stringMatching(/^[a-z0-9]+$/) })),
  );
  await expect
    .poll(names, { timeout: 20_000 })
    .toEqual(expect.arrayContaining(['pageview /count/start', 'signup /', 'signup-click /']));
});

test("GoatCounter's settings: a site by its name, and no local page by itself", async () => {
  const named = await open('/count/named');
  await comes(named.sent, 1);
  expect(named.sent[0]!.url).toContain('/count?site=shop&p=%2Fcount%2Fnamed');
  const local = await open('/count/local');
  expect(await local.page.evaluate('goatcounter.filter()')).toBe('localhost');
  expect(local.sent).toEqual([]);
});
