import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Site } from '../../src/account/site.ts';
import { openSites, type Sites } from '../../src/account/sites.ts';
import type { CloseWorld } from '../../src/close/world.ts';
import { openDuck } from '../../src/duck/duck.ts';
import { openAws } from '../../src/home/aws/aws.ts';
import { readSettings } from '../../src/home/aws/settings.ts';
import type { Home } from '../../src/home/home.ts';
import { openMachine } from '../../src/home/machine/machine.ts';
import type { Hit } from '../../src/model/hit.ts';
import { type Engine, openEngine } from '../../src/report/engine.ts';
import { openAwsStores } from './aws-stores.ts';
import { closeWorldOf } from './close-world.ts';
import { appendHits } from './hits.ts';
import type { HomeName } from './real-app.ts';

/** A new home with one site, a clock that the test sets, what closes days, and a report engine. */
export type TestLedger = {
  readonly home: Home;
  /** The data folder, on one machine. */
  readonly folder: string;
  readonly world: CloseWorld;
  readonly sites: Sites;
  readonly engine: Engine;
  /** The site with its current settings. */
  site(): Promise<Site>;
  now(): number;
  setNow(ms: number): void;
  append(hits: readonly Hit[], more?: { late?: boolean; receivedAtMs?: number }): Promise<void>;
  /**
   * Visitors, visits, pageviews and events by a dimension's value, in all or from a day to another.
   */
  by(
    dimension: string,
    range?: 'all' | readonly [string, string],
  ): Promise<Record<string, readonly number[]>>;
  close(): Promise<void>;
};

export const domain = 'ledger.test';

export async function openLedger(
  homeName: HomeName,
  startMs: number,
  settings: Readonly<Record<string, unknown>> = {},
  closing: Pick<CloseWorld, 'amendsFrom' | 'rollsOver'> = {},
): Promise<TestLedger> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-ledger-'));
  let nowMs = startMs;
  const clock = () => nowMs;
  const stores = homeName === 'aws' ? await openAwsStores({ clock }) : undefined;
  const home =
    stores === undefined
      ? await openMachine(folder)
      : await openAws(readSettings(stores.env, folder), clock);
  let ids = 0;
  const sites = openSites(home, clock, () => `ledger${String(++ids).padStart(6, '0')}`);
  await sites.add(domain, { timezone: 'Europe/Berlin', ...settings });
  const duck = await openDuck({ memoryBytes: 2 ** 29, threads: 1, folder: home.files.folder });
  const engine = await openEngine({ home, clock, memoryBytes: 2 ** 29, threads: 1 });
  const site = async () => (await sites.find(domain))!;
  return {
    home,
    folder,
    world: { ...closeWorldOf(home, duck, clock), ...closing },
    sites,
    engine,
    site,
    now: clock,
    setNow: (ms) => (nowMs = ms),
    append: async (hits, more = {}) => appendHits(home, await site(), hits, more),
    async by(dimension, range = 'all') {
      const { results } = await engine.query(await site(), {
        site_id: domain,
        metrics: ['visitors', 'visits', 'pageviews', 'events'],
        date_range: range,
        dimensions: [dimension],
      });
      return Object.fromEntries(
        results.map(({ dimensions, metrics }) => [dimensions[0], metrics as number[]]),
      );
    },
    async close() {
      engine.close();
      duck.close();
      await home.close();
      await stores?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
