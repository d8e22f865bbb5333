import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAppender } from '../../src/journal/append.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { type Engine, openEngine } from '../../src/report/engine.ts';
import { openMemoryHome } from '../support/memory-home.ts';
import { type LoopQuery, type Mistake, mistakes, openLoop } from './loop.ts';
import { clockOf } from './loop-time.ts';
import { queryOf, type Traffic, traffic } from './traffic.ts';

const home = openMemoryHome(2);
let nowMs = 0;
let sites = 0;
let compared = 0;
let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 29, threads: 2 });
});
afterAll(() => {
  console.log(`${compared} reports compared with the loop`);
  engine.close();
});

type Case = { readonly traffic: Traffic; readonly queries: readonly LoopQuery[]; readonly cutAt: number };
const cases: fc.Arbitrary<Case> = traffic.chain((made) =>
  fc.record({
    traffic: fc.constant(made),
    queries: fc.array(queryOf(made), { minLength: 1, maxLength: 4 }),
    cutAt: fc.nat({ max: 60 }),
  }),
);

/** Appends part of the traffic, has it mounted, appends the rest: days are mounted whole and by pieces. */
async function compare(
  { traffic: { zone, weekStarts, nowMs: now, came }, queries, cutAt }: Case,
  mistake?: Mistake,
): Promise<void> {
  nowMs = now;
  const site = {
    id: `oracle${String(++sites).padStart(6, '0')}`,
    domain: 'example.com',
    zones: zonesFrom(zone, 0),
    weekStarts,
  };
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
  const bodies = queries.map((query) => ({ site_id: site.domain, ...query, include: includeOf(query) }));
  await appender.append(entries.slice(0, cutAt));
  await engine.batch(site, bodies);
  await appender.append(entries.slice(cutAt));

  const loop = openLoop(came, { zone, weekStarts }, now, mistake);
  const answers = await engine.batch(site, bodies);
  for (const [i, query] of queries.entries()) {
    const answer = answers[i]!;
    expect(answer.results, JSON.stringify(query)).toEqual(loop.rows(query));
    if (bodies[i]!.include.total_rows) expect(answer.meta.total_rows).toBe(loop.total(query));
    if (bodies[i]!.include.time_labels) expect(answer.meta.time_labels).toEqual(loop.labels(query));
    compared++;
  }
  expect((await engine.query(site, bodies[0])).results).toEqual(answers[0]!.results);
  expect(await engine.realtime(site)).toBe(loop.realtime());
}

function includeOf({ dimensions = [], date_range: range }: LoopQuery) {
  const short = typeof range !== 'string' || ['day', '24h', '7d'].includes(range);
  return { total_rows: true, time_labels: short && dimensions.some((name) => name.startsWith('time:')) };
}

const seed = Number(process.env['ORACLE_SEED'] ?? 20261122);
const numRuns = Number(process.env['ORACLE_RUNS'] ?? 60);

test('random traffic and queries: the engine says what the loop says', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(cases, (made) => compare(made)),
    {
      seed,
      numRuns,
      endOnFailure: true,
      ...(process.env['ORACLE_PATH'] === undefined ? {} : { path: process.env['ORACLE_PATH'] }),
    },
  );
});

// The comparison is worth something only if it fails when the loop is wrong.
test.each(mistakes)('a planted mistake is noticed — %s', { timeout: 600_000 }, async (mistake) => {
  const result = await fc.check(
    fc.asyncProperty(cases, (made) => compare(made, mistake)),
    { seed, numRuns: 400, endOnFailure: true },
  );
  expect(result.failed).toBe(true);
  expect(String(result.errorInstance)).toContain('AssertionError');
});
