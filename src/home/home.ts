/**
 * The seam between Daybook and where its data lives. Everything above knows only these interfaces;
 * every home passes the same contract suite (`contract/contract.ts`).
 */

/** One row. `partition` and `sort` order and find it; `value` is a JSON text. */
export type Row = {
  readonly partition: string;
  readonly sort: string;
  readonly value: string;
  /** When a home that lets rows expire may remove it, in ms. */
  readonly expiresAtMs?: number;
  /**
   * For a home whose store people look into with its own tools: what it may show beside the value,
   * made when it is asked for. It is not read back.
   */
  readonly shown?: () => Readonly<Record<string, string | number>>;
};

export type Key = Pick<Row, 'partition' | 'sort'>;

export type Range = {
  /** First sort key wanted, inclusive. */
  readonly from?: string;
  /** First sort key no longer wanted. */
  readonly to?: string;
  /** Resume behind this sort key, exclusive: the last one of the page before. */
  readonly after?: string;
  /** Rows at the most; 1 to `maxPage`, which is also the default. */
  readonly limit?: number;
  /** Only the keys are read: every value is `''`. */
  readonly keysOnly?: boolean;
};

/** No read yields more rows at once: one long read would hold up every acknowledgement. */
export const maxPage = 500;

/**
 * Rows by partition, ordered within it by the bytes of `sort` in UTF-8. Neither key is empty or
 * holds U+0000 or a lone surrogate; `sort` has at most 1,024 bytes (DynamoDB's limit), both
 * together fewer than 1,500. Others are refused as `bad-input`.
 *
 * There are no transactions over several rows: callers order their writes so that a cut between any
 * two is safe. Every method rejects with a `DaybookError` of fault `unavailable` when the store
 * cannot do it now (full disk, throttled, unreachable).
 */
export interface Rows {
  /**
   * Stores rows whole. Resolved means durable: on disk, synced. Safe to repeat with the same rows:
   * nothing changes. After a rejection any part of the rows may be stored.
   */
  append(rows: readonly Row[]): Promise<void>;
  /** One page of a partition, ascending. Fewer rows than the limit means the range has ended. */
  scan(partition: string, range?: Range): Promise<readonly Row[]>;
  /** How many rows a partition has. */
  count(partition: string): Promise<number>;
  get(partition: string, sort: string): Promise<string | undefined>;
  /**
   * Stores the row only if its present value is exactly `expected` (`undefined`: no such row).
   * False means somebody else was first; after a rejection, read the row: mine there means won.
   */
  putIf(row: Row, expected: string | undefined): Promise<boolean>;
  /**
   * Adds to the named counters of one row, each starting at 0, atomically among all writers. The
   * row's value reads back as a JSON object of numbers. `putIf` and `append` must not be used on
   * such a row.
   */
  add(key: Key, counts: Readonly<Record<string, number>>): Promise<void>;
  /** Removes rows; one that is absent is no error. */
  remove(keys: readonly Key[]): Promise<void>;
}

export type FileEntry = {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
};

/** A file held open at a local path; it stays there until `release` is called. */
export type LocalFile = { readonly path: string; release(): void };

/**
 * Whole immutable files by name (`a/b/c.parquet`; segments of `[A-Za-z0-9._=-]`, none starting with
 * a dot).
 */
export interface Files {
  /** The local folder that all paths given to `write` and by `open` lie in. */
  readonly folder: string;
  /**
   * Calls `write` with a local path that does not exist yet, then keeps what it wrote under `name`.
   * Readers see the whole file or none; resolved means durable. Replaces a file of that name. Gives
   * size and SHA-256 (hex).
   */
  save(
    name: string,
    write: (path: string) => Promise<void>,
  ): Promise<{ bytes: number; sha256: string }>;
  /** Rejects with fault `not-found` where there is no such file. */
  open(name: string): Promise<LocalFile>;
  /** All files whose name starts with `prefix`, by name. */
  list(prefix: string): Promise<readonly FileEntry[]>;
  /** An absent file is no error. */
  remove(name: string): Promise<void>;
}

