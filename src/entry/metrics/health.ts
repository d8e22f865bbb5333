import type { Site } from '../../account/site.ts';
import type { Health } from '../../http/schemas/health.ts';
import { noSite } from '../../journal/books.ts';
import { version } from '../../model/release.ts';
import type { Troubled } from '../troubles.ts';
import type { Meter } from './meter.ts';
import type { Facts } from './metrics.ts';

export type HealthFacts = Facts & {
  readonly meter: Meter;
  readonly sites: () => Promise<readonly Site[]>;
};

/** So many missing files are named. */
const namedAtMost = 5;

/** What `/health` says to an admin, and `daybook top` shows. */
export async function readHealth(facts: HealthFacts): Promise<Health> {
  const { state, clockProblem } = facts;
  const [upkeep, holdings, disk, filesProblem, notReady, sites, last] = await Promise.all([
    ...([state.upkeep(), state.holdings(), state.disk()] as const),
    ...([state.files(), facts.notReady(), facts.sites()] as const),
    facts.backups()?.last(),
  ]);
  const domains = new Map(sites.map(({ id, domain }) => [id, domain]));
  const problem = clockProblem();
  const damage = facts.meter.damage();
  return {
    ...{ version, started: new Date(performance.timeOrigin).toISOString() },
    hits_can_be_stored: notReady === undefined,
    ...(notReady !== undefined && { not_ready: notReady }),
    memory: memoryOf(facts),
    ...(disk !== undefined && {
      disk: { free_bytes: disk.freeBytes, total_bytes: disk.totalBytes },
    }),
    ...(problem !== undefined && { clock: problem }),
    closing: {
      ...{ running: facts.isClosing(), days_waiting: upkeep.daysWaiting },
      ...timeOf('running_since', facts.closingSinceMs()),
      ...timeOf('oldest_waiting', upkeep.oldestWaitingMs),
      ...timeOf('last_closed', upkeep.lastClosedMs),
      ...troubleOf(facts, 'closing'),
      failures: facts.failedCloses(),
    },
    reports: { ...troubleOf(facts, 'reports'), failures: facts.failedReports() },
    ledger: {
      ...{ files: holdings.files, bytes: holdings.bytes },
      ...(filesProblem !== undefined && { problem: filesProblem }),
      ...(holdings.missing !== undefined && {
        missing_files: holdings.missing.length,
        missing: holdings.missing.slice(0, namedAtMost),
      }),
      ...(damage !== undefined && { damage: damage.problem }),
      damaged_reports: damage?.times ?? 0,
    },
    backup: {
      ...{ running: facts.backups()?.isRunning() ?? false, ...timeOf('last', last?.atMs) },
      ...(last !== undefined && { bytes: last.bytes, written_bytes: last.writtenBytes }),
      ...troubleOf(facts, 'backup'),
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

function troubleOf({ troubles }: HealthFacts, what: Troubled) {
  const trouble = troubles.of(what);
  return trouble === undefined
    ? {}
    : { problem: trouble.problem, problem_since: new Date(trouble.sinceMs).toISOString() };
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
