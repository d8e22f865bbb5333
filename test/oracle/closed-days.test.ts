import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import type { CloseWorld } from '../../src/close/world.ts';
import type { Home } from '../../src/home/home.ts';
import { openMachine } from '../../src/home/machine/machine.ts';
import { openAppender } from '../../src/journal/append.ts';
import { type Duck, openDuck } from '../../src/journal/duckdb.ts';
import { listDays } from '../../src/journal/read.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { type Engine, openEngine } from '../../src/report/engine.ts';
import { type LoopQuery, openLoop } from './loop.ts';
import { clockOf } from './loop-time.ts';
import { queryOf } from './queries.ts';
import { type Traffic, traffic } from './traffic.ts';

let folder: string;
let home: Home;
let duck: Duck;
let engine: Engine;
let nowMs = 0;
let sites = 0;
let compared = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-closed-'));
  home = await openMachine(folder, () => nowMs);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 1, folder: home.files.folder });
  engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 29, threads: 1 });
});
afterAll(async () => {
  console.log(`${compared} reports of closed days compared with the loop`);
  engine.close();
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

type Case = {
  readonly traffic: Traffic;
  readonly queries: readonly LoopQuery[];
  readonly cutAt: number;
  readonly early: readonly boolean[];
};
const cases: fc.Arbitrary<Case> = traffic.chain((made) =>
  fc.record({
    traffic: fc.constant(made),
    queries: fc.array(queryOf(made), { minLength: 1, maxLength: 5 }),
    cutAt: fc.nat({ max: 60 }),
    early: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  }),
);

/** Some days closed, some of these with late rows, some open; then all closed: each time what the loop says. */
async function compare({ traffic: made, queries, cutAt, early }: Case): Promise<void> {
  const { zone, weekStarts, came } = made;
  nowMs = made.nowMs;
  const zones = zonesFrom(zone, 0);
  const site = {
    ...{ id: `closed${String(++sites).padStart(6, '0')}`, domain: 'example.com', zones, weekStarts },
  };
  const world: CloseWorld = { home, duck, clock: () => nowMs, random: randomBytes };
  const clock = clockOf(zone);
  const appender = openAppender(home);
  const append = (some: typeof came, late: boolean) =>
    appender.append(
      some.map((one) => ({
        ...{ siteId: site.id, day: clock(one.hit.time).day, late: late || one.late },
        ...{ receivedAtMs: one.receivedAtMs, id: one.hit.id, hit: JSON.stringify(one.hit) },
      })),
    );
  const bodies = queries.map((query) => ({ site_id: site.domain, ...query }));
  const loop = openLoop(came, { zone, weekStarts, goals: [] }, nowMs);
  async function check(state: string): Promise<void> {
    const answers = await engine.batch(site, bodies);
    for (const [i, query] of queries.entries()) {
      expect(answers[i]!.results, `${state}: ${JSON.stringify(query)}`).toEqual(loop.rows(query));
      compared++;
    }
    expect(await engine.realtime(site)).toBe(loop.realtime());
  }

  await append(came.slice(0, cutAt), false);
  const days = await listDays(home, site.id);
  for (const [i, day] of days.entries()) if (early[i % early.length]) await closeDay(world, site, day);
  const isClosed = (day: string) => days.includes(day) && early[days.indexOf(day) % early.length] === true;
  // Nothing comes to a closed day's own partitions any more.
  const rest = came.slice(cutAt);
  await append(
    rest.filter(({ hit }) => isClosed(clock(hit.time).day)),
    true,
  );
  await append(
    rest.filter(({ hit }) => !isClosed(clock(hit.time).day)),
    false,
  );
  await check('some closed');
  for (const day of await listDays(home, site.id)) expect(await closeDay(world, site, day)).toBe('closed');
  expect(await listDays(home, site.id)).toEqual([]);
  await check('all closed');
}

const seed = Number(process.env['ORACLE_SEED'] ?? 20261123);
const numRuns = Number(process.env['ORACLE_RUNS'] ?? 25);

test('closed days say what the loop says', { timeout: 600_000 }, async () => {
  await fc.assert(fc.asyncProperty(cases, compare), {
    ...{ seed, numRuns, endOnFailure: true },
    ...(process.env['ORACLE_PATH'] === undefined ? {} : { path: process.env['ORACLE_PATH'] }),
  });
});
