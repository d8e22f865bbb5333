import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openDuck } from '../src/duck/duck.ts';
import { openWorldSites } from '../src/entry/world.ts';
import { openMachine } from '../src/home/machine/machine.ts';
import { dayMs } from '../src/lib/clock.ts';
import { zonesFrom } from '../src/lib/site-days.ts';
import { type Browser, openBrowser } from '../test/support/browser/browser.ts';
import { makeLedger } from './ledger-data.ts';
import { daybook, median, startDaybook } from './processes.ts';

const hits = 1_000_000;
const days = 31;
const pages = 10_000;
const rounds = 9;
const domain = 'bench.test';

/**
 * What a person waits for in the dashboard of a site with a million hits in 31 days: until it is
 * drawn, and what a click does to the browser.
 */
export async function benchBrowser(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-browser-'));
  try {
    await fill(data);
    const key = await daybook('key', 'new', '--data', data);
    const server = await startDaybook(data);
    const browser = await openBrowser();
    try {
      await measure(browser, `http://127.0.0.1:${server.port}`, key);
    } finally {
      await browser.close();
      await server.stop();
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function fill(data: string): Promise<void> {
  const home = await openMachine(data);
  const duck = await openDuck({ memoryBytes: 2 ** 31, threads: 2, folder: home.files.folder });
  try {
    const site = await openWorldSites(home, Date.now, randomBytes).add(domain, {});
    const dayOf = (back: number) => new Date(Date.now() - back * dayMs).toISOString().slice(0, 10);
    await makeLedger(home, duck, {
      ...{ siteId: site.id, zones: zonesFrom('UTC', 0), hitsADay: hits / days, pages },
      ...{ firstDay: dayOf(days), lastDay: dayOf(1) },
    });
  } finally {
    duck.close();
    await home.close();
  }
}

async function measure(browser: Browser, url: string, key: string): Promise<void> {
  const context = await browser.newContext({ timezoneId: 'UTC' });
  await context.request.post(`${url}/api/session`, { data: { key } });
  const page = await context.newPage();
  await page.addInitScript(`
    window.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration)))
      .observe({ type: 'longtask', buffered: true });
    const look = () => {
      const isDrawn = document.querySelector('main.report[aria-busy="false"] .uplot canvas') &&
        document.querySelector('.bar');
      if (isDrawn) window.drawnMs ??= performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  `);
  const drawn: number[] = [];
  for (let i = 0; i <= rounds; i++) {
    await page.goto(`${url}/?site=${domain}&range=30d`);
    drawn.push(await drawnMs(page));
  }
  const [first, ...others] = drawn;
  print('until a dashboard of 1,000,000 hits is drawn, first', ms(first!));
  print('  then', `${ms(median(others))} (${ms(Math.min(...others))} at best)`);

  const clicks: number[] = [];
  const tasks: number[] = [];
  for (let i = 0; i < rounds; i++) {
    await page.evaluate('tasks.length = 0');
    clicks.push(await clickMs(page, i % 6));
    tasks.push(await longest(page));
  }
  print('a click on a row, until something has changed', ms(median(clicks)));
  print('  the longest task of the page meanwhile', ms(median(tasks)));

  await page.goto(`${url}/?site=${domain}&range=30d&open=list,page`);
  const dialog = page.getByRole('dialog');
  await dialog.locator('tbody tr').nth(20).waitFor();
  await page.evaluate('tasks.length = 0');
  let all = 0;
  for (let still = 0; still < 8; ) {
    const before = all;
    await page.evaluate('document.querySelector("dialog").scrollTop += 4000');
    await page.waitForTimeout(100);
    all = Number(await dialog.locator('table').getAttribute('aria-rowcount'));
    const isDown = await page.evaluate(
      '(({ scrollTop: top, clientHeight: own, scrollHeight: all }) => top + own > all - 9)' +
        '(document.querySelector("dialog"))',
    );
    still = isDown && all === before ? still + 1 : 0;
  }
  print('a list scrolled to its end: rows', String(all - 1));
  print('  in the page at once', String(await dialog.locator('tbody tr').count()));
  print('  the longest task of the page', ms(await longest(page)));
  await context.close();
}

/** The page's policy lets nothing be evaluated in it but by the browser's own protocol. */
async function drawnMs(page: Page): Promise<number> {
  for (;;) {
    const known = (await page.evaluate('window.drawnMs')) as number | undefined;
    if (known !== undefined) return known;
    await page.waitForTimeout(20);
  }
}

/** A click on the nth source filters by it, or does not any more. */
async function clickMs(page: Page, nth: number): Promise<number> {
  const took = await page.evaluate(`new Promise((resolve) => {
    const row = document.querySelectorAll('.panel .bars')[0].querySelectorAll('.bar')[${nth}] ??
      document.querySelector('.bar');
    const begin = performance.now();
    new MutationObserver((_, self) => {
      self.disconnect();
      requestAnimationFrame(() => resolve(performance.now() - begin));
    }).observe(document.body, { subtree: true, attributes: true, childList: true });
    row.click();
  })`);
  await page.locator('main.report[aria-busy="false"]').waitFor();
  await page.waitForTimeout(200);
  return took as number;
}

const longest = async (page: Page) => (await page.evaluate('Math.max(0, ...tasks)')) as number;

const ms = (value: number) => `${value.toFixed(0)} ms`;
const print = (name: string, value: string) =>
  process.stdout.write(`${name.padEnd(58)} ${value}\n`);
