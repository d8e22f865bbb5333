import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openRealApp } from '../real-app.ts';
import { agents, openBrowser } from './browser.ts';
import { openAsOwner, untilSettled } from './pages.ts';
import { sendTraffic } from './traffic.ts';

/** The time in the screenshots. It is fixed, so that they change only when the pages change. */
const nowMs = Date.parse('2026-11-22T17:20:00Z');
const maxBytes = 300_000;

type Shot = {
  readonly name: string;
  readonly path: string;
  readonly look: BrowserContextOptions;
  /** Whether to take only the visible part of the page. */
  readonly firstScreen?: true;
  readonly prepare?: (page: Page) => Promise<void>;
};

const wide = { viewport: { width: 1240, height: 860 } };
const light = { ...wide, colorScheme: 'light' } as const;
const dark = { ...wide, colorScheme: 'dark' } as const;
const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

const hover = async (page: Page) => {
  await page.locator('.canvas').hover({ position: { x: 640, y: 90 } });
  await page.locator('.tip').waitFor();
};

const shots: readonly Shot[] = [
  { name: 'dashboard-light', path: '/?site=example.com', look: light, prepare: hover },
  { name: 'dashboard-dark', path: '/?site=example.com', look: dark, prepare: hover },
  {
    name: 'dashboard-filtered',
    path:
      '/?site=example.com&range=7d&f=is_not,country,DE&f=contains,page,/docs' +
      '&tab.sources=channel&metric=pageviews',
    look: light,
  },
  { name: 'dashboard-phone', path: '/?site=example.com', look: phone, firstScreen: true },
  { name: 'why-not-counted', path: '/?site=example.com&open=why', look: light, firstScreen: true },
  {
    name: 'dashboard-goal',
    path: '/?site=example.com&range=28d&f=is,goal,Purchase&chart=bars&compare=none',
    look: dark,
    firstScreen: true,
  },
  {
    ...{ name: 'filter', path: '/?site=example.com', look: light, firstScreen: true },
    prepare: async (page) => {
      await page.keyboard.press('/');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    ...{ name: 'palette', path: '/?site=example.com', look: dark, firstScreen: true },
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'list',
    path: '/?site=example.com&open=list,page',
    look: light,
    firstScreen: true,
    prepare: async (page) => page.getByRole('row').nth(5).waitFor(),
  },
  {
    ...{ name: 'settings', path: '/?site=example.com&settings=counted', look: light },
    ...{ firstScreen: true, prepare: async (page) => page.getByLabel('Host names').waitFor() },
  },
  {
    ...{ name: 'live', path: '/?site=example.com&live', look: light, firstScreen: true },
    prepare: async (page) => page.locator('main.live[aria-busy="false"]').waitFor(),
  },
  {
    ...{ name: 'visits', path: '/?site=example.com&open=visits', look: dark, firstScreen: true },
    prepare: async (page) => page.getByRole('row').nth(5).waitFor(),
  },
  { name: 'sites', path: '/?sites', look: light, firstScreen: true },
  { name: 'all-sites', path: '/?site=*', look: light, firstScreen: true },
  {
    ...{ name: 'share', path: '/?site=example.com&settings=share', look: dark, firstScreen: true },
    prepare: async (page) => page.getByRole('heading', { name: 'Share' }).waitFor(),
  },
  { name: 'add-site', path: '/?add', look: light, firstScreen: true },
  { name: 'setup', path: '/?site=new.example&setup', look: light, firstScreen: true },
  {
    name: 'visualization',
    path: '/visualization?site=example.com',
    look: light,
    firstScreen: true,
  },
];

/** Writes all screenshots into `folder`. Throws where one is too large for a README. */
export async function takeScreenshots(
  folder: string,
  print: (line: string) => void,
): Promise<void> {
  let clockMs = nowMs;
  const app = await openRealApp({ clock: () => clockMs });
  const browser = await openBrowser();
  try {
    await mkdir(folder, { recursive: true });
    const add = (domain: string) =>
      app.post('/api/v1/sites', { domain, timezone: 'Europe/Berlin' }, { key: app.key });
    for (const domain of ['example.com', 'blog.example', 'new.example']) {
      await add(domain);
      clockMs += 1_000;
    }
    const owner = { key: app.key };
    for (const goal of [
      { goal_type: 'event', event_name: 'Signup' },
      { goal_type: 'event', event_name: 'Purchase', currency: 'EUR' },
      { goal_type: 'page', page_path: '/docs/**', display_name: 'Reads the manual' },
    ])
      await app.post(
        '/api/v1/sites/goals',
        { site_id: 'example.com', ...goal },
        { ...owner, method: 'PUT' },
      );
    const note = { date: '2026-11-10', text: 'front page of Hacker News' };
    await app.post('/api/v1/sites/example.com/annotations', note, owner);
    const setClock = (ms: number) => {
      clockMs = ms;
    };
    const traffic = { untilMs: nowMs, setClock };
    const sent =
      (await sendTraffic(app, { ...traffic, site: 'example.com', days: 61, visitsPerDay: 110 })) +
      (await sendTraffic(app, { ...traffic, site: 'blog.example', days: 7, visitsPerDay: 30 }));
    print(`${sent} invented hits sent`);
    clockMs = nowMs;
    const send = (body: object, agent: string) =>
      app.post('/api/event', { name: 'pageview', ...body }, { headers: { 'User-Agent': agent } });
    await send({ domain: 'example.com', url: 'https://example.com/pricing' }, 'Googlebot/2.1');
    await send({ domain: 'example.com', url: 'https://example.com/' }, 'curl/8.5.0');
    await send({ domain: 'new.exmaple', url: 'https://new.example/' }, agents.firefox);
    for (const agent of Object.values(agents))
      await send({ domain: 'example.com', url: 'https://example.com/' }, agent);

    for (const { name, path, look, firstScreen, prepare } of shots) {
      const context = await browser.newContext({ ...look, reducedMotion: 'reduce' });
      await context.clock.setFixedTime(nowMs);
      const page = await openAsOwner(context, app, path);
      // Its stream never ends.
      const isLive = path.endsWith('&live');
      if (path.startsWith('/?site=example') && !path.includes('&settings') && !isLive)
        await untilSettled(page);
      await page
        .locator('.now, .uplot, .site-visitors b, .waiting, #chart, #domain, .settings, .live-now')
        .first()
        .waitFor();
      if (!isLive) await page.waitForLoadState('networkidle');
      await prepare?.(page);
      const file = join(folder, `${name}.png`);
      await page.screenshot({ path: file, fullPage: firstScreen !== true });
      const { size } = await stat(file);
      print(`${name}.png ${Math.round(size / 1_000)} kB`);
      if (size > maxBytes) throw new Error(`${name}.png has ${size} bytes, more than ${maxBytes}`);
      await context.close();
    }
  } finally {
    await browser.close();
    await app.close();
  }
}
