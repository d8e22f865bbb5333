import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cache, openCache } from './cache.ts';

let folder: string;
let cache: Cache;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-cache-'));
  cache = openCache(folder, 100);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function take(name: string, bytes: number): Promise<string> {
  const path = cache.newPath('.parquet');
  await writeFile(path, 'x'.repeat(bytes));
  cache.take(name, { path, bytes });
  return path;
}

/** What is removed is removed in the background, in the order in which it was given up. */
const expectThere = (paths: readonly string[], there: readonly boolean[]) =>
  expect.poll(() => paths.map(existsSync), { interval: 5 }).toEqual(there);

test('the least recently used goes first, once all are above the bound', async () => {
  const [a, b] = [await take('a', 40), await take('b', 40)];
  cache.pin('a')!.release();
  const c = await take('c', 40);
  cache.pin('c')!.release();
  await expectThere([a, b, c], [true, false, true]);
  expect(cache.pin('b')).toBeUndefined();
  expect(cache.bytes()).toBe(80);
});

test('what is held stays, however much it is; what is released goes', async () => {
  const paths = [await take('a', 90)];
  const a = cache.pin('a')!;
  paths.push(await take('b', 90));
  const b = cache.pin('b')!;
  paths.push(await take('c', 90));
  cache.pin('c')!.release();
  await expectThere(paths, [true, true, false]);
  expect(cache.bytes()).toBe(180);
  a.release();
  a.release();
  await expectThere(paths, [false, true, false]);
  b.release();
  expect(cache.bytes()).toBe(90);
});

test('a replaced or dropped file stays for those who hold it, and for nobody else', async () => {
  const first = await take('a', 10);
  const held = cache.pin('a')!;
  const second = await take('a', 20);
  expect(cache.pin('a')!.path).toBe(second);
  expect(held.path).toBe(first);
  cache.drop('a');
  expect(cache.pin('a')).toBeUndefined();
  held.release();
  // The second is still held.
  await expectThere([first, second], [false, true]);
  expect(cache.bytes()).toBe(20);
});

test('a file larger than all of it is held, and then gone', async () => {
  const path = await take('large', 500);
  const held = cache.pin('large')!;
  expect(existsSync(path)).toBe(true);
  held.release();
  await expectThere([path], [false]);
  expect(cache.bytes()).toBe(0);
});
