import type { Duck, Session } from '../../duck/duck.ts';
import type { TailedHit } from '../../journal/tail.ts';
import { hitsFromFile } from '../../ledger/columns.ts';
import type { Day, ZoneSpan } from '../../lib/site-days.ts';
import { offsetSpans } from '../../lib/site-hours.ts';
import type { Erasure } from '../../model/erasure.ts';
import type { FilesOfDay } from '../../visits/amend.ts';
import { eraseFresh } from '../../visits/erase.ts';
import { addClosed, beginLoad, endLoad, expand } from '../../visits/load.ts';
import { merge } from '../../visits/merge.ts';
import {
  createBesides,
  createTables,
  dropDays,
  dropTables,
  type Tables,
} from '../../visits/tables.ts';

/** Hits to load into a day of a site. `more` gives the next ones, none at the end. */
export type Load = {
  readonly day: Day;
  readonly zones: readonly ZoneSpan[];
  /** The day has no hits mounted. */
  readonly empty: boolean;
  /** What reads the hits that files have of the day, to be loaded too. */
  readonly closed?: string | undefined;
  /** Files that have most of the day: of these, what the hits' visitors have is loaded too. */
  readonly beside?: FilesOfDay | undefined;
  /** What erases hits of this day. */
  readonly erasures?: readonly Erasure[];
  readonly first: readonly TailedHit[];
  more(): Promise<readonly TailedHit[]>;
};

/**
 * Loads into one site's tables, one transaction after another: whatever waits meanwhile shares the
 * next one. Many days cost hardly more than one so, and a few hits of today never wait for more
 * than one load.
 */
export type Loader = {
  /** Gives the characters of JSON text that were loaded. */
  load(load: Load): Promise<number>;
  /** Resolves when the tables are there, with `besides` those beside them too. */
  ready(besides: boolean): Promise<void>;
  forget(days: readonly Day[]): Promise<void>;
  /** Removes the tables. Nothing may be loaded after. */
  drop(): Promise<void>;
};

type Job =
  | {
      readonly kind: 'load';
      readonly load: Load;
      done(chars: number): void;
      failed(error: unknown): void;
    }
  | {
      readonly kind: 'forget';
      readonly days: readonly Day[];
      readonly besides?: boolean;
      done(chars: number): void;
      failed(error: unknown): void;
    };

/** What a hit of a file is reckoned as: the usual length of its JSON text. */
const charsAHit = 350;

/** Rows that are expanded by one statement: fewer cost more each, more cost memory. */
const rowsAStatement = 10_000;

/** Rows appended in one go, during which nothing else runs. */
const appendedAtOnce = 1_000;

/** First rows of the loads that share a transaction. */
const rowsATransaction = 50_000;

export function openLoader(
  duck: Duck,
  tables: Tables,
  compress: (now: boolean) => Promise<void>,
): Loader {
  const jobs: Job[] = [];
  let created = false;
  let hasBesides = false;
  let working: Promise<void> = Promise.resolve();
  let busy = false;

  function add(job: Job): void {
    jobs.push(job);
    if (busy) return;
    busy = true;
    working = work();
  }

  async function work(): Promise<void> {
    // What is asked for at the same moment shares the first transaction.
    await Promise.resolve();
    while (jobs.length > 0) {
      const group = nextGroup(jobs);
      try {
        const sums = await run(group);
        for (const [i, job] of group.entries()) job.done(sums[i]!);
      } catch (error) {
        for (const job of group) job.failed(error);
      }
      // What deleted rows held comes back only so. Where it fails, it is tried again with the next
      // load.
      await compress(group[0]?.kind === 'forget' && group[0].days.length > 0).catch(() => {});
    }
    busy = false;
  }

  async function run(group: readonly Job[]): Promise<number[]> {
    const besides = hasBesides || group.some(needsBesides);
    const sums = await duck.write(async (session) => {
      if (!created) await createTables(session, tables);
      if (besides && !hasBesides) await createBesides(session, tables);
      const [first] = group;
      if (first?.kind === 'load') return loadAll(session, group);
      if (first !== undefined && first.days.length > 0)
        await dropDays(session, tables, first.days, besides);
      return [0];
    });
    created = true;
    hasBesides = besides;
    return sums;
  }

  async function loadAll(session: Session, group: readonly Job[]): Promise<number[]> {
    const loads = group.flatMap((job) => (job.kind === 'load' ? [job.load] : []));
    const sums = await stage(session, loads);
    await merge(
      session,
      tables,
      loads.every(({ empty }) => empty),
      new Map(loads.flatMap(({ day, beside }) => (beside === undefined ? [] : [[day, beside]]))),
    );
    await endLoad(session);
    return sums;
  }

  const load = (load: Load) =>
    new Promise<number>((done, failed) => add({ kind: 'load', load, done, failed }));
  const forget = async (days: readonly Day[], besides = false) => {
    await new Promise<number>((done, failed) =>
      add({ kind: 'forget', days, besides, done, failed }),
    );
  };
  return {
    load,
    forget,
    ready: async (besides) =>
      created && (hasBesides || !besides) ? undefined : forget([], besides),
    async drop() {
      await working;
      await duck.write((session) => dropTables(session, tables));
      await compress(true).catch(() => {});
    },
  };
}

