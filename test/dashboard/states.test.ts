import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOf, states } from '../../scripts/states.mjs';
import { findBarriers } from '../support/browser/axe.ts';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

// Every state of `/dev/states`: the built pages, with the answers that the state has.
let app: RealApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  'wide and light': { viewport: { width: 1240, height: 860 }, colorScheme: 'light' },
  'on a phone and dark': {
    ...{ viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true },
    colorScheme: 'dark',
  },
};

/** Opens a state; `faults` are what the page throws. */
async function open(name: string, look: BrowserContextOptions) {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  let waiting = 0;
  await page.route('**/api/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    const given = answerOf(name, pathname, route.request().postData() ?? '');
    if (given === 'never') waiting++;
    else if (given === 'gone') await route.abort('connectionrefused');
    else await route.fulfill({ status: given.status, json: given.body });
  });
  await page.goto(app.url + states[name]!.at);
  await untilQuiet(page, () => waiting > 0);
  return { page, faults, close: () => context.close() };
}

/** All that it loads is there, or what it waits for never comes. */
async function untilQuiet(page: Page, isWaiting: () => boolean): Promise<void> {
  await page.locator('main').first().waitFor();
  const isThere = () => page.evaluate('document.querySelector("[aria-busy=true]") === null');
  await expect.poll(async () => isWaiting() || (await isThere())).toBe(true);
}

/** A report is looked at in both ways, any other page in one of them. */
const looked = Object.keys(states).flatMap((name, i) => {
  const names = Object.keys(looks);
  return (name.startsWith('report') ? names : [names[i % names.length]!]).map((look) => [
    name,
    look,
  ]);
});

test.each(looked)('%s, %s: no barrier, nothing beside the page, no fault', async (name, look) => {
  const { page, faults, close } = await open(name!, looks[look!]!);
  expect(await findBarriers(page)).toEqual([]);
  const [width, room] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as [number, number];
  expect(width).toBeLessThanOrEqual(room);
  expect(faults).toEqual([]);
  await close();
});
