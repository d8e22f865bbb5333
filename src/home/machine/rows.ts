import { randomInt } from 'node:crypto';
import { accessSync, constants, lstatSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { type Database, open, type RootDatabaseOptionsWithPath } from 'lmdb';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { checkCounts, joinAdditions, sum } from '../counters.ts';
import { type Space, watchSpace } from '../disk-space.ts';
import type { Key, Range, Row, Rows, RowsSnapshot } from '../home.ts';
import { damagedRows } from './damage.ts';
import { decodeKey, encodeKey, encodeRange, sortOf } from './keys.ts';
import { checkBeginning, checkPages } from './lmdb/check.ts';
import { openCheckMark } from './lmdb/check-mark.ts';

export type RowsOptions = {
  /** Pages are not looked at again. */
  readonly isChecked?: boolean;
  /** How large a file is that need not be looked at each time (`lmdb/check-mark.ts`). */
  readonly markFromBytes?: number;
  /** Free space where the folder is. */
  readonly measure?: () => Space;
  /** Ends the process: what it has written can no longer be trusted to be written. */
  readonly end?: (error: Error) => void;
};

export type OpenRows = Rows & {
  snapshot(): Omit<RowsSnapshot, 'dataVersion'>;
  close(): Promise<void>;
};

type Store = Database<string, Buffer>;

/**
 * Rows in LMDB. Several processes may have the folder open.
 *
 * lmdb joins what is put within one turn of the event loop, and while a commit is under way, into
 * one commit. No lmdb `transaction()` is used: its callback runs in JavaScript while a writer
 * thread waits for it, and a process that exits in between never ends (5 to 8 of 10 under load).
 * Conditions are checked by the writer thread instead, against a version that every write of a row
 * renews.
 */
export function openRows(
  folder: string,
  { isChecked = false, markFromBytes, measure, end = endProcess }: RowsOptions = {},
): OpenRows {
  const mark = isChecked ? undefined : openCheckMark(join(folder, 'data.mdb'), markFromBytes);
  const store = openStore(folder, isChecked || mark!.isWhole);
  mark?.opened();
  const space = watchSpace(folder, measure);
  let version = randomInt(2 ** 47);
  let closed = false;

  /** Never rejects with what lmdb gave, and takes all of that: an untaken rejection ends Node. */
  async function refused(thrown: unknown): Promise<never> {
    const { cause, code } = await reasonOf(thrown);
    if (code !== undefined) {
      space.pause();
      // A write cut short by a full disk is called EIO too.
      if ((code === eio && !space.isFull()) || !readable()) {
        end(new Error(`the disk of ${folder} fails: ${reasonIn(cause)}`));
      }
    }
    throw unavailable('written', cause);
  }

  /**
   * After a failed write of its root page LMDB refuses everything, or never answers, until it is
   * reopened.
   */
  function readable(): boolean {
    try {
      store.resetReadTxn();
      store.get(Buffer.of(1));
      return true;
    } catch {
      return closed;
    }
  }

  function unavailable(done: string, cause: unknown): DaybookError {
    if (isDamage(cause)) return damagedRows(join(folder, 'data.mdb'), reasonIn(cause));
    return new DaybookError('unavailable', `rows could not be ${done}: ${reasonIn(cause)}`, {
      cause,
    });
  }

  async function write(
    bytes: number,
    of: 'hits' | 'else',
    start: () => Promise<boolean>[],
  ): Promise<boolean> {
    space.claim(bytes, of);
    let commits: Promise<boolean>[];
    try {
      // Many rows share the promise of one commit.
      commits = [...new Set(start())];
    } catch (error) {
      return refused(error);
    }
    const done = await Promise.all(commits.map((commit) => commit.catch(refused)));
    return !done.includes(false);
  }

  /** Always of the newest state, and leaves no snapshot open, which would keep the file growing. */
  function read<T>(reader: () => T): T {
    try {
      return reader();
    } catch (error) {
      throw unavailable('read', error);
    } finally {
      store.resetReadTxn();
    }
  }

  const entryOf = (key: Buffer) => read(() => store.getEntry(key));

  /** False if the row no longer has that version; undefined means that there is no such row. */
  const putVersion = (key: Buffer, value: string, present: number | undefined) =>
    // lmdb takes null for "no such row", which its types leave out.
    write(pagesFor(value), 'else', () => [
      store.put(key, value, ++version, present ?? (null as unknown as number)),
    ]);

  const addTo = joinAdditions(async (id, counts) => {
    const key = Buffer.from(id);
    for (;;) {
      const entry = entryOf(key);
      const value = JSON.stringify(sum(entry ? JSON.parse(entry.value) : {}, counts));
      if (await putVersion(key, value, entry?.version)) return;
    }
  });

  return {
    async append(rows) {
      if (rows.length === 0) return;
      const keys = rows.map(({ partition, sort }) => encodeKey(partition, sort));
      let bytes = 0;
      for (const { value } of rows) bytes += pagesFor(value);
      await write(bytes, 'hits', () =>
        rows.map(({ value }, at) => store.put(keys[at]!, value, ++version)),
      );
    },

    async scan(partition: string, range: Range = {}) {
      const bounds = encodeRange(partition, range);
      await turn();
      if (!bounds) return [];
      const partitionBytes = Buffer.byteLength(partition);
      return read(() => {
        const page: Row[] = [];
        if (range.keysOnly) {
          for (const key of store.getKeys(bounds))
            page.push({ partition, sort: sortOf(key, partitionBytes), value: '' });
          return page;
        }
        for (const { key, value } of store.getRange(bounds)) {
          page.push({ partition, sort: sortOf(key, partitionBytes), value });
        }
        return page;
      });
    },

    async count(partition) {
      const bounds = encodeRange(partition, {});
      if (!bounds) return 0;
      const { start, end } = bounds;
      return read(() => store.getKeysCount({ start, end }));
    },

    async get(partition, sort) {
      const key = encodeKey(partition, sort);
      return read(() => store.get(key));
    },

    async putIf({ partition, sort, value }, expected) {
      const key = encodeKey(partition, sort);
      for (;;) {
        const entry = entryOf(key);
        if (entry?.value !== expected) return false;
        // Of another version by now, the row may still, or again, have the value that is expected.
        if (await putVersion(key, value, entry?.version)) return true;
      }
    },

    async add({ partition, sort }: Key, counts) {
      const key = encodeKey(partition, sort);
      checkCounts(counts);
      if (Object.keys(counts).length > 0) await addTo(key.toString(), counts);
    },

    async remove(keys) {
      if (keys.length === 0) return;
      const encoded = keys.map(({ partition, sort }) => encodeKey(partition, sort));
      await write(0, 'else', () => encoded.map((key) => store.remove(key)));
    },

    snapshot() {
      const transaction = read(() => store.useReadTransaction());
      return {
        *rows(prefix = '') {
          const bounds = {
            start: Buffer.from(prefix || '\u0001'),
            end: Buffer.from(`${prefix}\u{10ffff}`),
          };
          for (const { key, value } of store.getRange({ ...bounds, transaction }))
            yield { ...decodeKey(key), value };
        },
        done: () => transaction.done(),
      };
    },

    async close() {
      if (closed) return;
      closed = true;
      try {
        store.readerCheck();
        await store.close();
        await mark?.closed();
      } catch (error) {
        throw unavailable('closed', error);
      }
    },
  };
}

function openStore(folder: string, isChecked: boolean): Store {
  const options = {
    path: folder,
    noSubdir: false,
    encoding: 'string' as const,
    keyEncoding: 'binary' as const,
    useVersions: true,
    // A put resolves when its commit is synced. By default it is visible, and stays so, before
    // that.
    overlappingSync: false,
    // By default every turn of the event loop is one batch with a promise that nobody takes: each
    // failed commit then is an unhandled rejection (measured: 3,067 of 3,067; without, none), and a
    // process that exits within a large batch waits for ever for its end. The threshold keeps what
    // that setting is for: without it a commit starts after 5 rows and takes those only.
    eventTurnBatching: false,
    txnStartThreshold: 1_000,
  };
  const store = openLmdb(folder, options);
  try {
    // A process that was killed while it read would hold its snapshot, and the file grow, for ever.
    store.readerCheck();
    if (!isChecked) checkWhole(store, join(folder, 'data.mdb'));
    return store;
  } catch (error) {
    void store.close();
    throw cannotOpen(folder, error);
  }
}

function openLmdb(folder: string, options: RootDatabaseOptionsWithPath): Store {
  try {
    checkStore(folder);
    return open<string, Buffer>(options);
  } catch (error) {
    throw cannotOpen(folder, error);
  }
}

function cannotOpen(folder: string, error: unknown): DaybookError {
  if (error instanceof DaybookError) return error;
  const message = `cannot open the rows in ${folder}: ${messageOf(error)}`;
  return new DaybookError('unavailable', message, { cause: error });
}

/**
 * Where a file may not be opened or is no LMDB, `open` of lmdb 3.5.6 ends the process by SIGSEGV.
 */
function checkStore(folder: string): void {
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  for (const name of ['data.mdb', 'lock.mdb']) {
    const path = join(folder, name);
    if (!lstatSync(path, { throwIfNoEntry: false })) continue;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile())
      throw new Error(`expected ${path} to be a file${stat ? '' : ', got a link to nothing'}`);
    accessSync(path, constants.R_OK | constants.W_OK);
    const fault = name === 'data.mdb' && stat.size > 0 ? checkBeginning(path) : undefined;
    if (fault !== undefined) throw damagedRows(path, fault);
  }
}

