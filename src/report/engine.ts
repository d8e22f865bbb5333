import type { Goal } from '../account/site.ts';
import { openMounts } from '../days/mounts.ts';
import { openRawHits, type RawPage, type RawQuery } from '../days/raw-hits.ts';
import { openDuck } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import { openMonths } from '../ledger/months.ts';
import { openLedgerFiles } from '../ledger/open-files.ts';
import { openRolledRows } from '../ledger/rolled-rows.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { countryNames } from '../model/dimensions.ts';
import { createTables, noTables } from '../visits/tables.ts';
import type { Answer } from './answer/answer.ts';
import { fail } from './query/expect.ts';
import { parseQuery } from './query/parse.ts';
import type { Query } from './query/types.ts';
import { type ReportSite, realtimeVisitors, report, reportBatch, type World } from './report.ts';

export type Engine = {
  /**
   * Answers a query of Stats API v2 (its JSON body) for the site that its `site_id` names; finding
   * the site and the right to it are the caller's. Rejects with fault `bad-input` (what was
   * expected, where), or `unavailable` (too long, no memory, no store).
   */
  query(site: ReportSite, body: unknown): Promise<Answer>;
  /**
   * Several queries from one moment, in order. All are answered or none: a bad one is named,
   * `queries[2].metrics[0]: …`.
   */
  batch(site: ReportSite, bodies: unknown): Promise<Answer[]>;
  /** Visitors of the last five minutes. */
  realtime(site: ReportSite): Promise<number>;
  /** Hits as they came, of open and closed days alike, a page of them. */
  hits(site: ReportSite, query: RawQuery): Promise<RawPage>;
  close(): void;
};

export const maxBatch = 50;

/** Of the memory, what mounted days may hold while nobody uses them; the rest is for computing. */
const mountShare = 0.5;

/** What roll-ups may hold likewise. */
const rolledShare = 0.15;

const rolledRowBytes = 60;

export async function openEngine(options: {
  readonly home: Pick<Home, 'rows' | 'shards' | 'files'>;
  readonly clock: Clock;
  /** As `Arrivals` says it, where one process takes all hits in. */
  readonly settledMs?: (() => number) | undefined;
  /** Of DuckDB altogether. */
  readonly memoryBytes: number;
  readonly threads: number;
  /** Queries and loads that compute at once; each holds a thread of libuv's pool. */
  readonly sessions?: number;
  readonly timeoutMs?: number;
}): Promise<Engine> {
  const { home, clock, memoryBytes } = options;
  const duck = await openDuck({
    ...options,
    ...(home.files.folder === '' ? {} : { folder: home.files.folder }),
  });
  await duck.write(async (session) => {
    await createTables(session, noTables);
    const names = countryNames();
    const places = names.map((_, i) => `($${2 * i + 1}, $${2 * i + 2})`);
    await session.rows(
      `/* report.countries */ CREATE TABLE country_names AS SELECT * FROM (VALUES ${places.join(', ')}) AS names (code, name)`,
      names.flat(),
    );
  });
  const mounts = openMounts({
    home,
    duck,
    clock,
    settledMs: options.settledMs,
    budgetBytes: memoryBytes * mountShare,
  });
  const files = openLedgerFiles(home.files);
  const rolls = await openRolledRows(files, duck, (memoryBytes * rolledShare) / rolledRowBytes);
  const world: World = {
    ...{ home, duck, mounts, clock, months: openMonths(home), files, rolls },
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  };
  const rawHits = openRawHits(world);
  return {
    query: async (site, body) => report(world, site, parseQuery(body, site.goals)),
    batch: async (site, bodies) => reportBatch(world, site, parseBatch(bodies, site.goals)),
    realtime: (site) => realtimeVisitors(world, site),
    hits: rawHits,
    close: () => duck.close(),
  };
}

function parseBatch(bodies: unknown, goals: readonly Goal[] | undefined): Query[] {
  if (!Array.isArray(bodies) || bodies.length > maxBatch) {
    return fail(
      'queries',
      `a list of at most ${maxBatch} queries`,
      Array.isArray(bodies) ? bodies.length : bodies,
    );
  }
  return bodies.map((body, i) => within(`queries[${i}]`, () => parseQuery(body, goals)));
}

function within<T>(at: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    const fields = Object.fromEntries(
      Object.entries(error.fields ?? {}).map(([name, texts]) => [`${at}.${name}`, [...texts]]),
    );
    throw new DaybookError(error.fault, `${at}.${error.message}`, { fields });
  }
}
