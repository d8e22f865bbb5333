import fc from 'fast-check';
import type { LoopGoal } from './loop-goals.ts';
import { clockOf, type LoopZone } from './loop-time.ts';
import type { Came, LoopHit } from './loop-visits.ts';

/**
 * Random traffic of a few visitors, around one day in one time zone. It is made so that every rule
 * has cases that test it.
 */
export type Traffic = {
  readonly zone: LoopZone;
  readonly weekStarts: number;
  readonly nowMs: number;
  readonly goals: readonly LoopGoal[];
  readonly came: readonly (Came & { readonly late: boolean })[];
};

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** Days of 23, 24, 24.5 and 25 hours, zones with half hours, and a midnight that does not exist. */
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
/** Zones to change to, up to a day away from those. */
const otherZones = [
  ...[
    'America/Los_Angeles',
    'Asia/Tokyo',
    'Asia/Kathmandu',
    'Europe/Berlin',
    'Australia/Lord_Howe',
  ],
  ...['Pacific/Pago_Pago', 'Pacific/Kiritimati'],
];
export const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
export const among = (...values: string[]) => fc.constantFrom(...values);

export const pages = ['/', '/a', '/a/b', '/ä', '/%c3%a4', "/it's", '/%41'];
export const sources = ['Google', 'google', 'ChatGPT', '(not set)'];
const hostnames = ['example.com', 'blog.example.com', ''];
export const countries = ['DE', 'IN', 'ZZ'];

/** The visitor of rows that robots sent; some are from before their names were kept. */
const robot = '0000000000000000';
export const robotNames = ['Googlebot', 'curl'];

/** Goals that share events, pages and currencies. */
const goalPool: readonly LoopGoal[] = [
  { name: 'Signup', event: 'Signup' },
  { name: 'Buy', event: 'Purchase', currency: 'EUR' },
  { name: 'Dollars', event: 'Purchase', currency: 'USD' },
  { name: 'Join', event: 'Signup', currency: 'EUR' },
  { name: 'Visit /a', page: '/a' },
  { name: 'Visit /a*', page: '/a*' },
  { name: 'Deep', page: '/a/**' },
  { name: 'All', page: '/**' },
];

const fields = fc.record(
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
    title: among('Start', 'start', 'A & B', '(not set)'),
  },
  { requiredKeys: [] },
);

const id = fc
  .integer({ min: 0, max: 400 })
  .map((n) => (BigInt(n) * 46_116_860_184_273_879n).toString(16).padStart(16, '0'));

/**
 * Times are on a grid of five minutes around the middle day, so that gaps of exactly 30 minutes
 * occur. Some times are a little before or after midnight.
 */
const oneHit = fc.record({
  id,
  grid: fc.integer({ min: -36 * 12, max: 30 * 12 }),
  besideMs: fc.constantFrom(0, 0, 0, 0, 1, -1, 999),
  name: fc.constantFrom('pageview', 'pageview', 'pageview', 'Signup', 'Purchase', 'engagement'),
  // The last is that of robots.
  visitor: among(
    ...['00000000000000aa', '00000000000000ab', 'ffffffffffffffff'],
    ...['00000000000000aa', 'ffffffffffffffff', '0000000000000000'],
  ),
  hostname: among(...hostnames),
  page: among(...pages),
  interactive: fc.constantFrom(undefined, undefined, false as const),
  fields,
  props: maybe(
    fc.record({ plan: among('pro', 'free', ''), "it's": among('$1', 'pro') }, { requiredKeys: [] }),
  ),
  revenue: maybe(
    fc.record({
      currency: among('EUR', 'EUR', 'USD'),
      amount: fc.constantFrom(0, 0.001, 1.5, 12.345, -3, 99_999.995),
    }),
  ),
  scrollDepth: maybe(fc.constantFrom(0, 33, 50, 100)),
  engagedMs: maybe(fc.constantFrom(0, 499, 2_500, 60_000)),
  late: fc.boolean(),
  burst: fc.array(fc.constantFrom(0, 5, 10, 30, 35), { maxLength: 4 }),
});

/** An engagement with the view number `of`, some minutes later. */
const onePing = fc.record({
  of: fc.nat({ max: 40 }),
  minutes: fc.constantFrom(0, 0, 1, 5, 35),
  id,
  late: fc.boolean(),
  scrollDepth: maybe(fc.constantFrom(0, 10, 33, 34, 50, 75, 100)),
  engagedMs: maybe(fc.constantFrom(0, 1, 499, 1_500, 2_500, 60_000)),
});