/** With a snapshot held open, no page of it is used again while it is read. */
function checkWhole(store: Store, path: string): void {
  const snapshot = store.useReadTransaction();
  try {
    const fault = checkPages(path);
    if (fault !== undefined) throw damagedRows(path, fault);
  } finally {
    snapshot.done();
  }
}

/** LMDB's own numbers (`lmdb.h`) for a page that is not there, is of the wrong kind, is no LMDB. */
const isDamage = (cause: unknown) =>
  [-30_797, -30_796, -30_793].includes((Object(cause) as { code?: number }).code ?? 0) ||
  /MDB_(PAGE_NOTFOUND|CORRUPTED|INVALID)/.test(messageOf(cause));

const eio = 5;

/** What a value may take on disk, with its key and its share of half-filled pages. */
const pagesFor = (value: string) => 3 * value.length + 512;

/**
 * lmdb rejects with "Commit failed"; the reason is another promise in `commitError`. `code` is an
 * errno or LMDB's own number; nothing failed on disk where there is none.
 */
async function reasonOf(thrown: unknown): Promise<{ cause: unknown; code: number | undefined }> {
  const { commitError } = Object(thrown) as { commitError?: PromiseLike<unknown> };
  const cause = commitError
    ? await commitError.then(
        () => thrown,
        (reason: unknown) => reason,
      )
    : thrown;
  const { code } = Object(cause) as { code?: unknown };
  return { cause, code: typeof code === 'number' ? code : undefined };
}

/** lmdb adds what it attempted, from a buffer that overflows: there may be anything behind it. */
const reasonIn = (cause: unknown) => messageOf(cause).replace(/: Attempting to write page.*/s, '');

/**
 * By a signal, as `process.exit` waits for writer threads and those may hang; and a core dump has
 * secrets in it.
 */
function endProcess(error: Error): void {
  writeSync(
    2,
    `daybook: ${error.message}\nEnding now: rows that are not acknowledged may be lost, ` +
      `others are on disk.\n`,
  );
  process.kill(process.pid, 'SIGKILL');
}
