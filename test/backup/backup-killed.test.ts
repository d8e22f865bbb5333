import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { checkBackup } from '../../src/backup/check-backup.ts';
import { isKept } from '../../src/backup/kept-rows.ts';
import { makeBackup } from '../../src/backup/make-backup.ts';
import { listBackups, namesIn, readManifest } from '../../src/backup/manifest.ts';
import { chooseBackup, restoreBackup } from '../../src/backup/restore-backup.ts';
import { type BackupPlace, openBackupPlace } from '../../src/entry/backup-place.ts';
import type { Home, Row } from '../../src/home/home.ts';
import { openEmptyFolder } from '../../src/home/machine/empty-folder.ts';
import { openMachine } from '../../src/home/machine/machine.ts';
import { filesOfMonth, type Month, newSet } from '../../src/ledger/manifest.ts';
import { backupPoints, restorePoints } from '../../src/model/fault-points.ts';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';
import { everyCase } from '../support/real-app.ts';

const child = fileURLToPath(new URL('backup-killed.test-child.mjs', import.meta.url));
const built = new URL('../../dist/src/', import.meta.url).href;
const random = () => randomBytes(8).toString('hex');

let folder: string;
let stores: AwsStores | undefined;
let home: Home;
let place: BackupPlace;
afterEach(async () => {
  await place.close();
  await home.close();
  await stores?.close();
  stores = undefined;
  await rm(folder, { recursive: true, force: true });
});

describe.each(everyCase ? ['a folder', 's3'] : ['a folder'])('to %s', (kind) => {
  test('killed at each step, earlier backups are whole, and the next run tidies up', async () => {
    const at = await open(kind);
    const world = { home, target: place.files, clock: Date.now, random };
    await makeBackup(world);
    for (const [i, killAt] of backupPoints.entries()) {
      await change(i + 1);
      expect(await run({ data: join(folder, 'data'), place: at, killAt, keep: 2 }), killAt).toBe(
        'SIGKILL',
      );
      const before = await expectAllWhole();
      expect(before.length).toBeGreaterThan(0);
      const made = await makeBackup(world, { keep: 2 });
      const after = await expectAllWhole();
      expect(after.at(-1)).toBe(made.name);
      expect(after.length).toBeLessThanOrEqual(2);
      await expectNothingElse(after);
      if (kind === 'a folder') expect(await readdir(join(at, '.unfinished')), killAt).toEqual([]);
    }
    await expectRestored(join(folder, 'restored'));
  });

  test('restoring killed at each step, nothing opens it; and run again, all is there', async () => {
    const at = await open(kind);
    await makeBackup({ home, target: place.files, clock: Date.now, random });
    for (const killAt of restorePoints) {
      const to = join(folder, killAt);
      expect(await run({ place: at, to, killAt }), killAt).toBe('SIGKILL');
      if (killAt === 'restore.finished') await expectSame(to);
      else {
        await expect(openMachine(to)).rejects.toThrow('daybook backup restore');
        await expectRestored(to);
      }
    }
  });
});

test('what went bad in the backup is named, restored by nobody, and mended by --verify', async () => {
  const at = await open('a folder');
  const world = { home, target: place.files, clock: Date.now, random };
  const { name } = await makeBackup(world);
  const manifest = await readManifest(place.files, name);
  const damaged = [namesIn(manifest)[0]!, manifest.files[0]!.name];
  for (const one of damaged) {
    const path = join(at, one);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(path, bytes);
  }
  expect((await checkBackup(place.files, manifest)).map(({ name }) => name)).toEqual(damaged);
  const to = await openEmptyFolder(join(folder, 'to'));
  await expect(restoreBackup(place.files, manifest, to)).rejects.toThrow('is damaged');
  await to.close();
  await expect(openMachine(join(folder, 'to'))).rejects.toThrow('daybook backup restore');
  await makeBackup(world, { verify: true });
  expect(await expectAllWhole()).toHaveLength(2);
  await expectRestored(join(folder, 'to'));
});

