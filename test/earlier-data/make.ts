import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importClassic } from '../../src/collect/classic/import-classic.ts';
import { importLog } from '../../src/collect/log/import-log.ts';
import { openImporting } from '../../src/entry/cli/import-world.ts';
import { openHome } from '../../src/entry/home.ts';
import { openRandom } from '../../src/entry/random.ts';
import { openWorldSites } from '../../src/entry/world.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { saveCopy } from './copy.ts';
import { ask, clockMs, northern, questions, southern } from './questions.ts';

/**
 * Makes a folder of earlier data: what this version of Daybook stores, and what it answers. The
 * data comes in as it does in use: by requests, imports and closing. The clock is the script's own.
 *
 *   January to March   closed and merged; the northern site's hits and its older sums are pruned
 *   1 to 6 April       closed; late rows came to the 5th and 6th afterwards
 *   7 and 8 April      open
 */
export async function makeEarlierData(folder: string): Promise<void> {
  let nowMs = Date.parse('2026-01-28T05:00:00Z');
  const clock = () => nowMs;
  const app = await openRealApp({ clock, proxies: ['127.0.0.1'] });
  const setNow = (time: string) => (nowMs = Date.parse(time));
  try {
    await addSites(app);
    for (const day of days) {
      setNow(`${day}T00:30:00Z`);
      await sendDay(app, day, (ms) => (nowMs = ms));
      if (day === '2026-02-28') await eraseAndCloseAgain(app);
      if (day === '2026-04-01') await closeAll(app);
      if (day === '2026-04-04') await importOldHits(app.data, clock);
    }
    setNow('2026-04-07T12:00:00Z');
    await closeAll(app);
    await sendLate(app, nowMs);
    for (const day of openDays) await sendDay(app, day, (ms) => (nowMs = ms));
    setNow('2026-04-08T10:00:00Z');
    // This erasure is not settled, because it is about days that are open.
    const erasures = `/api/v1/sites/${northern}/erasures`;
    const forgotten = { page: '/forget/*', from: '2026-04-07' };
    await expectOk(app.post(erasures, forgotten, { key: app.key }));
    nowMs = clockMs;
    // A server compares the books with the rows when it starts, as it does in every test.
    await app.restart();
    await saveCopy(app.data, folder);
    const answers = [];
    for (const question of questions) answers.push(await ask(app, question));
    await writeFile(
      join(folder, 'answers.ndjson'),
      answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''),
    );
  } finally {
    await app.close();
  }
}

const days = [
  ...['2026-01-28', '2026-01-30', '2026-01-31', '2026-02-01', '2026-02-02', '2026-02-14'],
  ...['2026-02-28', '2026-03-01', '2026-03-28', '2026-03-29', '2026-03-30', '2026-04-01'],
  ...['2026-04-03', '2026-04-04', '2026-04-05', '2026-04-06'],
];
const openDays = ['2026-04-07', '2026-04-08'];

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)' +
    ' Chrome/130.0.0.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15' +
    ' (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)' +
    ' Chrome/129.0.0.0 Mobile Safari/537.36',
];
const robot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
/** Addresses in Germany, the United States, Japan, Australia, and in no country. */
const addresses = ['81.169.181.179', '8.8.8.8', '133.242.0.3', '1.1.1.1', '10.0.0.9'];
const referrers = ['', 'https://www.google.com/', 'https://news.ycombinator.com/item?id=1', ''];
const pages = ['/', '/blog/one', '/blog/two', '/pricing', '/ümläut', '/secret/a', '/forget/b'];
const tags = ['', '?utm_source=letter&utm_medium=email&utm_campaign=spring', '', '?gclid=x1'];

/** A small random generator (mulberry32), so that every run sends the same hits. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Adds two sites through the API. In summer, one zone moves by an hour, the other by half an hour.
 */
