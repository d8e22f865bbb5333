import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAppender } from '../../src/journal/append.ts';
import { type Engine, openEngine } from '../../src/report/engine.ts';
import { openMemoryHome } from '../support/memory-home.ts';
import { allCases, everyCase } from '../support/real-app.ts';
import { bodiesOf, expectSame, loopOf, siteOf } from './compare.ts';
import type { LoopQuery } from './loop.ts';
import { clockOf } from './loop-time.ts';
import { type Mistake, mistakes } from './mistakes.ts';
import { queryOf } from './queries.ts';
import { runsOf } from './runs.ts';
import { type Traffic, traffic } from './traffic.ts';

const home = openMemoryHome(2);
let nowMs = 0;
let sites = 0;
let compared = 0;
let engine: Engine;

beforeAll(async () => {
  const options = { home, clock: () => nowMs, memoryBytes: 2 ** 29, threads: 2 };
  // Several days are counted one by one here, and at once in the other suites.
  engine = await openEngine({ ...options, hitsAtOnce: 1 });
});
afterAll(() => {
  console.log(`${compared} reports of open days compared with the loop`);
  engine.close();
});

type Case = {
  readonly traffic: Traffic;
  readonly queries: readonly LoopQuery[];
  readonly cutAt: number;
};
const cases: fc.Arbitrary<Case> = traffic.chain((made) =>
  fc.record({
    traffic: fc.constant(made),
    queries: fc.array(queryOf(made), { minLength: 1, maxLength: 6 }),
    cutAt: fc.nat({ max: 60 }),
  }),
);

/**
 * Appends a part of the traffic, mounts it, and appends the rest: so days are mounted in parts too.
 */
async function compare({ traffic: made, queries, cutAt }: Case, mistake?: Mistake): Promise<void> {
  const { zone, came } = made;
  nowMs = made.nowMs;
  const id = `oracle${String(++sites).padStart(6, '0')}`;
  const site = siteOf(made, id);
  const clock = clockOf(zone);
  const appender = openAppender(home);
  const entries = came.map(({ hit, late, receivedAtMs }) => ({
    ...{
      siteId: site.id,
      day: clock(hit.time).day,
      late,
      receivedAtMs,
      id: hit.id,
      hit: JSON.stringify(hit),
    },
  }));
  await appender.append(entries.slice(0, cutAt));
  await engine.batch(site, bodiesOf(queries));
  await appender.append(entries.slice(cutAt));
  compared += await expectSame(engine, site, queries, loopOf(made, mistake), 'open');
}

const runs = runsOf(5, 8);

test('random traffic and queries: the engine’s reports equal the loop’s', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(cases, (made) => compare(made)),
    runs,
  );
});

/**
 * Cases for finding a mistake. They are drawn when needed, because some mistakes change few cases.
 */
const lots: Case[][] = [];
const lotOf = (n: number) => (lots[n] ??= fc.sample(cases, { seed: runs.seed + n, numRuns: 500 }));
const mostLots = 20;

function* drawn(): Generator<Case> {
  for (let n = 0; n < mostLots; n++) yield* lotOf(n);
}

/** The words of the queries that a rare mistake may change: the reports of others need no look. */
const words: Partial<Record<Mistake, readonly string[]>> = {
  'conversion rate: of visitors with the property': ['conversion_rate', 'event:props:'],
};
function mayChange(query: LoopQuery, mistake: Mistake): boolean {
  const text = JSON.stringify(query);
  return (words[mistake] ?? []).every((word) => text.includes(word));
}

/** The loop's reports of them. */
const right = new Map<Case, string>();
function reportsOf(made: Case, mistake?: Mistake): string {
  const loop = loopOf(made.traffic, mistake);
  return JSON.stringify(made.queries.map((query) => loop.rows(query)));
}
function rightOf(made: Case): string {
  const known = right.get(made) ?? reportsOf(made);
  right.set(made, known);
  return known;
}

/**
 * The comparison proves something only if it fails when the loop is wrong. So for each mistake, a
 * case is drawn in which the mistake changes the loop's reports, and the engine is compared with
 * it. `npm run long -- oracle` tries all mistakes.
 */
const oneIn = allCases ? 1 : everyCase ? 8 : 32;
const some = mistakes.filter((_, i) => i % oneIn === 0);
test.each(some)('a mistake in the loop is noticed — %s', { timeout: 600_000 }, async (mistake) => {
  let made: Case | undefined;
  for (const drawnCase of drawn()) {
    const queries = drawnCase.queries.filter((query) => mayChange(query, mistake));
    if (queries.length === 0) continue;
    const one = queries.length === drawnCase.queries.length ? drawnCase : { ...drawnCase, queries };
    made = reportsOf(one, mistake) === rightOf(one) ? undefined : one;
    if (made !== undefined) break;
  }
  if (made === undefined) throw new Error('no case was drawn that the mistake changes');
  await compare(made);
  await expect(compare(made, mistake)).rejects.toThrow(/to (deeply equal|be)/);
});
