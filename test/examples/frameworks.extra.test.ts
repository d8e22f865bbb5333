import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { examples, openExample, type RunningExample } from '../support/example.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

// Real frameworks, as npm has them: each example is installed, built and started by the commands of
// its README. `.ci/run` runs this.

const clients = fileURLToPath(new URL('../../clients/node', import.meta.url));

let app: RealApp;
let browser: Browser;
let example: RunningExample | undefined;
beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  for (const domain of ['example.com', 'server.test'])
    await app.post('/api/v1/sites', { domain }, { key: app.key });
});
afterEach(async () => {
  await example?.end();
  for (const domain of ['example.com', 'server.test'])
    await app.get(`/api/v1/sites/${domain}?now=true`, { method: 'DELETE', key: app.key });
});

/** The report's rows for a dimension, as text: `/cart 2`. */
async function report(dimension: string, site = 'example.com'): Promise<string[]> {
  const query = { site_id: site, date_range: 'day', metrics: ['pageviews'] };
  const asked = { ...query, dimensions: [dimension] };
  const { results } = await (await app.post('/api/v2/query', asked, { key: app.key })).json();
  return results
    .map((row: { dimensions: string[]; metrics: number[] }) => `${row.dimensions} ${row.metrics}`)
    .sort();
}

type Step = readonly [
  name: string,
  run: (page: Page) => Promise<unknown>,
  shop: number,
  cart: number,
];

/**
 * Next's own server counts on a site of its own, by `forNext`: a view for each page that is loaded,
 * and none for those that the router shows without loading one.
 */
async function countOnServer(folder: string): Promise<void> {
  await cp(join(clients, 'dist'), join(folder, 'daybook-node'), { recursive: true });
  await writeFile(
    join(folder, 'proxy.js'),
    `import { createClient, forNext } from './daybook-node/index.js';
    const [url, key] = ${JSON.stringify([app.url, app.key])};
    const count = forNext(createClient({ url, key, domain: 'server.test' }));
    export const proxy = (request, event) => count(request, event);`,
  );
}

/** What the visitor does, and how many views of both pages there are then. */
const steps: readonly Step[] = [
  ['a link', (page) => page.getByRole('link', { name: 'Cart' }).click(), 1, 1],
  ['another query', (page) => page.getByRole('link', { name: 'By price' }).click(), 1, 1],
  ['another fragment', (page) => page.getByRole('link', { name: 'Total' }).click(), 1, 1],
  ['back to the query', (page) => page.goBack(), 1, 1],
  ['back to the page', (page) => page.goBack(), 1, 1],
  ['back to the start', (page) => page.goBack(), 2, 1],
  ['forward', (page) => page.goForward(), 2, 2],
  ['loaded again', (page) => page.reload(), 2, 3],
  ['a link back', (page) => page.getByRole('link', { name: 'Shop' }).click(), 3, 3],
];

test.each(['next-app', 'vue-app'])(
  '%s: counted once a navigation',
  async (name) => {
    example = await openExample(app, join(examples, name));
    if (name === 'next-app') await countOnServer(example.folder);
    const url = await example.serve();
    const page = await (await browser.newContext()).newPage();
    const expectViews = async (step: string, shop: number, cart: number) => {
      const views = [`/ ${shop}`, ...(cart > 0 ? [`/cart ${cart}`] : [])];
      await expect.poll(() => report('event:page'), { message: step }).toEqual(views);
    };
    await page.goto(url);
    await page.waitForLoadState('networkidle');
    await expectViews('opened', 1, 0);
    for (const [step, run, shop, cart] of steps) {
      await run(page);
      await page.waitForLoadState('networkidle');
      await expectViews(step, shop, cart);
    }
    const hits = await (await app.get('/api/hits?site=example.com', { key: app.key })).text();
    const titled = [...hits.matchAll(/"page":"([^"]+)".*"title":"([^"]+)"/g)];
    expect([...new Set(titled.map(([, path, title]) => `${path} ${title}`))].sort()).toEqual([
      ...['/ Shop', '/cart Cart'],
    ]);
  },
  480_000,
);
