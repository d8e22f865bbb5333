import { hitsAmong } from '../days/hits-among.ts';
import { type DaysOptions, openDays } from '../days/open-days.ts';
import { openRawHits, type RawPage, type RawQuery } from '../days/raw-hits.ts';
import { openDuck, type Session } from '../duck/duck.ts';
import type { Day } from '../lib/site-days.ts';
import { countryNames } from '../model/dimensions.ts';
import { regionNames } from '../model/region-names.ts';
import { createTables, noTables } from '../visits/tables.ts';
import type { Answer } from './answer/answer.ts';
import { parseQuery } from './query/parse.ts';
import { parseBatch } from './query/parse-batch.ts';
import { realtimeVisitors } from './realtime.ts';
import { type ReportSite, report, reportBatch } from './report.ts';

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
  /** Those of some ids (16 hex digits) that hits of a site-day have. */
  hitsAmong(site: ReportSite, day: Day, ids: readonly string[]): Promise<readonly string[]>;
  close(): void;
};

type EngineOptions = DaysOptions & {
  readonly threads: number;
  /** Queries and loads that compute at once; each holds a thread of libuv's pool. */
  readonly sessions?: number;
};

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { folder } = options.home.files;
  const duck = await openDuck({ ...options, ...(folder === '' ? {} : { folder }) });
  await duck.write(createReportTables);
  const days = await openDays(duck, options);
  const hits = openRawHits(days);
  return {
    query: async (site, body) => report(days, site, parseQuery(body, site.goals)),
    batch: async (site, bodies) => reportBatch(days, site, parseBatch(bodies, site.goals)),
    realtime: (site) => realtimeVisitors(days, site),
    hits,
    hitsAmong: (site, day, ids) => hitsAmong(days, site, day, ids),
    close: () => duck.close(),
  };
}

/** Empty tables in place of days that are not mounted, and the names of countries and regions. */
async function createReportTables(session: Session): Promise<void> {
  await createTables(session, noTables);
  for (const [table, names] of [
    ['country_names', countryNames()],
    ['region_names', regionNames()],
  ] as const)
    await session.rows(
      `/* report.names */ CREATE TABLE ${table} AS SELECT pair[1] AS code, pair[2] AS name
        FROM (SELECT unnest(from_json($1::JSON, '[["VARCHAR"]]')) AS pair)`,
      [JSON.stringify(names)],
    );
}
