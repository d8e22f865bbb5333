import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMachine } from './machine.ts';

/**
 * LMDB writes into each of its first two pages (its metas, written in turn) with which flags of the
 * environment that commit was made. With this one, a commit is visible before it is synced, and
 * stays so if it never is.
 */
const overlappingSync = 0x1000;

/** Behind the page's header (24 bytes): magic, version, the map's address and size, size of a page. */
const flagsAt = 24 + 4 + 4 + 8 + 8 + 4;

test('a row is not visible before it is synced', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-synced-'));
  const home = await openMachine(folder);
  const flags: number[] = [];
  for (let i = 0; i < 4; i++) {
    await home.rows.append([{ partition: 'p', sort: String(i), value: 'v' }]);
    const file = await readFile(join(folder, 'rows', 'data.mdb'));
    const pageBytes = file.readUInt32LE(flagsAt - 4);
    for (const page of [0, 1]) flags.push(file.readUInt16LE(page * pageBytes + flagsAt));
  }
  await home.close();
  await rm(folder, { recursive: true });
  expect(flags.map((one) => one & overlappingSync)).toEqual(flags.map(() => 0));
  expect(new Set(flags)).toEqual(new Set([0x08])); // the keys of free pages are numbers
});
