import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { DaybookError } from '../../lib/errors.ts';
import { namesIn, orAbsent, orUnavailable, syncFile, syncFolder } from '../disk.ts';
import { damagedRows } from './damage.ts';
import { checkPages } from './lmdb/check.ts';

/** What `rows/` is called while it is copied. */
const beforeName = 'rows.before';

/** The copy until it is whole, of each try by itself. */
const copyStart = 'rows.compacted-';

export type Compacted = { readonly beforeBytes: number; readonly afterBytes: number };

/** Where a compaction of the data folder is under way, or was cut. */
export const isBeingCompacted = async (root: string): Promise<boolean> =>
  (await isThere(join(root, beforeName))) && !(await isThere(join(root, 'rows')));

/**
 * Writes the rows of a data folder anew. A row that was removed leaves its bytes in the pages of
 * LMDB's file, until another one is written there; the copy has none of them.
 *
 *   rows            is renamed rows.before: from here on nobody opens it
 *   rows.before     is copied to rows.compacted-…, which is looked at and synced
 *   rows.compacted  is renamed rows
 *   rows.before     is removed
 *
 * Cut anywhere, nothing is lost: this, run again, begins or ends with what is there. Rejects with
 * `conflict` where another process has the rows open.
 */
export async function compactRows(folder: string): Promise<Compacted> {
  const root = resolve(folder);
  const [rows, before] = [join(root, 'rows'), join(root, beforeName)];
  const copy = join(root, `${copyStart}${randomBytes(6).toString('hex')}`);
  return orUnavailable(`data folder ${root}`, async () => {
    await undoCut(root);
    await rename(rows, before);
    await syncFolder(root);
    try {
      await copyRows(before, copy);
    } catch (error) {
      await rm(copy, { recursive: true, force: true });
      await rename(before, rows);
      throw error;
    }
    const sizes = { beforeBytes: await bytesOf(before), afterBytes: await bytesOf(copy) };
    await rename(copy, rows);
    await syncFolder(root);
    await rm(before, { recursive: true });
    await syncFolder(root);
    return sizes;
  });
}

async function undoCut(root: string): Promise<void> {
  const [rows, before] = [join(root, 'rows'), join(root, beforeName)];
  if (await isThere(before)) {
    if (await isThere(rows)) await rm(before, { recursive: true });
    else await rename(before, rows);
  }
  for (const name of await namesIn(root))
    if (name.startsWith(copyStart)) await rm(join(root, name), { recursive: true, force: true });
}

async function copyRows(from: string, to: string): Promise<void> {
  const source = opened(from);
  try {
    const others = othersIn(source.readerList());
    if (others.length > 0)
      throw new DaybookError(
        'conflict',
        `process ${others.join(', ')} has these rows open; end it first`,
      );
    expectWhole(from);
    await mkdir(to);
    await source.backup(to, true);
    await sameOwner(from, to);
    await sameOwner(join(from, 'data.mdb'), join(to, 'data.mdb'));
    await syncFile(join(to, 'data.mdb'));
    await syncFolder(to);
    expectWhole(to);
    const made = opened(to);
    const counts = [source, made].map((store) => store.getKeysCount());
    await made.close();
    if (counts[0] !== counts[1])
      throw new DaybookError('damaged', `of ${counts[0]} rows ${counts[1]} were copied`);
  } finally {
    await source.close();
  }
}

/** The server may run as another user than whoever compacts. */
async function sameOwner(from: string, to: string): Promise<void> {
  const { mode, uid, gid } = await stat(from);
  await chmod(to, mode);
  await chown(to, uid, gid);
}

const opened = (path: string): RootDatabase<string, Buffer> =>
  open({ path, noSubdir: false, readOnly: true, encoding: 'string', keyEncoding: 'binary' });

function expectWhole(folder: string): void {
  const path = join(folder, 'data.mdb');
  const fault = checkPages(path);
  if (fault !== undefined) throw damagedRows(path, fault);
}

/** Of LMDB's table of readers: a line each, which begins with the process's id. */
const othersIn = (readers: string): readonly number[] => [
  ...new Set(
    readers
      .split('\n')
      .map((line) => Number(/^\s*(\d+) /.exec(line)?.[1] ?? process.pid))
      .filter((pid) => pid !== process.pid && isAlive(pid)),
  ),
];

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const isThere = async (path: string) => (await orAbsent(stat(path), undefined)) !== undefined;

const bytesOf = async (folder: string) => (await stat(join(folder, 'data.mdb'))).size;
