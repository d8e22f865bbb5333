import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DaybookError, messageOf } from '../lib/errors.ts';

/**
 * Names, unlike values, are allowed to be made from chance here: none is ever read by its name
 * again.
 */
const self = `${process.pid}-${randomBytes(6).toString('hex')}`;

let made = 0;

/** A name no other process, present or past, gives: `<pid>-<process>-<n><ending>`. */
export const temporaryName = (ending: string) => `${self}-${++made}${ending}`;

/**
 * Whether the process that gave that name has ended. Processes that share a data folder share their
 * process numbers too, as LMDB demands the same.
 */
export function isLeftover(name: string): boolean {
  if (name.startsWith(`${self}-`)) return false;
  const pid = Number.parseInt(name, 10);
  // In a container a program started again gets the number it had.
  if (!(pid > 0) || pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** Writes a file whole and synced, readable by its owner only; rejects where the name is taken. */
export async function writeSynced(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function syncFile(path: string): Promise<void> {
  // Windows syncs only what is open for writing.
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Makes the entries of a folder durable: what was renamed, linked or made in it. Windows knows no
 * such call.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Syncs a folder and all above it up to `root`: another process may have made one and not synced it
 * yet.
 */
export async function syncFolders(root: string, folder: string): Promise<void> {
  const depth = relative(root, folder).split(/[\\/]/).filter(Boolean).length;
  for (let up = 0, at = folder; up <= depth; up++, at = dirname(at)) await syncFolder(at);
}

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** The names in a folder; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return await orAbsent(readdir(folder), []);
}

/** What `work` gives, or `otherwise` where a file or folder of it does not exist. */
export async function orAbsent<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return otherwise;
    throw error;
  }
}

export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await namesIn(folder))
    if (isLeftover(name)) await rm(join(folder, name), { force: true, recursive: true });
}

export const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code;

/** A failure of the file system as fault `unavailable`; everything else stays what it is. */
export async function orUnavailable<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DaybookError || codeOf(error) === undefined) throw error;
    throw new DaybookError('unavailable', `${what}: ${messageOf(error)}`, { cause: error });
  }
}
