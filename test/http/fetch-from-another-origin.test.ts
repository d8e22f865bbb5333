import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { openWebsite, type Website } from '../support/website.ts';

/** The page of the course: asks where it is, and posts itself with what it got. */
const page = (
  endpoint: string,
) => `<!doctype html><title>own page</title><p id="done">sending</p><script>
  async function send(location) {
    const hit = { pathname: window.location.pathname, language: navigator.language,
      platform: navigator.platform, userAgent: navigator.userAgent };
    if (location) hit.location = location;
    const answer = await fetch(${JSON.stringify(endpoint)}, { method: 'POST',
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(hit) });
    const text = JSON.stringify(await answer.json());
    document.getElementById('done').textContent = answer.status + ' ' + text;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => send({ latitude: coords.latitude, longitude: coords.longitude }),
    () => send());
</script>`;

/** A chart page of a person's own: knows nothing but data.Items and data.Count. */
const chart = (
  endpoint: string,
) => `<!doctype html><title>own chart</title><h1 id="count"></h1><ul id="bars"></ul><script>
  fetch(${JSON.stringify(endpoint)}).then((answer) => answer.json()).then((data) => {
    const byPath = {};
    for (const { pagePath } of data.Items) byPath[pagePath] = (byPath[pagePath] ?? 0) + 1;
    for (const [path, n] of Object.entries(byPath).sort()) {
      const bar = document.createElement('li');
      bar.textContent = path + ' ' + n;
      bar.style.width = n * 40 + 'px';
      document.getElementById('bars').append(bar);
    }
    document.getElementById('count').textContent = data.Count;
  });
</script>`;

let app: RealApp;
let site: Website;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  await app.post('/api/v1/sites', { domain: 'course.test', open: true }, { key: app.key });
  const endpoint = `${app.url}/analytics`;
  site = await openWebsite({
    '/': page(endpoint),
    '/about': page(endpoint),
    '/chart': chart(endpoint),
  });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await app?.close();
});

async function visit(path: string, options: BrowserContextOptions): Promise<string> {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  await tab.goto(`${site.url}${path}`);
  await tab.waitForFunction('document.getElementById("done").textContent !== "sending"');
  const text = (await tab.locator('#done').textContent())!;
  await context.close();
  return text;
}

test('a page of another origin posts, with a location or not, and reads its rows', async () => {
  const geolocation = { latitude: 38.0307484, longitude: -78.5077828 };
  const answers = [
    await visit('/', { permissions: ['geolocation'], geolocation, locale: 'en-US' }),
    await visit('/', { permissions: [], locale: 'de-AT', userAgent: agents.iphone }),
    await visit('/about', { permissions: [], locale: 'en-US' }),
  ];
  for (const text of answers) expect(text).toMatch(/^200 {"id":"[0-9a-f]{16}"}$/);

  const { Items, Count } = await (await app.get('/analytics')).json();
  const row = (pagePath: string, language: string, userAgent: string, more = {}) => ({
    pagePath,
    language,
    userAgent,
    platform: expect.any(String),
    timestamp: expect.closeTo(Date.now() / 1000, -1.5),
    ...more,
  });
  expect(Count).toBe(3);
  expect(Items).toHaveLength(3);
  expect(Items).toEqual(
    expect.arrayContaining([
      row('/', 'en-US', agents.chrome, { location: geolocation }),
      row('/', 'de-AT', agents.iphone),
      row('/about', 'en-US', agents.chrome),
    ]),
  );

  const context = await browser.newContext();
  const own = await context.newPage();
  await own.goto(`${site.url}/chart`);
  await own.waitForFunction('document.getElementById("count").textContent !== ""');
  expect(await own.locator('#count').textContent()).toBe('3');
  expect(await own.locator('#bars li').allTextContents()).toEqual(['/ 2', '/about 1']);
  const drawn = await context.newPage();
  await drawn.goto(`${app.url}/visualization`);
  await drawn.locator('#chart').waitFor();
  expect(await drawn.locator('#total').textContent()).toBe('3');
  expect(await drawn.locator('#chart tbody tr').allTextContents()).toEqual(['/2', '/about1']);
  await context.close();
});

test('a headless browser under its own name is a row that no report counts', async () => {
  const userAgent = agents.chrome.replace('Chrome/', 'HeadlessChrome/');
  const query = { site_id: 'course.test', metrics: ['pageviews'], date_range: 'day' };
  const pageviews = async () =>
    (await (await app.post('/api/v2/query', query, { key: app.key })).json()).results;
  const before = await pageviews();
  expect(await visit('/about', { userAgent, permissions: [] })).toMatch(
    /^200 \{"id":"[0-9a-f]{16}"\}$/,
  );
  expect(await pageviews()).toEqual(before);
});
