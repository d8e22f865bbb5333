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
    const reading = new AbortController();
    void readAhead(server, reading.signal);
    return {
      ...server,
      dashboard,
      hits,
      data,
      async close() {
        live.stop();
        reading.abort();
        await server.close();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** The first report reads all days: so it is asked for before anybody looks. */
async function readAhead({ url, firstKey }: Server, signal: AbortSignal): Promise<void> {
  await fetch(`${url}/api/v2/query`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${firstKey}` },
    body: JSON.stringify({ site_id: shopDomain, metrics: ['visitors'], date_range: 'all' }),
    signal,
  }).then(
    (answer) => answer.arrayBuffer(),
    () => {},
  );
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
