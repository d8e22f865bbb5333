import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSites } from '../../../src/account/sites.ts';
import { openHome } from '../../../src/entry/home.ts';
import type { Home } from '../../../src/home/home.ts';
import { agents, type Browser, openBrowser } from '../../support/browser/browser.ts';
import { appendHits, hitOf } from '../../support/hits.ts';
import { openStack, type Stack } from '../../support/lambda/stack.ts';
import { openWebsite, type Website } from '../../support/website.ts';

/** Rows for two answers: more than 6 MB of JSON is answered in pages. */
const rows = 3_600;
const note = 'n'.repeat(1_500);

/** The page of a course: it posts its view, and then reads all rows. */
const page = (
  endpoint: string,
) => `<!doctype html><title>course</title><p id="done">sending</p><script>
  const endpoint = ${JSON.stringify(endpoint)};
  const { language, platform, userAgent } = navigator;
  const body = JSON.stringify({ pathname: '/course', language, platform, userAgent });
  fetch(endpoint, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
    .then((answer) => answer.json())
    .then(async ({ id }) => {
      let bytes = 0, count = 0, mine = 0, pages = 0, next;
      do {
        const query = next ? '?ExclusiveStartKey=' + encodeURIComponent(next) : '';
        const text = await (await fetch(endpoint + query)).text();
        const data = JSON.parse(text);
        bytes += text.length; count += data.Count; pages++;
        mine += data.Items.filter((item) => item.pagePath === '/course').length;
        next = data.LastEvaluatedKey;
      } while (next);
      const result = JSON.stringify({ id, bytes, count, mine, pages });
      document.getElementById('done').textContent = result;
    })
    .catch((error) => { document.getElementById('done').textContent = String(error); });
</script>`;

let stack: Stack;
let home: Home;
let browser: Browser;
let own: Website;
let url: string;
beforeAll(async () => {
  [stack, browser] = await Promise.all([openStack(), openBrowser()]);
  home = await openHome('/tmp/daybook-test', Date.now, stack.stores.env);
  const site = await openSites(home, Date.now, () => 'course000000').add('course.test', {
    open: true,
    default: true,
  });
  const firstMs = Date.now() - rows;
  const hits = Array.from({ length: rows }, (_, i) =>
    hitOf({ time: firstMs + i, page: `/${i % 3}`, sent: { note } }),
  );
  for (let i = 0; i < rows; i += 500) await appendHits(home, site, hits.slice(i, i + 500));
  ({ url } = await stack.gateway({ payload: '2.0' }));
  own = await openWebsite({ '/': page(`${url}/default/analytics`) });
});
afterAll(async () => {
  await browser?.close();
  await own?.close();
  await home?.close();
  await stack?.close();
});

test('a real browser posts through the gateway, and reads more than one answer holds', async () => {
  const context = await browser.newContext({ userAgent: agents.firefox });
  const tab = await context.newPage();
  await tab.goto(own.url);
  await tab.waitForFunction('document.getElementById("done").textContent !== "sending"');
  const result = JSON.parse((await tab.locator('#done').textContent())!);
  expect(result).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
    bytes: expect.any(Number),
    count: rows + 1,
    mine: 1,
    pages: 2,
  });
  expect(result.bytes).toBeGreaterThan(5_000_000);
  await context.close();
});

test('/visualization draws all of it', async () => {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const problems: string[] = [];
  tab.on('pageerror', (error) => problems.push(error.message));
  tab.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await tab.goto(`${url}/visualization`);
  await tab.locator('#chart').waitFor();
  expect(await tab.locator('#total').textContent()).toBe('3,601');
  expect(await tab.locator('#chart tbody tr').allTextContents()).toEqual([
    '/01,200',
    '/11,200',
    '/21,200',
    '/course1',
  ]);
  expect(problems).toEqual([]);
  await context.close();
});
