import { readFileSync } from 'node:fs';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { openWebsite, type Website } from '../support/website.ts';

let app: RealApp;
let website: Website;
let browser: Browser;

const scriptUrl = () => `${app.url}/js/daybook.v1.js`;

const tag = (attributes = 'data-domain="odd.test"') =>
  `<script defer data-local data-automated ${attributes} src="${scriptUrl()}"></script>`;

const stub = (name: string) =>
  `<script>window.${name} = window.${name} || ` +
  `function () { (${name}.q = ${name}.q || []).push(arguments) }</script>`;

/** A page of `test/fixtures/faults`, on which this test's server and browser count. */
function fault(name: string): string {
  const text = readFileSync(new URL(`../fixtures/faults/${name}`, import.meta.url), 'utf8');
  return text
    .replaceAll('http://localhost:7070', app.url)
    .replaceAll('data-domain', 'data-local data-automated data-domain');
}

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  const inline = (attributes: string) =>
    `<script ${attributes} data-local data-automated>` +
    `fetch('${scriptUrl()}').then((r) => r.text()).then((t) => (0, eval)(t))</script>`;
  const initStub =
    stub('plausible') +
    '<script>plausible.init = plausible.init || function (o) { plausible.o = o || {} }</script>';
  website = await openWebsite({
    '/twice': fault('tracker-twice.html'),
    '/inlined': fault('tracker-inlined.html'),
    '/inlined-with-api': inline(`data-domain="odd.test" data-api="${app.url}/api/event"`),
    '/module': `<script type="module" data-domain="odd.test" data-local data-automated
      src="${scriptUrl()}"></script>`,
    '/moved': `<script>
      const moved = document.createElement('script');
      moved.src = '${scriptUrl()}';
      Object.assign(moved.dataset, { domain: 'odd.test', local: '', automated: '' });
      document.head.append(moved);
      moved.onload = () => moved.remove();
    </script>`,
    '/bundled': `<script defer data-local data-automated src="/assets/all.js"></script>`,
    '/plausible-stub': fault('tracker-plausible-stub.html'),
    '/null-option': fault('tracker-null-option.html'),
    '/query-replace': fault('tracker-query-replace.html'),
    '/two-sites':
      `${stub('daybook')}<script>daybook('Early')</script>` +
      tag('data-domain="odd.test"') +
      tag('data-domain="other.test"') +
      tag('data-domain="www.Odd.test,third.test"'),
    '/both': `<script>
      window.theirs = [];
      window.plausible = function (name, options) { theirs.push(name) };
    </script>${tag()}`,
    '/init': `${initStub}<script>plausible.init({
      hashBasedRouting: true, customProperties: (name) => ({ of: name }),
      transformRequest: (hit) => hit.n === 'Secret' ? null : hit
    })</script>${tag()}`,
    '/manual': `${initStub}<script>plausible.init({ autoCapturePageviews: false });
      plausible('pageview', { u: '/chosen' })</script>${tag()}`,
    '/plain': `<h2 id="Cypress">Cypress</h2><form id="daybook"></form>${tag()}`,
    '/slow-clock': tag('data-domain="slow.test"'),
    '/tested': `<script defer data-domain="odd.test" data-local src="${scriptUrl()}"></script>`,
    '/new-stub': `${tag()}<script>addEventListener('load', () => {
      window.daybook = function () { (daybook.q = daybook.q || []).push(arguments) };
      daybook('Later');
      const again = document.createElement('script');
      again.src = '${scriptUrl()}';
      Object.assign(again.dataset, { domain: 'odd.test', local: '', automated: '' });
      document.body.append(again);
    })</script>`,
  });
  for (const domain of ['odd.test', 'other.test', 'third.test', 'stub.test', 'null.test'])
    await app.post('/api/v1/sites', { domain }, { key: app.key });
  for (const domain of ['strip.test', 'twice.test', 'inline.test', 'slow.test'])
    await app.post('/api/v1/sites', { domain }, { key: app.key });
});
afterAll(async () => {
  await browser?.close();
  await website?.close();
  await app?.close();
});

type Sent = { n: string; u: string; d?: string; p?: object; a?: number; id: string };

type Opened = {
  page: Page;
  context: BrowserContext;
  /** The hits that were sent, in order. */
  sent: Sent[];
  said: string[];
  thrown: string[];
};

async function open(path: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const [sent, said, thrown]: [Sent[], string[], string[]] = [[], [], []];
  page.on('request', (request) => {
    const isHit = request.method() === 'POST' && request.url().endsWith('/api/event');
    if (isHit) sent.push(request.postDataJSON() as Sent);
  });
  page.on('console', (message) => void said.push(message.text()));
  page.on('pageerror', (error) => void thrown.push(error.message));
  await page.goto(website.url + path);
  return { page, context, sent, said, thrown };
}

/** Sends one more event, and waits for its answer: whatever came before it has been sent. */
async function end({ page }: Opened): Promise<void> {
  await page.waitForFunction('typeof daybook === "function" && "init" in daybook');
  await page.evaluate('new Promise((callback) => daybook("End", { callback }))');
}

