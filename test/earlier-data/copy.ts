import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { open } from 'lmdb';
import type { Home, Row } from '../../src/home/home.ts';

/**
 * A copy of a Daybook's data that any home can load. `rows.ndjson` contains a row in each line, in
 * the order of their keys; `files/` contains the ledger's files under their names. What belongs to
 * one machine and not to the data is left out: the owner's key, sessions, the running server, and
 * files that no manifest names.
 */

const leftOut = /^(owner|session|server|unnamed)/;

/** Copies the data folder of a machine whose server has ended, and so has written everything. */
export async function saveCopy(data: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const rows = readRows(join(data, 'rows')).filter(({ partition }) => !leftOut.test(partition));
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  await writeFile(join(to, 'rows.ndjson'), lines.join(''));
  const manifests = lines.filter((line) => line.startsWith('{"partition":"month/')).join('');
  for (const name of await filesBelow(join(data, 'files'))) {
    const [version] = name.split('/').slice(-2);
    if (!manifests.includes(version!)) continue;
    const path = join(to, 'files', name);
    await mkdir(dirname(path), { recursive: true });
    await copyFile(join(data, 'files', name), path);
  }
}

/** Loads a copy into an empty home. */
export async function loadCopy(home: Home, from: string): Promise<void> {
  const lines = (await readFile(join(from, 'rows.ndjson'), 'utf8')).trim().split('\n');
  await home.rows.append(lines.map((line) => JSON.parse(line) as Row));
  for (const name of await filesBelow(join(from, 'files')))
    await home.files.save(name, (path) => copyFile(join(from, 'files', name), path));
}

/** All rows of a machine's store. */
function readRows(folder: string): Row[] {
  const store = open<string, Buffer>({
    ...{ path: folder, noSubdir: false, encoding: 'string', keyEncoding: 'binary' },
    ...{ useVersions: true, readOnly: true },
  });
  const rows = [...store.getRange({})].map(({ key, value }) => {
    const [partition, sort] = key.toString('utf8').split('\0');
    return { partition: partition!, sort: sort!, value };
  });
  void store.close();
  return rows;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
