import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlaces } from '../../collect/enrich/place.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import { isZone } from '../../lib/site-days.ts';
import { openHome } from '../home.ts';
import { type Server, type ServerOptions, startServer } from '../server/server.ts';
import { openWorldSites } from '../world.ts';
import { fillSite } from './fill.ts';
import { startLive } from './live.ts';
import { shopDomain } from './shop-pages.ts';
import { addDemoSites } from './sites.ts';

export type Demo = Server & {
  /** The dashboard's address. */
  readonly dashboard: string;
  readonly hits: number;
  /** Its folder. */
  readonly data: string;
};

export type DemoOptions = Pick<ServerOptions, 'port' | 'host' | 'pages' | 'reports'> & {
  readonly clock: Clock;
  readonly random: Random;
  readonly env: NodeJS.ProcessEnv;
};

/** Some months: what every range of the dashboard but the year needs. */
const days = 91;

/** The start waits for so long at most until all days were read; that takes one or two seconds. */
const readAheadMs = 10_000;

const seed = 20_261_122;

/**
 * A server on a folder of its own with two open sites, one of them full of traffic, and visitors
 * arriving. `close` removes it all.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { port, host, clock, random, env, pages, reports } = options;
  const data = await mkdtemp(join(tmpdir(), 'daybook-demo-'));
  const clear = () => rm(data, { recursive: true, force: true });
  try {
    const hits = await fillDemo(data, clock, random, env);
    // The live visitors say where they come from as a proxy would.
    const proxies = ['127.0.0.0/8', '::1'];
    const server = await startServer({
      port,
      host,
      data,
      proxies,
      clock,
      ...(pages !== undefined && { pages }),
      ...(reports !== undefined && { reports }),
      env: { ...env, DAYBOOK_LOG: env['DAYBOOK_LOG'] ?? 'warn' },
    });
    const dashboard = `${server.url}/?site=${shopDomain}`;
    const live = await startLive(server.url, openPlaces(), seed + 1);
    await readAhead(server.url, AbortSignal.timeout(readAheadMs)).catch(() => {});
    return {
      ...server,
      dashboard,
      hits,
      data,
      async close() {
        live.stop();
        await server.close();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

/**
 * The first report reads its days, which takes others than the owner 5 seconds at most. So somebody
 * asks for more and more of them, as anyone may, before others look; on a busy machine again.
 */
async function readAhead(url: string, signal: AbortSignal): Promise<void> {
  const ranges = ['10d', '30d', '60d', 'all'];
  while (ranges.length > 0) {
    const answer = await fetch(`${url}/api/v2/query`, {
      method: 'POST',
      body: JSON.stringify({ site_id: shopDomain, metrics: ['visitors'], date_range: ranges[0] }),
      signal,
    });
    await answer.arrayBuffer();
    if (answer.status !== 503) ranges.shift();
  }
}

async function fillDemo(
  data: string,
  clock: Clock,
  random: Random,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const home = await openHome(data, clock, env);
  try {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const timezone = isZone(zone) ? zone : 'UTC';
    const sites = openWorldSites(home, clock, random);
    const newId = () => random(4).toString('hex');
    const nowMs = clock();
    let hits = 0;
    for (const added of await addDemoSites(sites, { home, newId, timezone, nowMs }))
      hits += await fillSite(home, added.site, { ...added, days, seed, untilMs: nowMs });
    return hits;
  } finally {
    await home.close();
  }
}
