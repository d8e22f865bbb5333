import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRows } from '../rows.ts';
import { openCheckMark } from './check-mark.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-mark-'));
  path = join(folder, 'data.mdb');
  await fill();
});
afterEach(() => rm(folder, { recursive: true }));

/** Opens the rows, writes some, and closes them. */
async function fill(): Promise<void> {
  const rows = openRows(folder, { markFromBytes: 1 });
  for (let i = 0; i < 20; i++)
    await rows.append([{ partition: 'p', sort: String(i), value: 'v'.repeat(3_000) }]);
  await rows.close();
}

const isWhole = () => openCheckMark(path, 1).isWhole;

/** Zeroes the last page. */
async function damage(): Promise<void> {
  const file = await open(path, 'r+');
  const { size } = await file.stat();
  await file.write(Buffer.alloc(4_096), 0, 4_096, size - 4_096);
  await file.close();
}

test('a file that is as it was left is not looked at again, 20 times; then it is', async () => {
  for (let time = 0; time < 20; time++) {
    expect(isWhole()).toBe(true);
    await openRows(folder, { markFromBytes: 1 }).close();
  }
  expect(isWhole()).toBe(false);
  await openRows(folder, { markFromBytes: 1 }).close();
  expect(isWhole()).toBe(true);
});

test('a file that was changed since is looked at, and damage refused', async () => {
  await damage();
  expect(isWhole()).toBe(false);
  expect(() => openRows(folder, { markFromBytes: 1 })).toThrow(/data\.mdb is damaged/);
});

test('after an end without closing it is looked at', async () => {
  const rows = openRows(folder, { markFromBytes: 1 });
  expect(isWhole()).toBe(false); // as for the next process, if this one were killed now
  await rows.close();
  expect(isWhole()).toBe(true);
});

test('beside a process that has it open nobody looks, nor says that it was closed', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  try {
    const mark = { bytes: 0, modifiedMs: 0, by: other.pid, skipped: 0 };
    await writeFile(join(folder, 'checked.json'), JSON.stringify(mark));
    expect(isWhole()).toBe(true);
    await openRows(folder, { markFromBytes: 1 }).close();
    expect(JSON.parse(await readFile(join(folder, 'checked.json'), 'utf8'))).toEqual(mark);
  } finally {
    const ended = new Promise((resolve) => other.once('exit', resolve));
    other.kill('SIGKILL');
    await ended;
  }
  expect(isWhole()).toBe(false);
});

test('a mark that is no JSON, and a small file, are no mark', async () => {
  expect(openCheckMark(path).isWhole).toBe(false);
  await writeFile(join(folder, 'checked.json'), '{');
  expect(isWhole()).toBe(false);
});
