import type { Books } from '../../journal/books.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { Reports } from '../../report/engine.ts';

/** A question that is being answered. Its site is named by its domain. */
export type UnderWay = { readonly ask: string; readonly site: string; readonly seconds: number };

export type Damage = { readonly problem: string; readonly times: number };

/** How a question ended: `refused` is the asker's doing. */
export type QueryOutcome = 'answered' | 'refused' | 'failed';

export type Meter = {
  /** Hits by counter (`stored`, `dropped:bot`) since the start, of all sites and of each by id. */
  readonly hits: ReadonlyMap<string, number>;
  readonly hitsOfSite: ReadonlyMap<string, number>;
  /** What reports found damaged or missing, the latest, and how often. */
  damage(): Damage | undefined;
  /** Answers by class of status (`2xx`), and requests that have none yet. */
  readonly answers: ReadonlyMap<string, number>;
  requestsUnderWay(): number;
  queriesUnderWay(): UnderWay[];
  /** The same books, and what goes into them is counted here. */
  countBooks(books: Books): Books;
  /** The same app, and its requests are counted here. */
  countRequests<F extends Fetch>(app: F): F;
  /** The same reports, and their questions are timed here. */
  timeReports(reports: Reports): Reports;
  /** A request with hits was answered, so long after all of it had come. */
  onAcknowledged(seconds: number): void;
};

type Fetch = (request: Request, ...more: never[]) => Response | Promise<Response>;

/** Where the durations go: histograms. */
export type Durations = {
  acknowledged(seconds: number): void;
  queried(ask: string, outcome: QueryOutcome, seconds: number): void;
};

/**
 * Counts what a server does, in its memory alone. On the way of a hit that is some additions; what
 * the numbers are made into is made when somebody asks for them.
 */
export function openMeter(
  durations: Durations,
  isRefusal: (error: unknown) => boolean,
  nowMs: () => number = () => performance.now(),
): Meter {
  const hits = new Map<string, number>();
  const hitsOfSite = new Map<string, number>();
  const answers = new Map<string, number>();
  const asked = new Set<{
    readonly ask: string;
    readonly site: string;
    readonly sinceMs: number;
  }>();
  let requests = 0;
  let damage: Damage | undefined;

  async function timed<T>(ask: string, site: string, work: () => Promise<T>): Promise<T> {
    const one = { ask, site, sinceMs: nowMs() };
    asked.add(one);
    let outcome: QueryOutcome = 'failed';
    try {
      const answer = await work();
      outcome = 'answered';
      return answer;
    } catch (error) {
      if (isRefusal(error)) outcome = 'refused';
      if (error instanceof DaybookError && error.fault === 'damaged')
        damage = { problem: error.message, times: (damage?.times ?? 0) + 1 };
      throw error;
    } finally {
      asked.delete(one);
      durations.queried(ask, outcome, (nowMs() - one.sinceMs) / 1_000);
    }
  }

  return {
    hits,
    hitsOfSite,
    answers,
    damage: () => damage,
    requestsUnderWay: () => requests,
    queriesUnderWay: () =>
      [...asked].map(({ ask, site, sinceMs }) => ({
        ...{ ask, site, seconds: (nowMs() - sinceMs) / 1_000 },
      })),
    onAcknowledged: durations.acknowledged,
    countBooks: (books) => ({
      count(siteId, day, counter, by = 1) {
        books.count(siteId, day, counter, by);
        add(hits, counter, by);
        add(hitsOfSite, siteId, by);
      },
      flush: () => books.flush(),
    }),
    countRequests<F extends Fetch>(app: F): F {
      const answer = async (request: Request, ...more: never[]) => {
        requests++;
        try {
          const response = await app(request, ...more);
          add(answers, `${Math.floor(response.status / 100)}xx`, 1);
          return response;
        } finally {
          requests--;
        }
      };
      return answer as F;
    },
    timeReports: (reports) => ({
      query: (site, ...rest) => timed('query', site.domain, () => reports.query(site, ...rest)),
      batch: (site, ...rest) => timed('batch', site.domain, () => reports.batch(site, ...rest)),
      sums: (site, ...rest) => timed('sums', site.domain, () => reports.sums(site, ...rest)),
      realtime: (site, ...rest) =>
        timed('realtime', site.domain, () => reports.realtime(site, ...rest)),
      look: (site, name, ...rest) =>
        timed(name, site.domain, () => reports.look(site, name, ...rest)),
      hits: (site, ...rest) => timed('hits', site.domain, () => reports.hits(site, ...rest)),
      hitsAmong: (site, ...rest) =>
        timed('hits-among', site.domain, () => reports.hitsAmong(site, ...rest)),
      close: () => reports.close(),
    }),
  };
}

function add(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
