import {
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Request,
  type Route,
} from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { findChromium } from '../support/browser/chromium.ts';
import { openAsOwner, readNumbers, readPanel, untilSettled } from '../support/browser/pages.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { openWebsite, type Website } from '../support/website.ts';

const document = (attributes: string, body = '', head = '') =>
  `<!doctype html><title>A page</title>${head}` +
  `<script defer data-automated ${attributes} src="${app.url}/js/daybook.v1.js"></script>${body}`;

let app: RealApp;
let website: Website;
let browser: Browser;
/** The server's clock moves a millisecond with each look: no two hits have the same time. */
let nowMs = Date.now();
beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp({ clock: () => nowMs++ }), openBrowser()]);
  const links =
    '<a href="/">home</a> <a href="/about">about</a> <a href="/prices?plan=x">prices</a>';
  const stub = `<script>
    window.daybook = window.daybook ||
      function () { (daybook.q = daybook.q || []).push(arguments) };
    daybook('Early', { props: { when: 'before' } });
  </script>`;
  const tall = '<div style="height: 5000px"></div>';
  website = await openWebsite({
    ...Object.fromEntries(
      ['/', '/about', '/prices'].map((path) => [
        path,
        document('data-local data-domain="shop.test"', links),
      ]),
    ),
    '/app': document('data-local data-domain="app.test"'),
    '/hash': document('data-local data-hash data-domain="hash.test"'),
    '/stub': document('data-local data-domain="stub.test"', '', stub),
    '/tall': document('data-local data-domain="tall.test"', `${tall}<a href="/left">on</a>`),
    '/left': document('data-local data-domain="tall.test"'),
    '/busy': document('data-local data-domain="busy.test"'),
    '/crowded': document('data-local data-domain="crowded.test"'),
    '/later': document('data-local data-domain="later.test"'),
    '/down': document('data-local data-domain="down.test"'),
    '/lost': document('data-local data-domain="lost.test"'),
    '/quiet': document('data-domain="quiet.test"'),
    '/ignored': document('data-local data-domain="quiet.test"'),
    '/shown': document('data-local data-domain="shown.test"'),
    '/owner': document('data-local data-domain="owner.test"'),
    '/owner/more': document('data-local data-domain="owner.test"'),
  });
});
afterAll(async () => {
  await browser?.close();
  await website?.close();
  await app?.close();
});

async function addSite(domain: string): Promise<void> {
  expect((await app.post('/api/v1/sites', { domain }, { key: app.key })).status).toBe(200);
}

type Kept = Record<string, unknown> & { name: string; page: string };

async function hits(domain: string): Promise<Kept[]> {
  const text = await (await app.get(`/api/hits?site=${domain}`, { key: app.key })).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Kept);
}

/** The pages and events counted until now, in order, without engagements. */
const counted = async (domain: string) =>
  (await hits(domain))
    .filter(({ name }) => name !== 'engagement')
    .sort((a, b) => (a['time'] as number) - (b['time'] as number))
    .map(({ name, page }) => (name === 'pageview' ? page : `${name} ${page}`));

/** Hits that a page has sent, and that are not answered yet. */
const underWay = new Set<Request>();

function watch(page: Page): void {
  page.on('request', (request) => {
    if (request.url() === `${app.url}/api/event`) underWay.add(request);
  });
  page.on('requestfinished', (request) => underWay.delete(request));
  page.on('requestfailed', (request) => underWay.delete(request));
}

const allAnswered = () => expect.poll(() => underWay.size, { interval: 5 }).toBe(0);

/** Waits until a site has counted these, and checks that nothing more is on its way. */
async function expectCounted(domain: string, pages: readonly string[]): Promise<void> {
  await expect.poll(() => counted(domain)).toEqual(pages);
  await allAnswered();
  expect(await counted(domain)).toEqual(pages);
}

