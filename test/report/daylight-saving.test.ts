import { afterAll, beforeAll, expect, test } from 'vitest';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { hitOf } from '../support/hits.ts';
import { allCases, everyCase } from '../support/real-app.ts';
import {
  bareSite,
  inEveryState,
  openTestDaybook,
  type TestDaybook,
} from '../support/test-daybook.ts';

/**
 * A visitor every quarter of an hour, over three days around a change of the clock, counted on that
 * clock.
 */
const quarterMs = 15 * 60_000;

let nowMs = 0;
let daybook: TestDaybook;
beforeAll(async () => {
  daybook = await openTestDaybook(() => nowMs);
});
afterAll(() => daybook.close());

/** What the clock shows, by the runtime's own calendar: `2026-03-29 03`. */
function clockOf(zone: string, more: { minute?: '2-digit' } = {}): (ms: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...{
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      hourCycle: 'h23',
      ...more,
    },
  });
  return (ms) => format.format(ms);
}

const changes: readonly (readonly [string, string, number])[] = [
  ['Australia/Lord_Howe', '2026-04-05', 24.5],
  ['America/Santiago', '2026-09-06', 23], // its midnight does not exist
];
/** Two more in `.ci/run`, and all in `npm run long -- cases`. */
const others: typeof changes = [
  ['Africa/Cairo', '2026-10-29', 25], // the hour before midnight comes twice
  ['Europe/Berlin', '2026-03-29', 23],
  ['Europe/Berlin', '2026-10-25', 25],
  ['America/St_Johns', '2026-03-08', 23],
  ['Australia/Lord_Howe', '2026-10-04', 23.5],
  ['Asia/Kathmandu', '2026-05-05', 24],
  ['Pacific/Chatham', '2026-04-05', 25],
];

test.each([...changes, ...others.slice(0, allCases ? others.length : everyCase ? 2 : 0)])(
  '%s, %s: %d hours',
  async (zone, day, hours) => {
    const clock = clockOf(zone);
    const minuteClock = clockOf(zone, { minute: '2-digit' });
    const dateOf = (ms: number) => clock(ms).slice(0, 10);
    const middleMs = Date.parse(`${day}T12:00:00Z`);
    nowMs = middleMs + 5 * 86_400_000;
    const around = Array.from({ length: 96 * 5 }, (_, i) => middleMs + (i - 240) * quarterMs);
    const dates = [...new Set(around.map(dateOf))].sort();
    const wanted = dates.slice(dates.indexOf(day) - 1, dates.indexOf(day) + 2);
    const times = around.filter((ms) => wanted.includes(dateOf(ms)));
    expect(times.filter((ms) => dateOf(ms) === day)).toHaveLength(hours * 4);

    // No two of a visitor within a visit; one hit at the last moment of each day.
    const visitorOf = (ms: number) => (BigInt(ms) + 0xabcd_0000_0000_0000n).toString(16);
    const last = times
      .filter((ms) => dateOf(ms) !== dateOf(ms + quarterMs))
      .map((ms) => ms + quarterMs - 1);
    const moments = [...times, ...last];
    const hits = moments.map((time) =>
      hitOf({ time, visitor: visitorOf(time), page: `/${dateOf(time)}` }),
    );
    const countBy = (keyOf: (ms: number) => string) => {
      const counts = new Map<string, number>();
      for (const ms of moments) counts.set(keyOf(ms), (counts.get(keyOf(ms)) ?? 0) + 1);
      return [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, n]) => ({ dimensions: [key], metrics: [n, n, n] }));
    };
    const byDay = countBy(dateOf);
    const byHour = countBy((ms) => `${clock(ms)}:00:00`);
    const byMinute = countBy((ms) => `${minuteClock(ms)}:00`);

    await inEveryState(
      daybook,
      () => bareSite(zonesFrom(zone, 0)),
      hits,
      { nowMs, setNow: (ms) => (nowMs = ms) },
      async (site, state) => {
        const ask = (dimension: string, range = [wanted[0]!, wanted[2]!]) =>
          daybook.report(site, {
            metrics: ['visitors', 'visits', 'pageviews'],
            ...{ date_range: range, dimensions: [dimension], order_by: [[dimension, 'asc']] },
          });
        expect(await ask('time:day'), state).toEqual(byDay);
        expect(await ask('time:hour'), state).toEqual(byHour);
        expect(await ask('event:page'), state).toEqual(
          byDay.map((row) => ({ ...row, dimensions: [`/${row.dimensions[0]}`] })),
        );
        const only = byHour.filter(({ dimensions }) => dimensions[0]!.startsWith(day));
        expect(await ask('time:hour', [day, day]), state).toEqual(only);
        const minutes = byMinute.filter(({ dimensions }) => dimensions[0]!.startsWith(day));
        expect(await ask('time:minute', [day, day]), state).toEqual(minutes);
      },
    );
  },
);
