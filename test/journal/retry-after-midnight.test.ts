import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import { byDayAndPage, closeAndExpectSame, storedByDay, uuid7 } from '../support/shown-data.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const site = 'example.com';
const range = ['2026-03-20', '2026-04-05'] as const;
const midnightMs = Date.parse('2026-03-29T22:00:00Z'); // in Berlin, after the day of 23 hours
let nowMs = midnightMs;

describe.each(longHomes)('a sender with a key names the time, on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    nowMs = midnightMs - hourMs;
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: site, timezone: 'Europe/Berlin' }, { key: app.key });
  }, 60_000);
  afterAll(() => app.close());

  const send = async (atMs: number, page: string, id: string) => {
    nowMs = atMs;
    const body = { n: 'pageview', u: `https://${site}${page}`, d: site, id };
    expect((await app.post('/api/event', body, { key: app.key })).status).toBe(202);
  };
  const report = () => byDayAndPage(app, site, ...range);
  const came = uuid7(midnightMs - 5_000, 1);
  const lost = uuid7(midnightMs - 4_000, 2);
  const lostLong = uuid7(midnightMs - 3_000, 3);
  const expected = { '2026-03-29 /came': [1, 1, 1, 1], '2026-03-29 /lost': [1, 1, 1, 1] };

  test('before the day is closed: of the day of the first try, once', async () => {
    await send(midnightMs - 5_000, '/came', came);
    await send(midnightMs + 10_000, '/came', came);
    await send(midnightMs + 11_000, '/lost', lost);
    await send(midnightMs + 14 * minuteMs, '/lost', lost);
    expect(await report()).toEqual(expected);
    nowMs = midnightMs + 15 * minuteMs;
    await closeAndExpectSame(app, 1, site, ...range);
  }, 60_000);

  test('after it was closed: the same, and what had never come is of that day still', async () => {
    await send(midnightMs + 16 * minuteMs, '/came', came);
    await send(midnightMs + 2 * hourMs, '/lost', lost);
    await send(midnightMs + 23 * hourMs, '/long', lostLong);
    await send(midnightMs + 23 * hourMs + 1_000, '/long', lostLong);
    const all = { ...expected, '2026-03-29 /long': [1, 1, 1, 1] };
    expect(await report()).toEqual(all);
    await closeAndExpectSame(app, 1, site, ...range);
    expect(await report()).toEqual(all);
    await closeAndExpectSame(app, 0, site, ...range);
  }, 60_000);

  test('a time over a day old is not trusted: the hit belongs to the day it came', async () => {
    await send(midnightMs + 25 * hourMs, '/came', came);
    const all = { ...expected, '2026-03-29 /long': [1, 1, 1, 1], '2026-03-31 /came': [1, 1, 1, 1] };
    expect(await report()).toEqual(all);
    nowMs = midnightMs + 49 * hourMs;
    await closeAndExpectSame(app, 1, site, ...range);
    expect(await report()).toEqual(all);
    expect(await storedByDay(app, site)).toEqual({ '2026-03-29': 8, '2026-03-31': 1 });
  }, 60_000);
});
