import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { type Keys, openKeys } from './keys.ts';

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
