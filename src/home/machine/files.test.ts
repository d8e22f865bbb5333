import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openFiles } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('unfinished files', () => {
  const name = (pid: number) => `${pid}-0123456789ab-1.parquet`;
  const cases: [string, string, boolean][] = [
    // Above the highest number of any system.
    ['of a process that ended are removed on opening', name(2 ** 31 - 1), false],
    ['of an earlier process of our number are removed', name(process.pid), false],
    ['of a process that runs are kept', name(process.ppid), true],
    ['of nobody are removed', 'something', false],
  ];
  test.each(cases)('%s', async (_, unfinished, kept) => {
    mkdirSync(join(folder, '.unfinished'));
    writeFileSync(join(folder, '.unfinished', unfinished), 'half');
    await openFiles(folder);
    expect(readdirSync(join(folder, '.unfinished'))).toEqual(kept ? [unfinished] : []);
  });

  test('of this process are kept when it opens the folder again', async () => {
    const files = await openFiles(folder);
    await files.save('a', async (path) => {
      await writeFile(path, 'half');
      await openFiles(folder);
    });
    expect((await files.list('')).map(({ name }) => name)).toEqual(['a']);
  });
});

test('a file is written beside its place, under the ending of its name', async () => {
  const files = await openFiles(folder);
  let written = '';
  await files.save('a/b/hits.parquet', (path) => {
    written = path;
    return writeFile(path, '');
  });
  expect(written.startsWith(join(folder, '.unfinished'))).toBe(true);
  expect(written.endsWith('.parquet')).toBe(true);
});

test('folders go when their last file goes', async () => {
  const files = await openFiles(folder);
  const save = (name: string) => files.save(name, (path) => writeFile(path, ''));
  await save('a/b/1');
  await save('a/c/1');
  await files.remove('a/b/1');
  expect(readdirSync(join(folder, 'a'))).toEqual(['c']);
  await files.remove('a/c/1');
  expect(readdirSync(folder)).toEqual(['.unfinished']);
});

test('a file that is open goes from disk when the last one releases it', async () => {
  const files = await openFiles(folder);
  await files.save('a/b', (path) => writeFile(path, ''));
  const opened = [await files.open('a/b'), await files.open('a/b')];
  await files.remove('a/b');
  opened[0]!.release();
  expect(readdirSync(join(folder, 'a'))).toEqual(['b']);
  opened[1]!.release();
  expect(readdirSync(folder)).toEqual(['.unfinished']);
});

test('only files count: no folders, no links to outside, no name with a dot first', async () => {
  const files = await openFiles(folder);
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a', '.hidden'), '');
  symlinkSync('/etc/hosts', join(folder, 'a', 'link'));
  expect(await files.list('')).toEqual([]);
  const refused = async (name: string, got: string) => {
    const opened = files.open(name);
    await expect(opened).rejects.toMatchObject({ fault: 'damaged' });
    await expect(opened).rejects.toThrow(
      `${join(folder, name)} is damaged: expected a file, ${got}`,
    );
  };
  await refused('a', 'got a folder');
  await refused('a/link', 'got a link');
});

describe('what the file system refuses', () => {
  test('is unavailable, with its reason', async () => {
    const files = await openFiles(folder);
    await files.save('a', (path) => writeFile(path, ''));
    const below = files.save('a/b', (path) => writeFile(path, ''));
    await expect(below).rejects.toMatchObject({ name: 'DaybookError', fault: 'unavailable' });
    expect(readdirSync(join(folder, '.unfinished'))).toEqual([]);
  });

  test('a writer that writes nothing is told so', async () => {
    const files = await openFiles(folder);
    await expect(files.save('a', async () => {})).rejects.toThrow(
      /^file a could not be saved: ENOENT/,
    );
  });
});