export const traffic: fc.Arbitrary<Traffic> = fc
  .record({
    place: places,
    changed: fc.option(
      fc.record({ to: among(...otherZones), hours: fc.integer({ min: -30, max: 24 }) }),
      {
        nil: undefined,
        freq: 3,
      },
    ),
    weekStarts: fc.integer({ min: 1, max: 7 }),
    nowHours: fc.integer({ min: 0, max: 30 }),
    goals: fc.shuffledSubarray([...goalPool]),
    hits: fc.array(oneHit, { maxLength: 25 }),
    pings: fc.array(onePing, { maxLength: 20 }),
    twice: fc.array(fc.tuple(fc.nat({ max: 24 }), fc.constantFrom(0, 5, -5)), { maxLength: 6 }),
    order: fc.array(fc.nat(), { minLength: 200, maxLength: 200 }),
  })
  .map(
    ({
      place: [name, middle],
      changed,
      weekStarts,
      nowHours,
      goals,
      hits,
      pings,
      twice,
      order,
    }) => {
      const midnightMs = startOf(name!, middle!);
      const nowMs = midnightMs + nowHours * hourMs + 1234;
      const made: Made[] = hits.flatMap((drawn): Made[] => {
        const {
          grid,
          besideMs,
          fields: own,
          burst,
          late,
          interactive,
          props,
          revenue,
          ...rest
        } = drawn;
        const { scrollDepth, engagedMs, ...named } = rest;
        const first = midnightMs + grid * 5 * minuteMs + besideMs;
        let time = first;
        const hit = {
          ...{ ...named, ...own, channel: 'Direct' },
          ...(named.visitor === robot && grid % 3 !== 0 && { robot: robotNames[grid & 1]! }),
          ...(interactive === false ? { interactive } : {}),
          ...(named.name === 'engagement'
            ? given({ scrollDepth, engagedMs })
            : given({ props, revenue })),
        };
        const more = burst.map((minutes, i) => {
          time += minutes * minuteMs;
          // Some pages are viewed twice in a visit.
          const page = pages[((i >> 1) + grid + 999) % pages.length]!;
          // Amounts differ, so that averages have fractions.
          const amount = revenue && Math.round(revenue.amount * 1000 + i + 1) / 1000;
          const paid =
            named.name === 'engagement' || !revenue ? {} : { revenue: { ...revenue, amount } };
          // Views of one page at one instant differ in their properties.
          const own =
            named.name === 'engagement' || i % 2 === 0
              ? {}
              : { props: { plan: 'free' }, title: 'Start' };
          return {
            late,
            hit: { ...hit, ...paid, ...own, id: shifted(rest.id, i + 1), time, page },
          };
        });
        return [{ late, hit: { ...hit, time: first } }, ...more];
      });
      const views = made.filter(({ hit }) => hit.name === 'pageview');
      for (const { of, minutes, id, late, scrollDepth, engagedMs } of pings) {
        const view = views[of % views.length]?.hit;
        if (view === undefined) continue;
        const { visitor, hostname, page, channel } = view;
        const hit = {
          ...{ visitor, hostname, page, channel },
          name: 'engagement',
          time: view.time + minutes * minuteMs,
        };
        made.push({
          late,
          hit: { ...hit, id: shifted(id, 7), ...given({ scrollDepth, engagedMs }) },
        });
      }
      for (const [of, minutes] of twice) {
        const one = made[of];
        // The same id again, with another page and time: on one day only one of them counts, on two
        // days both.
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
        zone: {
          name: name!,
          ...(changed && {
            changed: { to: changed.to, atMs: midnightMs + changed.hours * hourMs },
          }),
        },
        ...{ weekStarts, nowMs, goals },
        came: came.filter(({ hit }) => hit.time <= nowMs + 60 * hourMs),
      };
    },
  );

type Made = { readonly late: boolean; readonly hit: LoopHit };

/** The fields that have a value. */
const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function shifted(hex: string, by: number): string {
  return ((BigInt(`0x${hex}`) + BigInt(by)) & 0xffff_ffff_ffff_ffffn)
    .toString(16)
    .padStart(16, '0');
}

function startOf(zone: string, day: string): number {
  const clock = clockOf({ name: zone });
  let ms = Date.parse(day) - 15 * hourMs;
  while (clock(ms).day < day) ms += 15 * minuteMs;
  return ms;
}
