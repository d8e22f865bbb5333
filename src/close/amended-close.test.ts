import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeWorldOf } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { everyCase } from '../../test/support/real-app.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { type FileKind, fileOfDay, readMonth } from '../ledger/manifest.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { type Hit, robotVisitor } from '../model/hit.ts';
import { closeDay } from './close-day.ts';

const day = '2026-03-29';
const zones = zonesFrom('Europe/Berlin', 0);
const at = (minutes: number) => Date.parse('2026-03-28T23:00:00Z') + minutes * 60_000;

let folder: string;
let home: Home;
let duck: Duck;
let sites = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-amended-'));
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 1, folder: home.files.folder });
});
afterEach(async () => {
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

const among = <T>(...values: T[]) => fc.constantFrom(...values);

/** Few values, so that visitors meet on pages, and properties come and go with visitors. */
const hit = fc
  .record({
    minute: fc.integer({ min: 0, max: 300 }),
    visitor: among('aa', 'bb', 'cc', 'dd', robotVisitor),
    name: among('pageview', 'pageview', 'pageview', 'Signup', 'engagement'),
    page: among('/', '/a', '/b'),
    hostname: among('example.com', 'blog.example.com'),
    country: among(undefined, 'DE', 'FR'),
    source: among(undefined, 'Google'),
    title: among(undefined, 'Start'),
    props: among(undefined, { plan: 'pro' }, { plan: 'free', "it's": '1' }),
    scrollDepth: among(undefined, 10, 80),
    engagedMs: among(undefined, 1_000),
    interactive: among(undefined, false),
    /** One of few: some hits come twice, and some ids are of several hits. */
    id: among(0, 0, 0, 0, 1, 2),
  })
  .map(({ minute, id, name: drawn, scrollDepth, engagedMs, ...fields }): Hit => {
    const name = fields.visitor === robotVisitor ? 'pageview' : drawn; // robots have no engagement
    const known = Object.entries({
      ...fields,
      ...(name === 'engagement' && { scrollDepth, engagedMs }),
    }).filter(([, value]) => value !== undefined);
    const own = id === 0 ? {} : { id: id.toString(16).padStart(16, '0') };
    return hitOf({ ...Object.fromEntries(known), ...own, name, time: at(minute) });
  });
const some = (maxLength: number) => fc.array(hit, { minLength: 1, maxLength });

/** Rows of a day's file, whatever their order and the numbers of visits. */
async function rowsOf(siteId: string, kind: FileKind): Promise<unknown[]> {
  const file = fileOfDay(siteId, await readMonth(home, siteId, '2026-03'), day, kind)!;
  const { path, release } = await home.files.open(file.name);
  const columns = kind === 'hits' || kind === 'visits' ? '* EXCLUDE (visit)' : '*';
  const rows = await duck.read((session) =>
    session.rows(`SELECT row::VARCHAR FROM (SELECT ${columns} FROM ${parquet([path])}) AS row
      ORDER BY 1`),
  );
  release();
  return rows.flat();
}

/** Closes a day with the first hits, and again with each of the others as late rows. */
async function closed(lots: readonly (readonly Hit[])[], amendsFrom: number): Promise<string> {
  const site = { id: `site${String(++sites).padStart(8, '0')}`, zones };
  const world = { ...closeWorldOf(home, duck, () => at(3_000)), amendsFrom };
  for (const [i, hits] of lots.entries()) {
    // Some of the later ones are received before those of their ids that are in the files.
    for (const one of hits)
      await appendHits(home, site, [one], {
        late: i > 0,
        receivedAtMs: i === 1 ? one.time - 1 : one.time + i,
      });
    expect(await closeDay(world, site, day)).toBe('closed');
  }
  return site.id;
}

test('a day that is amended has just the rows of one that is made of all its hits', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(some(30), some(6), some(3)), async (lots) => {
      const amended = await closed(lots, 1);
      const whole = await closed(lots, Number.POSITIVE_INFINITY);
      for (const kind of ['hits', 'visits', 'hours', 'rollup'] as const)
        expect(await rowsOf(amended, kind), kind).toEqual(await rowsOf(whole, kind));
    }),
    { seed: 20261127, numRuns: everyCase ? 5 : 3, endOnFailure: true },
  );
});
