import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openAsOwner, readNumbers, readPanel, untilSettled } from '../support/browser/pages.ts';
import { noonZone } from '../support/noon-zone.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
let browser: Browser;
let website: Server;
let origin = '';

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  await app.post('/api/v1/sites', { domain: 'shop.test', timezone: noonZone() }, { key: app.key });
  website = createServer((_, answer) => {
    answer.setHeader('Content-Type', 'text/html');
    answer.end(
      '<!doctype html><title>Shop</title>' +
        `<script defer data-automated data-domain="shop.test" src="${app.url}/js/daybook.v1.js">` +
        '</script>' +
        `<a href="/">Home</a> <a href="/pricing">Pricing</a> <a href="/about">About</a>`,
    );
  });
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
  origin = `http://shop.test:${(website.address() as AddressInfo).port}`;
});
afterAll(async () => {
  website?.close();
  await browser?.close();
  await app?.close();
});

test('an open report shows the hits of two browsers without a reload', async () => {
  const owner = await browser.newContext();
  const report = await openAsOwner(owner, app, '/?site=shop.test&range=day');
  await untilSettled(report);
  await report.getByText('No visits in this time').waitFor();

  for (const userAgent of [agents.chrome, agents.firefox]) {
    const visitor = await browser.newContext({ userAgent });
    const page = await visitor.newPage();
    const sent = () => page.waitForResponse((answer) => answer.url() === `${app.url}/api/event`);
    await Promise.all([sent(), page.goto(`${origin}/`)]);
    for (const name of ['Pricing', 'About', 'Home'])
      await Promise.all([sent(), page.getByText(name).click()]);
    await Promise.all([sent(), page.evaluate('daybook("Signup")')]);
    await visitor.close();
  }

  // The page is not reloaded: it finds the visitors by itself.
  await report.getByText('2 now').waitFor();
  await expect
    .poll(() => readNumbers(report))
    .toMatchObject({ Visitors: '2', Visits: '2', Pageviews: '8' });
  expect(await readPanel(report, 'Pages')).toEqual(['/ 2', '/about 2', '/pricing 2']);
  expect(await readPanel(report, 'Devices')).toEqual(['Chrome 1', 'Firefox 1']);
  await owner.close();
});
