import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longHomes } from '../support/real-app.ts';
import { always, type Compared, type Course, course, openDays, showCompared } from './days.ts';
import type { LoopQuery } from './loop.ts';
import { queryOf } from './queries.ts';
import { runsOf } from './runs.ts';
import { type Traffic, traffic } from './traffic.ts';

type Case = {
  readonly traffic: Traffic;
  readonly queries: readonly LoopQuery[];
  readonly course: Course;
};
const cases: fc.Arbitrary<Case> = traffic.chain((made) =>
  fc.record({
    traffic: fc.constant(made),
    queries: fc.array(queryOf(made), { minLength: 3, maxLength: 9 }),
    course,
  }),
);

const runs = runsOf(20261123, 2);

describe.each(longHomes)('on the home %s', (homeName) => {
  let ledger: TestLedger;
  let sites = 0;
  const compared: Compared = new Map();
  beforeAll(async () => {
    ledger = await openLedger(homeName, Date.parse('2026-01-01'), {}, { amendsFrom: 1 });
  });
  afterAll(async () => {
    console.log(`reports compared with the loop on ${homeName}: ${showCompared(compared)}`);
    await ledger.close();
  });

  /** Takes a site's days through every state, and compares reports with the loop in each. */
  async function compare({
    traffic: made,
    queries: drawn,
    course: { first, last, early },
  }: Case): Promise<void> {
    const queries = [...drawn, ...always];
    const days = openDays(ledger, made, `closed${String(++sites).padStart(6, '0')}`, compared);
    const most = made.came.slice(0, made.came.length - last);
    await days.append(most.slice(0, first));
    await days.closeListed(early);
    await days.mergeSmall();
    await days.append(most.slice(first));
    await days.check(queries, most, 'over open and closed days and late rows');
    await days.closeListed();
    await days.check(queries, most, 'over closed days');
    expect((await days.merge()).length > 0).toBe(days.closed.size > 0);
    await days.check(queries, most, 'over merged months');
    if (most.length === made.came.length) return;
    await days.append(made.came.slice(most.length));
    await days.check(queries, made.came, 'over merged months and late rows');
    await days.closeListed();
    await days.check(queries, made.came, 'over merged months and days closed again');
  }

  test('reports are right in every state of the days', { timeout: 600_000 }, async () => {
    await fc.assert(fc.asyncProperty(cases, compare), runs);
  });
});
