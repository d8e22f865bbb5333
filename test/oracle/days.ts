import fc from 'fast-check';
import { expect } from 'vitest';
import type { Retention } from '../../src/account/retention.ts';
import { closeDay } from '../../src/close/close-day.ts';
import { mergeMonth, mergeMonths } from '../../src/close/merge-month.ts';
import { packDay } from '../../src/close/pack-day.ts';
import { openAppender } from '../../src/journal/append.ts';
import { listDays } from '../../src/journal/read.ts';
import { lacksRollUps, readMonths } from '../../src/ledger/manifest.ts';
import { otherClocksMs } from '../../src/model/times.ts';
import type { ReportSite } from '../../src/report/report.ts';
import type { TestLedger } from '../support/ledger.ts';
import { asksRollUps, expectSame, loopOf, siteOf } from './compare.ts';
import type { LoopQuery } from './loop.ts';
import { clockOf } from './loop-time.ts';
import { hourMs, type Traffic } from './traffic.ts';

/**
 * The order in which a site's hits come: `first` hits before any day is closed, `last` hits after
 * all is merged. Between them, the days in `early` are closed.
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

/** The number of compared reports by state, and how many of them roll-ups answered in part. */
export type Compared = Map<string, { all: number; rolled: number }>;

export const showCompared = (compared: Compared) =>
  [...compared]
    .map(([state, { all, rolled }]) => `${all} ${state} (${rolled} from roll-ups)`)
    .join(', ');

/** Of days with at most so many hits, no roll-ups are made; each site has one of these. */
const rollsOver = [10, 1_000, 0];

/** The days of one site with random traffic: a test appends hits, closes, merges and checks. */
export function openDays(ledger: TestLedger, made: Traffic, id: string, compared: Compared) {
  const { nowMs } = made;
  const { home, engine } = ledger;
  const nth = Number(id.slice(-6)) - 1;
  const world = { ...ledger.world, rollsOver: rollsOver[nth % rollsOver.length]! };
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
    world,
    site: () => site,
    dayOf: (ms: number) => clock(ms).day,
    closed,
    change(more: Partial<ReportSite & Retention>) {
      site = { ...site, ...more };
    },

    /** Appends hits; those of closed days as late rows, as a server would. */
    async append(came: Traffic['came']) {
      const entries = came.map(({ hit, late, receivedAtMs }) => {
        const { day } = clock(hit.time);
        const entry = { siteId: id, day, late: late || closed.has(day), receivedAtMs };
        return { ...entry, id: hit.id, hit: JSON.stringify(hit) };
      });
      await appender.append(entries);
    },

    close,
    /** Closes days that have rows; of four days in a row, those that are true in `some`. */
    async closeListed(some: readonly boolean[] = [true]) {
      for (const [i, day] of (await listDays(home, id)).entries())
        if (some[i % some.length]) await close(day);
    },

    /**
     * Packs days that have rows, as `closeListed` closes them, when all hits that have come by now
     * have settled: the clock is moved for it. Gives how many were packed.
     */
    async packListed(some: readonly boolean[], untilMs: number): Promise<number> {
      ledger.setNow(untilMs + otherClocksMs);
      let packed = 0;
      for (const [i, day] of (await listDays(home, id)).entries())
        if (some[i % some.length] && (await packDay(world, site, day)) !== undefined) packed++;
      ledger.setNow(nowMs);
      return packed;
    },

    /** Merges those of its closed days that have no roll-ups. */
    async mergeSmall() {
      for (const row of await readMonths(home, id)) {
        const small = Object.entries(row.content.days).filter(([, { own }]) => lacksRollUps(own));
        const merging = { site, row, days: new Set(small.map(([day]) => day)) };
        if (small.length > 0) expect(await mergeMonth(world, merging)).toBe(true);
      }
    },

    async merge() {
      ledger.setNow(nowMs + 100 * 24 * hourMs);
      const months = await mergeMonths(world, site);
      ledger.setNow(nowMs);
      return months;
    },

    /** Expects that the reports equal the loop's, over the hits that have come. */
    async check(queries: readonly LoopQuery[], came: Traffic['came'], state: string) {
      const before = compared.get(state) ?? { all: 0, rolled: 0 };
      const all =
        before.all + (await expectSame(engine, site, queries, loopOf({ ...made, came }), state));
      const rolled = before.rolled + queries.filter((query) => asksRollUps(query, site)).length;
      compared.set(state, { all, rolled });
    },
  };
}

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
/** Queries of every case and state: each measure that roll-ups contain, from each kind of row. */
export const always: readonly LoopQuery[] = [
  // Each metric alone: a value has a row only where this metric counts something.
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
  { metrics: ['scroll_depth', 'time_on_page', 'engaged_time'], date_range: 'all' },
];
