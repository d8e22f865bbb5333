import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { mergeMonths } from '../../src/close/merge-month.ts';
import { openAppender } from '../../src/journal/append.ts';
import { listDays } from '../../src/journal/read.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longWorlds } from '../support/real-app.ts';
import { asksRollUps, expectSame, loopOf, siteOf } from './compare.ts';
import type { LoopQuery } from './loop.ts';
import { clockOf } from './loop-time.ts';
import { queryOf } from './queries.ts';
import { hourMs, type Traffic, traffic } from './traffic.ts';

type Case = {
  readonly traffic: Traffic;
  readonly queries: readonly LoopQuery[];
  /** The first hits come before any day is closed, the last when all months are merged. */
  readonly first: number;
  readonly last: number;
  /** Which days are closed early. */
  readonly early: readonly boolean[];
};
const cases: fc.Arbitrary<Case> = traffic.chain((made) =>
  fc.record({
    traffic: fc.constant(made),
    queries: fc.array(queryOf(made), { minLength: 3, maxLength: 9 }),
    first: fc.nat({ max: 60 }),
    last: fc.nat({ max: 15 }),
    early: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  }),
);

/** Asked in every state of every case: each measure that roll-ups hold, from each kind of their rows. */
const numbers = [
  ...['visitors', 'visits', 'pageviews', 'events', 'views_per_visit', 'bounce_rate', 'visit_duration'],
];
const always: readonly LoopQuery[] = [
  // Each alone: a value has a row where that is counted which is asked for.
  ...['events', 'visits', 'bounce_rate', 'visit_duration'].flatMap((name) =>
    ['time:hour', 'event:page', 'event:hostname', 'visit:country'].map(
      (dimension): LoopQuery => ({ metrics: [name], date_range: 'all', dimensions: [dimension] }),
    ),
  ),
  { metrics: numbers, date_range: 'all' },
  { metrics: numbers, date_range: 'all', dimensions: ['time:hour'] },
  { metrics: numbers, date_range: 'all', dimensions: ['visit:source'] },
  { metrics: [...numbers, 'scroll_depth', 'time_on_page'], date_range: 'all', dimensions: ['event:page'] },
];

const seed = Number(process.env['ORACLE_SEED'] ?? 20261123);
const runs = {
  machine: Number(process.env['ORACLE_RUNS'] ?? 4),
  aws: Number(process.env['ORACLE_RUNS'] ?? 4),
};
const path = process.env['ORACLE_PATH'];

describe.each(longWorlds)('on the home %s', (world) => {
  let ledger: TestLedger;
  let sites = 0;
  const compared = new Map<string, { all: number; rolled: number }>();
  beforeAll(async () => {
    ledger = await openLedger(world, Date.parse('2026-01-01'));
  });
  afterAll(async () => {
    const counts = [...compared].map(
      ([state, { all, rolled }]) => `${all} ${state} (${rolled} from roll-ups)`,
    );
    console.log(`reports compared with the loop on ${world}: ${counts.join(', ')}`);
    await ledger.close();
  });

  /** A site's days through all that can become of them, each time with what the loop says of the hits that have come. */
  async function compare({ traffic: made, queries: drawn, first, last, early }: Case): Promise<void> {
    const queries = [...drawn, ...always];
    const { zone, nowMs } = made;
    const { home, engine, world: closing } = ledger;
    ledger.setNow(nowMs);
    const id = `closed${String(++sites).padStart(6, '0')}`;
    const site = siteOf(made, id);
    const clock = clockOf(zone);
    const appender = openAppender(home);
    const closed = new Set<string>();
    const close = async (day: string) => {
      expect(await closeDay(closing, site, day)).toBe('closed');
      closed.add(day);
    };
    // Nothing comes to a closed day's own partitions any more.
    const append = (came: Traffic['came']) =>
      appender.append(
        came.map(({ hit, late, receivedAtMs }) => {
          const { day } = clock(hit.time);
          const entry = { siteId: id, day, late: late || closed.has(day), receivedAtMs };
          return { ...entry, id: hit.id, hit: JSON.stringify(hit) };
        }),
      );
    const check = async (came: Traffic['came'], state: string) => {
      const before = compared.get(state) ?? { all: 0, rolled: 0 };
      const all = before.all + (await expectSame(engine, site, queries, loopOf({ ...made, came }), state));
      const rolled = before.rolled + queries.filter((query) => asksRollUps(query, site)).length;
      compared.set(state, { all, rolled });
    };

    const most = made.came.slice(0, made.came.length - last);
    await append(most.slice(0, first));
    for (const [i, day] of (await listDays(home, id)).entries())
      if (early[i % early.length]) await close(day);
    await append(most.slice(first));
    await check(most, 'over open and closed days and late rows');
    for (const day of await listDays(home, id)) await close(day);
    await check(most, 'over closed days');

    ledger.setNow(nowMs + 100 * 24 * hourMs);
    expect((await mergeMonths(closing, site)).length > 0).toBe(closed.size > 0);
    ledger.setNow(nowMs);
    await check(most, 'over merged months');
    if (most.length === made.came.length) return;
    await append(made.came.slice(most.length));
    await check(made.came, 'over merged months and late rows');
    for (const day of await listDays(home, id)) await close(day);
    await check(made.came, 'over merged months and days closed again');
  }

  test('days say the same whatever became of them', { timeout: 600_000 }, async () => {
    await fc.assert(fc.asyncProperty(cases, compare), {
      ...{ seed, numRuns: runs[world], endOnFailure: true },
      ...(path === undefined ? {} : { path }),
    });
  });
});
