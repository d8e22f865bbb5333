import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf } from '../lib/errors.ts';
import { openTurns } from '../lib/turns.ts';
import { explained, type TimeLimit, tooLong } from './failures.ts';
import { closable } from './instance.ts';

/**
 * The one place that imports DuckDB, when it is opened: loading it takes a third of a second. It
 * computes over rows and files and owns no data, so nothing of it can be lost: an instance lives in
 * memory and ends with the process.
 */

/** What may be bound to a statement and what comes back; 64-bit integers come back as `bigint`. */
export type Value = string | number | bigint | boolean | null;

export type Session = {
  /** Of the whole instance: what holds more at once than it spills is done in parts by it. */
  readonly memoryBytes: number;
  /**
   * Runs one statement with its `$1 …` bound; gives its rows (for a DML statement the number of
   * rows changed).
   */
  rows(text: string, values?: readonly Value[]): Promise<Value[][]>;
  /**
   * The same, some rows at a time: for what is too much to be held. Nothing else runs in this
   * session meanwhile. Not in steps: only a transaction notices what failed midway.
   */
  pages(text: string, values?: readonly Value[]): AsyncIterable<readonly (readonly Value[])[]>;
  /**
   * Appends to a table of (INTEGER, BIGINT, VARCHAR), in the present transaction. Does not wait:
   * keep pages small.
   */
  append(table: string, rows: readonly (readonly [number, number, string])[]): Promise<void>;
};

export type Duck = {
  /**
   * Runs `work` on a connection of its own, in one transaction: everything it reads is as of
   * one moment, and what it made (temporary tables) is dropped with it. At most `sessions` run at
   * once, others wait until it is their asker's turn. When its time is over, waiting included, it
   * is interrupted and rejects with fault `unavailable`; when its asker's signal is aborted, with
   * the reason of that.
   */
  read<T>(
    work: (session: Session) => Promise<T>,
    limit?: number | TimeLimit,
    asker?: DuckAsker,
  ): Promise<T>;
  /**
   * The same, but every statement is a transaction of its own: what one has deleted is free for the
   * next. For work on its own temporary tables, which are dropped at its end.
   */
  step<T>(work: (session: Session) => Promise<T>, timeoutMs?: number): Promise<T>;
  /**
   * The same, and what it made stays; nothing does where it rejects. It has to drop its temporary
   * tables.
   */
  write<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Compresses the tables and gives back what deleted rows hold: 100,000 hits shrink from 73 MB to
   * 5. False where somebody is writing: it can be done another time.
   */
  compact(): Promise<boolean>;
  close(): void;
};

/** Who has work for DuckDB: askers take turns. `signal` interrupts it. */
export type DuckAsker = { readonly name: string; readonly signal?: AbortSignal | undefined };

export type DuckOptions = {
  readonly memoryBytes: number;
  /**
   * Threads of all queries together. Each session also holds one of libuv's threads while it runs.
   */
  readonly threads: number;
  readonly sessions?: number;
  /**
   * Where what does not fit into memory is written meanwhile; by default it fails. It is removed at
   * the end.
   */
  readonly spillFolder?: string;
  /**
   * Files are read once: nothing of them is kept. Else some 160 KB of each are, up to
   * `memoryBytes`.
   */
  readonly readsOnce?: boolean;
  /** What statements may read and write; nothing by default. */
  readonly folder?: string | readonly string[];
};

const database = 'mounted';

/** A query that takes longer is stopped: it would hold up others and nobody waits for it. */
export const queryTimeoutMs = 30_000;

/** DuckDB forgets an interrupt that comes while a statement is prepared. */
const interruptEveryMs = 20;

/**
 * Opens an instance locked down: no file but the given folder, no extension, no setting can be
 * changed any more.
 */
