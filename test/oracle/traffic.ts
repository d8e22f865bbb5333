import fc from 'fast-check';
import type { Came, LoopQuery } from './loop.ts';
import { clockOf } from './loop-time.ts';

/** Random traffic of a few visitors around one day of one zone, made so that every rule has cases that touch it. */
export type Traffic = {
  readonly zone: string;
  readonly weekStarts: number;
  readonly nowMs: number;
  readonly came: readonly (Came & { readonly late: boolean })[];
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Days of 23, 24, 24.5 and 25 hours, zones of half hours, a midnight that does not exist. */
const places = fc.constantFrom(
  ['UTC', '2026-11-22'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Asia/Kolkata', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['America/St_Johns', '2026-03-08'],
  ['America/Santiago', '2026-09-06'],
  ['Pacific/Auckland', '2026-01-01'],
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const among = (...values: string[]) => fc.constantFrom(...values);

const pages = ['/', '/a', '/a/b', '/ä', "/it's", '/A'];
const sources = ['Google', 'google', 'ChatGPT', '(not set)'];
const hostnames = ['example.com', 'blog.example.com', ''];
const countries = ['DE', 'IN', 'ZZ'];

const facts = fc.record(
  {
    referrer: among('google.com/search', 'x.com'),
    source: among(...sources),
    utmSource: among('newsletter', 'n'),
    utmMedium: among('email'),
    utmCampaign: among('spring', '(not set)'),
    utmContent: among('a;b'),
    utmTerm: among('t'),
    browser: among('Chrome', 'Firefox'),
    browserVersion: among('120', '121'),
    os: among('iOS', 'Mac'),
    osVersion: among('17'),
    device: among('Mobile', 'Desktop'),
    country: among(...countries),
    region: among('DE-BE', 'DE-BY'),
    city: among('Berlin', 'München'),
    language: among('de-DE', 'en'),
    screen: among('Mobile', 'Desktop'),
  },
  { requiredKeys: [] },
);

const id = fc
  .integer({ min: 0, max: 400 })
  .map((n) => (BigInt(n) * 46_116_860_184_273_879n).toString(16).padStart(16, '0'));

/** Minutes on a grid of five about the middle day, so that gaps of exactly 30 minutes happen; some just beside midnight. */
const oneHit = fc.record({
  id,
  grid: fc.integer({ min: -36 * 12, max: 30 * 12 }),
  besideMs: fc.constantFrom(0, 0, 0, 0, 1, -1, 999),
  name: fc.constantFrom('pageview', 'pageview', 'pageview', 'Signup', 'engagement'),
  visitor: among('00000000000000aa', '00000000000000ab', 'ffffffffffffffff'),
  hostname: among(...hostnames),
  page: among(...pages),
  interactive: fc.constantFrom(undefined, undefined, false as const),
  facts,
  late: fc.boolean(),
  burst: fc.array(fc.constantFrom(0, 5, 10, 30, 35), { maxLength: 4 }),
});

export const traffic: fc.Arbitrary<Traffic> = fc
  .record({
    place: places,
    weekStarts: fc.integer({ min: 1, max: 7 }),
    nowHours: fc.integer({ min: 0, max: 30 }),
    hits: fc.array(oneHit, { maxLength: 25 }),
    twice: fc.array(fc.tuple(fc.nat({ max: 24 }), fc.constantFrom(0, 5, -5)), { maxLength: 6 }),
    order: fc.array(fc.nat(), { minLength: 200, maxLength: 200 }),
  })
  .map(({ place: [zone, middle], weekStarts, nowHours, hits, twice, order }) => {
    const midnightMs = startOf(zone!, middle!);
    const nowMs = midnightMs + nowHours * hourMs + 1234;
    const made = hits.flatMap(({ grid, besideMs, facts: own, burst, late, interactive, ...rest }) => {
      const first = midnightMs + grid * 5 * minuteMs + besideMs;
      let time = first;
      const hit = { ...rest, ...own, ...(interactive === false ? { interactive } : {}), channel: 'Direct' };
      const more = burst.map((minutes, i) => {
        time += minutes * minuteMs;
        return {
          late,
          hit: { ...hit, id: shifted(rest.id, i + 1), time, page: pages[(i + grid + 999) % pages.length]! },
        };
      });
      return [{ late, hit: { ...hit, time: first } }, ...more];
    });
    for (const [of, minutes] of twice) {
      const one = made[of];
      // The same id once more, with another page and time: of one day one of the two counts, of two days both.
      if (one !== undefined)
        made.push({
          late: true,
          hit: { ...one.hit, page: '/twice', time: one.hit.time + minutes * minuteMs },
        });
    }
    const placed = made.map((one, i) => ({ one, rank: order[i % order.length]! }));
    placed.sort((a, b) => a.rank - b.rank);
    const came = placed.map(({ one }, i) => ({ ...one, receivedAtMs: nowMs - 9_000 + i * 7 }));
    return {
      zone: zone!,
      weekStarts,
      nowMs,
      came: came.filter(({ hit }) => hit.time <= nowMs + 60 * hourMs),
    };
  });

function shifted(hex: string, by: number): string {
  return ((BigInt(`0x${hex}`) + BigInt(by)) & 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, '0');
}

function startOf(zone: string, day: string): number {
  const clock = clockOf(zone);
  let ms = Date.parse(day) - 15 * hourMs;
  while (clock(ms).day < day) ms += 15 * minuteMs;
  return ms;
}

const metrics = [
  'visitors',
  'visits',
  'pageviews',
  'events',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
];
const hitMetrics = ['visitors', 'visits', 'pageviews', 'events'];
const dimensions = [
  ...['event:name', 'event:page', 'event:hostname', 'visit:entry_page', 'visit:exit_page'],
  ...[
    'visit:entry_page_hostname',
    'visit:exit_page_hostname',
    'visit:source',
    'visit:referrer',
    'visit:channel',
  ],
  ...['visit:utm_source', 'visit:utm_medium', 'visit:utm_campaign', 'visit:utm_content', 'visit:utm_term'],
  ...[
    'visit:browser',
    'visit:browser_version',
    'visit:os',
    'visit:os_version',
    'visit:device',
    'visit:screen',
  ],
  ...[
    'visit:language',
    'visit:country',
    'visit:region',
    'visit:city',
    'visit:country_name',
    'visit:region_name',
  ],
  ...['visit:city_name'],
];
const times = ['time:hour', 'time:day', 'time:week', 'time:month'];

const test: fc.Arbitrary<unknown> = fc
  .tuple(
    fc.constantFrom('is', 'is_not', 'contains', 'contains_not', 'matches', 'matches_not'),
    fc.oneof(
      among('event:page', 'event:name', 'event:hostname', 'visit:source', 'visit:entry_page'),
      among(...dimensions),
    ),
    fc.array(
      among(
        ...pages,
        ...sources,
        ...countries,
        'pageview',
        'Signup',
        'Chrome',
        'example.com',
        'a',
        'o',
        '(not set)',
        'Germany',
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    fc.boolean(),
  )
  .map(([operator, dimension, values, fold]) => {
    if (operator.startsWith('matches'))
      return [operator, dimension, values.map((value) => `^${value.replace(/[()]/g, '.')}`)];
    return fold ? [operator, dimension, values, { case_sensitive: false }] : [operator, dimension, values];
  });
const { filter } = fc.letrec<{ filter: unknown }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { arbitrary: test, weight: 4 },
    { arbitrary: tie('filter').map((inner) => ['not', inner]), weight: 1 },
    {
      arbitrary: fc.tuple(among('and', 'or'), fc.array(tie('filter'), { minLength: 1, maxLength: 3 })),
      weight: 1,
    },
  ),
}));

const range = fc.oneof(
  { arbitrary: among('day', '24h', '7d', '28d', 'month', '6mo', 'year', 'all'), weight: 3 },
  {
    arbitrary: fc.tuple(
      fc.integer({ min: -2, max: 1 }),
      fc.integer({ min: 0, max: 2 }),
      fc.boolean(),
      fc.nat({ max: 999 }),
    ),
    weight: 3,
  },
);

/** A query that the engine takes; ranges of days and instants lie about the middle of the traffic. */
export const queryOf = ({ nowMs, came }: Traffic): fc.Arbitrary<LoopQuery> =>
  fc
    .record({
      metrics: fc.shuffledSubarray([...metrics, 'percentage'], { minLength: 1 }),
      dimensions: fc.tuple(
        fc.shuffledSubarray(dimensions, { maxLength: 2 }),
        fc.option(fc.constantFrom(...times), { nil: undefined }),
      ),
      filters: fc.array(filter, { maxLength: 2 }),
      range,
      order: maybe(fc.tuple(fc.nat(), fc.nat(), fc.boolean())),
      pagination: maybe(
        fc.record({ limit: fc.integer({ min: 1, max: 5 }), offset: fc.integer({ min: 0, max: 3 }) }),
      ),
    })
    .map((made): LoopQuery => {
      const asked = [
        ...(made.dimensions[1] === undefined ? [] : [made.dimensions[1]]),
        ...made.dimensions[0],
      ];
      let counted = made.metrics;
      if (asked.length === 0) counted = counted.filter((name) => name !== 'percentage');
      if (asked.includes('event:name'))
        counted = counted.filter((name) => hitMetrics.includes(name) || name === 'percentage');
      if (counted.length === 0) counted = ['visitors'];
      const all = [...counted, ...asked];
      const order = made.order
        ?.slice(0, 2)
        .map(
          (n, i) =>
            [all[Number(n) % all.length]!, (made.order![2] ? i === 0 : i === 1) ? 'asc' : 'desc'] as const,
        );
      return {
        metrics: counted,
        dimensions: asked,
        filters: made.filters,
        date_range:
          typeof made.range === 'string'
            ? made.range
            : pairOf(
                made.range,
                nowMs,
                came.map(({ hit }) => hit.time),
              ),
        ...(order === undefined
          ? {}
          : { order_by: order.filter(([by], i) => order.findIndex(([other]) => other === by) === i) }),
        ...(made.pagination === undefined ? {} : { pagination: made.pagination }),
      };
    });

/** Days, or instants of which the last is that of a hit, so that the last second matters. */
function pairOf(
  [from, days, instants, n]: readonly [number, number, boolean, number],
  nowMs: number,
  times: readonly number[],
): [string, string] {
  const firstMs = Math.floor(nowMs / hourMs) * hourMs + from * 24 * hourMs;
  if (!instants) return [dateOf(firstMs), dateOf(firstMs + days * 24 * hourMs)];
  const lastMs = Math.floor((times[n % times.length] ?? firstMs) / 1_000) * 1_000;
  const iso = (ms: number) => new Date(ms).toISOString();
  return [iso(Math.min(firstMs, lastMs)), iso(lastMs)];
}
const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