/** Opens a page, and waits for the first hit that it sends. */
async function open(
  path: string,
  options: BrowserContextOptions = {},
  of: Pick<Browser, 'newContext'> = browser,
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await of.newContext(options);
  const page = await context.newPage();
  watch(page);
  const sent = page.waitForResponse(`${app.url}/api/event`);
  await page.goto(website.url + path);
  await sent;
  return { page, context };
}

/** Runs a step of the site's script, and waits until the hits that it sent are answered. */
async function run(page: Page, script: string): Promise<void> {
  await page.evaluate(script);
  // A changed fragment is told to the page in a task of its own.
  await page.evaluate('new Promise((done) => setTimeout(done))');
  await allAnswered();
}

test('three navigations, two browsers, an event: the dashboard shows those numbers', async () => {
  await addSite('shop.test');
  const first = await open('/');
  await first.page.getByText('about').click();
  await first.page.waitForURL('**/about');
  await first.page.getByText('prices').click();
  await first.page.waitForURL('**/prices?plan=x');
  await first.page.waitForFunction('"q" in daybook === false');
  const status = await first.page.evaluate(
    `new Promise((callback) => daybook("Order", {
      props: { plan: "x", n: 3 }, revenue: { currency: "EUR", amount: 12.5 }, callback
    }))`,
  );
  expect(status).toEqual({ status: 202 });
  const second = await open('/about', { userAgent: agents.firefox });
  await expectCounted('shop.test', ['/', '/about', '/prices', 'Order /prices', '/about']);

  const all = await hits('shop.test');
  expect(all.find(({ name }) => name === 'Order')).toMatchObject({
    props: { plan: 'x', n: '3' },
    revenue: { currency: 'EUR', amount: 12.5 },
    screen: 'Laptop',
    language: 'en-GB',
  });
  const titled = all.filter(({ title }) => title !== undefined);
  expect(titled.map(({ name, title }) => [name, title])).toEqual(
    ['pageview', 'pageview', 'pageview', 'Order', 'pageview'].map((name) => [name, 'A page']),
  );
  expect(new Set(all.map(({ visitor }) => visitor)).size).toBe(2);
  // No page has a cookie or storage.
  for (const { page, context } of [first, second]) {
    expect(await context.cookies()).toEqual([]);
    expect(await page.evaluate('[localStorage.length, sessionStorage.length]')).toEqual([0, 0]);
    await context.close();
  }

  const owner = await browser.newContext();
  const dashboard = await openAsOwner(owner, app, '/?site=shop.test&period=day');
  await untilSettled(dashboard);
  expect(await readNumbers(dashboard)).toMatchObject({
    Visitors: '2',
    Visits: '2',
    Pageviews: '4',
  });
  expect(await readPanel(dashboard, 'Pages')).toEqual(['/about 2', '/ 1', '/prices 1']);
  await owner.close();
});

