import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DaysSite, Within } from '../days/held-days.ts';
import { openDayHits } from '../days/open-days.ts';
import { openSiteRows, type SiteRows } from '../days/site-rows.ts';
import { openDuck } from '../duck/duck.ts';
import {
  type Column,
  isOfStatement,
  type OneStatement,
  openOneStatement,
  type Prepared,
} from '../duck/one-statement.ts';
import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';
import { presentSchema } from '../model/fields.ts';
import { checkTree, type Table } from './check.ts';
import { asCsv, asJson, type Rows, type SqlFormat } from './formats.ts';
import { refusedSql, tooLong, tooManyBytes, tooManyRows, tooMuchMemory } from './refusals.ts';

export type SqlWorld = {
  readonly home: Pick<Home, 'rows' | 'shards' | 'files'>;
  readonly clock: Clock;
  readonly monotonicMs: Clock;
  /** Of DuckDB. What does not fit is written into `scratch`, at most `spillBytes` of it. */
  readonly memoryBytes: number;
  readonly threads: number;
  readonly spillBytes: number;
  /** An empty folder for what is written meanwhile. Its owner removes it. */
  readonly scratch: string;
};

export type SqlLimits = {
  /** A result that has more rows, or bytes where it is written to a file, is refused. */
  readonly mostRows: number;
  readonly mostBytes: number;
  /** For reading days and for the statement together. */
  readonly timeoutMs: number;
};

export type SqlAsked = SqlLimits &
  Within & { readonly sql: string; readonly signal?: AbortSignal | undefined };

/** The result of a statement while it runs: it is read once. */
export type SqlResult = {
  readonly columns: readonly Column[];
  /** Of a result that is longer than `first`, the first of them. */
  rows(first?: number): Rows;
  /** Writes it as Parquet. Gives the file, in `scratch`. */
  parquet(): Promise<{ readonly path: string; readonly rows: number }>;
  /** Which columns the tables have (`presentSchema`), and of which days they are. */
  readonly about: {
    readonly schema: number;
    readonly first_day?: string;
    readonly last_day?: string;
  };
};

/**
 * Runs one SELECT over the hits and visits of one site, in a database in which nothing else is, and
 * gives its result to `use`. Rejects with fault `bad-input` where the statement is at fault: with
 * DuckDB's words, where it wants more than it may, or takes more time or memory.
 */
export async function withStatement<T>(
  world: SqlWorld,
  site: DaysSite,
  asked: SqlAsked,
  use: (result: SqlResult) => Promise<T>,
): Promise<T> {
  const endMs = world.monotonicMs() + asked.timeoutMs;
  const tables = await checkStatement(world, asked.sql);
  const rows = await openRows(world, site, asked, tables);
  try {
    asked.signal?.throwIfAborted();
    return await runOver(world, rows, { ...asked, leftMs: endMs - world.monotonicMs() }, use);
  } finally {
    rows.release();
  }
}

/** Before any day is read. */
async function checkStatement(world: SqlWorld, sql: string): Promise<readonly Table[]> {
  const parser = await openOneStatement({ ...spillOf(world), memoryBytes: 2 ** 26, threads: 1 });
  try {
    return checkTree(await parser.treeOf(sql));
  } catch (error) {
    throw explained(error, world);
  } finally {
    parser.close();
  }
}

const spillOf = ({ scratch, spillBytes }: SqlWorld) => ({
  spillFolder: join(scratch, 'spill'),
  spillBytes,
});

/** In a database that is closed again: its memory is free for the statement. */
async function openRows(
  world: SqlWorld,
  site: DaysSite,
  asked: SqlAsked,
  tables: readonly Table[],
): Promise<SiteRows> {
  if (tables.length === 0) return { from: {}, paths: [], days: {}, release() {} };
  const { home, clock, monotonicMs, memoryBytes, threads, scratch } = world;
  const duck = await openDuck({
    ...{ memoryBytes, threads, readsOnce: true },
    folder: [home.files.folder, scratch],
    spillFolder: join(scratch, 'days-spill'),
  });
  try {
    const days = openDayHits({ home, duck, clock, budgetBytes: memoryBytes / 2 });
    const { timeoutMs, from, to, signal } = asked;
    const reader = { name: 'sql', signal };
    return await openSiteRows(
      { ...days, monotonicMs, timeoutMs, reader },
      site,
      { from, to },
      { folder: scratch, kinds: tables },
    );
  } finally {
    duck.close();
  }
}

