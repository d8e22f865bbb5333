import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openExample, type RunningExample } from '../support/example.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/**
 * Django's example, started by the commands of its README in a fresh copy of the client: in an
 * environment of its own, with the package and the Django that they install. Needs python3 with
 * venv; `.ci/django.sh` runs it.
 */
const client = fileURLToPath(new URL('../../clients/django', import.meta.url));

let app: RealApp;
let browser: Browser;
let example: RunningExample;
beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  await app.post('/api/v1/sites', { domain: 'example.com', default: true }, { key: app.key });
  await app.get('/api/v1/sites/example.com', {
    ...{ method: 'PUT', key: app.key, body: '{"open":true}' },
  });
  example = await openExample(app, client, 'example');
});
afterAll(async () => {
  await example?.end();
  await browser?.close();
  await app?.close();
});

test('Django: three pages are counted, and shown', async () => {
  expect(example.commands).toHaveLength(3);
  const url = await example.serve();
  const page = await (await browser.newContext()).newPage();
  const paths = ['/', '/about', '/contact'];
  await page.goto(url);
  for (const [i, name] of ['About', 'Contact', 'Page views'].entries()) {
    const rows = async () => (await (await app.get('/analytics')).json()).Items;
    await expect.poll(async () => (await rows()).length).toBe(i + 1);
    expect((await rows())[i]).toMatchObject({ pagePath: paths[i], userAgent: agents.chrome });
    await page.getByRole('link', { name, exact: true }).click();
  }
  const text = (await page.locator('body').textContent())!.replace(/\s+/g, ' ');
  expect(text).toContain('Total page views3');
}, 300_000);