const needsBesides = (job: Job) =>
  job.kind === 'load' ? job.load.beside !== undefined : job.besides === true;

/**
 * Expands loads into `fresh`, after which they can be merged; gives the characters of JSON text of
 * each.
 */
async function stage(session: Session, loads: readonly Load[]): Promise<number[]> {
  await beginLoad(
    session,
    loads.map(({ day, zones }) => ({ day, spans: offsetSpans(zones, day) })),
  );
  const closed = await stageClosed(session, loads);
  const sums: number[] = [];
  let staged = 0;
  for (const [part, { day, first, more }] of loads.entries()) {
    let chars = charsAHit * (closed.get(day) ?? 0);
    for (let came = first; came.length > 0; came = await more()) {
      for (let i = 0; i < came.length; i += appendedAtOnce) {
        const slice = came.slice(i, i + appendedAtOnce);
        await session.append(
          'staged',
          slice.map(([received, value]) => [part, received, value] as const),
        );
        for (const [, value] of slice) chars += value.length;
        await new Promise(setImmediate); // others have their turn
      }
      staged += came.length;
      if (staged < rowsAStatement) continue;
      await expand(session);
      staged = 0;
    }
    sums.push(chars);
  }
  if (staged > 0) await expand(session);
  for (const { day, erasures = [] } of loads) await eraseFresh(session, day, erasures);
  return sums;
}

/**
 * Adds the ledger's hits of the days that have some, and gives how many each has. Days that lie in
 * one file, as those of a merged month do, are read from it at once.
 */
async function stageClosed(
  session: Session,
  loads: readonly Load[],
): Promise<ReadonlyMap<Day, number>> {
  const byFile = new Map<string, Day[]>();
  for (const { day, closed } of loads)
    if (closed !== undefined) byFile.set(closed, [...(byFile.get(closed) ?? []), day]);
  if (byFile.size === 0) return new Map();
  for (const [from, days] of byFile) await addClosed(session, hitsFromFile(from), days);
  const counts = await session.rows(
    '/* mount.closed */ SELECT day::VARCHAR, count(*) FROM fresh GROUP BY day',
  );
  return new Map(counts.map(([day, count]) => [String(day), Number(count)]));
}

/** Takes the loads that stand next to each other, up to so many rows; each of another day. */
function nextGroup(jobs: Job[]): Job[] {
  const group: Job[] = [jobs.shift()!];
  const days = new Set<Day>();
  let rows = 0;
  const take = (job: Job) => {
    if (job.kind !== 'load') return false;
    rows += job.load.first.length;
    days.add(job.load.day);
    return rows < rowsATransaction;
  };
  let goesOn = take(group[0]!);
  while (goesOn && jobs[0]?.kind === 'load' && !days.has(jobs[0].load.day)) {
    group.push(jobs.shift()!);
    goesOn = take(group[group.length - 1]!);
  }
  return group;
}
