import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { everything } from '../../account/roles.ts';
import { openApiTurns } from '../../http/api-limits.ts';
import { createApp } from '../../http/app.ts';
import { trustProxies } from '../../http/client-address.ts';
import { compressed } from '../../http/compress.ts';
import { openReadiness } from '../../http/readiness.ts';
import { openBooks } from '../../journal/books.ts';
import { endDowntime } from '../../journal/downtimes.ts';
import { openFrugalBooks } from '../../journal/metered-books.ts';
import { endEraAhead } from '../../ledger/packs.ts';
import { secondMs } from '../../lib/clock.ts';
import { releasedMs } from '../../model/release.ts';
import { openHome } from '../home.ts';
import { openLog } from '../log.ts';
import { openMachineClock, systemUptimeMs } from '../machine-clock.ts';
import { memoryBytesOf, sharesOf } from '../memory.ts';
import { readHealth } from '../metrics/health.ts';
import { openMetrics } from '../metrics/metrics.ts';
import { openState } from '../metrics/state.ts';
import { openNotifying, readNotify } from '../notify.ts';
import { readOidc } from '../oidc.ts';
import { lookEveryMs, type OwnPlaces, openOwnPlaces } from '../own-databases.ts';
import { below, readPages } from '../pages.ts';
import { takeLease } from '../process-lease.ts';
import { openRandom } from '../random.ts';
import { openReports } from '../reports.ts';
import { openSqlHere } from '../sql.ts';
import { openTroubles } from '../troubles.ts';
import { forgetUnnamedProxy, noteUnnamedProxy } from '../unnamed-proxy.ts';
import { claimData } from '../upgrade.ts';
import { type OpenWorld, openWorld, openWorldSites } from '../world.ts';
import { type Backups, startBackups } from './backups.ts';
import { type Closer, startCloser } from './closer.ts';
import type { DaybookOptions, Entrance, Running } from './daybook-options.ts';
import { balanceBooks, snapshotCounts, startDuties } from './duties.ts';
import { openReportProcess } from './report-client.ts';
import { openRoom } from './room.ts';
import { openSqlProcess } from './sql-client.ts';

/** Where days are closed, by where reports are computed. */
const closesIn = { process: 'process', here: 'asked', within: 'here' } as const;

/** So long a report that is being made for somebody is waited for at the end. */
const notifiesMs = 10 * secondMs;

/** Each is a timer and a connection. */
const mostStreams = 100;

const builtPages = fileURLToPath(new URL('../../../dashboard', import.meta.url));

/**
 * Opens the data, then the way in. Rejects with a `DaybookError` that says what is in the way.
 */
