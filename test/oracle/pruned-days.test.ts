import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pruneSite } from '../../src/close/prune-site.ts';
import type { Answer } from '../../src/report/answer/answer.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longHomes } from '../support/real-app.ts';
import { asksRollUps, bodiesOf, expectAnswer, loopOf } from './compare.ts';
import { always, openDays } from './days.ts';
import type { LoopQuery } from './loop.ts';
import { queryOf } from './queries.ts';
import { runsOf } from './runs.ts';
import { type Traffic, traffic } from './traffic.ts';

type Case = {
  readonly traffic: Traffic;
  readonly queries: readonly LoopQuery[];
  /** Whether months are merged before days are pruned. */
  readonly merged: boolean;
  readonly keepHitsDays: number;
  readonly keepRollUpsDays: number | undefined;
  /** Else they can still be taken back. */
  readonly destroyed: boolean;
};
const cases: fc.Arbitrary<Case> = traffic.chain((made) =>
  fc.record({
    traffic: fc.constant(made),
    queries: fc.array(queryOf(made), { minLength: 4, maxLength: 12 }),
    merged: fc.boolean(),
    // Fewer days than an owner may choose, because the traffic is of a few days.
    keepHitsDays: fc.constantFrom(-1, 0, 0, 1),
    keepRollUpsDays: fc.constantFrom(undefined, undefined, 0, 1),
    destroyed: fc.boolean(),
  }),
);

const runs = runsOf(20261126, 2);

describe.each(longHomes)('on the home %s', (homeName) => {
  let ledger: TestLedger;
  let sites = 0;
  const counted = { all: 0, rolled: 0, lacking: 0 };
  beforeAll(async () => {
    ledger = await openLedger(homeName, Date.parse('2026-01-01'));
  });
  afterAll(async () => {
    const { all, rolled, lacking } = counted;
    console.log(
      `${all} reports over pruned days compared with the loop on ${homeName}: ` +
        `${rolled} answered whole from roll-ups, ${lacking} without those days`,
    );
    await ledger.close();
  });

  /** A report contains a whole pruned day, or says that the day is missing. Both are checked. */
  async function compare({
    traffic: made,
    queries: drawn,
    merged,
    keepHitsDays,
    keepRollUpsDays,
    destroyed,
  }: Case) {
    const queries = [...drawn.filter(({ include }) => include === undefined), ...always];
    const days = openDays(ledger, made, `pruned${String(++sites).padStart(6, '0')}`, new Map());
    await days.append(made.came);
    await days.closeListed();
    if (merged) await days.merge();
    days.change({ keepHitsDays, ...(keepRollUpsDays === undefined ? {} : { keepRollUpsDays }) });
    const went = await pruneSite(days.world, days.site(), { now: destroyed });
    const pruned = went.map(({ day }) => day);
    const gone = went.filter((one) => one.gone === 'all').map(({ day }) => day);
    const today = days.dayOf(made.nowMs);
    expect(pruned.every((day) => keepHitsDays < 0 || day < today)).toBe(true);
    for (const state of ['pruned', 'pruned and merged']) {
      const answers = await ledger.engine.batch(days.site(), bodiesOf(queries));
      for (const [i, query] of queries.entries())
        checkAnswer(answers[i]!, query, state, pruned, gone);
      await days.merge();
    }

    function checkAnswer(
      answer: Answer,
      query: LoopQuery,
      state: string,
      pruned: string[],
      gone: string[],
    ): void {
      const { missing, rest } = lackingOf(answer, pruned);
      const about = `${state}: ${JSON.stringify(query)}`;
      if (missing === undefined) return;
      // The range `all` begins with the first day of which something is kept.
      const isAll = query.date_range === 'all';
      const came = made.came.filter(({ hit }) => !(isAll && gone.includes(days.dayOf(hit.time))));
      const loop = loopOf({ ...made, came }, undefined, new Set(missing));
      expectAnswer(rest, query, loop, days.site(), state);
      counted.all++;
      if (missing.length > 0) counted.lacking++;
      else if (pruned.length > 0 && asksRollUps(query, days.site())) counted.rolled++;
      // Where sums are kept, no day may be missing.
      if (always.includes(query) && !query.metrics.includes('scroll_depth'))
        expect(
          missing.filter((day) => !gone.includes(day)),
          about,
        ).toEqual([]);
    }
  }

  test('a report contains a whole pruned day, or says that it is missing', {
    timeout: 600_000,
  }, async () => {
    await fc.assert(fc.asyncProperty(cases, compare), runs);
  });
});

const several = String.raw`(?<count>\d+) days from (?<from>[\d-]{10}) to (?<to>[\d-]{10})`;
const lacking = new RegExp(
  String.raw`^The hits of (?:(?<day>[\d-]{10})|${several}) are no longer kept`,
);

/**
 * The missing days that an answer names, and the answer without this warning; undefined where its
 * warnings are only about revenue.
 */
function lackingOf(answer: Answer, pruned: readonly string[]) {
  const { metric_warnings: warnings = {}, ...meta } = answer.meta;
  const others = Object.entries(warnings).filter(([, { code }]) => code !== 'hits_not_kept');
  const rest: Answer = {
    ...answer,
    meta: others.length === 0 ? meta : { ...meta, metric_warnings: Object.fromEntries(others) },
  };
  const warning = Object.values(warnings).find(({ code }) => code === 'hits_not_kept');
  if (warning === undefined) return { missing: others.length > 0 ? undefined : [], rest };
  const { day, count, from, to } = lacking.exec(warning.warning)!.groups!;
  if (day !== undefined) return { missing: [day], rest };
  const missing = pruned.filter((one) => one >= from! && one <= to!);
  expect(missing).toHaveLength(Number(count));
  return { missing, rest };
}
