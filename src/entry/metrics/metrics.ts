import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Readiness } from '../../http/readiness.ts';
import type { Health } from '../../http/schemas/health.ts';
import { DaybookError, type Fault } from '../../lib/errors.ts';
import { dropReasons } from '../../model/drop-reasons.ts';
import { version } from '../../model/release.ts';
import type { Backups } from '../server/backups.ts';
import type { MemoryUse } from '../server/room.ts';
import type { Troubles } from '../troubles.ts';
import { type Meter, openMeter } from './meter.ts';
import type { State } from './state.ts';

/** In seconds. A hit is acknowledged in some milliseconds, and at most 5 s. */
const acknowledgementBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

const queryBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const ownFaults: readonly Fault[] = ['unavailable', 'damaged'];

export type Facts = {
  readonly state: State;
  readonly memory: () => MemoryUse;
  readonly isClosing: () => boolean;
  /** When the pass that runs was begun. */
  readonly closingSinceMs: () => number | undefined;
  readonly failedCloses: () => number;
  /** How often the report process ended by itself, or did not answer. */
  readonly failedReports: () => number;
  readonly troubles: Pick<Troubles, 'of'>;
  /** What is in the way of a hit. */
  readonly notReady: Readiness;
  readonly clockProblem: () => string | undefined;
  readonly backups: () => Backups | undefined;
  /** The state of the certificate, where the way in has one of its own. */
  readonly certificate?: (() => Health['certificate']) | undefined;
};

export type Metrics = {
  readonly meter: Meter;
  /** The text of `/metrics`, and its type. */
  expose(facts: Facts): Promise<{ readonly type: string; readonly text: string }>;
};

/**
 * What `/metrics` says, in Prometheus's format. Each metric's meaning, type and unit is in
 * docs/monitoring.md, which a test holds against this.
 */
