import fc from 'fast-check';
import { expect } from 'vitest';
import type { Retention } from '../../src/account/retention.ts';
import { closeDay } from '../../src/close/close-day.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { openAppender } from '../../src/journal/append.ts';
import { listDays } from '../../src/journal/read.ts';
import type { ReportSite } from '../../src/report/report.ts';
import type { TestLedger } from '../support/ledger.ts';
import { asksRollUps, expectSame, loopOf, siteOf } from './compare.ts';
import type { LoopQuery } from './loop.ts';
import { clockOf } from './loop-time.ts';
import { hourMs, type Traffic } from './traffic.ts';

/**
 * How a site's hits come: the first before any day is closed, the last when all is merged; `early`
 * days are closed in between.
 */
export type Course = {
  readonly first: number;
  readonly last: number;
  readonly early: readonly boolean[];
};
export const course: fc.Arbitrary<Course> = fc.record({
  first: fc.nat({ max: 60 }),
  last: fc.nat({ max: 15 }),
  early: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
});

/** By state, how many reports were compared, and how many of them roll-ups told something of. */
export type Compared = Map<string, { all: number; rolled: number }>;

export const showCompared = (compared: Compared) =>
  [...compared]
    .map(([state, { all, rolled }]) => `${all} ${state} (${rolled} from roll-ups)`)
    .join(', ');

/** The days of one site with random traffic, and what can become of them. */
export function openDays(ledger: TestLedger, made: Traffic, id: string, compared: Compared) {
  const { nowMs } = made;
  const { home, engine, world } = ledger;
  const clock = clockOf(made.zone);
  const appender = openAppender(home);
  const closed = new Set<string>();
  let site: ReportSite & Retention = siteOf(made, id);
  ledger.setNow(nowMs);

  async function close(day: string): Promise<void> {
    expect(await closeDay(world, site, day)).toBe('closed');
    closed.add(day);
  }

  return {
    site: () => site,
    dayOf: (ms: number) => clock(ms).day,
    closed,
    change(more: Partial<ReportSite & Retention>) {
      site = { ...site, ...more };
    },

    /** Nothing comes to a closed day's own partitions any more. */
    async append(came: Traffic['came']) {
      const entries = came.map(({ hit, late, receivedAtMs }) => {
        const { day } = clock(hit.time);
        const entry = { siteId: id, day, late: late || closed.has(day), receivedAtMs };
        return { ...entry, id: hit.id, hit: JSON.stringify(hit) };
      });
      await appender.append(entries);
    },

    close,
    /** Those with rows to close, of which `some` of four in a row say so. */
    async closeListed(some: readonly boolean[] = [true]) {
      for (const [i, day] of (await listDays(home, id)).entries())
        if (some[i % some.length]) await close(day);
    },

    async merge() {
      ledger.setNow(nowMs + 100 * 24 * hourMs);
      const months = await mergeMonths(world, site);
      ledger.setNow(nowMs);
      return months;
    },

    /** Reports say what the loop says of the hits that have come. */
    async check(queries: readonly LoopQuery[], came: Traffic['came'], state: string) {
      const before = compared.get(state) ?? { all: 0, rolled: 0 };
      const all =
        before.all + (await expectSame(engine, site, queries, loopOf({ ...made, came }), state));
      const rolled = before.rolled + queries.filter((query) => asksRollUps(query, site)).length;
      compared.set(state, { all, rolled });
    },
  };
}

/**
 * Asked in every state of every case: each measure that roll-ups hold, from each kind of their
 * rows.
 */
const numbers = [
  ...[
    'visitors',
    'visits',
    'pageviews',
    'events',
    'views_per_visit',
    'bounce_rate',
    'visit_duration',
  ],
];
export const always: readonly LoopQuery[] = [
  // Each alone: a value has a row where that is counted which is asked for.
  ...['events', 'visits', 'bounce_rate', 'visit_duration'].flatMap((name) =>
    ['time:hour', 'event:page', 'event:hostname', 'visit:country'].map(
      (dimension): LoopQuery => ({ metrics: [name], date_range: 'all', dimensions: [dimension] }),
    ),
  ),
  { metrics: numbers, date_range: 'all' },
  { metrics: numbers, date_range: 'all', dimensions: ['time:hour'] },
  { metrics: numbers, date_range: 'all', dimensions: ['visit:source'] },
  {
    metrics: [...numbers, 'scroll_depth', 'time_on_page'],
    date_range: 'all',
    dimensions: ['event:page'],
  },
];
