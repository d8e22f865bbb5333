import { createHash } from 'node:crypto';
import { rmdirSync, rmSync, type Stats } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { DaybookError } from '../../lib/errors.ts';
import {
  codeOf,
  makeFolder,
  namesIn,
  orAbsent,
  orUnavailable,
  removeLeftovers,
  syncFolders,
  temporaryName,
} from '../disk.ts';
import type { FileEntry, Files } from '../home.ts';
import { checkFileName, checkFilePrefix } from '../keys.ts';

/**
 * Files in a folder. No name starts with a dot, so the folder of unfinished files is never one of
 * them.
 */
export async function openFiles(folder: string): Promise<Files> {
  const unfinished = join(folder, '.unfinished');
  /**
   * Per name, how often it is open here. One that is removed meanwhile stays until the last is
   * released.
   */
  const held = new Map<string, { count: number; removed: boolean }>();

  await orUnavailable(`cannot open the files in ${folder}`, async () => {
    await makeFolder(unfinished);
    await removeLeftovers(unfinished);
  });

  const pathOf = (name: string) => {
    checkFileName(name);
    return join(folder, name);
  };

  return {
    folder,
    async save(name, write) {
      const path = pathOf(name);
      // With the ending of the name, since writers choose a format by it.
      const temporary = join(unfinished, temporaryName(extname(name)));
      return orUnavailable(`file ${name} could not be saved`, async () => {
        try {
          await write(temporary);
          const summary = await summarize(temporary);
          await moveTo(temporary, path);
          await syncFolders(folder, dirname(path));
          const hold = held.get(name);
          if (hold) hold.removed = false;
          return summary;
        } finally {
          await rm(temporary, { force: true });
        }
      });
    },

    async open(name) {
      const path = pathOf(name);
      const present = held.get(name);
      if (present?.removed) throw notFound(name);
      const hold = present ?? { count: 0, removed: false };
      held.set(name, hold);
      // Held before it is looked for, so that it cannot be removed in between.
      hold.count++;
      let released = false;
      const release = () => {
        if (released) return;
        released = true;
        if (--hold.count > 0) return;
        held.delete(name);
        if (hold.removed) removeFile(folder, path);
      };
      try {
        const stat = await orUnavailable(`file ${name} could not be opened`, () =>
          orAbsent(lstat(path), undefined),
        );
        if (stat === undefined) throw notFound(name);
        // Not that there is none: Daybook writes nothing but files.
        if (!stat.isFile()) throw notAFile(path, stat);
      } catch (error) {
        release();
        throw error;
      }
      return { path, release };
    },

    async list(prefix) {
      checkFilePrefix(prefix);
      return orUnavailable(`files ${prefix}* could not be listed`, async () => {
        const found: FileEntry[] = [];
        const walk = async (within: string): Promise<void> => {
          for (const entry of await namesIn(join(folder, within))) {
            const name = within + entry;
            if (entry.startsWith('.') || held.get(name)?.removed) continue;
            if (!name.startsWith(prefix) && !prefix.startsWith(`${name}/`)) continue;
            const stat = await orAbsent(lstat(join(folder, name)), undefined);
            if (stat?.isDirectory()) await walk(`${name}/`);
            else if (stat?.isFile() && name.startsWith(prefix)) {
              found.push({ name, bytes: stat.size, modifiedMs: Math.trunc(stat.mtimeMs) });
            }
          }
        };
        await walk('');
        return found.sort((a, b) => (a.name < b.name ? -1 : 1));
      });
    },

    async remove(name) {
      const path = pathOf(name);
      const hold = held.get(name);
      if (hold) hold.removed = true;
      else
        await orUnavailable(`file ${name} could not be removed`, async () =>
          removeFile(folder, path),
        );
    },
  };
}

/** Size and SHA-256 of what is on disk after a sync, read back. */
async function summarize(path: string): Promise<{ bytes: number; sha256: string }> {
  // Windows syncs only what is open for writing.
  const file = await open(path, 'r+');
  try {
    await file.sync();
    const hash = createHash('sha256');
    const { size } = await file.stat();
    // Of many small files at once, what they need: larger ones are freed late.
    const buffer = Buffer.allocUnsafe(Math.min(2 ** 20, size + 1));
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, bytes);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** Again where the folder, empty at that moment, was removed after it was made. */
async function moveTo(temporary: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await makeFolder(dirname(path));
    try {
      return await rename(temporary, path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === 5) throw error;
    }
  }
}

/**
 * With the folders that it leaves empty. At once, so that nobody opens or saves the file in the
 * middle of it.
 */
function removeFile(folder: string, path: string): void {
  rmSync(path, { force: true });
  try {
    for (let at = dirname(path); at !== folder; at = dirname(at)) rmdirSync(at);
  } catch {
    // One is not empty.
  }
}

function notAFile(path: string, stat: Stats): DaybookError {
  const got = stat.isSymbolicLink() ? 'a link' : stat.isDirectory() ? 'a folder' : 'something else';
  const problem = `${path} is damaged: expected a file, got ${got}; put the file there again`;
  return new DaybookError('damaged', problem);
}

const notFound = (name: string) => new DaybookError('not-found', `there is no file ${name}`);
