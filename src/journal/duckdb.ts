import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { DaybookError, messageOf } from '../lib/errors.ts';

/**
 * The one place that imports DuckDB. It computes over rows and files and owns no data, so nothing of it can be
 * lost: an instance lives in memory and ends with the process.
 */

/** What may be bound to a statement and what comes back; 64-bit integers come back as `bigint`. */
export type Value = string | number | bigint | boolean | null;

export type Session = {
  /** Runs one statement with its `$1 …` bound; gives its rows (for a DML statement the number of rows changed). */
  rows(text: string, values?: readonly Value[]): Promise<Value[][]>;
  /** Appends to a table of (BIGINT, VARCHAR), in the present transaction. Does not wait: keep pages small. */
  append(table: string, rows: readonly (readonly [number, string])[]): Promise<void>;
};

export type Duck = {
  /**
   * Runs `work` on a connection of its own, in one transaction: everything it reads is of one moment, and it is
   * rolled back where `work` rejects. Temporary tables end with it. At most `sessions` run at once, others wait their turn.
   * With `timeoutMs` (waiting included) it is interrupted and rejects with fault `unavailable`.
   */
  transact<T>(work: (session: Session) => Promise<T>, timeoutMs?: number): Promise<T>;
  close(): void;
};

export type DuckOptions = {
  readonly memoryBytes: number;
  /** Threads of all queries together. Each session also holds one of libuv's threads while it runs. */
  readonly threads: number;
  readonly sessions?: number;
  /** The one folder that statements may read and write; none by default. */
  readonly folder?: string;
};

/** A query that takes longer is stopped: it would hold up others and nobody waits for it. */
export const queryTimeoutMs = 30_000;

/** Opens an instance locked down: no file but the given folder, no extension, no setting can be changed any more. */
export async function openDuck(options: DuckOptions): Promise<Duck> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${Math.floor(options.memoryBytes / 1024)}KiB`,
    temp_directory: '',
    allow_community_extensions: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_persistent_secrets: 'false',
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  if (options.folder !== undefined) {
    // SET takes no bound values. The folder is the owner's own setting.
    await connection.run(`SET allowed_directories = ['${options.folder.replaceAll("'", "''")}']`);
  }
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  connection.closeSync();

  const turns = openTurns(options.sessions ?? 2);

  async function transact<T>(work: (session: Session) => Promise<T>, timeoutMs?: number): Promise<T> {
    const state: { late: boolean; connection?: DuckDBConnection } = { late: false };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            state.late = true;
            state.connection?.interrupt();
          }, timeoutMs);
    const release = await turns.take();
    try {
      if (state.late) throw tooLong(timeoutMs);
      state.connection = await instance.connect();
      return await inTransaction(
        sessionOf(state.connection, () => state.late),
        work,
      );
    } catch (error) {
      throw state.late ? tooLong(timeoutMs) : explained(error);
    } finally {
      clearTimeout(timer);
      state.connection?.closeSync();
      release();
    }
  }

  return { transact, close: () => instance.closeSync() };
}

async function inTransaction<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  await session.rows('BEGIN');
  try {
    const result = await work(session);
    await session.rows('COMMIT');
    return result;
  } catch (error) {
    await session.rows('ROLLBACK').catch(() => {}); // an error may have ended it already
    throw error;
  }
}

function sessionOf(connection: DuckDBConnection, isLate: () => boolean): Session {
  return {
    async rows(text, values = []) {
      // An interrupt only stops what runs: one that fell between two statements is noticed here.
      if (isLate() && text !== 'ROLLBACK') throw new Error('late');
      const reader = await connection.runAndReadAll(text, [...values]);
      return reader.getRowsJS() as Value[][];
    },
    async append(table, rows) {
      const appender = await connection.createAppender(table);
      for (const [number, text] of rows) {
        appender.appendBigInt(BigInt(number));
        appender.appendVarchar(text);
        appender.endRow();
      }
      appender.closeSync();
    },
  };
}

/** At most `count` at once, in order of asking. */
function openTurns(count: number): { take(): Promise<() => void> } {
  const waiting: (() => void)[] = [];
  let free = count;
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    async take() {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let released = false;
      return () => {
        if (!released) release();
        released = true;
      };
    },
  };
}

function tooLong(timeoutMs = queryTimeoutMs): DaybookError {
  return new DaybookError(
    'unavailable',
    `the query took longer than ${timeoutMs / 1000} s and was stopped; ask for fewer days or fewer filters`,
  );
}

function explained(error: unknown): unknown {
  if (!messageOf(error).startsWith('Out of Memory Error')) return error;
  return new DaybookError(
    'unavailable',
    'the query needs more memory than is allowed; ask for fewer days, or allow more',
    { cause: error },
  );
}
