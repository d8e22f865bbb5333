import { openAppender } from '../src/journal/append.ts';
import { hourMs, minuteMs } from '../src/lib/clock.ts';
import { addDays, dayStart, zonesFrom } from '../src/lib/site-days.ts';
import { openEngine } from '../src/report/engine.ts';
import { openMemoryHome } from '../test/support/memory-home.ts';

/**
 * The report engine over open days, without a store and without HTTP: a 100,000-hit day, the day before it as large, the
 * default view as one batch. Prints medians in ms.
 *
 *   node dist/bench/report.js [hits a day]
 */
const hitsADay = Number(process.argv[2] ?? 100_000);
const rounds = 15;

const today = '2026-11-22';
const site = { id: 'benchbench00', domain: 'example.com', zones: zonesFrom('Europe/Berlin', 0) };
let nowMs = dayStart(site.zones, today) + 23 * hourMs;

/** Mulberry32: the same traffic in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = seeded(3);
const below = (n: number) => Math.floor(random() * n);
const hex = () => Array.from({ length: 16 }, () => below(16).toString(16)).join('');
const pick = <T>(from: readonly T[]) => from[Math.floor(from.length * random() ** 2)]!;

const sources = [undefined, 'Google', 'news.ycombinator.com', 'Bing', 'Reddit', 'ChatGPT', 'X', 'DuckDuckGo'];
const countries = ['DE', 'US', 'FR', 'GB', 'IN', 'BR', 'JP', 'NL', 'PL', 'ES'];
const browsers = ['Chrome', 'Safari', 'Firefox', 'Edge', 'Opera'];
const systems = ['Windows', 'iOS', 'Mac', 'Android', 'GNU/Linux'];
const devices = ['Desktop', 'Mobile', 'Laptop', 'Tablet'];

/** A visitor's hits: a few pages some seconds apart, now and then an event and an engagement. */
function visitor(): Record<string, unknown> {
  const source = pick(sources);
  return {
    visitor: hex(),
    hostname: 'example.com',
    ...(source === undefined ? {} : { source, referrer: `${source.toLowerCase()}.com/search` }),
    channel: source === undefined ? 'Direct' : 'Organic Search',
    ...(random() < 0.1 ? { utmSource: 'newsletter', utmCampaign: `week-${below(20)}` } : {}),
    browser: pick(browsers),
    browserVersion: String(100 + below(40)),
    os: pick(systems),
    osVersion: String(10 + below(5)),
    device: pick(devices),
    country: pick(countries),
    language: 'en-US',
    screen: 'Desktop',
  };
}
const names = [
  'pageview',
  'pageview',
  'pageview',
  'pageview',
  'pageview',
  'pageview',
  'pageview',
  'Signup',
  'engagement',
];
function hit(of: Record<string, unknown>, time: number) {
  const name = names[below(names.length)]!;
  const more = name === 'engagement' ? { engagedMs: below(60_000), scrollDepth: below(100) } : {};
  return { id: hex(), time, name, page: `/page/${Math.floor(1000 * random() ** 3)}`, ...of, ...more };
}

const home = openMemoryHome();
const appender = openAppender(home);
type Made = ReturnType<typeof hit>;
async function append(day: string, hits: Made[]): Promise<void> {
  const entries = hits.map((made) => ({
    siteId: site.id,
    day,
    late: false,
    receivedAtMs: made.time,
    id: made.id,
    hit: JSON.stringify(made),
  }));
  await appender.append(entries);
}
for (const day of [addDays(today, -1), today]) {
  const startMs = dayStart(site.zones, day);
  const hits: Made[] = [];
  while (hits.length < hitsADay) {
    const of = visitor();
    let time = startMs + below(22.5 * hourMs);
    for (let left = 1 + Math.floor(7 * random() ** 2); left > 0; left--) {
      hits.push(hit(of, time));
      time += below(3 * minuteMs);
    }
  }
  hits.sort((a, b) => a.time - b.time);
  await append(day, hits);
}

const metrics = ['visitors', 'visits', 'pageviews', 'views_per_visit', 'bounce_rate', 'visit_duration'];
const panels = [
  'event:page',
  'visit:entry_page',
  'visit:source',
  'visit:channel',
  'visit:country',
  'visit:browser',
  'visit:os',
  'visit:device',
];
function view(
  filters: unknown[] = [],
  range: unknown = 'day',
  before: unknown = [addDays(today, -1), addDays(today, -1)],
) {
  const query = (more: object) => ({ site_id: site.domain, date_range: range, filters, ...more });
  return [
    query({ metrics }),
    query({ metrics, date_range: before }),
    query({ metrics: ['visitors'], dimensions: ['time'], include: { time_labels: true } }),
    ...panels.map((panel) => query({ metrics: ['visitors'], dimensions: [panel], pagination: { limit: 9 } })),
  ];
}

const engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 30, threads: 2 });

/** Wall time, and the processor's: the second says what it costs where others take the processor away. */
function print(name: string, ms: number, cpuMs?: number): void {
  const cpu = cpuMs === undefined ? '' : `   cpu ${cpuMs.toFixed(1).padStart(6)} ms`;
  console.log(`${name.padEnd(62)} ${ms.toFixed(1).padStart(8)} ms${cpu}`);
}

async function median(
  name: string,
  work: () => Promise<unknown>,
  before: () => Promise<unknown> = async () => {},
): Promise<number> {
  const times: number[] = [];
  let cpuUs = 0;
  for (let i = 0; i < rounds; i++) {
    await before();
    const cpu = process.cpuUsage();
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpuUs += user + system;
  }
  times.sort((a, b) => a - b);
  const ms = times[rounds >> 1]!;
  print(name, ms, cpuUs / 1_000 / rounds);
  return ms;
}

const whole = async (filters: unknown[] = []) => {
  await engine.batch(site, view(filters));
  await engine.realtime(site);
};
const started = performance.now();
await whole();
print(`mounting two days of ${hitsADay} hits, first view`, performance.now() - started);
const warm = await median('default view, warm', () => whole());
const one = { ...visitor() };
const fresh = await median(
  'default view, after one new hit',
  () => whole(),
  async () => {
    nowMs += 1_000;
    await append(today, [hit(one, nowMs)]);
  },
);
print('  more than warm', fresh - warm);
await median('default view, warm, by country and browser', () =>
  whole([
    ['is', 'visit:country', ['DE']],
    ['is', 'visit:browser', ['Chrome', 'Firefox']],
  ]),
);
await median('default view, warm, by one page', () => whole([['is', 'event:page', ['/page/1']]]));
for (const panel of panels) {
  await median(`  visitors by ${panel}`, () =>
    engine.query(
      site,
      view().find((q) => 'dimensions' in q && (q.dimensions as string[])[0] === panel),
    ),
  );
}
await median('  numbers row', () => engine.query(site, view()[0]));
await median('  current visitors', () => engine.realtime(site));
engine.close();
