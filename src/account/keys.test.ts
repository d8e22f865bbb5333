import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { type Keys, openKeys, rightsOfKey, scopes } from './keys.ts';

let folder: string;
let home: Home;
let keys: Keys;
let nowMs = 1_000;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-keys-'));
  home = await openMachine(folder);
  keys = openKeys(home, { clock: () => nowMs++, random: randomBytes });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

test('a key is shown once, and never stored', async () => {
  const { key, facts } = await keys.make({ name: 'a', scope: 'write', siteId: 'one' });
  expect(key).toMatch(/^dbk_[\w-]{43}$/);
  expect(await keys.find(key)).toEqual(facts);
  expect((await readFile(join(folder, 'rows', 'data.mdb'))).includes(key)).toBe(false);
});

test('only a key that was made is one, until it is ended', async () => {
  const { key, facts } = await keys.make({ name: 'b', scope: 'write' });
  expect((await keys.list()).map(({ name }) => name)).toEqual(['a', 'b']);
  expect(await keys.find(key.slice(0, -1))).toBeUndefined();
  expect(await keys.find('')).toBeUndefined();
  await keys.end(facts.id);
  expect(await keys.find(key)).toBeUndefined();
  await expect(keys.end(facts.id)).rejects.toMatchObject({ fault: 'not-found' });
});

test('a name is one line', async () => {
  const made = keys.make({ name: 'a\nb', scope: 'write' });
  await expect(made).rejects.toMatchObject({ fields: { name: [expect.any(String)] } });
});

test('each scope has its rights; when a key was used is noted, to the hour', async () => {
  expect(scopes.map((scope) => rightsOfKey({ scope }))).toEqual([
    ...[{}, { all: 'viewer' }, { all: 'admin' }, { all: 'owner' }],
  ]);
  expect(rightsOfKey({ scope: 'read', siteId: 'one' })).toEqual({ sites: { one: 'viewer' } });
  const { key, facts } = await keys.make({ name: 'c', scope: 'read' });
  const used = async () => (await keys.list()).find(({ id }) => id === facts.id)?.usedMs;
  expect(await used()).toBe(undefined);
  nowMs = 10_000_000;
  await keys.find(key);
  await keys.find(key);
  expect(await used()).toBe(10_000_000);
  nowMs += 3_600_000;
  await keys.find(key);
  expect(await used()).toBeGreaterThan(13_600_000);
});

test('a key ends when it was said to', async () => {
  const endsMs = nowMs + 1_000;
  const { key } = await keys.make({ name: 'd', scope: 'read', endsMs });
  expect(await keys.find(key)).toMatchObject({ endsMs });
  nowMs = endsMs;
  expect(await keys.find(key)).toBe(undefined);
  const past = keys.make({ name: 'e', scope: 'read', endsMs: 1 });
  await expect(past).rejects.toMatchObject({ fields: { expires: [expect.any(String)] } });
});
