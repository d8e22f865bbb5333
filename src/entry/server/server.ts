import { once } from 'node:events';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Pass } from '../../close/pass.ts';
import { createApp } from '../../http/app.ts';
import { trustProxies } from '../../http/client-address.ts';
import { compressed } from '../../http/compress.ts';
import { openFrugalBooks } from '../../journal/metered-books.ts';
import { endEraAhead } from '../../ledger/packs.ts';
import { type Clock, secondMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { releasedMs } from '../../model/release.ts';
import { type CityDatabase, lookEveryMs, openCityDatabase } from '../city-database.ts';
import { openHome } from '../home.ts';
import { openLog } from '../log.ts';
import { openMachineClock, systemUptimeMs } from '../machine-clock.ts';
import { memoryBytesOf, sharesOf } from '../memory.ts';
import { readPages } from '../pages.ts';
import { takeLease } from '../process-lease.ts';
import { openRandom } from '../random.ts';
import { openReports } from '../reports.ts';
import { type OpenWorld, openWorld, openWorldSites } from '../world.ts';
import { type Closer, startCloser } from './closer.ts';
import {
  type ConnectionLimits,
  connectionCounts,
  defaultTimes,
  limitConnections,
} from './connections.ts';
import { balanceBooks, snapshotCounts, startDuties } from './duties.ts';
import { openReportProcess } from './report-client.ts';
import { openRoom } from './room.ts';

export type ServerOptions = {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  /** Addresses and CIDR ranges of proxies whose `X-Forwarded-For` is believed. */
  readonly proxies: readonly string[];
  /** An owner's database of cities (.mmdb). */
  readonly cityDatabase?: string | undefined;
  /** Where browsers reach this server, if not where a request comes in. */
  readonly publicUrl?: string;
  /** Where the tracker is served besides, and hits are taken. */
  readonly scriptPath?: string;
  readonly eventPath?: string;
  /**
   * Where the report engine runs and days are closed: by default in processes of their own. With
   * `here`, days are closed only when `closeDays` asks for it.
   */
  readonly reports?: 'process' | 'here';
  /** Folder of the built dashboard. */
  readonly pages?: string;
  readonly connections?: Partial<ConnectionLimits>;
  /** Of the server and its processes together; by default `DAYBOOK_MEMORY`, or the machine's. */
  readonly memoryBytes?: number | undefined;
  readonly clock?: Clock;
  /** Where `clock` may be set wrong: milliseconds that nobody can set. */
  readonly uptimeMs?: Clock;
  readonly earliestMs?: number;
  readonly env?: NodeJS.ProcessEnv;
};

export type Server = {
  readonly url: string;
  /** The owner key, only at the start that made it. */
  readonly firstKey: string | undefined;
  /** Closes the days that are due, now; with `atOnce`, late rows do not wait for their hour. */
  closeDays(atOnce?: boolean): Promise<Pass>;
  /** Takes no more requests, finishes those under way, writes the books, closes the home. */
  close(): Promise<void>;
};

/**
 * Connections that may wait to be taken: of a sudden 1,000, those beyond Node's own 511 were reset.
 */
const backlog = 4_096;

/** Each is a timer and a connection. */
const mostStreams = 100;

const builtPages = fileURLToPath(new URL('../../../dashboard', import.meta.url));

/** Opens the data, then the port. Rejects with a `DaybookError` that says what is in the way. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { port, host, clock = Date.now } = options;
  const log = openLog(options.env ?? process.env, 2);
  const { cityDatabase } = options;
  const cities = cityDatabase === undefined ? undefined : await openCityDatabase(cityDatabase);
  const home = await openHome(options.data, clock, options.env ?? process.env);
  const trust = trustProxies(options.proxies, (message) => log.warn(message));
  const pages = readPages(options.pages ?? builtPages);
  const settled = () => ({
    ...(home.writers === 'one' && { ms: world.arrivals.settledMs() }),
    setBacks: world.arrivals.setBacks(),
  });
  const env = options.env ?? process.env;
  const memory = { env, memoryBytes: options.memoryBytes ?? memoryBytesOf(env) };
  const beside =
    options.reports === 'here'
      ? undefined
      : openReportProcess(options.data, settled, {
          ...memory,
          mayStart: () => room.waitForReports(),
        });
  let closer: Closer | undefined;
  const room = openRoom(memory.memoryBytes, {
    pids: () => ({ report: beside?.pid(), closing: closer?.pid() }),
    endReports: async () => beside?.giveWay(),
  });
  const reports = async () =>
    beside ??
    openReports(home, clock, { settled, memoryBytes: sharesOf(memory.memoryBytes).reportBytes });
  const random = openRandom();
  const ending = new AbortController();
  const clockLimits = readClock(options);
  const siteIds = async () =>
    (await openWorldSites(home, clock, random).list()).map(({ id }) => id);
  const careful = await openMachineClock(home, siteIds, clockLimits);
  const world: OpenWorld = openWorld({
    ...{ home, clock, careful, random, earliestMs: clockLimits.earliestMs },
    log,
    trust,
    pages,
    peerAddress,
    reports,
    memory: room.use,
    // Elsewhere each look is paid for.
    ...(!home.metered && {
      streams: { most: mostStreams, everyMs: 3 * secondMs, ending: ending.signal },
    }),
    ...(cities !== undefined && { places: cities.places, hasCities: true }),
    ...(options.publicUrl !== undefined && { publicUrl: options.publicUrl }),
    ...(options.scriptPath !== undefined && { scriptPath: options.scriptPath }),
    ...(options.eventPath !== undefined && { eventPath: options.eventPath }),
    ...(home.countsStored === 'later' && { books: openFrugalBooks(home, clock).books }),
  });
  const server = createServer(
    { connectionsCheckingInterval: secondMs },
    // HTTP/1.0 requests have no Host.
    getRequestListener(compressed(createApp(world).fetch), { hostname: 'localhost' }),
  );
  const connections = limitConnections(
    server,
    { ...defaultTimes, ...(await connectionCounts()), ...options.connections },
    trust.isProxy,
  );
  let releaseLease = async () => {};
  try {
    const lease = home.writers === 'many' ? undefined : await takeLease(home, clock, self(options));
    releaseLease = async () => lease?.release();
    const counts = home.countsStored === 'later' ? [] : await snapshotCounts(world);
    // Those that became due while no Daybook ran.
    if (home.writers === 'one') await home.salts.destroyDue(careful.now());
    await home.claim();
    const bootMs = clock();
    if (home.writers === 'one')
      await endEraAhead(home, await siteIds(), bootMs, random(8).toString('hex'));
    await listen(server, port, host);
    // Only now: a start that fails must not use up the one time the key is shown.
    const firstKey = await world.owner.makeFirstKey();
    const duties = startDuties(world, careful);
    const looking = cities && setInterval(() => void lookAt(cities, log), lookEveryMs);
    looking?.unref();
    const closing = startCloser(world, beside === undefined ? 'asked' : 'process', {
      ...{ ...memory, data: options.data, room },
    });
    closer = closing;
    const balanced = balanceBooks(world, counts, bootMs).catch((error: unknown) => {
      log.error({ err: error }, 'the books could not be checked');
    });
    return {
      url: urlOf(server, host),
      firstKey,
      closeDays: closing.closeDays,
      async close() {
        ending.abort();
        await connections.end();
        await balanced;
        await closing.stop();
        clearInterval(looking);
        await duties.stop();
        await world.closeEngine();
        await releaseLease();
        await home.close();
      },
    };
  } catch (error) {
    await releaseLease();
    await home.close();
    throw error;
  }
}

/** A clock of a test's is right, unless the test has an uptime for it too. */
function readClock({ clock, uptimeMs, earliestMs }: ServerOptions) {
  return clock === undefined
    ? {
        clock: Date.now,
        uptimeMs: uptimeMs ?? systemUptimeMs,
        earliestMs: earliestMs ?? releasedMs,
      }
    : { clock, uptimeMs: uptimeMs ?? ('followed' as const), earliestMs: earliestMs ?? 0 };
}

async function lookAt(cities: CityDatabase, log: Logger): Promise<void> {
  const problem = await cities.readAgain();
  if (problem !== undefined) log.warn(`${problem}; the cities read before are still used`);
}

const self = ({ port, host }: ServerOptions) => ({
  pid: process.pid,
  host: hostname(),
  url: `${host}:${port}`,
});

const inUse = 'end what uses it, or choose another with --port';

async function listen(
  server: ReturnType<typeof createServer>,
  port: number,
  host: string,
): Promise<void> {
  server.listen(port, host, backlog);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problems: Readonly<Record<string, string>> = {
      EADDRINUSE: `port ${port} on ${host} is in use; ${inUse}`,
      EACCES:
        `port ${port} on ${host} may not be opened by this user; ` +
        `choose one above 1023 with --port`,
      EADDRNOTAVAIL: `${host} is no address of this machine; choose one with --host`,
    };
    throw new DaybookError('unavailable', problems[code ?? ''] ?? messageOf(error), {
      cause: error,
    });
  }
}

function urlOf(server: ReturnType<typeof createServer>, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const shownHost = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host) ? 'localhost' : host;
  return `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${port}`;
}

function peerAddress(c: Context): string {
  return (c.env as HttpBindings).incoming.socket.remoteAddress ?? '';
}