export function openMetrics(): Metrics {
  const acknowledged = new Histogram({
    ...{ name: 'daybook_acknowledgement_seconds', registers: [], buckets: acknowledgementBuckets },
    help: 'From when all of a request with hits had come until its hits were durable',
  });
  const queried = new Histogram({
    ...{ name: 'daybook_query_seconds', registers: [], buckets: queryBuckets },
    ...{ labelNames: ['ask', 'outcome'], help: 'Questions to the report engine' },
  });
  const meter = openMeter(
    {
      acknowledged: (seconds) => acknowledged.observe(seconds),
      queried: (ask, outcome, seconds) => queried.observe({ ask, outcome }, seconds),
    },
    // The asker has done nothing wrong where a file is damaged.
    (error) => error instanceof DaybookError && !ownFaults.includes(error.fault),
  );
  return {
    meter,
    async expose(facts) {
      const registry = new Registry();
      registry.registerMetric(acknowledged);
      registry.registerMetric(queried);
      addCounts(registry, meter, facts);
      await addState(registry, facts);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

type Labelled = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Adds a metric with the values that it has now: it is made for this one text. */
function addOne(
  registry: Registry,
  kind: typeof Counter | typeof Gauge,
  [name, help]: readonly [string, string],
  values: readonly Labelled[],
): void {
  // Without a value there is no line: a metric that is made has one, 0.
  if (values.length === 0) return;
  const labelNames = Object.keys(values[0]?.[0] ?? {});
  const metric = new kind({ name, help, labelNames, registers: [registry] });
  for (const [labels, value] of values) metric.inc(labels, value);
}

const one = (value: number): Labelled[] => [[{}, value]];

const seconds = (ms: number | undefined): Labelled[] => (ms === undefined ? [] : one(ms / 1_000));

function addCounts(registry: Registry, meter: Meter, facts: Facts): void {
  const counter = (name: string, help: string, values: readonly Labelled[]) =>
    addOne(registry, Counter, [name, help], values);
  const gauge = (name: string, help: string, values: readonly Labelled[]) =>
    addOne(registry, Gauge, [name, help], values);
  const { limitBytes, processes } = facts.memory();
  counter('daybook_hits_total', 'Hits by what became of them', [
    [{ outcome: 'stored', reason: '' }, meter.hits.get('stored') ?? 0],
    ...dropReasons.map(
      (reason): Labelled => [
        { outcome: 'dropped', reason },
        meter.hits.get(`dropped:${reason}`) ?? 0,
      ],
    ),
  ]);
  counter(
    'daybook_http_answers_total',
    'Answers by class of status',
    ['2xx', '3xx', '4xx', '5xx'].map((status) => [{ status }, meter.answers.get(status) ?? 0]),
  );
  gauge(
    'daybook_http_requests_under_way',
    'Requests without an answer yet',
    one(meter.requestsUnderWay()),
  );
  gauge(
    'daybook_queries_under_way',
    'Questions that are being answered',
    one(meter.queriesUnderWay().length),
  );
  gauge('daybook_memory_limit_bytes', 'What all processes may take together', one(limitBytes));
  gauge(
    'daybook_process_memory_bytes',
    'Resident memory of each process; `mapped` are pages of files that the system takes back',
    processes.flatMap(({ name, ownBytes, mappedBytes }): Labelled[] => [
      [{ process: name, kind: 'own' }, ownBytes],
      [{ process: name, kind: 'mapped' }, mappedBytes],
    ]),
  );
  gauge('daybook_closing', '1 while days are being closed', one(Number(facts.isClosing())));
  gauge(
    'daybook_closing_since_seconds',
    'When the closing that runs was begun, in Unix time',
    seconds(facts.closingSinceMs()),
  );
  counter('daybook_failed_closes_total', 'Steps of closing that failed', one(facts.failedCloses()));
  counter(
    'daybook_failed_reports_total',
    'Report processes that ended by themselves, or did not answer',
    one(facts.failedReports()),
  );
  counter(
    'daybook_damaged_reports_total',
    'Questions that met a damaged or missing file',
    one(meter.damage()?.times ?? 0),
  );
  const goodUntil = facts.certificate?.()?.good_until;
  gauge(
    'daybook_certificate_end_seconds',
    'When the certificate ends, in Unix time',
    seconds(goodUntil === undefined ? undefined : Date.parse(goodUntil)),
  );
  counter(
    'daybook_failed_backups_total',
    'Backups by the server that failed',
    one(facts.backups()?.failures() ?? 0),
  );
  gauge(
    'daybook_clock_wrong',
    "1 while this machine's clock is not believed",
    one(Number(facts.clockProblem() !== undefined)),
  );
  gauge('daybook_start_time_seconds', 'When the server started, in Unix time', one(startedS));
  gauge('daybook_build_info', 'Its version and that of Node', [
    [{ version, node: process.versions.node }, 1],
  ]);
}

const startedS = Math.round(performance.timeOrigin / 1_000);

async function addState(registry: Registry, facts: Facts): Promise<void> {
  const { state, backups } = facts;
  const gauge = (name: string, help: string, values: readonly Labelled[]) =>
    addOne(registry, Gauge, [name, help], values);
  const [upkeep, holdings, disk, filesProblem, notReady] = await Promise.all([
    state.upkeep(),
    state.holdings(),
    state.disk(),
    state.files(),
    facts.notReady(),
  ]);
  const isFine = (problem: string | undefined) => one(Number(problem === undefined));
  gauge('daybook_ready', '1 while a hit can be stored, tried out with a row', isFine(notReady));
  gauge(
    'daybook_files_reachable',
    '1 while the ledger’s files can be reached',
    isFine(filesProblem),
  );
  const short = [...holdings.short.values()].flat();
  gauge(
    'daybook_open_rows',
    'Rows of days that are not closed, and late ones',
    one(upkeep.openRows),
  );
  gauge('daybook_days_waiting', 'Days that are due to be closed', one(upkeep.daysWaiting));
  gauge(
    'daybook_oldest_waiting_day_end_seconds',
    'When the oldest day ended that should be closed and is not, in Unix time',
    seconds(upkeep.oldestWaitingMs),
  );
  gauge(
    'daybook_last_close_seconds',
    'When a day was closed last, in Unix time',
    seconds(upkeep.lastClosedMs),
  );
  gauge(
    'daybook_books_short_days',
    'Closed days with fewer rows than were stored',
    one(short.length),
  );
  gauge(
    'daybook_books_missing_hits',
    'Hits that were stored on those days and are not there',
    one(short.reduce((sum, { stored, rows }) => sum + stored - rows, 0)),
  );
  gauge('daybook_ledger_files', 'Files that the ledger names', one(holdings.files));
  gauge('daybook_ledger_bytes', 'Their size', one(holdings.bytes));
  gauge(
    'daybook_ledger_missing_files',
    'Of these, what is not there or has another size',
    holdings.missing === undefined ? [] : one(holdings.missing.length),
  );
  const last = await backups()?.last();
  gauge(
    'daybook_last_backup_seconds',
    'Until when hits are in the last backup, in Unix time',
    seconds(last?.atMs),
  );
  gauge('daybook_last_backup_bytes', 'Its size', last === undefined ? [] : one(last.bytes));
  gauge(
    'daybook_last_backup_written_bytes',
    'Of these, what it had to write',
    last === undefined ? [] : one(last.writtenBytes),
  );
  if (disk === undefined) return;
  gauge('daybook_disk_free_bytes', 'Free where the data lie', one(disk.freeBytes));
  gauge('daybook_disk_total_bytes', 'The size of that file system', one(disk.totalBytes));
}