test('a page that changes its address is counted once for each page', async () => {
  await addSite('app.test');
  const { page, context } = await open('/app?utm_source=news');
  await run(page, "history.replaceState(null, '', '/app')");
  await run(page, "history.pushState(null, '', '/a')");
  await run(page, "history.replaceState({ scroll: 7 }, '', '/a')");
  await run(page, "history.pushState(null, '', '/a#part')");
  await run(page, "history.pushState(null, '', '/a?tab=2')");
  await run(page, "history.replaceState(null, '', '/%61?tab=2&q=typed')");
  await run(page, 'history.go(-2)');
  await expectCounted('app.test', ['/app', '/a']);
  expect(await page.evaluate('location.pathname + location.search + location.hash')).toBe('/a');
  await run(page, 'history.back()');
  await expectCounted('app.test', ['/app', '/a', '/app']);
  // As if back from the browser's cache, which a browser under test does not use.
  await run(page, "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
  await expectCounted('app.test', ['/app', '/a', '/app', '/app']);
  expect((await hits('app.test')).map(({ utmSource }) => utmSource)).toContain('news');
  await context.close();
});

test('a page with its address in the fragment', async () => {
  await addSite('hash.test');
  const { page, context } = await open('/hash#/one');
  await run(page, "location.hash = '/two'");
  await run(page, "location.hash = '/two'");
  await run(page, "history.replaceState(null, '', '?typed=x' + location.hash)");
  await run(page, 'history.back()');
  await expectCounted('hash.test', ['/hash#/one', '/hash#/two', '/hash#/one']);
  await context.close();
});

test('events queued before the script came are sent after the pageview', async () => {
  await addSite('stub.test');
  const { page, context } = await open('/stub');
  await run(page, "plausible('Late', { interactive: false })");
  await run(page, "daybook('pageview', { url: location.origin + '/virtual' })");
  await expect.poll(async () => (await counted('stub.test')).length).toBe(4);
  const all = await hits('stub.test');
  expect(new Set(await counted('stub.test'))).toEqual(
    new Set(['/stub', 'Early /stub', 'Late /stub', '/virtual']),
  );
  expect(all.find(({ name }) => name === 'Early')).toMatchObject({ props: { when: 'before' } });
  expect(all.find(({ name }) => name === 'Late')).toMatchObject({ interactive: false });
  await context.close();
});

test('how long and how far a page was seen', async () => {
  await addSite('tall.test');
  // A request that outlives its page is sent by the browser itself, without the context's user
  // agent. So the user agent is set for the whole browser.
  const { path: executablePath, env } = await findChromium(process.env);
  const named = await chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: ['--no-sandbox', '--disable-dev-shm-usage', `--user-agent=${agents.chrome}`],
  });
  onTestFinished(() => named.close());
  const context = await named.newContext();
  await context.clock.install({ time: nowMs });
  await context.clock.pauseAt(nowMs + 60_000);
  // A clock that stands still may stand at 0, where a page's never is when its scripts run.
  await context.addInitScript(`
    const { now } = performance;
    performance.now = () => 1 + now.call(performance);`);
  const { page } = await open('/tall', {}, { newContext: async () => context });
  const wait = async (ms: number) => {
    nowMs += ms;
    await page.clock.runFor(ms);
  };
  await wait(600);
  await page.evaluate('scrollTo(0, 2000)');
  await expect.poll(() => page.evaluate('scrollY')).toBe(2_000);
  await wait(400);
  await page.evaluate("document.querySelector('a').click()");
  await page.waitForURL('**/left');
  const pings = async () => (await hits('tall.test')).filter(({ name }) => name === 'engagement');
  await expect.poll(pings).toHaveLength(1);
  const [{ page: path, scrollDepth, engagedMs, time }] = (await pings()) as [Kept];
  const viewed = (await hits('tall.test')).find(
    ({ page: of, name }) => of === '/tall' && name === 'pageview',
  )!;
  expect(path).toBe('/tall');
  expect(scrollDepth).toBeGreaterThan(50);
  expect(scrollDepth).toBeLessThan(65);
  expect(engagedMs).toBe(1_000);
  // It has the time of its pageview, and is never before it.
  expect((time as number) - (viewed['time'] as number)).toBeGreaterThanOrEqual(0);
  expect((time as number) - (viewed['time'] as number)).toBeLessThan(900);
});

