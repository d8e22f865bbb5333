import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { openWebsite } from '../support/website.ts';

// Packages that people have in their sites, from npm, unmodified: in each app here, only the name
// of the host is ours. `.ci/run` installs them, by package.json beside this file.

const folder = fileURLToPath(new URL('../../node_modules/.cache/daybook-clients', import.meta.url));

let app: RealApp;
let browser: Browser;
beforeAll(async () => {
  if (!existsSync(folder)) throw new Error('the packages are not installed: see .ci/run');
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** What the apps have in common: each has a button `signup`, and what the tests click. */
const body = `<!doctype html><title>A page</title><div id="root"></div>
  <button id="signup">sign up</button>
  <a id="out" href="https://other.example.org/x" target="_blank">out</a>
  <script>addEventListener('click', (event) => event.preventDefault())</script>`;

const onSignup = "document.querySelector('#signup').addEventListener('click', () =>";

/** An app's code, for the host of ours and a site. */
type Code = (host: string, site: string) => string;

const clients: Readonly<Record<string, Code>> = {
  'plausible-tracker': (host, site) => `
      import Plausible from 'plausible-tracker';
      const plausible = Plausible({ domain: '${site}', apiHost: '${host}' });
      plausible.enableAutoPageviews();
      plausible.enableAutoOutboundTracking();
      ${onSignup} plausible.trackEvent('Signup', { props: { plan: 'pro' } }));`,
  '@plausible-analytics/tracker': (host, site) => `
      import { init, track } from '@plausible-analytics/tracker';
      init({ domain: '${site}', endpoint: '${host}/api/event', outboundLinks: true });
      ${onSignup} track('Signup', { props: { plan: 'pro' } }));`,
  'next-plausible': (host) => `
      import { createElement, useEffect } from 'react';
      import { createRoot } from 'react-dom/client';
      import PlausibleProvider, { usePlausible } from 'next-plausible';
      function Signup() {
        const plausible = usePlausible();
        useEffect(() => { ${onSignup} plausible('Signup', { props: { plan: 'pro' } })); }, []);
      }
      createRoot(document.querySelector('#root')).render(createElement(
        PlausibleProvider,
        { src: '${host}/js/pa-next-plausible.js', enabled: true },
        createElement(Signup)));`,
  'vue-plausible': (host, site) => `
      import Vue from 'vue';
      import { VuePlausible } from 'vue-plausible';
      Vue.use(VuePlausible, { domain: '${site}', apiHost: '${host}' });
      Vue.$plausible.enableAutoPageviews();
      Vue.$plausible.enableAutoOutboundTracking();
      ${onSignup} Vue.$plausible.trackEvent('Signup', { props: { plan: 'pro' } }));`,
};

async function bundled(name: string, code: string): Promise<string> {
  const input = join(folder, `${name.replaceAll(/\W/g, '-')}.js`);
  writeFileSync(input, code);
  const built = await rolldown({
    ...{ input, cwd: folder, logLevel: 'silent', platform: 'browser' },
    transform: {
      define: {
        'process.env.NODE_ENV': '"production"',
        'process.env': '{}',
        __dirname: '""',
      },
    },
  });
  const { output } = await built.generate({ format: 'iife' });
  await built.close();
  return output[0].code;
}

async function openPage(url: string): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  // Some count no automated browser.
  await context.addInitScript(
    "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })",
  );
  const page = await context.newPage();
  await page.goto(url, { referer: 'https://search.example.org/q' });
  return page;
}

test.each(Object.entries(clients))('%s', async (name, code) => {
  const site = `${name.replaceAll(/\W/g, '-').replace(/^-/, '')}.test`;
  const settings = { domain: site, aliases: [`pa-${name}`.replaceAll(/[^\w-]/g, '-')] };
  expect((await app.post('/api/v1/sites', settings, { key: app.key })).status).toBe(200);
  const host = app.url.replace('localhost', 'daybook.test');
  const script = (await bundled(name, code(host, site))).replaceAll('</script', '<\\/script');
  const website = await openWebsite({ '/start': `${body}<script>${script}</script>` });
  onTestFinished(() => website.close());

  const ask = async (query: object): Promise<unknown[]> => {
    const asked = { site_id: site, date_range: 'day', ...query };
    const { results } = await (await app.post('/api/v2/query', asked, { key: app.key })).json();
    return results.map((row: { dimensions: string[]; metrics: number[] }) => [
      ...row.dimensions,
      ...row.metrics,
    ]);
  };
  const pages = () => ask({ metrics: ['pageviews'], dimensions: ['event:page'] });
  const events = () => ask({ metrics: ['events'], dimensions: ['event:name'] });

  const page = await openPage(
    `${website.url.replace('localhost', site)}/start?utm_source=news&utm_medium=email`,
  );
  await expect.poll(pages).toEqual([['/start', 1]]);
  await page.evaluate("history.pushState(null, '', '/next')");
  await expect
    .poll(async () => (await pages()).sort())
    .toEqual([
      ['/next', 1],
      ['/start', 1],
    ]);
  await page.click('#signup');
  await page.click('#out');
  await expect
    .poll(async () => (await events()).sort())
    .toEqual([
      ['Outbound Link: Click', 1],
      ['Signup', 1],
      ['pageview', 2],
    ]);
  expect(await ask({ metrics: ['visitors', 'visits'] })).toEqual([[1, 1]]);
  expect(await ask({ metrics: ['visits'], dimensions: ['visit:source'] })).toEqual([['news', 1]]);
  expect(await ask({ metrics: ['events'], dimensions: ['event:props:plan'] })).toContainEqual([
    'pro',
    1,
  ]);
});