/** A small Daybook, and where its backups go. */
async function open(kind: string): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'daybook-backup-'));
  home = await openMachine(join(folder, 'data'));
  await home.rows.append([row('sites', 'a'), row('sessions', 'a'), row('server', 'lease')]);
  await change(0);
  stores = kind === 's3' ? await openAwsStores() : undefined;
  const at = stores === undefined ? join(folder, 'backups') : 's3://daybook-files/backups/here';
  place = await openBackupPlace(at, stores?.env ?? {}, { mayCreate: true });
  return at;
}

const row = (partition: string, sort: string, value = '{}'): Row => ({ partition, sort, value });

/** A hit more, and a day that was closed: a new file, in place of the one before. */
async function change(n: number): Promise<void> {
  await home.rows.append([row('hit/changed/2026-04-07/0', String(n), `{"n":${n}}`)]);
  const name = `ledger/changed/2026-04-07/${n}/hits.parquet`;
  const saved = await home.files.save(name, (path) => writeFile(path, `file ${n}`));
  const own = newSet(String(n), { hits: { ...saved, rows: 1 } });
  const content = { schema: 1, days: { '2026-04-07': { own } } } as unknown as Month;
  expect(filesOfMonth('changed', { month: '2026-04', text: '', content })[0]!.name).toBe(name);
  await home.rows.append([row('month/changed', '2026-04', JSON.stringify(content))]);
  if (n > 0) await home.files.remove(name.replace(`/${n}/`, `/${n - 1}/`));
}

async function run(job: object): Promise<string | number | null> {
  const running = spawn(process.execPath, [child, JSON.stringify({ built, ...job })], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...stores?.env },
  });
  const [code, signal] = (await once(running, 'close')) as [number | null, string | null];
  return signal ?? code;
}

async function expectAllWhole(): Promise<string[]> {
  const names = (await listBackups(place.files)).map(({ name }) => name);
  for (const name of names)
    expect(await checkBackup(place.files, await readManifest(place.files, name))).toEqual([]);
  return names;
}

async function expectNothingElse(backups: readonly string[]): Promise<void> {
  const named = new Set(backups);
  for (const name of backups)
    for (const one of namesIn(await readManifest(place.files, name))) named.add(one);
  expect((await place.files.list('')).map(({ name }) => name)).toEqual([...named].sort());
}

async function expectRestored(to: string): Promise<void> {
  const { manifest } = await chooseBackup(place.files);
  const empty = await openEmptyFolder(to);
  await restoreBackup(place.files, manifest, empty);
  await empty.close();
  await expectSame(to);
}

/** The rows are the same but those that no backup has, and so are all files that they name. */
async function expectSame(to: string): Promise<void> {
  const restored = await openMachine(to);
  try {
    const rows = await rowsOf(restored);
    expect(rows).toEqual((await rowsOf(home)).filter(isKept));
    expect(rows.some(({ partition }) => /^(sessions|server)/.test(partition))).toBe(false);
    expect(await readdir(join(to, 'salts'))).toEqual([]);
    const named = rows.flatMap(({ partition, sort, value }) =>
      partition.startsWith('month/')
        ? filesOfMonth(partition.slice(6), { month: sort, text: value, content: JSON.parse(value) })
        : [],
    );
    const found = await restored.files.list('');
    expect(found.map(({ name }) => name)).toEqual(named.map(({ name }) => name).sort());
    for (const { name } of named)
      expect(await contentOf(restored, name)).toEqual(await contentOf(home, name));
  } finally {
    await restored.close();
  }
}

async function rowsOf({ snapshot }: Home): Promise<Row[]> {
  const taken = await snapshot!();
  const rows = [...taken.rows()];
  taken.done();
  return rows;
}

async function contentOf({ files }: Home, name: string): Promise<Buffer> {
  const { path, release } = await files.open(name);
  release();
  return readFile(path);
}