describe('a hit that does not arrive', () => {
  const readable = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'retry-after',
  };
  const says = (status: number, after: string) => (route: Route) =>
    route.fulfill({ status, headers: { ...readable, 'Retry-After': after } });
  test.each<[string, string, number, (route: Route) => Promise<void>]>([
    ['the server cannot take it', 'busy', 1, (route) => route.fulfill({ status: 503 })],
    ['too many at once', 'crowded', 1, (route) => route.fulfill({ status: 429 })],
    ['too many at once, and it says when', 'later', 7, says(429, '7')],
    ['no answer', 'down', 1, (route) => route.abort('connectionrefused')],
    [
      'taken, but its answer is lost',
      'lost',
      1,
      async (route) => {
        await route.fetch();
        await route.abort('connectionreset');
      },
    ],
  ])('is sent again with the same id: %s', async (_, name, seconds, fail) => {
    await addSite(`${name}.test`);
    const context = await browser.newContext();
    const page = await context.newPage();
    watch(page);
    await page.clock.install();
    const ids: unknown[] = [];
    await page.route('**/api/event', async (route) => {
      const { n, id } = route.request().postDataJSON() as { n: string; id: string };
      if (n !== 'pageview') return route.continue();
      ids.push(id);
      return ids.length === 1 ? fail(route) : route.continue();
    });
    await page.goto(`${website.url}/${name}`);
    await expect.poll(() => ids.length).toBe(1);
    let passed = 0;
    const sentAfterASecond = async () => {
      passed++;
      await page.clock.runFor(1_000);
      return ids.length;
    };
    await expect.poll(sentAfterASecond).toBe(2);
    expect(passed).toBeGreaterThanOrEqual(seconds);
    expect(ids[0]).toBe(ids[1]);
    await expectCounted(`${name}.test`, [`/${name}`]);
    await context.close();
  });
});

describe('nothing is sent', () => {
  test('from a local page, unless it has data-local', async () => {
    await addSite('quiet.test');
    const context = await browser.newContext();
    const page = await context.newPage();
    const said = page.waitForEvent('console');
    await page.goto(`${website.url}/quiet`);
    expect((await said).text()).toBe('daybook: not sent: a local page');
    expect(
      await page.evaluate('new Promise((callback) => daybook("Order", { callback }))'),
    ).toEqual({
      status: 0,
    });
    await context.close();
  });

  test.each(['daybook_ignore', 'plausible_ignore'])('where %s is set', async (name) => {
    const context = await browser.newContext();
    await context.addInitScript(`localStorage.setItem('${name}', 'true')`);
    const page = await context.newPage();
    const said = page.waitForEvent('console');
    await page.goto(`${website.url}/ignored`);
    expect((await said).text()).toBe(`daybook: not sent: ${name}`);
    await context.close();
    await expectCounted('quiet.test', []);
  });

  test('after a link of the owner’s, until another one', async () => {
    await addSite('owner.test');
    const context = await browser.newContext();
    const page = await context.newPage();
    watch(page);
    const said: string[] = [];
    page.on('dialog', (dialog) => {
      said.push(dialog.message());
      void dialog.accept();
    });
    await page.goto(`${website.url}/owner#daybook-ignore`);
    await page.goto(`${website.url}/owner/more`);
    await run(page, '');
    expect(await counted('owner.test')).toEqual([]);
    await page.goto(`${website.url}/owner#daybook-count`);
    await expectCounted('owner.test', ['/owner']);
    expect(said).toEqual(['Daybook will ignore this browser.', 'Daybook will count this browser.']);
    await context.close();
  });

  test('while a page is prerendered, until it is shown', async () => {
    await addSite('shown.test');
    const context = await browser.newContext();
    await context.addInitScript("Object.defineProperty(document, 'prerendering', { value: true })");
    const page = await context.newPage();
    watch(page);
    await page.goto(`${website.url}/shown`);
    await run(page, '');
    expect(await counted('shown.test')).toEqual([]);
    await page.evaluate("document.dispatchEvent(new Event('prerenderingchange'))");
    await expectCounted('shown.test', ['/shown']);
    await context.close();
  });
});

test('every page may load the script, and browsers may cache it', async () => {
  const answer = await app.get('/js/daybook.v1.js');
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=3600',
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  const tag = answer.headers.get('etag')!;
  for (const [asked, status] of [
    [tag, 304],
    [`W/${tag}`, 304],
    [`"other", ${tag}`, 304],
    ['"other"', 200],
  ] as const) {
    expect(
      (await app.get('/js/daybook.v1.js', { headers: { 'If-None-Match': asked } })).status,
    ).toBe(status);
  }
});
