import type { RealApp } from '../real-app.ts';
import { agents } from './browser.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Until the site's day, east of UTC, is frozen: engagements are then too late. */
const nightMs = 130 * minuteMs;

export type Traffic = {
  readonly site: string;
  /** No hit is later than this. */
  readonly untilMs: number;
  readonly days: number;
  readonly visitsPerDay: number;
  /** Sets the server's clock to each day's end: it accepts an id's time only within a day of it. */
  readonly setClock: (ms: number) => void;
};

type Weighted<T> = readonly (readonly [T, number])[];

const sources: Weighted<string | undefined> = [
  [undefined, 30],
  ['https://www.google.com/', 34],
  ['https://news.ycombinator.com/item?id=1', 9],
  ['https://github.com/example/tool', 7],
  ['https://chatgpt.com/', 6],
  ['https://www.bing.com/', 4],
  ['https://duckduckgo.com/', 4],
  ['https://lobste.rs/', 2],
  ['https://www.linkedin.com/', 2],
  ['https://blog.friend.example/links', 1],
];
const pages: Weighted<string> = [
  ['/', 30],
  ['/blog/closing-the-day', 18],
  ['/docs/getting-started', 14],
  ['/pricing', 9],
  ['/docs/aws', 7],
  ['/blog/one-law', 6],
  ['/docs/api', 5],
  ['/about', 4],
  ['/blog/a-rather-long-title-about-how-the-books-of-a-small-site-were-kept-for-a-whole-year', 3],
  ['/docs/import', 2],
];
const campaigns: Weighted<string> = [
  ['', 90],
  ['?utm_source=newsletter&utm_medium=email&utm_campaign=november', 6],
  ['?utm_source=poster&utm_campaign=open-day', 4],
];
const systems: Weighted<string> = [
  [agents.chrome, 40],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      'Chrome/146.0.0.0 Safari/537.36',
    14,
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 ' +
      '(KHTML, like Gecko) Version/18.4 Safari/605.1.15',
    12,
  ],
  [agents.iphone, 18],
  [agents.firefox, 8],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      'Chrome/146.0.0.0 Safari/537.36 Edg/146.0.0.0',
    5,
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      'SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
    3,
  ],
];
/** What is done on a page now and then. */
const events = [
  { name: 'Signup', chance: 0.03, more: { props: { plan: 'free' } } },
  { name: 'Purchase', chance: 0.008, more: { revenue: { currency: 'EUR', amount: 49 } } },
  {
    ...{ name: 'Outbound Link: Click', chance: 0.02 },
    more: { props: { url: 'https://github.com/example/tool' } },
  },
];
/** The first two bytes of addresses, from networks in different countries. */
const networks: Weighted<string> = [
  ['8.8', 30],
  ['91.0', 16],
  ['49.36', 12],
  ['81.128', 9],
  ['90.0', 7],
  ['177.32', 5],
  ['126.0', 5],
  ['24.48', 4],
  ['145.53', 3],
];

/**
 * Sends invented visits over HTTP, as trackers do, with a daily and a weekly rhythm. They are the
 * same in every run.
 */
export async function sendTraffic(app: RealApp, traffic: Traffic): Promise<number> {
  const { site, untilMs, days, visitsPerDay, setClock } = traffic;
  const random = seeded(7);
  let sent = 0;
  for (let back = days - 1; back >= 0; back--) {
    const endMs = untilMs - back * dayMs;
    const dayStartMs = Math.floor(endMs / dayMs) * dayMs;
    const lastMs = back === 0 ? untilMs : dayStartMs + dayMs - nightMs;
    setClock(lastMs);
    const weekday = new Date(dayStartMs).getUTCDay();
    const rhythm =
      (weekday === 0 || weekday === 6 ? 0.65 : 1) *
      (1 + (days - back) / days / 2) *
      (back === 12 ? 1.7 : 1);
    const count = Math.round(visitsPerDay * rhythm * (0.85 + 0.3 * random()));
    const posts: (() => Promise<Response>)[] = [];
    for (let i = 0; i < count; i++) {
      const hour = 24 * (0.5 + (random() + random() + random() - 1.5) / 3.2);
      const startMs = dayStartMs + hour * 60 * minuteMs;
      const below250 = () => Math.floor(random() * 250);
      const visitor = {
        agent: pick(systems, random),
        address: `${pick(networks, random)}.${below250()}.${below250()}`,
      };
      const referrer = pick(sources, random);
      const views = random() < 0.45 ? 1 : 1 + Math.floor(random() * 5);
      for (let view = 0, ms = startMs; view < views; view++, ms += (20 + 150 * random()) * 1_000) {
        if (ms > lastMs) break;
        const page = pick(pages, random) + (view === 0 ? pick(campaigns, random) : '');
        const send = (name: string, afterMs: number, more: object) => {
          const body = {
            ...{ name, domain: site, url: `https://${site}${page}` },
            ...{ id: uuid7(Math.min(ms + afterMs, lastMs), random), ...more },
          };
          posts.push(() =>
            app.post('/api/event', body, {
              key: app.key,
              headers: { 'User-Agent': visitor.agent, 'X-Forwarded-For': visitor.address },
            }),
          );
        };
        send('pageview', 0, view === 0 && referrer !== undefined ? { referrer } : {});
        const readMs = Math.round((5 + 60 * random()) * 1_000);
        send('engagement', readMs, { sd: Math.round(30 + 70 * random()), e: readMs });
        for (const { name, chance, more } of events)
          if (random() < chance) send(name, readMs, more);
      }
    }
    sent += posts.length;
    await sendAll(posts, 24);
  }
  return sent;
}

async function sendAll(posts: readonly (() => Promise<Response>)[], atOnce: number): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < posts.length) {
      const answer = await posts[next++]!();
      if (answer.status !== 202)
        throw new Error(`a hit was answered ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

function pick<T>(choices: Weighted<T>, random: () => number): T {
  let at = random() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of choices) {
    at -= weight;
    if (at < 0) return value;
  }
  return choices[0]![0];
}

function uuid7(ms: number, random: () => number): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const time = Math.floor(ms).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-8${digits(3)}-${digits(12)}`;
}

/** Numbers from 0 to 1 that look random; the same seed gives the same numbers. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