export type KeptSalt = {
  readonly day: string;
  readonly salt: Buffer;
  readonly destroyAtMs: number;
};

/**
 * Secret salts, one a site-day, kept apart from all other data and out of every backup. Once
 * destroyed, no visitor id of that day can be computed again, by anyone.
 */
export interface Salts {
  /**
   * The salt of that site-day: 32 bytes. The first caller's `made` is kept (conditionally, among
   * all processes) together with its `destroyAtMs`; every other caller gets that one.
   */
  getOrKeep(
    siteId: string,
    day: string,
    made: () => { salt: Buffer; destroyAtMs: number },
  ): Promise<Buffer>;
  /**
   * The salts of a site that are not due yet, by day: whose hits somebody asks for can be told on
   * those days, and on no other.
   */
  list(siteId: string, nowMs: number): Promise<readonly KeptSalt[]>;
  /** Destroys all that are due; gives how many. */
  destroyDue(nowMs: number): Promise<number>;
  /** Destroys all of one site. */
  destroySite(siteId: string): Promise<void>;
}

export type Home = {
  readonly name: 'machine' | 'aws';
  readonly rows: Rows;
  readonly files: Files;
  readonly salts: Salts;
  /**
   * Partitions that late hits are spread over, and a running site-day where its site does not say
   * otherwise.
   */
  readonly shards: number;
  /**
   * How old a cached setting may be when it is used, in ms: next to nothing where reading one is
   * nearly free.
   */
  readonly settingsMaxAgeMs: number;
  /**
   * Whether several servers may be writing at the same time. Where it is one, that one knows every
   * row that comes, and only the machine's own clock says when. Where they are many, they take
   * leases, and each append compares the machine's clock with the store's.
   */
  readonly writers: 'one' | 'many';
  /**
   * Rows of running days are removed by the store itself, so long after they were written: where
   * removing a row costs as much as writing it. Absent: closing a day removes them.
   */
  readonly rowsExpireAfterMs?: number;
  /** Each request is paid for: what can wait is asked for less often. */
  readonly metered: boolean;
  /**
   * When the books know of stored hits: now, from whoever stores them; or later, by counting rows.
   */
  readonly countsStored: 'now' | 'later';
  /** Absent where the store itself keeps its earlier states. */
  readonly snapshot?: () => Promise<RowsSnapshot>;
  /** Bytes that files may still take on this machine's disk, which hits need too. */
  room(): number;
  /**
   * Marks all that is stored as written by a Daybook of this version, so that older ones refuse it.
   * Rejects with fault `bad-input` where a newer one has marked it. It costs one small read.
   * `beforeRise` is called before the mark rises, where there is data of an earlier version that
   * the store itself keeps no earlier state of: if it rejects, all stays as it was.
   */
  claim(beforeRise?: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

/** All rows as they were at one moment. While it is open, the store grows: it is soon closed. */
export type RowsSnapshot = {
  /** Of what is stored. */
  readonly dataVersion: number;
  /** In the order of partition and sort key; of those partitions only that start so. */
  rows(prefix?: string): Iterable<Row>;
  done(): void;
};

/** Closing a day leaves its rows where they are. */
export const rowsExpire = ({ rowsExpireAfterMs }: Pick<Home, 'rowsExpireAfterMs'>) =>
  rowsExpireAfterMs !== undefined;

/**
 * All rows of a range, in pages resumed by key, none of them empty; other work gets its turn
 * between them.
 */
export async function* scanPages(
  rows: Pick<Rows, 'scan'>,
  partition: string,
  range: Range = {},
): AsyncGenerator<readonly Row[]> {
  const limit = range.limit ?? maxPage;
  let after = range.after;
  for (;;) {
    const page = await rows.scan(partition, after === undefined ? range : { ...range, after });
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    after = page[page.length - 1]!.sort;
  }
}

/** The same, row by row; for millions of rows that costs more than reading them. */
export async function* scanAll(
  rows: Pick<Rows, 'scan'>,
  partition: string,
  range: Range = {},
): AsyncGenerator<Row> {
  for await (const page of scanPages(rows, partition, range)) yield* page;
}
