import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import { byDayAndPage, closeAndExpectSame, storedByDay } from '../support/shown-data.ts';

const minuteMs = 60_000;
const site = 'example.com';
const range = ['2026-11-20', '2026-11-24'] as const;
const midnightMs = Date.parse('2026-11-22T18:30:00Z'); // in Kolkata: the 23rd begins
let nowMs = midnightMs;

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    nowMs = midnightMs - 60 * minuteMs;
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post('/api/v1/sites', { domain: site, timezone: 'Asia/Kolkata' }, { key: app.key });
  }, 60_000);
  afterAll(() => app.close());

  const view = async (atMs: number, page: string) => {
    nowMs = atMs;
    const answer = await app.post('/api/event', {
      ...{ n: 'pageview', u: `https://${site}${page}`, d: site },
    });
    expect([answer.status, answer.headers.get('x-daybook-dropped')]).toEqual([202, null]);
  };

  test('the last millisecond is of the old day, the next of the new; visits are two', async () => {
    await view(midnightMs - minuteMs, '/a');
    await view(midnightMs - 1, '/last');
    await view(midnightMs, '/first');
    await view(midnightMs + minuteMs, '/a');
    const expected = {
      '2026-11-22 /a': [1, 1, 1, 1],
      '2026-11-22 /last': [1, 1, 1, 1],
      '2026-11-23 /a': [1, 1, 1, 1],
      '2026-11-23 /first': [1, 1, 1, 1],
    };
    expect(await byDayAndPage(app, site, ...range)).toEqual(expected);

    nowMs = midnightMs + 15 * minuteMs - 1;
    await closeAndExpectSame(app, 0, site, ...range);
    nowMs = midnightMs + 15 * minuteMs;
    await closeAndExpectSame(app, 1, site, ...range);
    expect(await byDayAndPage(app, site, ...range)).toEqual(expected);
  }, 60_000);

  test('the new day goes on beside the closed one, and is closed in its turn', async () => {
    await view(midnightMs + 20 * minuteMs, '/b');
    expect(await byDayAndPage(app, site, ...range)).toMatchObject({
      '2026-11-23 /b': [1, 1, 1, 1],
    });
    nowMs = midnightMs + (24 * 60 + 15) * minuteMs;
    await closeAndExpectSame(app, 1, site, ...range);
    expect(await storedByDay(app, site)).toEqual({ '2026-11-22': 2, '2026-11-23': 3 });
    const [numbers] = (
      await (
        await app.post(
          '/api/v2/query',
          {
            site_id: site,
            date_range: range,
            metrics: ['visitors', 'visits', 'pageviews', 'bounce_rate'],
          },
          { key: app.key },
        )
      ).json()
    ).results;
    expect(numbers.metrics).toEqual([2, 2, 5, 0]);
  }, 60_000);
});