export async function startDaybook(options: DaybookOptions, entrance: Entrance): Promise<Running> {
  const { clock = Date.now, base } = options;
  const publicUrl = options.publicUrl && `${options.publicUrl}${base ?? ''}`;
  const oidc = readOidc(options.env ?? process.env, options.oidc);
  const notifySettings = readNotify(options.env ?? process.env, {
    ...{ ...options.notify, publicUrl },
  });
  const log = openLog(options.env ?? process.env, 2);
  const { places, hasCities, ...databases } = await openOwnPlaces(options);
  const home = await openHome(options.data, clock, options.env ?? process.env);
  const trust = trustProxies(options.proxies, (message, peer) => {
    log.warn(message);
    void noteUnnamedProxy(home, peer === undefined ? {} : { peer }).catch(() => {});
  });
  const built = readPages(options.pages ?? builtPages);
  const pages = base === undefined ? built : below(base, built);
  const settled = () => ({
    ...(home.writers === 'one' && { ms: world.arrivals.settledMs() }),
    setBacks: world.arrivals.setBacks(),
  });
  const env = options.env ?? process.env;
  const memory = { env, memoryBytes: options.memoryBytes ?? memoryBytesOf(env) };
  const troubles = openTroubles(home, clock);
  let failedReports = 0;
  const beside =
    (options.reports ?? 'process') !== 'process'
      ? undefined
      : openReportProcess(options.data, settled, {
          ...memory,
          mayStart: () => room.waitForReports(),
          onAnswer: () => troubles.works('reports'),
          onFailed(problem) {
            failedReports++;
            troubles.failed('reports', problem);
            log.warn(problem);
          },
        });
  const sqlBeside =
    beside &&
    openSqlProcess(options.data, home.files.folder, {
      ...{ ...memory, mayStart: () => room.makeForSql() },
    });
  const sql =
    sqlBeside ?? openSqlHere(home, clock, { memoryBytes: sharesOf(memory.memoryBytes).sqlBytes });
  let [closer, backups]: [Closer | undefined, Backups | undefined] = [undefined, undefined];
  const room = openRoom(memory.memoryBytes, {
    pids: () => ({
      ...{ report: beside?.pid(), closing: closer?.pid() },
      ...{ sql: sqlBeside?.pid(), backup: backups?.pid() },
    }),
    endReports: async () => beside?.giveWay(),
    sqlIdle: async () => sqlBeside?.idle(),
  });
  const { meter, expose } = openMetrics();
  const reports = async () =>
    meter.timeReports(
      beside ??
        (await openReports(home, clock, {
          ...{ settled, memoryBytes: sharesOf(memory.memoryBytes).reportBytes },
        })),
    );
  const random = openRandom();
  const ending = new AbortController();
  const clockLimits = readClock(options);
  const siteIds = async () =>
    (await openWorldSites(home, clock, random).list()).map(({ id }) => id);
  const careful = await openMachineClock(home, siteIds, clockLimits);
  const state = openState({
    ...{ home, clock, careful: careful.now },
    sites: () => world.sites.list(),
  });
  const facts = {
    ...{ state, memory: room.use, clockProblem: careful.problem },
    isClosing: () => closer?.isClosing() ?? false,
    closingSinceMs: () => closer?.sinceMs(),
    failedCloses: () => closer?.failures() ?? 0,
    failedReports: () => failedReports,
    ...{ troubles, notReady: openReadiness({ home, clock, careful }) },
    ...{ backups: () => backups, certificate: entrance.certificate },
  };
  const books =
    home.countsStored === 'later' ? openFrugalBooks(home, clock).books : openBooks(home);
  const opened = openWorld({
    ...{ home, clock, careful, random, earliestMs: clockLimits.earliestMs },
    log,
    trust,
    pages,
    peerAddress: entrance.peerAddress,
    reports,
    sql,
    ...(beside !== undefined && { prepareEngine: beside.prepare }),
    // Elsewhere each look is paid for.
    ...(!home.metered && {
      streams: { most: mostStreams, everyMs: 3 * secondMs, ending: ending.signal },
    }),
    ...{ places, hasCities, oidc },
    ...(publicUrl && { publicUrl }),
    ...(base !== undefined && { base }),
    ...(options.apiLimit && { apiTurns: openApiTurns(options.apiLimit, clock) }),
    ...(options.scriptPath !== undefined && { scriptPath: options.scriptPath }),
    ...(options.eventPath !== undefined && { eventPath: options.eventPath }),
    books: meter.countBooks(books),
    timer: {
      begin: () => performance.now(),
      acknowledged: (begun) => meter.onAcknowledged((performance.now() - begun) / secondMs),
    },
    metrics: () => expose(facts),
    shortDays: async (siteId) => (await state.holdings()).short.get(siteId) ?? [],
    health: () =>
      readHealth({
        ...{ ...facts, meter, sites: () => world.sites.list() },
      }),
  });
  const notify = openNotifying(opened, notifySettings);
  const world: OpenWorld = { ...opened, notify };
  let releaseLease = async () => {};
  try {
    const lease =
      home.writers === 'many' ? undefined : await takeLease(home, clock, self(entrance));
    releaseLease = async () => lease?.release();
    const counts = home.countsStored === 'later' ? [] : await snapshotCounts(world);
    // Those that became due while no Daybook ran.
    if (home.writers === 'one') await home.salts.destroyDue(careful.now());
    await claimData(home);
    await forgetUnnamedProxy(home);
    // Of the server before, which had processes of its own.
    troubles.works('reports');
    if (home.writers === 'one') await endDowntime(home, careful.now());
    const bootMs = clock();
    if (home.writers === 'one')
      await endEraAhead(home, await siteIds(), bootMs, random(8).toString('hex'));
    const shut = await entrance.open(
      meter.countRequests(compressed(createApp(world).fetch)),
      trust.isProxy,
    );
    // Only now: a start that fails must not use up the one time the key is shown.
    const firstKey = await world.owner.makeFirstKey();
    const setUp =
      firstKey === undefined
        ? undefined
        : await world.invitations.make({ kind: 'setup', rights: everything });
    const duties = startDuties(world, careful);
    const looking = setInterval(() => void lookAt(databases, log), lookEveryMs);
    looking.unref();
    const closing = startCloser(world, closesIn[options.reports ?? 'process'], {
      ...{ ...memory, data: options.data, room, troubles },
    });
    closer = closing;
    backups = startBackups(world, options.backup, {
      ...{ ...memory, data: options.data, room, troubles },
    });
    const balanced = balanceBooks(world, counts, bootMs).catch((error: unknown) => {
      log.error({ err: error }, 'the books could not be checked');
    });
    return {
      firstKey,
      setUpToken: setUp?.token,
      closeDays: closing.closeDays,
      sendReports: notify.turn,
      async close() {
        ending.abort();
        const notified = notify.end();
        await shut();
        await balanced;
        await closing.stop();
        await backups?.stop();
        clearInterval(looking);
        await duties.stop();
        await Promise.race([notified, pause(notifiesMs)]);
        await world.closeEngine();
        beside?.close();
        sql.close();
        // Without an engine, what waits for an answer of it is put off, and the turn ends.
        await notified;
        await troubles.written();
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
function readClock({ clock, uptimeMs, earliestMs }: DaybookOptions) {
  return clock === undefined
    ? {
        clock: Date.now,
        uptimeMs: uptimeMs ?? systemUptimeMs,
        earliestMs: earliestMs ?? releasedMs,
      }
    : { clock, uptimeMs: uptimeMs ?? ('followed' as const), earliestMs: earliestMs ?? 0 };
}

/** Nobody waits for the end of it. */
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

async function lookAt({ readAgain }: Pick<OwnPlaces, 'readAgain'>, log: Logger): Promise<void> {
  for (const problem of await readAgain())
    log.warn(`${problem}; what was read before is still used`);
}

const self = ({ name, handsOver }: Entrance) => ({
  ...{ pid: process.pid, host: hostname(), url: name },
  ...(handsOver && { handsOver }),
});
