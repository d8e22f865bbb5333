import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSalts } from './salts.ts';

let folder: string;
let kept: string;
beforeEach(() => {
  const parent = mkdtempSync(join(tmpdir(), 'daybook-salts-'));
  folder = join(parent, 'salts');
  // A second name of a salt's file shows what becomes of its content.
  kept = join(parent, 'kept');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const salt = Buffer.alloc(32, 0xab);
const day = '2026-01-01';
const make = (destroyAtMs: number) => () => ({ salt, destroyAtMs });
const secret = salt.toString('hex');

test('a salt is a file of its own, readable by its owner only', async () => {
  const salts = await openSalts(folder);
  await salts.getOrKeep('site', day, make(5_000));
  expect(readdirSync(join(folder, 'site'))).toEqual([day]);
  expect(statSync(join(folder, 'site', day)).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'site')).mode & 0o777).toBe(0o700);
  expect(JSON.parse(readFileSync(join(folder, 'site', day), 'utf8'))).toEqual({
    salt: secret,
    destroyAtMs: 5_000,
  });
});

test.each([
  ['when it is due', (salts: Awaited<ReturnType<typeof openSalts>>) => salts.destroyDue(5_000)],
  ['with its site', (salts: Awaited<ReturnType<typeof openSalts>>) => salts.destroySite('site')],
])('a salt is overwritten %s', async (_, destroy) => {
  const salts = await openSalts(folder);
  await salts.getOrKeep('site', day, make(5_000));
  linkSync(join(folder, 'site', day), kept);
  await destroy(salts);
  expect(readdirSync(folder)).toEqual([]);
  expect(readFileSync(kept)).toEqual(Buffer.alloc(statSync(kept).size));
  expect(statSync(kept).size).toBeGreaterThan(64);
});

describe('what a crash left', () => {
  const ended = `.new-${2 ** 31 - 1}-0123456789ab-1`;
  const content = JSON.stringify({ salt: secret, destroyAtMs: 5_000 });

  const cases: [string, string, removed: boolean][] = [
    ['a salt that was never used is removed', ended, true],
    ['a salt half destroyed is removed', `.old-${process.ppid}-0123456789ab-1`, true],
    ['a salt that another process is making is left', `.new-${process.ppid}-0123456789ab-1`, false],
  ];
  test.each(cases)('%s', async (_, name, removed) => {
    mkdirSync(join(folder, 'site'), { recursive: true });
    writeFileSync(join(folder, 'site', name), content);
    await openSalts(folder);
    expect(readdirSync(join(folder, 'site'))).toEqual(removed ? [] : [name]);
  });

  test('the first name of a salt in use goes, the salt stays', async () => {
    mkdirSync(join(folder, 'site'), { recursive: true });
    writeFileSync(join(folder, 'site', day), content);
    linkSync(join(folder, 'site', day), join(folder, 'site', ended));
    const salts = await openSalts(folder);
    expect(readdirSync(join(folder, 'site'))).toEqual([day]);
    expect(await salts.getOrKeep('site', day, make(9_000))).toEqual(salt);
  });

  test('a salt is overwritten though its first name is still there', async () => {
    const salts = await openSalts(folder);
    await salts.getOrKeep('site', day, make(5_000));
    linkSync(join(folder, 'site', day), join(folder, 'site', ended));
    await salts.destroyDue(5_000);
    expect(readFileSync(join(folder, 'site', ended), 'utf8')).not.toContain(secret);
  });
});

describe('a damaged salt', () => {
  test('that is a folder is named', async () => {
    mkdirSync(join(folder, 'site', day), { recursive: true });
    const salts = await openSalts(folder);
    await expect(salts.destroyDue(0)).rejects.toThrow(`salt site/${day}: EISDIR`);
  });

  test.each([
    '',
    '{}',
    'null',
    '{"salt":"ab","destroyAtMs":1}',
    `{"salt":"${secret}"}`,
    '\0'.repeat(90),
  ])('%j is named, and destroyed with those that are due', async (text) => {
    mkdirSync(join(folder, 'site'), { recursive: true });
    writeFileSync(join(folder, 'site', day), text);
    const salts = await openSalts(folder);
    await expect(salts.getOrKeep('site', day, make(5_000))).rejects.toThrow(
      `salt site/${day}: the file is damaged`,
    );
    expect(await salts.destroyDue(0)).toBe(1);
    expect(await salts.getOrKeep('site', day, make(5_000))).toEqual(salt);
  });
});

test.each([
  ['../site', day],
  ['site', '../x'],
  ['site', '.new-1'],
  ['', day],
  ['a/b', day],
])('the names %j, %j are refused', async (siteId, name) => {
  const salts = await openSalts(folder);
  await expect(salts.getOrKeep(siteId, name, make(1))).rejects.toMatchObject({
    fault: 'bad-input',
  });
});
