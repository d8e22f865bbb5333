import { hitsAmong } from '../days/hits-among.ts';
import { type Days, type DaysOptions, openDays, type Reader } from '../days/open-days.ts';
import { openRawHits, type RawPage, type RawQuery } from '../days/raw-hits.ts';
import { openDuck } from '../duck/duck.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import { createTables, noTables } from '../visits/tables.ts';
import type { Answer } from './answer/answer.ts';
import { type LookName, type Looks, look } from './looks/looks.ts';
import { matchingHits, parseMatching } from './looks/matching.ts';
import { openNameTables } from './names.ts';
import { limitsOf, type Standing } from './query/limits.ts';
import { measuresOf, sumNameOf } from './query/metrics.ts';
import { parseQuery } from './query/parse.ts';
import { parseBatch } from './query/parse-batch.ts';
import type { Query } from './query/types.ts';
import { presentQuery, realtimeVisitors } from './realtime.ts';
import { type ReportSite, reportBatch } from './report.ts';

/**
 * Reports as they are asked for: by the owner, or by a stranger at an open site. Both get the same
 * numbers, within `limitsOf` their role.
 */
export type Reports = {
  /**
   * Answers a query of Stats API v2 (its JSON body) for the site that its `site_id` names; finding
   * the site and the right to it are the caller's. Rejects with fault `bad-input` (what was
   * expected, where), or `unavailable` (too long, too many, no memory, no store).
   */
  query(site: ReportSite, body: unknown, role: Standing): Promise<Answer>;
  /**
   * Several queries from one moment, in order. All are answered or none: a bad one is named,
   * `queries[2].metrics[0]: …`.
   */
  batch(site: ReportSite, bodies: unknown, role: Standing): Promise<Answer[]>;
  /**
   * The same queries, whose rows have in place of their metrics the measures that these are made of
   * (`measuresOf`), in no order, and all of them: what reports of several sites are added up from.
   */
  sums(site: ReportSite, bodies: unknown, role: Standing): Promise<Answer[]>;
  /** Visitors of the last five minutes. */
  realtime(site: ReportSite, role: Standing): Promise<number>;
  /** What is happening now, and single visits (`looks/looks.ts`). */
  look<N extends LookName>(
    site: ReportSite,
    name: N,
    asked: Looks[N]['asked'],
    role: Standing,
  ): Promise<Looks[N]['given']>;
  /** Hits as they came, of open and closed days alike, a page of them. */
  hits(site: ReportSite, query: RawQuery, role: Standing): Promise<RawPage>;
  /** Those of some ids (16 hex digits) that hits of a site-day have: collecting asks for them. */
  hitsAmong(site: ReportSite, day: Day, ids: readonly string[]): Promise<readonly string[]>;
  close(): void;
};

/** Who asks the engine; the owner by default. `signal` and `lingers` are those of `Reader`. */
export type Asking = { readonly role: Standing } & Pick<Reader, 'signal' | 'lingers'>;

/** What computes reports. `in-turns.ts` decides whose turn it is. */
export type Engine = Pick<Reports, 'hitsAmong' | 'close'> & {
  query(site: ReportSite, body: unknown, asking?: Asking): Promise<Answer>;
  batch(site: ReportSite, bodies: unknown, asking?: Asking): Promise<Answer[]>;
  sums(site: ReportSite, bodies: unknown, asking?: Asking): Promise<Answer[]>;
  realtime(site: ReportSite, asking?: Asking): Promise<number>;
  look<N extends LookName>(
    site: ReportSite,
    name: N,
    asked: Looks[N]['asked'],
    asking?: Asking,
  ): Promise<Looks[N]['given']>;
  hits(site: ReportSite, query: RawQuery, asking?: Asking): Promise<RawPage>;
};

type EngineOptions = DaysOptions & {
  readonly threads: number;
  /** Where what does not fit into memory is written meanwhile; without it, it is refused. */
  readonly spillFolder?: string;
  /** Queries and loads that compute at once; each holds a thread of libuv's pool. */
  readonly sessions?: number;
};

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { folder } = options.home.files;
  const duck = await openDuck({ ...options, ...(folder === '' ? {} : { folder }) });
  // In place of days that are not mounted.
  await duck.write((session) => createTables(session, noTables));
  const names = openNameTables(duck);
  const days = await openDays(duck, options);
  // Each role has its own readings: strangers do not make those of the owner be forgotten.
  const hits = { owner: openRawHits(), stranger: openRawHits() };
  return {
    async query(site, body, asking = asOwner) {
      const limits = limitsOf[asking.role];
      const queries = [parseQuery(body, site, limits)];
      await names.ready(queries);
      const [answer] = await reportBatch(daysFor(days, asking), site, queries, limits);
      return answer!;
    },
    async batch(site, bodies, asking = asOwner) {
      const limits = limitsOf[asking.role];
      const queries = parseBatch(bodies, site, limits);
      await names.ready(queries);
      return reportBatch(daysFor(days, asking), site, queries, limits);
    },
    async sums(site, bodies, asking = asOwner) {
      const limits = limitsOf[asking.role];
      const queries = parseBatch(bodies, site, limits).map(summed);
      await names.ready(queries);
      return reportBatch(daysFor(days, asking), site, queries, limits);
    },
    async realtime(site, asking = asOwner) {
      const own = daysFor(days, asking);
      if (site.narrowed === undefined) return realtimeVisitors(own, site);
      const query = parseQuery(presentQuery(site, own.clock()), site, limitsOf[asking.role]);
      await names.ready([query]);
      const [answer] = await reportBatch(own, site, [query], limitsOf[asking.role]);
      return Number(answer!.results[0]!.metrics[0]);
    },
    async look(site, name, asked, asking = asOwner) {
      expectWhole(site);
      const own = daysFor(days, asking);
      const { ready } = names;
      return look({ days: own, site, limits: limitsOf[asking.role], ready }, name, asked);
    },
    async hits(site, query, asking = asOwner) {
      expectWhole(site);
      const { role } = asking;
      const own = daysFor(days, asking);
      if (query.filters === undefined) return hits[role](own, site, query);
      const matching = parseMatching(query.filters, site, limitsOf[role]);
      await names.ready([matching]);
      return hits[role](own, site, query, matchingHits(matching));
    },
    hitsAmong: (site, day, ids) => hitsAmong(days, site, day, ids),
    close: () => duck.close(),
  };
}

/** What is more than numbers is not seen through a link: no route asks for it. */
function expectWhole({ narrowed }: ReportSite): void {
  if (narrowed !== undefined) throw new DaybookError('not-found', 'a link shows numbers alone');
}

const mostRows = 1_000_000_000;

const summed = (query: Query): Query => ({
  ...query,
  metrics: measuresOf(query.metrics).map(sumNameOf),
  orderBy: undefined,
  ...{ limit: mostRows, offset: 0 },
});

const asOwner: Asking = { role: 'owner' };

/** The days as one asker may read them. */
const daysFor = (days: Days, { role, signal, lingers }: Asking): Days => ({
  ...days,
  timeoutMs: Math.min(days.timeoutMs, limitsOf[role].timeoutMs),
  reader: { name: role, limitOf: limitsOf[role].of, signal, lingers },
});