async function addSites(app: RealApp): Promise<void> {
  const { key } = app;
  const settings = [
    { domain: northern, timezone: 'Europe/Berlin', keep_hits_days: 60, keep_roll_ups_days: 68 },
    { domain: southern, timezone: 'Australia/Lord_Howe', week_starts: 'sunday', open: true },
  ];
  for (const site of settings) await expectOk(app.post('/api/v1/sites', site, { key }));
  await expectOk(
    app.get(`/api/v1/sites/${northern}`, {
      ...{ key, method: 'PUT', body: JSON.stringify({ excluded_pages: ['/admin/**'] }) },
    }),
  );
  const goals = [
    { site_id: northern, goal_type: 'event', event_name: 'Purchase', currency: 'EUR' },
    { site_id: northern, goal_type: 'event', event_name: 'Signup' },
    { site_id: northern, goal_type: 'page', page_path: '/blog/*', display_name: 'Reads' },
    { site_id: southern, goal_type: 'event', event_name: 'Purchase', currency: 'AUD' },
    { site_id: southern, goal_type: 'page', page_path: '/pricing' },
  ];
  for (const goal of goals)
    await expectOk(
      app.get('/api/v1/sites/goals', { key, method: 'PUT', body: JSON.stringify(goal) }),
    );
}

async function expectOk(answer: ReturnType<RealApp['get']>): Promise<void> {
  const { status, url } = await answer;
  if (status >= 300) throw new Error(`${url}: ${status} ${await (await answer).text()}`);
}

/** A request, and the time when it is sent. */
type Sending = { readonly atMs: number; readonly send: () => ReturnType<RealApp['post']> };

/** Sends the hits of one day in the order of their times, and sets the clock to each time. */
async function sendDay(app: RealApp, day: string, setNow: (ms: number) => void): Promise<void> {
  const sendings = walksOf(app, day).sort((a, b) => a.atMs - b.atMs);
  for (const { atMs, send } of sendings) {
    setNow(atMs);
    await expectOk(send());
  }
}

/** The hits of some visitors on one day; each views a few pages. */
function walksOf(app: RealApp, day: string): Sending[] {
  const sendings: Sending[] = [];
  const chance = chanceOf(Number(day.replaceAll('-', '')));
  const among = <T>(values: readonly T[]) => values[Math.floor(chance() * values.length)]!;
  const isLast = day === openDays[1];
  for (const [domain, currency] of [
    [northern, 'EUR'],
    [southern, 'AUD'],
  ] as const) {
    for (let visitor = 0; visitor < 7; visitor++) {
      let atMs = Date.parse(`${day}T00:00:00Z`) + Math.floor(chance() * (isLast ? 9 : 23) * 36e5);
      const agent = visitor === 6 ? robot : among(agents);
      const address = among(addresses);
      const send = (body: object) => {
        const headers = { 'User-Agent': agent, 'X-Forwarded-For': address };
        const sent = { d: domain, ...body };
        sendings.push({ atMs, send: () => app.post('/api/event', sent, { headers }) });
      };
      const referrer = among(referrers);
      const steps = 1 + Math.floor(chance() * 4);
      for (let step = 0; step < steps; step++) {
        const page = among(pages);
        const host = `${step === 2 ? 'shop.' : ''}${domain}`;
        const url = `https://${host}${page}${step ? '' : among(tags)}`;
        const props = chance() < 0.4 ? { p: { author: among(['Ann', 'Bo', 'Çem']) } } : {};
        send({
          ...{ n: 'pageview', u: url, r: step === 0 ? referrer : '' },
          ...{ l: among(['en-US', 'de', 'ja-JP']), w: among([390, 1440, 2560]), ...props },
        });
        atMs += 20_000 + Math.floor(chance() * 90_000);
        const engaged = 1_000 + Math.floor(chance() * 60_000);
        send({ n: 'engagement', u: url, sd: Math.floor(chance() * 101), e: engaged });
        atMs += 5_000;
        if (chance() < 0.25) {
          const amount = `${10 + Math.floor(chance() * 90)}.${Math.floor(chance() * 90) + 10}`;
          const paid = { currency: chance() < 0.15 ? 'USD' : currency, amount };
          send({ n: 'Purchase', u: url, $: paid, p: { plan: among(['basic', 'pro']) } });
        }
        if (chance() < 0.2) send({ n: 'Signup', u: url, i: chance() < 0.5 });
        // Some visitors come back after their visit has ended.
        atMs += chance() < 0.2 ? 40 * 60_000 : 3_000;
      }
      if (visitor === 0) send({ n: 'pageview', u: `https://${domain}/admin/x` });
      if (visitor === 1) {
        const body = { pathname: '/deploy', userAgent: agent, platform: 'MacIntel', extra: [1] };
        sendings.push({ atMs, send: () => app.post(`/analytics?site=${domain}`, body) });
      }
    }
  }
  return sendings;
}

