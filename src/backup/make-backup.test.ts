import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Files, Home } from '../home/home.ts';
import { openFiles } from '../home/machine/files.ts';
import { openMachine } from '../home/machine/machine.ts';
import { newSet } from '../ledger/manifest.ts';
import { DaybookError } from '../lib/errors.ts';
import { checkBackup } from './check-backup.ts';
import { type BackupWorld, makeBackup } from './make-backup.ts';
import { listBackups, readManifest } from './manifest.ts';

let folder: string;
let home: Home;
let target: Files;
let world: BackupWorld;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-backup-'));
  home = await openMachine(join(folder, 'data'));
  target = await openFiles(join(folder, 'backups'));
  world = { home, target, clock: () => 1_000, random: () => 'one' };
});
afterEach(async () => {
  await home.close();
  await rm(folder, { recursive: true, force: true });
});

const nameOf = (version: string) => `ledger/site/2026-04/${version}/hits.parquet`;

/** The ledger has one month of one file. */
async function publish(version: string, content = version): Promise<void> {
  const file = await home.files.save(nameOf(version), (path) => writeFile(path, content));
  const merged = newSet(version, { hits: { ...file, rows: 1 } });
  const value = JSON.stringify({ schema: 1, days: {}, merged });
  await home.rows.append([{ partition: 'month/site', sort: '2026-04', value }]);
}

/** Merging replaces the file at that moment, and removes it before it can be copied. */
function replacedBefore(opens: number): Home {
  let count = 0;
  return {
    ...home,
    files: {
      ...home.files,
      async open(name) {
        if (++count <= opens) {
          await publish(`new${count}`);
          await home.files.remove(name);
        }
        return home.files.open(name);
      },
    },
  };
}

test.each([1, 2, 3])('files that merging removes before they are copied, %d times', async (n) => {
  await publish('old');
  await home.rows.append([{ partition: 'hit/site/2026-04-01/0', sort: '1', value: '{}' }]);
  const { name } = await makeBackup({ ...world, home: replacedBefore(n) });
  const manifest = await readManifest(target, name);
  expect(manifest.files.map((file) => file.name)).toEqual([nameOf(`new${n}`)]);
  expect(await checkBackup(target, manifest)).toEqual([]);
});

test('a file that is gone for good fails the backup, and there is none', async () => {
  await publish('old');
  await home.files.remove(nameOf('old'));
  await expect(makeBackup(world)).rejects.toThrow(`there is no file ${nameOf('old')}`);
  expect(await listBackups(target)).toEqual([]);
});

test('a file that is damaged before its first copy fails the backup, which names it', async () => {
  await publish('old');
  await home.files.save(nameOf('old'), (path) => writeFile(path, 'odd'));
  await expect(makeBackup(world)).rejects.toThrow(`${nameOf('old')} of this data is damaged`);
  expect(await target.list('')).toEqual([]);
});

test('what was copied before does not have to be there any more', async () => {
  await publish('old');
  await makeBackup(world);
  await home.files.remove(nameOf('old'));
  const again = await makeBackup(world);
  expect(await checkBackup(target, await readManifest(target, again.name))).toEqual([]);
});

test('a second backup writes only its manifest, and is later also where the clock is not', async () => {
  await publish('old');
  const first = await makeBackup(world);
  const second = await makeBackup(world);
  expect(first.writtenBytes).toBe(first.bytes);
  expect(second.writtenBytes).toBeLessThan(500);
  expect(second.atMs).toBeGreaterThan(first.atMs);
});

test('a manifest that is damaged stops nothing but the removal of files', async () => {
  await publish('old');
  const first = await makeBackup(world);
  await target.save(first.name, (path) => writeFile(path, '{}'));
  await publish('new');
  await makeBackup(world, { keep: 2 });
  expect((await target.list('ledger/')).map(({ name }) => name)).toContain(nameOf('old'));
  await makeBackup(world, { keep: 2 });
  expect((await target.list('ledger/')).map(({ name }) => name)).toEqual([nameOf('new')]);
});

test("another Daybook's backups are not mixed in; a restored one goes on with them", async () => {
  await makeBackup(world);
  const other = await openMachine(join(folder, 'other'));
  await makeBackup({ ...world, home: other }); // it has none of its own yet
  const elsewhere = await openFiles(join(folder, 'elsewhere'));
  const own = await openMachine(join(folder, 'own'));
  const ownWorld = { ...world, home: own, random: () => 'two' };
  await makeBackup({ ...ownWorld, target: elsewhere });
  await expect(makeBackup(ownWorld)).rejects.toThrow('of another Daybook');
  await other.close();
  await own.close();
});

test('a home that has no snapshots is refused', async () => {
  const { snapshot: _, ...without } = home;
  await expect(makeBackup({ ...world, home: without })).rejects.toBeInstanceOf(DaybookError);
});