async function runOver<T>(
  world: SqlWorld,
  { from, paths, days }: SiteRows,
  asked: SqlAsked & { readonly leftMs: number },
  use: (result: SqlResult) => Promise<T>,
): Promise<T> {
  const out = join(world.scratch, 'result.parquet');
  const { memoryBytes, threads } = world;
  const limits = { ...spillOf(world), memoryBytes, threads };
  const database = await openOneStatement({ ...limits, views: from, paths, out });
  let stopped: { readonly why: unknown } | undefined;
  const stop = (why: unknown) => {
    stopped ??= { why };
    database.interrupt();
  };
  const timer = setTimeout(() => stop(tooLong(asked.timeoutMs)), Math.max(1, asked.leftMs));
  const abort = () => stop(asked.signal?.reason);
  asked.signal?.addEventListener('abort', abort);
  const check = () => {
    if (stopped !== undefined) throw stopped.why;
  };
  try {
    const prepared = await database.prepare(asked.sql);
    check();
    return await use({
      columns: prepared.columns,
      rows: (first) => limited(prepared, { ...asked, first }, check),
      parquet: () => copy(database, prepared, { ...asked, out, stop }),
      about: {
        schema: presentSchema,
        ...(days.first !== undefined && { first_day: days.first, last_day: days.last! }),
      },
    });
  } catch (error) {
    throw stopped === undefined ? explained(error, world) : stopped.why;
  } finally {
    clearTimeout(timer);
    asked.signal?.removeEventListener('abort', abort);
    database.close();
  }
}

type Limits = SqlLimits & { readonly first?: number | undefined };

async function* limited(
  prepared: Prepared,
  { mostRows, first = mostRows + 1 }: Limits,
  check: () => void,
): Rows {
  let rows = 0;
  for await (const page of prepared.pages(first)) {
    check();
    rows += page.length;
    if (rows > mostRows) throw tooManyRows(mostRows);
    yield page;
  }
  check();
}

type Copying = SqlAsked & { readonly out: string; readonly stop: (why: unknown) => void };

const lookEveryMs = 100;

async function copy(
  database: OneStatement,
  prepared: Prepared,
  { sql, mostRows, mostBytes, out, stop }: Copying,
) {
  const looking = setInterval(() => {
    void stat(out).then(
      ({ size }) => size > mostBytes && stop(tooManyBytes(mostBytes)),
      () => {},
    );
  }, lookEveryMs);
  try {
    const rows = await database.copy(prepared, sql, mostRows + 1);
    if (rows > mostRows) throw tooManyRows(mostRows);
    if ((await stat(out)).size > mostBytes) throw tooManyBytes(mostBytes);
    return { path: out, rows };
  } finally {
    clearInterval(looking);
  }
}

/** Writes a result to a file, and gives its path and rows. Refuses one that is too long. */
export async function writeResult(
  result: SqlResult,
  format: SqlFormat,
  { scratch, mostBytes }: { readonly scratch: string; readonly mostBytes: number },
): Promise<{ readonly path: string; readonly rows: number }> {
  if (format === 'parquet') return result.parquet();
  const path = join(scratch, `result.${format}`);
  let rows = 0;
  const counted = async function* () {
    for await (const page of result.rows()) {
      rows += page.length;
      yield page;
    }
  };
  const { columns, about } = result;
  const texts = format === 'csv' ? asCsv(columns, counted()) : asJson(columns, counted(), about);
  const pieces = async function* () {
    let bytes = 0;
    for await (const text of texts) {
      const piece = Buffer.from(text);
      bytes += piece.length;
      if (bytes > mostBytes) throw tooManyBytes(mostBytes);
      yield piece;
    }
  };
  await pipeline(Readable.from(pieces()), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return { path, rows };
}

/** DuckDB's errors begin so; others are ours. */
const ofDuckDb = /^[A-Z][A-Za-z ]+ Error: |^INTERRUPT/;

const longestMessage = 2_000;

/** What DuckDB says of a statement, without where this Daybook lies. */
function explained(error: unknown, { home, scratch, memoryBytes }: SqlWorld): unknown {
  const message = messageOf(error);
  if (error instanceof RangeError) return refusedSql('expected a statement that is less deep');
  if (error instanceof DaybookError || !ofDuckDb.test(message)) return error;
  if (!isOfStatement(error))
    return new DaybookError('unavailable', 'DuckDB failed at this statement; see the log', {
      cause: error,
    });
  if (message.startsWith('Out of Memory')) return tooMuchMemory(memoryBytes);
  const folders = [scratch, home.files.folder].filter((folder) => folder !== '');
  const words = folders.reduce((text, folder) => text.replaceAll(folder, '…'), message);
  return refusedSql(words.slice(0, longestMessage));
}
