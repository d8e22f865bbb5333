import { readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DaybookError } from '../../lib/errors.ts';
import { restoringText } from '../data-version.ts';
import { makeFolder, namesIn, orAbsent, orUnavailable, syncFolder, syncFolders } from '../disk.ts';
import type { Files, Rows } from '../home.ts';
import { openFiles } from './files.ts';
import { versionName, writeVersion } from './machine.ts';
import { openRows } from './rows.ts';

export type EmptyFolder = {
  readonly append: Rows['append'];
  readonly files: Files;
  /** From here on it is a data folder of that version. */
  finish(dataVersion: number): Promise<void>;
  close(): Promise<void>;
};

/**
 * A new data folder, for what is put back. Until it is finished, a mark in place of its version
 * keeps every Daybook from opening it. Rejects with `bad-input` where the folder has something in
 * it; what an earlier try has left is removed.
 */
export async function openEmptyFolder(folder: string): Promise<EmptyFolder> {
  const root = resolve(folder);
  return orUnavailable(`data folder ${root}`, async () => {
    await makeFolder(root);
    if (await isCut(root))
      for (const name of ['rows', 'files', 'salts'])
        await rm(join(root, name), { recursive: true, force: true });
    else await expectEmpty(root, folder);
    await writeVersion(root, restoringText);
    await makeFolder(join(root, 'rows'));
    const rows = openRows(join(root, 'rows'));
    const files = await openFiles(join(root, 'files'));
    return {
      append: rows.append,
      files,
      async finish(dataVersion) {
        await syncFolders(root, join(root, 'rows'));
        await writeVersion(root, JSON.stringify({ version: dataVersion }));
        await syncFolder(dirname(root)).catch(() => {}); // which may not be ours to read
      },
      close: () => rows.close(),
    };
  });
}

const isCut = async (root: string) =>
  (await orAbsent(readFile(join(root, versionName), 'utf8'), '')).trim() === restoringText;

async function expectEmpty(root: string, folder: string): Promise<void> {
  // A try that was cut before its mark stood has left the mark's own unfinished file.
  const there = (await namesIn(root)).filter((name) => name !== 'lost+found' && name[0] !== '.');
  if (there.length > 0)
    throw new DaybookError(
      'bad-input',
      `expected a new or an empty folder, got ${folder}, which has ${there[0]} in it`,
    );
}
