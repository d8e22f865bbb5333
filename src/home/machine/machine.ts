import { constants } from 'node:fs';
import { access, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import {
  dataVersion,
  refuseNewer,
  restoringText,
  versionIn,
  versionText,
} from '../data-version.ts';
import {
  codeOf,
  makeFolder,
  namesIn,
  orAbsent,
  orUnavailable,
  syncFile,
  syncFolder,
  syncFolders,
  temporaryName,
  writeSynced,
} from '../disk.ts';
import { roomIn } from '../disk-space.ts';
import type { Home } from '../home.ts';
import { isBeingCompacted } from './compact.ts';
import { damagedData } from './damage.ts';
import { openFiles } from './files.ts';
import { openRows } from './rows.ts';
import { openSalts } from './salts.ts';

export type MachineOptions = {
  /** Another process has the rows open and has looked at every page: a child's server has. */
  readonly isChecked?: boolean;
};

/**
 * Opens a data folder, and makes it where there is none. A server and CLI processes may have it
 * open at the same time. Rejects with a `DaybookError` that names the folder and what is wrong with
 * it.
 */
export async function openMachine(
  folder: string,
  { isChecked = false }: MachineOptions = {},
): Promise<Home> {
  const root = resolve(folder);
  await prepare(root);
  const isNew = (await checkVersion(root)) === 0;
  await expectRows(root, isNew);
  await orUnavailable(`data folder ${root}`, () => makeFolder(join(root, 'rows')));
  const rows = openRows(join(root, 'rows'), { isChecked });
  try {
    const files = await openFiles(join(root, 'files'));
    const salts = await openSalts(join(root, 'salts'));
    await orUnavailable(`data folder ${root}`, async () => {
      await syncFile(join(root, 'rows', 'data.mdb'));
      await syncFolders(root, join(root, 'rows'));
      // From now on, a folder without its rows is not a new one.
      if (isNew) await writeVersion(root);
    });
    // Where the folder is new, so is its entry in the one above, which may not be ours to read.
    await syncFolder(dirname(root)).catch(() => {});
    return {
      name: 'machine',
      rows,
      files,
      salts,
      shards: 1,
      // Reading is nearly free; at thousands of hits a second, once a millisecond is enough.
      settingsMaxAgeMs: 1,
      writers: 'one',
      metered: false,
      countsStored: 'now',
      async snapshot() {
        // The version first: it only rises.
        return { dataVersion: await checkVersion(root), ...rows.snapshot() };
      },
      room: () => roomIn(join(root, 'files')),
      async claim(beforeRise) {
        const found = await checkVersion(root);
        if (found >= dataVersion) return;
        await beforeRise?.();
        await writeVersion(root);
      },
      close: () => rows.close(),
    };
  } catch (error) {
    await rows.close();
    throw error;
  }
}

async function prepare(root: string): Promise<void> {
  try {
    await makeFolder(root);
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = reasons[codeOf(error) ?? ''];
    throw new DaybookError(
      reason ? 'bad-input' : 'unavailable',
      `data folder ${root}: ${reason ?? messageOf(error)}`,
      { cause: error },
    );
  }
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'expected a folder, but it is a file',
  ENOTDIR: 'expected a folder, but a part of its path is a file',
  EACCES: 'expected a folder this user may read and write, but permission is denied',
  EPERM: 'expected a folder this user may read and write, but permission is denied',
  EROFS: 'expected a folder to write to, but the file system is read-only',
};

/** Beside `rows/`, `files/` and `salts/`. */
export const versionName = 'daybook.json';

/** 0 where the folder has no version yet. */
async function checkVersion(root: string): Promise<number> {
  const path = join(root, versionName);
  const text = await orUnavailable(path, () => orAbsent(readFile(path, 'utf8'), undefined));
  if (text === undefined) return 0;
  if (text.trim() === restoringText)
    throw new DaybookError(
      'unavailable',
      `a backup is being restored to ${root}, or that was cut: ` +
        'run `daybook backup restore` again; it begins anew',
    );
  const found = versionIn(text);
  if (found === undefined) {
    throw new DaybookError(
      'bad-input',
      `${path}: expected ${versionText}, got ${text.slice(0, 100)}`,
    );
  }
  refuseNewer(found, 'this data folder', `give it another folder than ${root}`);
  return found;
}

/**
 * Rejects where there was a Daybook whose rows are gone. An empty one in its place would hide what
 * is left of it, and have another owner key.
 */
async function expectRows(root: string, isNew: boolean): Promise<void> {
  const path = join(root, 'rows', 'data.mdb');
  const found = await orUnavailable(path, () => orAbsent(stat(path), undefined));
  if (found !== undefined && found.size > 0) return;
  const left = isNew ? await firstOf(root, ['files/ledger', 'salts']) : versionName;
  if (left === undefined) return;
  if (await isBeingCompacted(root))
    throw new DaybookError(
      'unavailable',
      `${root} is being compacted, or that was cut: daybook compact --data ${root} finishes it`,
    );
  const what = found === undefined ? 'missing' : 'empty';
  throw damagedData(root, `${path} is ${what}, but there is ${join(root, left)}`);
}

/** The first of these folders that has something in it. */
async function firstOf(root: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const names = await orUnavailable(join(root, folder), () => namesIn(join(root, folder)));
    if (names.length > 0) return folder;
  }
  return undefined;
}

/** Puts a text in place of the folder's version, at once and durably. */
export async function writeVersion(root: string, text = versionText): Promise<void> {
  const temporary = join(root, `.${temporaryName('.json')}`);
  try {
    await writeSynced(temporary, `${text}\n`);
    await rename(temporary, join(root, versionName));
    await syncFolder(root);
  } finally {
    await rm(temporary, { force: true });
  }
}
