import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openRandom } from '../../src/entry/random.ts';
import { openReports } from '../../src/entry/reports.ts';
import { openWorld } from '../../src/entry/world.ts';
import { type AwsOptions, openAws } from '../../src/home/aws/aws.ts';
import type { Consumed } from '../../src/home/aws/dynamo.ts';
import { type AwsSettings, readSettings } from '../../src/home/aws/settings.ts';
import type { Home } from '../../src/home/home.ts';
import { createApp } from '../../src/http/app.ts';
import type { World } from '../../src/http/world.ts';
import { openFrugalBooks } from '../../src/journal/metered-books.ts';
import { type AwsStores, openAwsStores, type StoresOptions } from './aws-stores.ts';
import { chrome } from './real-app.ts';

/**
 * One process of Daybook on the home `aws`, without a port. It records the cost of every request to
 * the store.
 */
export type MeteredApp = {
  readonly home: Home;
  readonly world: World;
  readonly consumed: Consumed[];
  send(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  close(): Promise<void>;
};

export type AppOptions = {
  /** For other endpoints than the stores' own. */
  readonly env: NodeJS.ProcessEnv;
  readonly patience: NonNullable<AwsOptions['patience']>;
};

export type MeteredStores = AwsStores & {
  readonly settings: AwsSettings;
  openApp(clock?: () => number, more?: Partial<AppOptions>): Promise<MeteredApp>;
};

export async function openMeteredStores(options: StoresOptions = {}): Promise<MeteredStores> {
  const stores = await openAwsStores(options);
  const cache = await mkdtemp(join(tmpdir(), 'daybook-metered-'));
  const settings = readSettings(stores.env, cache);
  return {
    ...stores,
    settings,
    openApp: (clock = options.clock ?? Date.now, { env, patience } = {}) =>
      openApp(readSettings({ ...stores.env, ...env }, cache), clock, patience && { patience }),
    async close() {
      await stores.close();
      await rm(cache, { recursive: true, force: true });
    },
  };
}

async function openApp(
  settings: AwsSettings,
  clock: () => number,
  options: AwsOptions = {},
): Promise<MeteredApp> {
  const consumed: Consumed[] = [];
  const home = await openAws(settings, clock, {
    ...options,
    onConsumed: (one) => consumed.push(one),
  });
  const world = openWorld({
    ...{ home, clock, random: openRandom(), log: pino({ level: 'silent' }), pages: new Map() },
    trust: { isProxy: () => false, onUnnamed: () => {} },
    peerAddress: () => '192.0.2.7',
    reports: () => openReports(home, clock),
    books: openFrugalBooks(home, clock).books,
  });
  const app = createApp(world);
  const send = async (path: string, init?: RequestInit) =>
    app.request(path, { ...init, headers: { 'User-Agent': chrome, ...init?.headers } });
  return {
    home,
    world,
    consumed,
    send,
    post: (path, body) => send(path, { method: 'POST', body: JSON.stringify(body) }),
    close: () => home.close(),
  };
}
