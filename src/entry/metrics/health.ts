import type { Site } from '../../account/site.ts';
import type { Health } from '../../http/schemas/health.ts';
import { noSite } from '../../journal/books.ts';
import { version } from '../../model/release.ts';
import type { Meter } from './meter.ts';
import type { Facts } from './metrics.ts';

export type HealthFacts = Facts & {
  readonly meter: Meter;
  readonly sites: () => Promise<readonly Site[]>;
  readonly certificate?: (() => Health['certificate']) | undefined;
};

/** What `/health` says to an admin, and `daybook top` shows. */
export async function readHealth(facts: HealthFacts): Promise<Health> {
  const { state, clockProblem } = facts;
  const [upkeep, holdings, disk, sites, last] = await Promise.all([
    ...([state.upkeep(), state.holdings(), state.disk()] as const),
    facts.sites(),
    facts.backups()?.last(),
  ]);
  const domains = new Map(sites.map(({ id, domain }) => [id, domain]));
  const problem = clockProblem();
  const backupProblem = facts.backups()?.problem();
  return {
    ...{ version, started: new Date(performance.timeOrigin).toISOString() },
    memory: memoryOf(facts),
    ...(disk !== undefined && {
      disk: { free_bytes: disk.freeBytes, total_bytes: disk.totalBytes },
    }),
    ...(problem !== undefined && { clock: problem }),
    closing: {
      ...{ running: facts.isClosing(), days_waiting: upkeep.daysWaiting },
      ...timeOf('oldest_waiting', upkeep.oldestWaitingMs),
      ...timeOf('last_closed', upkeep.lastClosedMs),
      failures: facts.failedCloses(),
    },
    backup: {
      ...{ running: facts.backups()?.isRunning() ?? false, ...timeOf('last', last?.atMs) },
      ...(last !== undefined && { bytes: last.bytes, written_bytes: last.writtenBytes }),
      ...(backupProblem !== undefined && { problem: backupProblem }),
      failures: facts.backups()?.failures() ?? 0,
    },
    books: {
      open_rows: upkeep.openRows,
      short_days: [...holdings.short].flatMap(([id, days]) =>
        days.map((day) => ({ site: domains.get(id) ?? id, ...day })),
      ),
    },
    hits: hitsOf(facts.meter, domains),
    requests: {
      under_way: facts.meter.requestsUnderWay(),
      answers: Object.fromEntries(facts.meter.answers),
    },
    ...(facts.certificate !== undefined && { certificate: facts.certificate() }),
    queries: facts.meter.queriesUnderWay(),
  };
}

const timeOf = (name: string, ms: number | undefined) =>
  ms === undefined ? {} : { [name]: new Date(ms).toISOString() };

function memoryOf({ memory }: HealthFacts): Health['memory'] {
  const { limitBytes, processes } = memory();
  return {
    limit_bytes: limitBytes,
    own_bytes: processes.reduce((sum, { ownBytes }) => sum + ownBytes, 0),
    processes: processes.map(({ name, pid, ownBytes, mappedBytes, mostBytes }) => ({
      ...{ name, pid, own_bytes: ownBytes, mapped_bytes: mappedBytes, most_bytes: mostBytes },
    })),
  };
}

function hitsOf({ hits, hitsOfSite }: Meter, domains: ReadonlyMap<string, string>): Health['hits'] {
  const dropped = [...hits].filter(([counter]) => counter !== 'stored');
  const bySite = [...hitsOfSite].flatMap(([id, n]): [string, number][] => {
    const name = id === noSite ? noSite : domains.get(id);
    return name === undefined ? [] : [[name, n]];
  });
  return {
    stored: hits.get('stored') ?? 0,
    dropped: Object.fromEntries(dropped.map(([name, n]) => [name.slice('dropped:'.length), n])),
    by_site: Object.fromEntries(bySite),
  };
}