export async function openDuck(options: DuckOptions): Promise<Duck> {
  const duckdb = await import('@duckdb/node-api');
  const created = await duckdb.DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${Math.floor(options.memoryBytes / 1024)}KiB`,
    temp_directory: options.spillFolder ?? '',
    allow_community_extensions: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_persistent_secrets: 'false',
    preserve_insertion_order: 'false',
    ...(options.readsOnce && { enable_external_file_cache: 'false' }),
  });
  const instance = closable(created);
  const connection = await instance.connect();
  if (options.folder !== undefined) {
    // SET takes no bound values. The folders are the owner's own settings.
    const folders = [options.folder].flat().map((folder) => `'${folder.replaceAll("'", "''")}'`);
    await connection.run(`SET allowed_directories = [${folders.join(', ')}]`);
  }
  // Only an attached database compresses in memory; the default one never does.
  await connection.run(`ATTACH ':memory:' AS ${database} (COMPRESS)`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  connection.closeSync();

  const sessions = options.sessions ?? 3;
  const turns = openTurns(sessions);
  // Loads may be long: at least one session is left for reading.
  const writeTurns = openTurns(Math.max(1, sessions - 1));
  // Kept for the next caller: what a closed connection held (its temporary tables) is freed only
  // when Node collects its handles.
  const idle: DuckDBConnection[] = [];

  async function connect(): Promise<DuckDBConnection> {
    const connection = await instance.connect();
    await connection.run(`USE ${database}`);
    return connection;
  }

  async function transact<T>(
    end: 'COMMIT' | 'ROLLBACK' | 'DROP',
    work: (session: Session) => Promise<T>,
    limit?: number | TimeLimit,
    asker?: DuckAsker,
  ): Promise<T> {
    const time = typeof limit === 'number' ? { wholeMs: limit, leftMs: limit } : limit;
    const state: { stopped?: { readonly why: unknown }; connection?: DuckDBConnection } = {};
    let interrupting: NodeJS.Timeout | undefined;
    const stop = (why: unknown) => {
      if (state.stopped !== undefined) return;
      state.stopped = { why };
      state.connection?.interrupt();
      interrupting = setInterval(() => state.connection?.interrupt(), interruptEveryMs);
    };
    const timer =
      time && setTimeout(() => stop(tooLong(time, state.connection !== undefined)), time.leftMs);
    const endTurn = await turns.take(asker?.name);
    const interrupt = () => stop(asker?.signal?.reason);
    if (asker?.signal?.aborted) interrupt();
    asker?.signal?.addEventListener('abort', interrupt);
    try {
      if (state.stopped !== undefined) throw state.stopped.why;
      state.connection = idle.pop() ?? (await connect());
      const session = sessionOf(
        state.connection,
        () => state.stopped !== undefined,
        options.memoryBytes,
      );
      const result = await (end === 'DROP'
        ? inSteps(session, work)
        : inTransaction(session, end, work));
      idle.push(state.connection);
      return result;
    } catch (error) {
      const { connection } = state;
      delete state.connection; // nothing interrupts what is closed
      connection?.closeSync(); // whatever state it is in
      throw state.stopped === undefined ? await explained(error, instance) : state.stopped.why;
    } finally {
      clearTimeout(timer);
      clearInterval(interrupting);
      asker?.signal?.removeEventListener('abort', interrupt);
      endTurn();
    }
  }

  async function compact(): Promise<boolean> {
    const connection = await instance.connect();
    try {
      await connection.run(`CHECKPOINT ${database}`);
      return true;
    } catch (error) {
      if (/other write transactions/.test(messageOf(error))) return false;
      throw await explained(error, instance);
    } finally {
      connection.closeSync();
    }
  }

  return {
    read: (work, limit, asker) => transact('ROLLBACK', work, limit, asker),
    step: (work, timeoutMs) => transact('DROP', work, timeoutMs),
    async write(work) {
      const endTurn = await writeTurns.take();
      return transact('COMMIT', work).finally(endTurn);
    },
    compact,
    close() {
      for (const connection of idle) connection.closeSync();
      instance.closeSync();
    },
  };
}

async function inSteps<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  try {
    return await work(session);
  } finally {
    const made = await session
      .rows('SELECT table_name FROM duckdb_tables() WHERE temporary')
      .catch(() => []);
    for (const [name] of made)
      await session.rows(`DROP TABLE IF EXISTS temp.${name}`).catch(() => {});
  }
}

async function inTransaction<T>(
  session: Session,
  end: 'COMMIT' | 'ROLLBACK',
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await session.rows('BEGIN');
  try {
    const result = await work(session);
    await session.rows(end);
    return result;
  } catch (error) {
    await session.rows('ROLLBACK').catch(() => {}); // an error may have ended it already
    throw error;
  }
}

function sessionOf(
  connection: DuckDBConnection,
  isLate: () => boolean,
  memoryBytes: number,
): Session {
  return {
    memoryBytes,
    async rows(text, values = []) {
      // An interrupt only stops what runs: one that fell between two statements is noticed here.
      if (isLate() && text !== 'ROLLBACK') throw new Error('late');
      const reader = await connection.runAndReadAll(text, [...values]);
      return reader.getRowsJS() as Value[][];
    },
    async *pages(text, values = []) {
      const result = await connection.stream(text, [...values]);
      for await (const page of result.yieldRowsJs()) {
        if (isLate()) throw new Error('late');
        yield page as Value[][];
      }
      // A stream that fails midway ends as if that were its end; but its transaction is over.
      await connection.run('SELECT 1');
    },
    async append(table, rows) {
      const appender = await connection.createAppender(table);
      for (const [small, number, text] of rows) {
        appender.appendInteger(small);
        appender.appendBigInt(BigInt(number));
        appender.appendVarchar(text);
        appender.endRow();
      }
      appender.closeSync();
    },
  };
}
