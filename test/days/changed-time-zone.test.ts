import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Site } from '../../src/account/site.ts';
import { applySettings } from '../../src/account/site-settings.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { appendHits, hitOf } from '../support/hits.ts';
import { allCases } from '../support/real-app.ts';
import {
  bareSite,
  inEveryState,
  openTestDaybook,
  type TestDaybook,
} from '../support/test-daybook.ts';

const hourMs = 3_600_000;
const at = (text: string) => Date.parse(text);
const from = at('2026-11-20T00:00:00Z');
const changedMs = at('2026-11-22T12:00:00Z');

let nowMs: number;
let daybook: TestDaybook;
beforeAll(async () => {
  daybook = await openTestDaybook(() => nowMs);
});
beforeEach(() => {
  nowMs = at('2026-11-27T12:00:00Z');
});
afterAll(() => daybook.close());

/** A visitor on each full hour of six days. */
const hits = () =>
  Array.from({ length: 6 * 24 }, (_, i) =>
    hitOf({ time: from + i * hourMs, visitor: (0xe000_0000_0000_0000n + BigInt(i)).toString(16) }),
  );
const moved = (zone: string) => () =>
  applySettings(bareSite(zonesFrom('UTC', from)), { timezone: zone }, changedMs);
const ask = (site: Site, dimension: string, range = ['2026-11-20', '2026-11-26']) =>
  daybook.report(site, {
    metrics: ['visitors', 'visits', 'pageviews'],
    ...{ date_range: range, dimensions: [dimension], order_by: [[dimension, 'asc']] },
  });
const rows = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([key, n]) => ({ dimensions: [key], metrics: [n, n, n] }));

const changes = [
  // Its 23rd begins at 08:00 UTC: the 22nd lasts 32 hours.
  {
    zone: 'America/Los_Angeles',
    days: { 20: 24, 21: 24, 22: 32, 23: 24, 24: 24, 25: 16 },
    /** What a changed zone adds to a day's end belongs to its last hour. */
    hours: { ...each(0, 22), 23: 9 },
    weeks: { '2026-11-16': 80 - 0, '2026-11-23': 64 },
  },
  // Its 23rd begins at 15:00 UTC of the 22nd, which has not ended by then: the 23rd is left with 15
  // hours, from 9 to 23.
  {
    zone: 'Asia/Tokyo',
    days: { 20: 24, 21: 24, 22: 24, 23: 15, 24: 24, 25: 24, 26: 9 },
    hours: each(0, 23),
    weeks: { '2026-11-16': 72, '2026-11-23': 72 },
  },
  // Three quarters of an hour beside the full ones.
  {
    zone: 'Asia/Kathmandu',
    days: { 20: 24, 21: 24, 22: 24, 23: 19, 24: 24, 25: 24, 26: 5 },
    hours: each(0, 23),
    weeks: { '2026-11-16': 72, '2026-11-23': 72 },
  },
];

describe.each(allCases ? changes : changes.slice(0, 1))(
  'from UTC to $zone, with closed days on both sides',
  ({ zone, days, hours, weeks }) => {
    const named = (counts: Readonly<Record<string, number>>, name: (key: string) => string) =>
      rows(Object.fromEntries(Object.entries(counts).map(([key, n]) => [name(key), n])));

    test('days, hours and weeks are those of the zone of their time', async () => {
      const states = { nowMs, setNow: (ms: number) => (nowMs = ms) };
      await inEveryState(daybook, moved(zone), hits(), states, async (site, state) => {
        expect(await ask(site, 'time:day'), state).toEqual(named(days, (day) => `2026-11-${day}`));
        expect(await ask(site, 'time:week'), state).toEqual(
          named(weeks, (week) => (week < '2026-11-20' ? '2026-11-20' : week)),
        );
        const ofHours = (await ask(site, 'time:hour', ['2026-11-22', '2026-11-22'])).map((row) => [
          Number(row.dimensions[0]!.slice(11, 13)),
          row.metrics[2],
        ]);
        expect(ofHours, state).toEqual(Object.entries(hours).map(([hour, n]) => [Number(hour), n]));
        const ofNext = await ask(site, 'time:hour', ['2026-11-24', '2026-11-24']);
        expect(
          ofNext.map(({ metrics }) => metrics[2]),
          state,
        ).toEqual(Array(24).fill(1));
      });
    });

    test('a day that was closed before the change stays as it was', async () => {
      const before = bareSite(zonesFrom('UTC', from));
      const early = hits().filter(({ time }) => time < at('2026-11-22T00:00:00Z'));
      await appendHits(daybook.home, before, early);
      await daybook.closeDue(before);
      const asked = () =>
        Promise.all([
          ask(before, 'time:day'),
          ask(before, 'time:hour', ['2026-11-20', '2026-11-21']),
        ]);
      const answers = await asked();
      expect(answers[0]).toEqual(rows({ '2026-11-20': 24, '2026-11-21': 24 }));

      const after = applySettings(before, { timezone: zone }, changedMs);
      const late = hits().filter(({ time }) => time >= at('2026-11-22T00:00:00Z'));
      await appendHits(daybook.home, after, late);
      await daybook.closeDue(after);
      const whole = { ...after };
      expect(await ask(whole, 'time:day', ['2026-11-20', '2026-11-21'])).toEqual(answers[0]);
      expect(await ask(whole, 'time:hour', ['2026-11-20', '2026-11-21'])).toEqual(answers[1]);
      expect(await ask(whole, 'time:day')).toEqual(named(days, (day) => `2026-11-${day}`));
    });
  },
);

function each(first: number, last: number): Record<number, number> {
  return Object.fromEntries(Array.from({ length: last - first + 1 }, (_, i) => [first + i, 1]));
}

test('changed and changed back within one day, nothing is cut', async () => {
  const there = applySettings(
    bareSite(zonesFrom('UTC', from)),
    { timezone: 'Asia/Tokyo' },
    changedMs,
  );
  const back = applySettings(there, { timezone: 'UTC' }, changedMs + hourMs);
  await appendHits(daybook.home, back, hits());
  await daybook.closeDue(back);
  const even = Object.fromEntries([20, 21, 22, 23, 24, 25].map((day) => [`2026-11-${day}`, 24]));
  expect(await ask(back, 'time:day')).toEqual(rows(even));
});
