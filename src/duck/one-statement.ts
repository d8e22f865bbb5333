import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api';
import { messageOf } from '../lib/errors.ts';
import { quoted } from './parquet.ts';

/**
 * A value of a result. Whole numbers beyond 32 bits are `bigint`; what JSON has no type for (a
 * date, an exact decimal) is a text as DuckDB writes it.
 */
export type Cell =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Cell[]
  | { readonly [name: string]: Cell };

export type Column = { readonly name: string; readonly type: string };

export type Prepared = {
  readonly columns: readonly Column[];
  /** Runs it, and gives its first rows, some at a time, once all of these are there. */
  pages(mostRows?: number): AsyncIterable<readonly (readonly Cell[])[]>;
};

/** A database of its own for a statement of somebody else's. */
export type OneStatement = {
  /**
   * The statement as DuckDB's parser reads it: `{"error": false, "statements": [{"node": …}]}`, or
   * `{"error": true, "error_message": …}` for what is no SELECT.
   */
  treeOf(text: string): Promise<unknown>;
  prepare(text: string): Promise<Prepared>;
  /** Runs it and writes its first rows to the file `out`, as Parquet. Gives how many. */
  copy(prepared: Prepared, text: string, mostRows: number): Promise<number>;
  /** Stops what runs, which rejects. */
  interrupt(): void;
  close(): void;
};

export type StatementOptions = {
  readonly memoryBytes: number;
  readonly threads: number;
  /** Where what does not fit into memory is written, and how much of it at the most. */
  readonly spillFolder: string;
  readonly spillBytes: number;
  /** What the views `hits` and `visits` are, if there are any; they read `paths`. */
  readonly views?: Readonly<Record<string, string>>;
  readonly paths?: readonly string[];
  /** What `copy` writes. */
  readonly out?: string;
};

/** DuckDB forgets an interrupt that comes while a statement is prepared. */
const interruptEveryMs = 20;

/**
 * Opens a database that has these views and nothing else: no other file can be read or written, no
 * extension loaded, nothing set. Whoever puts a statement to it has looked at its tree before.
 */
export async function openOneStatement(options: StatementOptions): Promise<OneStatement> {
  const { views = {}, paths = [], out } = options;
  const duckdb = await import('@duckdb/node-api');
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${Math.floor(options.memoryBytes / 1024)}KiB`,
    temp_directory: options.spillFolder,
    max_temp_directory_size: `${Math.floor(options.spillBytes / 1024)}KiB`,
    allow_community_extensions: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_persistent_secrets: 'false',
    enable_external_file_cache: 'false',
  });
  const connection = await instance.connect();
  // Not the machine's zone, in which a text of a moment would be.
  await connection.run("SET TimeZone = 'UTC'");
  duckdb.DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
  const allowed = [...paths, ...(out === undefined ? [] : [out])];
  if (allowed.length > 0)
    await connection.run(`SET allowed_paths = [${allowed.map(quoted).join(', ')}]`);
  for (const [name, from] of Object.entries(views))
    await connection.run(`CREATE VIEW ${name} AS FROM ${from}`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  let interrupting: NodeJS.Timeout | undefined;
  return {
    async treeOf(text) {
      const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [
        text,
      ]);
      return JSON.parse(String(reader.getRowsJS()[0]![0]));
    },
    async prepare(text) {
      const prepared = await connection.prepare(text);
      const columns = columnsOf(prepared);
      prepared.destroySync();
      return { columns, pages: (most) => pagesOf(connection, text, most) };
    },
    copy: (prepared, text, mostRows) =>
      copyTo(connection, { text, columns: prepared.columns, out: out!, mostRows }),
    interrupt() {
      connection.interrupt();
      interrupting ??= setInterval(() => connection.interrupt(), interruptEveryMs);
    },
    close() {
      clearInterval(interrupting);
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Whether an error is of the statement's own making; else DuckDB has failed. */
export const isOfStatement = (error: unknown) => !/^(INTERNAL|FATAL) Error/.test(messageOf(error));

const columnsOf = (prepared: DuckDBPreparedStatement): Column[] =>
  Array.from({ length: prepared.columnCount }, (_, i) => ({
    name: prepared.columnName(i),
    type: prepared.columnType(i).toString(),
  }));

/**
 * By way of a table, which is written to the disk where it does not fit: a stream of the statement
 * itself ends where it fails as if that were its end. So does one of the table, but then its
 * transaction is over, which the next statement notices.
 */
async function* pagesOf(connection: DuckDBConnection, text: string, mostRows?: number) {
  await connection.run('BEGIN');
  try {
    await connection.run(`CREATE TEMP TABLE result AS ${firstOf(text, mostRows)}`);
    const result = await connection.stream('FROM temp.result');
    for await (const page of result.yieldRows()) yield page.map((row) => row.map(cellOf));
    await connection.run('SELECT 1');
  } finally {
    await connection.run('ROLLBACK').catch(() => {});
  }
}

/** `query` takes one SELECT, however it ends. */
const firstOf = (text: string, mostRows = Number.POSITIVE_INFINITY, list = '*') =>
  `SELECT ${list} FROM query(${quoted(text)})
  ${Number.isFinite(mostRows) ? `LIMIT ${mostRows}` : ''}`;

type Copying = {
  readonly text: string;
  readonly columns: readonly Column[];
  readonly out: string;
  readonly mostRows: number;
};

/** Parquet has no whole numbers of 128 bits, as sums are: they become 64 bits, or an error. */
async function copyTo(connection: DuckDBConnection, { text, columns, out, mostRows }: Copying) {
  const isWide = ({ type }: Column) => type === 'HUGEINT' || type === 'UHUGEINT';
  const list = columns.map((column, i) => {
    const name = `"${column.name.replaceAll('"', '""')}"`;
    return isWide(column) ? `#${i + 1}::BIGINT AS ${name}` : `#${i + 1} AS ${name}`;
  });
  const reader = await connection.runAndReadAll(
    `COPY (${firstOf(text, mostRows, list.join(', '))})
    TO ${quoted(out)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  return Number(reader.getRowsJS()[0]![0]);
}

/** Of a decimal with more digits, a number would not be exact. */
const exactDigits = 15;

function cellOf(value: DuckDBValue): Cell {
  if (value === null || typeof value !== 'object') return value as Cell;
  if ('items' in value) return value.items.map(cellOf);
  if ('entries' in value) {
    const { entries } = value;
    const pairs = Array.isArray(entries)
      ? entries.map(({ key, value: of }) => [String(cellOf(key)), cellOf(of)] as const)
      : Object.entries(entries).map(([name, of]) => [name, cellOf(of)] as const);
    return Object.fromEntries(pairs);
  }
  const text = value.toString();
  const isExact = 'scale' in value && text.replace(/\D/g, '').length <= exactDigits;
  return isExact ? Number(text) : text;
}
