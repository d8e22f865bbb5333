import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseBackup, restoreBackup } from '../backup/restore-backup.ts';
import type { Home } from '../home/home.ts';
import { openEmptyFolder } from '../home/machine/empty-folder.ts';
import { openFiles } from '../home/machine/files.ts';
import { openMachine } from '../home/machine/machine.ts';
import { newSet } from '../ledger/manifest.ts';
import { dayMs } from '../lib/clock.ts';
import { claimData, forgetEarlierData } from './upgrade.ts';

let folder: string;
let data: string;
let home: Home;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-upgrade-'));
  data = join(folder, 'data');
  home = await openMachine(data);
});
afterEach(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const name = 'ledger/site/2026-04/old/hits.parquet';
const versionOf = async (of: string) => (await readFile(join(of, 'daybook.json'), 'utf8')).trim();

/** As an earlier Daybook has left it. */
async function makeEarlier(): Promise<void> {
  const file = await home.files.save(name, (path) => writeFile(path, 'hits'));
  const merged = newSet('old', { hits: { ...file, rows: 1 } });
  const value = JSON.stringify({ schema: 1, days: {}, merged });
  await home.rows.append([{ partition: 'month/site', sort: '2026-04', value }]);
  await writeFile(join(data, 'daybook.json'), '{"version":1}');
}

test('before data of an earlier version is marked, it is backed up as what it was', async () => {
  await makeEarlier();
  await claimData(home);
  expect(await versionOf(data)).not.toBe('{"version":1}');
  const target = await openFiles(join(data, 'before-upgrade'));
  const { manifest } = await chooseBackup(target);
  // The ledger's file takes no room a second time.
  expect((await stat(join(data, 'files', name))).nlink).toBe(2);
  const to = await openEmptyFolder(join(folder, 'to'));
  await restoreBackup(target, manifest, to);
  await to.close();
  expect(await versionOf(join(folder, 'to'))).toBe('{"version":1}');
  expect(await readFile(join(folder, 'to', 'files', name), 'utf8')).toBe('hits');
});

test('where it cannot be backed up, it stays as it was', async () => {
  await makeEarlier();
  await writeFile(join(data, 'before-upgrade'), 'a file');
  await expect(claimData(home)).rejects.toThrow('could not be backed up before the upgrade');
  expect(await versionOf(data)).toBe('{"version":1}');
});

test('data of this version is not backed up, and that backup goes after a week', async () => {
  await claimData(home);
  expect(existsSync(join(data, 'before-upgrade'))).toBe(false);
  await makeEarlier();
  await claimData(home);
  await forgetEarlierData(home, Date.now() + 6 * dayMs);
  expect(existsSync(join(data, 'before-upgrade'))).toBe(true);
  await forgetEarlierData(home, Date.now() + 8 * dayMs);
  expect(existsSync(join(data, 'before-upgrade'))).toBe(false);
});
