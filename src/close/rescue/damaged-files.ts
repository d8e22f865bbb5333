import { copyFile, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { orAbsent } from '../../home/disk.ts';
import type { Files, Home } from '../../home/home.ts';
import { openChecked } from '../../ledger/checked-file.ts';
import { type FileKind, fileKinds, type NamedFile } from '../../ledger/manifest.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';

/** The ledger's files in a damaged folder. Nothing is made, removed or changed there. */
export type DamagedFiles = {
  /** Copies a file that is what its manifest says; gives what is wrong where it is not. */
  copyChecked(file: NamedFile): Promise<string | undefined>;
  /** Copies a file as it is. */
  copy(name: string): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** All sets that have files, the newest first. */
  sets(): Promise<readonly FoundSet[]>;
};

export type FoundSet = {
  readonly siteId: string;
  readonly dayOrMonth: string;
  readonly version: string;
  /** When the last of its files was written. */
  readonly writtenMs: number;
  readonly paths: Readonly<Partial<Record<FileKind, string>>>;
};

export function openDamagedFiles(folder: string, to: Pick<Home, 'files'>): DamagedFiles {
  const source: Pick<Files, 'open'> = {
    async open(name) {
      const path = join(folder, name);
      const found = await orAbsent(lstat(path), undefined);
      if (found?.isFile()) return { path, release() {} };
      const problem = found === undefined ? 'it is missing' : 'it is no file';
      throw new DaybookError('damaged', problem);
    },
  };
  const copy = (name: string) => to.files.save(name, (path) => copyFile(join(folder, name), path));
  return {
    copy,
    async copyChecked(file) {
      try {
        (await openChecked(source, file)).release();
        const { sha256 } = await copy(file.name);
        return sha256 === file.sha256 ? undefined : 'it changed while it was copied';
      } catch (error) {
        return messageOf(error).replace(`${file.name} is damaged: `, '');
      }
    },
    async sets() {
      const found: FoundSet[] = [];
      for (const siteId of await foldersIn(join(folder, 'ledger')))
        for (const dayOrMonth of await foldersIn(join(folder, 'ledger', siteId)))
          for (const version of await foldersIn(join(folder, 'ledger', siteId, dayOrMonth))) {
            const at = join(folder, 'ledger', siteId, dayOrMonth, version);
            const set = await setIn(at);
            if (set !== undefined) found.push({ siteId, dayOrMonth, version, ...set });
          }
      return found.sort((a, b) => b.writtenMs - a.writtenMs);
    },
  };
}

async function setIn(folder: string): Promise<Pick<FoundSet, 'paths' | 'writtenMs'> | undefined> {
  const paths: Partial<Record<FileKind, string>> = {};
  let writtenMs = 0;
  for (const kind of fileKinds) {
    const path = join(folder, `${kind}.parquet`);
    const found = await orAbsent(lstat(path), undefined);
    if (!found?.isFile()) continue;
    paths[kind] = path;
    writtenMs = Math.max(writtenMs, found.mtimeMs);
  }
  return writtenMs === 0 ? undefined : { paths, writtenMs };
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await orAbsent(readdir(folder, { withFileTypes: true }), []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
