import { hourMs, minuteMs } from '../src/lib/clock.ts';

/** Mulberry32, a random generator with a seed: the traffic is the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const sources = [
  undefined,
  'Google',
  'news.ycombinator.com',
  'Bing',
  'Reddit',
  'ChatGPT',
  'X',
  'DuckDuckGo',
];
const countries = ['DE', 'US', 'FR', 'GB', 'IN', 'BR', 'JP', 'NL', 'PL', 'ES'];
const browsers = ['Chrome', 'Safari', 'Firefox', 'Edge', 'Opera'];
const systems = ['Windows', 'iOS', 'Mac', 'Android', 'GNU/Linux'];
const devices = ['Desktop', 'Mobile', 'Laptop', 'Tablet'];

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

export type MadeHit = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly time: number;
  readonly visitor: string;
};

/**
 * Invents hits. Each call gives the hits of one day, at least `count`, not in the order of time.
 * The same seed gives the same hits.
 */
export function openTraffic(seed: number): (startMs: number, count: number) => Generator<MadeHit> {
  const random = seeded(seed);
  const below = (n: number) => Math.floor(random() * n);
  const hex = () => Array.from({ length: 16 }, () => below(16).toString(16)).join('');
  const pick = <T>(from: readonly T[]) => from[Math.floor(from.length * random() ** 2)]!;

  /** What all hits of a visitor have in common. */
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

  function hit(of: Record<string, unknown>, time: number) {
    const name = names[below(names.length)]!;
    const more = name === 'engagement' ? { engagedMs: below(60_000), scrollDepth: below(100) } : {};
    return {
      id: hex(),
      time,
      name,
      page: `/page/${Math.floor(1000 * random() ** 3)}`,
      ...of,
      ...more,
    };
  }

  // Each visitor views a few pages, up to three minutes apart; some hits are events or engagements.
  return function* (startMs, count) {
    let made = 0;
    while (made < count) {
      const of = visitor();
      let time = startMs + below(22.5 * hourMs);
      for (let left = 1 + Math.floor(7 * random() ** 2); left > 0; left--) {
        yield hit(of, time) as unknown as MadeHit;
        made++;
        time += below(3 * minuteMs);
      }
    }
  };
}