const names = ({ sent }: Opened) =>
  sent.filter(({ n }) => n !== 'engagement').map(({ n, d, u }) => [n, d, new URL(u).pathname]);

describe('a site is counted once, however often its page has the script', () => {
  test('two tags of one site', async () => {
    const opened = await open('/twice');
    await end(opened);
    await opened.page.evaluate("history.pushState(null, '', '/next')");
    await end(opened);
    expect(names(opened)).toEqual([
      ['pageview', 'twice.test', '/twice'],
      ['End', 'twice.test', '/twice'],
      ['pageview', 'twice.test', '/next'],
      ['End', 'twice.test', '/next'],
    ]);
    await opened.context.close();
  });

  test('tags of several sites: each is counted, with what was queued early', async () => {
    const opened = await open('/two-sites');
    await end(opened);
    for (const domain of ['odd.test', 'other.test', 'third.test'])
      expect(names(opened).filter(([, d]) => d === domain)).toEqual([
        ['pageview', domain, '/two-sites'],
        ['Early', domain, '/two-sites'],
        ['End', domain, '/two-sites'],
      ]);
    await opened.context.close();
  });

  test('included again behind a new stub: its queue is sent, and no page is counted', async () => {
    const opened = await open('/new-stub');
    await end(opened);
    expect(names(opened).map(([name]) => name)).toEqual(['pageview', 'Later', 'End']);
    await opened.context.close();
  });
});

describe('however the script comes into the page, it works or says why', () => {
  test.each(['/inlined-with-api', '/module', '/moved', '/plain'])('it works: %s', async (path) => {
    const opened = await open(path);
    await end(opened);
    expect(names(opened).slice(0, 1)).toEqual([['pageview', 'odd.test', path]]);
    expect([opened.thrown, opened.said]).toEqual([[], []]);
    await opened.context.close();
  });

  test('inlined without data-api: no server is known', async () => {
    const opened = await open('/inlined');
    await expect.poll(() => opened.said).toHaveLength(1);
    expect(opened.said[0]).toMatch(/^daybook: not started: no script tag with a data-api/);
    expect([opened.sent, opened.thrown]).toEqual([[], []]);
    await opened.context.close();
  });

  test('in a bundle: its server does not collect', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => void said.push(message.text()));
    const body = await (await fetch(scriptUrl())).text();
    await page.route('**/assets/all.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body }),
    );
    await page.route(`${website.url}/api/event`, (route) => route.fulfill({ status: 404 }));
    await page.goto(`${website.url}/bundled`);
    const reason = `daybook: pageview not counted: ${website.url}/api/event answered 404`;
    await expect.poll(() => said).toContain(reason);
    await context.close();
  });

  test.each([
    ['properties that are no JSON', "daybook('A', { props: { get x() { throw Error('x') } } })"],
    ['an address that is none', "daybook('A', { url: 'http://[' })"],
    ['a callback that is none', "daybook('A', { callback: 'x', url: 'http://[' })"],
    ['nothing at all', 'daybook()'],
  ])('a call never throws into the page: %s', async (_, script) => {
    const opened = await open('/plain');
    await end(opened);
    expect(await opened.page.evaluate(`${script}; 'went on'`)).toBe('went on');
    await end(opened);
    expect(opened.thrown).toEqual([]);
    expect(opened.said.join()).toMatch(/daybook: /);
    await opened.context.close();
  });
});

test('a query that is taken off the address is no pageview', async () => {
  const opened = await open('/query-replace?utm_source=news');
  await opened.page.waitForFunction('location.search === ""');
  await end(opened);
  expect(names(opened).map(([name]) => name)).toEqual(['pageview', 'End']);
  expect(opened.sent[0]!.u).toBe(`${website.url}/query-replace?utm_source=news`);
  await opened.context.close();
});

test('a long address is cut at a whole character, and the hit is counted', async () => {
  const opened = await open('/plain');
  await end(opened);
  for (const url of [`/${'é'.repeat(1_990)}`, `/x${'😀'.repeat(1_990)}`]) {
    const script = `new Promise((callback) => daybook('Long', { url: '${url}', callback }))`;
    expect(await opened.page.evaluate(script)).toEqual({ status: 202 });
    const hits = await (await app.get('/api/hits?site=odd.test', { key: app.key })).text();
    const last = hits.trim().split('\n').at(-1)!;
    const page = decodeURI((JSON.parse(last) as { page: string }).page);
    expect([page.length > 150, url.startsWith(page)]).toEqual([true, true]);
  }
  await opened.context.close();
});

