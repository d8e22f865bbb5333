import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { type MailServer, openMailServer, partOf } from '../mail-server.ts';
import { addPerson } from '../people.ts';
import { openRealApp, type RealApp } from '../real-app.ts';
import { agents, type Browser, openBrowser } from './browser.ts';
import { sendTraffic } from './traffic.ts';

/** A Monday morning. */
const nowMs = Date.parse('2026-11-23T09:10:00Z');

const hourMs = 3_600_000;

const weekMs = 7 * 24 * hourMs;

const site = 'example.com';

const mailWide = { viewport: { width: 640, height: 260 } };

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { ...mailWide, colorScheme: 'light' },
  dark: { ...mailWide, colorScheme: 'dark' },
};

/** Pictures of mails as a real server on this machine received them, and of where they are asked for. */
export async function takeMailPictures(
  folder: string,
  print: (line: string) => void,
): Promise<void> {
  let clockMs = nowMs - 9 * weekMs;
  const mailServer = await openMailServer();
  let token = '';
  const app = await openRealApp({
    ...{ clock: () => clockMs, publicUrl: 'https://stats.example.com' },
    notify: { smtp: mailServer.url, mailFrom: 'Daybook <reports@example.com>' },
    async prepare(home) {
      const rights = { all: 'owner' } as const;
      ({ token } = await addPerson(home, { email: 'ada@example.com', rights, clock: () => nowMs }));
    },
  });
  const browser = await openBrowser();
  try {
    await app.post('/api/v1/sites', { domain: site, timezone: 'UTC' }, { key: app.key });
    await app.get('/api/v1/sites/goals', {
      ...{ method: 'PUT', key: app.key },
      body: JSON.stringify({ site_id: site, goal_type: 'page', page_path: '/pricing' }),
    });
    const setClock = (ms: number) => {
      clockMs = ms;
    };
    const traffic = { site, untilMs: nowMs, setClock, days: 16, visitsPerDay: 30 };
    print(`${await sendTraffic(app, traffic)} invented hits sent`);
    clockMs = nowMs - 24 * hourMs;
    for (const what of [
      ['weekly', 'monthly'],
      ['spike', 'silence'],
    ])
      await app.post(
        `/api/v1/sites/${site}/notifications`,
        { what, channel: 'mail' },
        { key: token },
      );
    await app.post(
      `/api/v1/sites/${site}/notifications`,
      {
        what: ['spike', 'drop'],
        channel: 'slack',
        url: 'https://hooks.slack.com/services/T0/B0/x',
      },
      { key: token },
    );
    clockMs = nowMs - hourMs / 6;
    await sendCrowd(app);
    clockMs = nowMs;
    await app.sendReports();
    await shootMails(browser, mailServer, { folder, print });
    await shootSettings(browser, app, { folder, print, token });
  } finally {
    await browser.close();
    await app.close();
    await mailServer.close();
  }
}

/** More than come in that hour of the week. */
async function sendCrowd(app: RealApp): Promise<void> {
  const events = Array.from({ length: 180 }, (_, i) => ({
    ...{ n: 'pageview', d: site, u: `https://${site}/blog/one-law`, ip: `203.0.113.${i}` },
    ...{ r: 'https://news.ycombinator.com/item?id=1', userAgent: agents.chrome },
  }));
  await app.post('/api/events', { events }, { key: app.key });
}

type Into = { readonly folder: string; readonly print: (line: string) => void };

async function shootMails(browser: Browser, { mails }: MailServer, into: Into): Promise<void> {
  const named = { weekly: 'Top pages', alert: 'Many more' };
  for (const [name, words] of Object.entries(named))
    for (const [look, options] of Object.entries(looks)) {
      const mail = mails.find((one) => partOf(one, 'text/plain').includes(words))!;
      const context = await browser.newContext({ ...options, deviceScaleFactor: 1 });
      const page = await context.newPage();
      await page.setContent(partOf(mail, 'text/html'));
      const path = join(into.folder, `mail-${name}-${look}.png`);
      await page.screenshot({ path, fullPage: true });
      into.print(`mail-${name}-${look}.png ${(await stat(path)).size} bytes`);
      await context.close();
    }
}

async function shootSettings(
  browser: Browser,
  app: RealApp,
  { folder, token }: Into & { readonly token: string },
): Promise<void> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1240, height: 860 }, colorScheme: 'light', reducedMotion: 'reduce' },
  });
  await context.clock.setFixedTime(nowMs);
  const url = new URL(app.url);
  await context.addCookies([{ name: 'daybook_session', value: token, url: url.origin }]);
  const page = await context.newPage();
  await page.goto(`${app.url}/?site=${site}&settings=notifications`);
  await page.locator('.kept li').nth(2).waitFor();
  await page.screenshot({ path: join(folder, 'notifications.png'), fullPage: true });
  await context.close();
}