async function closeAll(app: RealApp): Promise<void> {
  await app.closeDays();
}

/** A settled erasure: its days are closed before it, and closed again after it. */
async function eraseAndCloseAgain(app: RealApp): Promise<void> {
  await app.closeDays();
  const path = `/api/v1/sites/${northern}/erasures`;
  await expectOk(app.post(path, { page: '/secret/*' }, { key: app.key }));
  await app.closeDays();
}

/** Two imports of days that are closed already, and of days that nothing was known of. */
async function importOldHits(data: string, clock: () => number): Promise<void> {
  const home = await openHome(data, clock, {});
  const importing = await openImporting(home);
  try {
    const world = { ...importing.world, clock };
    const random = openRandom();
    const site = (await openWorldSites(home, clock, random).find(southern))!;
    const lines = Array.from({ length: 40 }, (_, i) => {
      const day = 28 + (i % 3);
      const time = `${day}/Mar/2026:0${i % 10}:1${i % 6}:00 +0000`;
      const request = `"GET ${encodeURI(pages[i % 5]!)} HTTP/1.1" 200 512`;
      return `${addresses[i % 4]} - - [${time}] ${request} "-" "${agents[i % 3]}"\n`;
    });
    const bytes = (async function* () {
      yield Buffer.from(lines.join(''));
    })();
    await importLog(world, site, [{ name: 'access.log', bytes }]);
    const rows = Array.from({ length: 12 }, (_, i) => ({
      pagePath: `/classic/${i % 3}`,
      timestamp: String(Date.parse('2025-12-24T10:00:00Z') / 1_000 + i * 700.25),
      more: {
        ...{ platform: 'MacIntel', userAgent: agents[i % 4], language: 'en-US' },
        ...(i % 2 === 0 && { location: { latitude: 38.03, longitude: -78.51 } }),
      },
    }));
    const classicPages = async function* () {
      yield { rows, resume: undefined };
    };
    await importClassic({ ...world, random }, site, {
      ...{ name: 'classic', pagesFrom: classicPages },
    });
  } finally {
    importing.close();
    await home.close();
  }
}

/** Sends hits of days that are closed already: their ids contain their times. */
async function sendLate(app: RealApp, nowMs: number): Promise<void> {
  for (const domain of [northern, southern]) {
    for (const [nth, hoursAgo] of [11, 14, 15, 17, 20, 22, 22.5, 23.5].entries()) {
      const hex = (nowMs - hoursAgo * 36e5).toString(16).padStart(12, '0');
      const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(nth).padStart(12, '0')}`;
      const headers = { 'User-Agent': agents[nth % 4]!, 'X-Forwarded-For': addresses[nth % 4]! };
      const body = { n: 'pageview', u: `https://${domain}/late/${nth}`, d: domain, id };
      // Each is sent twice: the second is a retry, and both count once.
      for (const _ of [1, 2]) await expectOk(app.post('/api/event', body, { headers }));
    }
  }
}
