import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Site } from '../../src/account/site.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { hitOf } from '../support/hits.ts';
import {
  bareSite,
  inEveryState,
  openTestDaybook,
  type TestDaybook,
} from '../support/test-daybook.ts';

/**
 * Days near the ends of years, and of February in a leap year and another year. The first day has
 * one visitor, the second two, and so on.
 */
const days = [
  '2023-12-31',
  '2024-01-01',
  '2024-02-28',
  '2024-02-29',
  '2024-03-01',
  '2024-12-30',
  '2024-12-31',
  '2025-01-01',
  '2025-01-05',
  '2025-01-06',
  '2025-02-28',
  '2025-03-01',
];
const counts = new Map(days.map((day, i) => [day, i + 1]));

let nowMs: number;
let daybook: TestDaybook;
beforeAll(async () => {
  daybook = await openTestDaybook(() => nowMs);
});
beforeEach(() => {
  nowMs = Date.parse('2025-03-10T12:00:00Z');
});
afterAll(() => daybook.close());
const states = { nowMs: Date.parse('2025-03-10T12:00:00Z'), setNow: (ms: number) => (nowMs = ms) };

/** From the first minute of the day on, a visitor every half hour. */
const hits = () =>
  days.flatMap((day, i) =>
    Array.from({ length: i + 1 }, (_, n) =>
      hitOf({
        time: Date.parse(`${day}T00:00:00-05:00`) + n * 1_800_000,
        visitor: `${i + 1}${String(n).padStart(2, '0')}`,
        page: `/${day.slice(0, 4)}`,
      }),
    ),
  );

/** Sums over the days of a range, by a name for each day; ascending. */
function sums(first: string, last: string, nameOf: (day: string) => string) {
  const found = new Map<string, number>();
  for (const [day, n] of counts)
    if (day >= first && day <= last) found.set(nameOf(day), (found.get(nameOf(day)) ?? 0) + n);
  return [...found].map(([name, n]) => ({ dimensions: [name], metrics: [n, n, n] }));
}

/** The day its week starts on, by plain calendar arithmetic; 1 is a Monday. */
function weekOf(day: string, weekStarts: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  const past = (date.getUTCDay() + 7 - (weekStarts % 7)) % 7;
  return new Date(date.getTime() - past * 86_400_000).toISOString().slice(0, 10);
}

test('ranges over years, by day, week, month, and page', { timeout: 300_000 }, async () => {
  const make = () => bareSite(zonesFrom('America/New_York', 0));
  await inEveryState(daybook, make, hits(), states, async (site: Site, state) => {
    for (const [first, last] of [
      ['2023-01-01', '2025-12-31'],
      ['2024-01-01', '2024-12-31'],
      ['2024-02-29', '2025-02-28'],
      ['2024-12-31', '2025-01-05'],
      ['2023-12-31', '2024-01-01'],
    ] as const) {
      const what = `${state}: ${first} to ${last}`;
      const ask = (dimension: string, weekStarts = 1) =>
        daybook.report(
          { ...site, weekStarts },
          {
            metrics: ['visitors', 'visits', 'pageviews'],
            ...{
              date_range: [first, last],
              dimensions: [dimension],
              order_by: [[dimension, 'asc']],
            },
          },
        );
      const of = (nameOf: (day: string) => string) => sums(first, last, nameOf);
      expect(await ask('time:day'), what).toEqual(of((day) => day));
      expect(await ask('time:month'), what).toEqual(of((day) => `${day.slice(0, 7)}-01`));
      expect(await ask('event:page'), what).toEqual(of((day) => `/${day.slice(0, 4)}`));
      for (const weekStarts of [1, 3, 7]) {
        const week = (day: string) => weekOf(day, weekStarts);
        const begun = (day: string) => (week(day) < first ? first : week(day));
        expect(await ask('time:week', weekStarts), `${what}, weeks from ${weekStarts}`).toEqual(
          of(begun),
        );
      }
      const [all] = await daybook.report(site, {
        metrics: ['visitors'],
        date_range: [first, last],
      });
      expect(all!.metrics, what).toEqual(of(() => '').map(({ metrics }) => metrics[0]));
    }
  });
});
