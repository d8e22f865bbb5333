import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import { byDayAndPage, closeAndExpectSame, storedByDay, uuid7 } from '../support/shown-data.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const site = 'example.com';
const [before, after] = ['2026-03-29', '2026-03-30'];
const range = ['2026-03-20', '2026-04-10'] as const;
const midnightMs = Date.parse('2026-03-29T22:00:00Z'); // in Berlin, after the day of 23 hours
let nowMs = midnightMs;

type Try = {
  /** When it comes, from midnight on. */
  readonly atMs: number;
  readonly ageMs?: number;
};

/** Tries of one hit, in order of their coming, and the day on which it counts. */
type Case = {
  readonly name: string;
  readonly tries: readonly Try[];
  readonly day: string;
  /** By default a UUIDv7 of the first try. */
  readonly id?: string;
};

const cases: readonly Case[] = [
  {
    name: 'the second says too small an age, by a hair',
    tries: [{ atMs: -20 }, { atMs: 5 * secondMs, ageMs: 5 * secondMs - 10 }],
    day: before,
  },
  {
    name: 'the first came slowly, after midnight',
    tries: [{ atMs: 500 }, { atMs: 6 * secondMs, ageMs: 6 * secondMs + 300 }],
    day: after,
  },
  {
    name: 'one on each side, and once more',
    tries: [
      { atMs: -1 },
      { atMs: secondMs, ageMs: 900 },
      { atMs: 7 * secondMs, ageMs: 7 * secondMs + 50 },
    ],
    day: before,
  },
  {
    name: 'an id and no age',
    tries: [{ atMs: -minuteMs }, { atMs: minuteMs }],
    day: before,
    id: 'no age',
  },
  {
    name: 'an id and no age, the first well before midnight',
    tries: [{ atMs: -9 * minuteMs }, { atMs: minuteMs }],
    day: before,
    id: 'no age, well before',
  },
  {
    name: 'a clock that stood still while the machine slept for a while',
    tries: [{ atMs: -8 * minuteMs }, { atMs: 9 * minuteMs, ageMs: 5 * secondMs }],
    day: before,
  },
  {
    name: 'counted today, and then said to be of yesterday',
    tries: [{ atMs: 5 * minuteMs }, { atMs: 6 * minuteMs, ageMs: 20 * minuteMs }],
    day: after,
  },
];

const pageOf = (nth: number) => `/${nth}`;
const idOf = ({ id, tries }: Case, nth: number) => id ?? uuid7(midnightMs + tries[0]!.atMs, nth);
const everyCase = Object.fromEntries(
  cases.map(({ day }, nth) => [`${day} ${pageOf(nth)}`, [1, 1, 1, 1]]),
);

describe.each(longHomes)('tries of one hit count once, on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    nowMs = midnightMs - hourMs;
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: site, timezone: 'Europe/Berlin' }, { key: app.key });
  }, 60_000);
  afterAll(() => app.close());

  const post = (page: string, id: string, more: object = {}) =>
    app.post('/api/event', { n: 'pageview', u: `https://${site}${page}`, d: site, id, ...more });
  const send = async (atMs: number, page: string, id: string, more: object = {}) => {
    nowMs = midnightMs + atMs;
    expect((await post(page, id, more)).status).toBe(202);
  };
  const report = () => byDayAndPage(app, site, ...range);

  test('before and after midnight, by age or without', async () => {
    const all = cases.flatMap((one, nth) =>
      one.tries.map(({ atMs, ageMs }) => ({
        ...{ atMs, page: pageOf(nth), id: idOf(one, nth) },
        more: ageMs === undefined ? {} : { a: ageMs },
      })),
    );
    all.sort((a, b) => a.atMs - b.atMs);
    for (const { atMs, page, id, more } of all) await send(atMs, page, id, more);
    expect(await report()).toEqual(everyCase);
  }, 60_000);

  test('tries at the same moment: whichever is first, the hit has one day', async () => {
    nowMs = midnightMs + 10 * minuteMs;
    const ages = [0, 5, 9, 10, 11, 15].map((minutes) => minutes * minuteMs);
    const answers = await Promise.all(
      ages.flatMap((a) => [
        post('/at-once', uuid7(nowMs, 77), { a }),
        post('/other', `${a}`, { a }),
      ]),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    const shown = Object.entries(await report());
    expect(shown.filter(([page]) => page.endsWith('/at-once')).map(([, n]) => n)).toEqual([
      [1, 1, 1, 1],
    ]);
    const others = shown.filter(([page]) => page.endsWith('/other'));
    expect(others.reduce((sum, [, [, , views]]) => sum + views!, 0)).toBe(ages.length);
  }, 60_000);

  test('the other day is closed: its hit is found there', async () => {
    await send(14 * minuteMs, '/later', 'later');
    nowMs = midnightMs + 15 * minuteMs;
    await closeAndExpectSame(app, 1, site, ...range);
    const expected = await report();
    await app.restart();
    // As if the machine had slept, and as if it had not.
    for (const [nth, one] of cases.entries())
      await send(9 * hourMs + nth, pageOf(nth), idOf(one, nth), { a: 5 * secondMs });
    for (const [nth, one] of cases.entries()) {
      const ageMs = 9 * hourMs + minuteMs - one.tries[0]!.atMs;
      await send(9 * hourMs + minuteMs, pageOf(nth), idOf(one, nth), { a: ageMs - 30 });
    }
    expect(await report()).toEqual(expected);
    await closeAndExpectSame(app, 1, site, ...range);
    nowMs = midnightMs + 24 * hourMs + 16 * minuteMs;
    await closeAndExpectSame(app, 1, site, ...range);
    expect(await report()).toEqual(expected);
    // Every try is a row, but those at the same moment; and the books balance.
    const tries = cases.reduce((sum, one) => sum + one.tries.length + 2, 0);
    const rows = Object.values(await storedByDay(app, site)).reduce((sum, n) => sum + n, 0);
    expect(rows).toBe(tries + 1 + 6 + 1);
  }, 60_000);

  test('an id that is used again days later, near midnight, is of another hit', async () => {
    await send(4 * 24 * hourMs - minuteMs, '/again', 'no age');
    await send(4 * 24 * hourMs + minuteMs, '/again', 'no age');
    expect(await report()).toMatchObject({ '2026-04-02 /again': [1, 1, 1, 1] });
  });

  test('an engagement near midnight is kept once', async () => {
    const atMs = 4 * 24 * hourMs;
    await send(atMs + 20 * minuteMs, '/read', 'read', { a: 20 * minuteMs - 100 });
    const ping = { n: 'engagement', e: 9_000 };
    await send(atMs + 21 * minuteMs, '/read', 'ping', { ...ping, a: 21 * minuteMs - 200 });
    await send(atMs + 22 * minuteMs, '/read', 'ping', { ...ping, a: 22 * minuteMs + 200 });
    const text = await (await app.get(`/api/hits?site=${site}`, { key: app.key })).text();
    expect(text.match(/"engagement"/g)).toHaveLength(1);
  });
});
