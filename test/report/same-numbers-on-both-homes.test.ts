import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHome } from '../../src/entry/home.ts';
import type { Home } from '../../src/home/home.ts';
import { type Entry, openAppender } from '../../src/journal/append.ts';
import { listDays, readDay } from '../../src/journal/read.ts';
import { type Engine, openEngine } from '../../src/report/engine.ts';
import { siteOf } from '../oracle/compare.ts';
import { clockOf } from '../oracle/loop-time.ts';
import { queryOf } from '../oracle/queries.ts';
import { traffic } from '../oracle/traffic.ts';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';

type World = { readonly home: Home; readonly engine: Engine };

let nowMs = Date.now();
let data: string;
let stores: AwsStores;
let worlds: World[];
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daybook-same-'));
  stores = await openAwsStores({ clock: () => nowMs });
  worlds = await Promise.all(
    [{}, stores.env].map(async (env, i): Promise<World> => {
      const clock = () => nowMs;
      const home = await openHome(join(data, String(i)), clock, env);
      return { home, engine: await openEngine({ home, clock, memoryBytes: 2 ** 28, threads: 1 }) };
    }),
  );
});
afterAll(async () => {
  for (const { home, engine } of worlds) {
    engine.close();
    await home.close();
  }
  await stores.close();
  await rm(data, { recursive: true, force: true });
});

const cases = traffic.chain((made) =>
  fc.record({
    made: fc.constant(made),
    queries: fc.array(queryOf(made), { minLength: 3, maxLength: 6 }),
    cutAt: fc.nat({ max: 60 }),
  }),
);

let sites = 0;
let compared = 0;

/**
 * The rows of a day; where two of one millisecond and id differ, which one counts is the same in
 * both homes too.
 */
async function rowsOf({ home }: World, siteId: string): Promise<string[]> {
  const rows: string[] = [];
  for (const day of await listDays(home, siteId))
    for await (const { sort, value } of readDay(home, siteId, day))
      rows.push(`${day} ${sort} ${value}`);
  return rows;
}

test('the same traffic gives the same rows and the same answers on both homes', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ made, queries, cutAt }) => {
      const { zone, came } = made;
      nowMs = made.nowMs;
      const site = siteOf(made, `same${++sites}`);
      const clock = clockOf(zone);
      const entries = came.map(({ hit, late, receivedAtMs }): Entry => {
        const day = clock(hit.time).day;
        return { siteId: site.id, day, late, receivedAtMs, id: hit.id, hit: JSON.stringify(hit) };
      });
      const bodies = queries.map((query) => ({ site_id: site.domain, ...query }));
      const [machine, aws] = await Promise.all(
        worlds.map(async (world) => {
          const appender = openAppender(world.home);
          await appender.append(entries.slice(0, cutAt));
          await world.engine.batch(site, bodies);
          await appender.append(entries.slice(cutAt));
          const answers = await world.engine.batch(site, bodies);
          const results = answers.map(({ results }) => results);
          return {
            rows: await rowsOf(world, site.id),
            results,
            live: await world.engine.realtime(site),
          };
        }),
      );
      expect(aws).toEqual(machine);
      compared += queries.length;
    }),
    { seed: 20261122, numRuns: 8, endOnFailure: true },
  );
  console.log(`${compared} reports were the same on both homes`);
});
