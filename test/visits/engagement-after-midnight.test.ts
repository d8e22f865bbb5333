import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { appendHits, hitOf } from '../support/hits.ts';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import {
  bareSite,
  inEveryState,
  openTestDaybook,
  type TestDaybook,
} from '../support/test-daybook.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const midnightMs = Date.parse('2026-11-22T23:00:00Z'); // in Berlin
let nowMs = midnightMs;

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    nowMs = midnightMs - hourMs;
    app = await openRealApp({ clock: () => nowMs }, homeName);
    await app.post(
      '/api/v1/sites',
      { domain: 'example.com', timezone: 'Europe/Berlin' },
      { key: app.key },
    );
  }, 60_000);
  afterAll(() => app.close());

  const send = async (minutes: number, fields: Record<string, unknown>) => {
    nowMs = midnightMs + minutes * minuteMs;
    const body = { n: 'pageview', u: 'https://example.com/a', d: 'example.com', ...fields };
    return (await app.post('/api/event', body)).headers.get('x-daybook-dropped');
  };
  const read = (minutes: number, ageMinutes: number, depth: number) =>
    send(minutes, { n: 'engagement', sd: depth, e: 60_000, a: ageMinutes * minuteMs });
  const byDay = async () => {
    const query = {
      ...{
        site_id: 'example.com',
        date_range: ['2026-11-21', '2026-11-23'],
        dimensions: ['time:day'],
      },
      metrics: ['visitors', 'visits', 'events', 'scroll_depth', 'time_on_page'],
      filters: [['is', 'event:page', ['/a']]],
      order_by: [['time:day', 'asc']],
    };
    return (await (await app.post('/api/v2/query', query, { key: app.key })).json()).results;
  };

  test('it belongs to its pageview’s day, adds no visitor, is refused once frozen', async () => {
    expect(await send(-5, {})).toBeNull();
    expect(await send(2, {})).toBeNull();
    // Of the first view, when it is five past midnight for the second.
    expect(await read(3, 8, 40)).toBeNull();
    expect(await read(4, 2, 90)).toBeNull();
    expect(await read(14, 19, 70)).toBeNull();
    expect(await read(16, 21, 100)).toBe('too-late');
    const expected = [
      { dimensions: ['2026-11-22'], metrics: [1, 1, 1, 70, 120] },
      { dimensions: ['2026-11-23'], metrics: [1, 1, 1, 90, 60] },
    ];
    expect(await byDay()).toEqual(expected);
    expect(await app.closeDays()).toBe(1);
    expect(await byDay()).toEqual(expected);
    expect(await read(30, 35, 100)).toBe('too-late');
    nowMs = midnightMs + 25 * hourMs;
    expect(await app.closeDays()).toBeGreaterThan(0);
    expect(await byDay()).toEqual(expected);
  }, 60_000);
});

describe('which pageview it is of', () => {
  let daybook: TestDaybook;
  beforeEach(async () => {
    nowMs = midnightMs + 48 * hourMs;
    daybook = await openTestDaybook(() => nowMs);
  });
  afterEach(() => daybook.close());

  const view = (minutes: number, page = '/a') =>
    hitOf({ time: midnightMs + minutes * minuteMs, page });
  const ping = (minutes: number, scrollDepth: number, engagedMs: number, page = '/a') =>
    hitOf({
      time: midnightMs + minutes * minuteMs,
      name: 'engagement',
      page,
      scrollDepth,
      engagedMs,
    });

  /** So that a pageview with what is no longer its own shows in the mean. */
  const another = [view(1), ping(2, 20, 2_000)].map((hit) => ({ ...hit, visitor: 'bb' }));

  test.each([
    [
      'the latest, though it comes in after the engagement',
      [view(0), view(40), ping(45, 80, 4_000), ...another],
      [50, 3],
    ],
    ['each its own', [view(0), ping(1, 20, 2_000), view(40), ping(45, 60, 4_000)], [40, 3]],
    ['the one before it, not after', [ping(5, 30, 1_000), view(40), view(0)], [30, 1]],
    ['of another page none', [view(0), view(1, '/b'), ping(2, 50, 3_000, '/c')], [null, null]],
  ])('%s', async (_, hits, [depth, seconds]) => {
    const make = () => bareSite(zonesFrom('Europe/Berlin', 0));
    const query = {
      ...{ metrics: ['scroll_depth', 'time_on_page'], date_range: ['2026-11-23', '2026-11-23'] },
      ...{ dimensions: ['event:page'], filters: [['is', 'event:page', ['/a']]] },
    };
    const states = { nowMs, setNow: (ms: number) => (nowMs = ms) };
    await inEveryState(daybook, make, hits, states, async (site, state) => {
      expect((await daybook.report(site, query))[0]?.metrics, state).toEqual([depth, seconds]);
    });
    // Looked at after each of them, in the other order of coming.
    const site = make();
    for (const [i, hit] of [hits[0]!, hits[2]!, hits[1]!, ...hits.slice(3)].entries()) {
      await appendHits(daybook.home, site, [hit], { late: true, receivedAtMs: nowMs + i });
      await daybook.report(site, query);
    }
    expect((await daybook.report(site, query))[0]?.metrics).toEqual([depth, seconds]);
  });
});