describe('calls as for Plausible', () => {
  test('a stub of theirs that stays is replaced, and its queue sent', async () => {
    const opened = await open('/plausible-stub');
    await end(opened);
    await opened.page.evaluate("document.querySelector('button').click()");
    await end(opened);
    expect(names(opened).map(([name]) => name)).toEqual(['pageview', 'End', 'Signup', 'End']);
    await opened.context.close();
  });

  test('their own script stays beside ours', async () => {
    const opened = await open('/both');
    await end(opened);
    await opened.page.evaluate("plausible('Theirs')");
    await end(opened);
    expect(names(opened).map(([name]) => name)).toEqual(['pageview', 'End', 'End']);
    expect(await opened.page.evaluate('theirs')).toEqual(['Theirs']);
    await opened.context.close();
  });

  test('null in place of options loses nothing', async () => {
    const opened = await open('/null-option');
    await end(opened);
    expect(names(opened).map(([name]) => name)).toEqual(['pageview', 'Q1', 'Q2', 'End']);
    await opened.context.close();
  });

  test('u and meta; a callback after a null', async () => {
    const opened = await open('/plain');
    await end(opened);
    const script = `new Promise((callback) =>
      plausible('Sale', { u: '/virtual', meta: { plan: 'x' }, revenue: null, callback }))`;
    expect(await opened.page.evaluate(script)).toEqual({ status: 202 });
    expect(opened.sent.at(-1)).toMatchObject({
      ...{ n: 'Sale', u: `${website.url}/virtual`, p: { plan: 'x' } },
    });
    await opened.context.close();
  });

  test('init before the script: hash routes, properties of every hit, hits held back', async () => {
    const opened = await open('/init#/one');
    await end(opened);
    await opened.page.evaluate("plausible('Secret'); location.hash = '/two'");
    await expect.poll(() => opened.sent.at(-1)!.u).toBe(`${website.url}/init#/two`);
    await opened.page.evaluate("plausible.init({ customProperties: { now: 'x' } })");
    await opened.page.evaluate("plausible('Open', { props: { own: 1 } })");
    await end(opened);
    const sent = opened.sent.filter(({ n }) => n !== 'engagement');
    expect(sent.map(({ n }) => n)).toEqual(['pageview', 'End', 'pageview', 'Open', 'End']);
    expect(sent[0]).toMatchObject({ p: { of: 'pageview' }, h: 1 });
    expect(sent[3]!.p).toEqual({ now: 'x', own: 1 });
    await opened.context.close();
  });

  test('init with pageviews by hand', async () => {
    const opened = await open('/manual');
    await end(opened);
    await opened.page.evaluate("history.pushState(null, '', '/next')");
    await end(opened);
    const pages = names(opened).map(([name, , path]) => `${name} ${path}`);
    expect(pages).toEqual(['pageview /chosen', 'End /manual', 'End /next']);
    await opened.context.close();
  });
});

describe('automated browsers are not counted', () => {
  const automated = 'daybook: not sent: an automated browser';

  test('this one, which says so itself', async () => {
    const opened = await open('/tested');
    await expect.poll(() => opened.said).toEqual([automated]);
    expect(opened.sent).toEqual([]);
    await opened.context.close();
  });

  test.each([
    ['__nightmare', [automated]],
    ['Cypress', [automated]],
    ['phantom', []], // a wallet in a visitor's browser
  ])('where it has left %s', async (mark, said) => {
    const context = await browser.newContext();
    await context.addInitScript(`
      Object.defineProperty(Navigator.prototype, 'webdriver', { value: false });
      window['${mark}'] = {};`);
    const page = await context.newPage();
    const heard: string[] = [];
    page.on('console', (message) => void heard.push(message.text()));
    await page.goto(`${website.url}/tested`);
    await page.waitForFunction('typeof daybook === "function" && "init" in daybook');
    const { status } = (await page.evaluate(
      'new Promise((callback) => daybook("End", { callback }))',
    )) as { status: number };
    expect(heard).toEqual(said.flatMap((one) => [one, one]));
    expect(status).toBe(said.length ? 0 : 202);
    await context.close();
  });
});

test('a retried hit says its age, and no clock of the browser is asked', async () => {
  const context = await browser.newContext();
  const clock = new URL('../fixtures/faults/tracker-slow-clock.js', import.meta.url);
  await context.addInitScript(readFileSync(clock, 'utf8'));
  const page = await context.newPage();
  const sent: Sent[] = [];
  await page.route('**/api/event', async (route) => {
    sent.push(route.request().postDataJSON() as Sent);
    await (sent.length === 1 ? route.abort('connectionrefused') : route.continue());
  });
  const realtime = async () =>
    (await app.get('/api/v1/stats/realtime/visitors?site_id=slow.test', { key: app.key })).text();
  expect(await realtime()).toBe('0');
  await page.goto(`${website.url}/slow-clock`);
  await expect.poll(() => sent.length).toBe(2);
  const [first, second] = sent as [Sent, Sent];
  expect([first.a, second.id]).toEqual([undefined, first.id]);
  expect(second.a).toBeGreaterThanOrEqual(1_000);
  expect(second.a).toBeLessThan(60_000);
  await expect.poll(realtime).toBe('1');
  await context.close();
});
