import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configCommand } from '../../src/entry/cli/config.ts';
import { serveCommand } from '../../src/entry/cli/serve.ts';
import { readSetting, unknownVariables } from '../../src/entry/settings/environment.ts';
import { loadSettings } from '../../src/entry/settings/load.ts';
import { settingNames, settingOf } from '../../src/entry/settings/table.ts';
import { withSettingsTable } from './settings-table.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string, name = 'daybook.yaml') => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** The environment that a command has in the end. */
async function loadedWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const own = { ...env };
  const { places, file } = await loadSettings(['node', 'daybook', 'serve', ...args], own);
  return { env: own, places, file };
}

describe('the configuration file', () => {
  test('is found in the folder of the data; the environment says more than it', async () => {
    const file = write('port: 8080\nhost: 0.0.0.0\ntrust-proxy: [10.0.0.0/8, 127.0.0.1]\n');
    const { env, places } = await loadedWith({ HOST: '::1' }, '--data', folder);
    expect(env).toEqual({ PORT: '8080', HOST: '::1', DAYBOOK_TRUST_PROXY: '10.0.0.0/8,127.0.0.1' });
    expect([...places]).toEqual([
      ['PORT', `${file}:1`],
      ['DAYBOOK_TRUST_PROXY', `${file}:3`],
    ]);
  });

  test('another is named by a flag before a variable; its paths begin at its folder', async () => {
    write('port: 1');
    const own = write('data: d\ncity-database: ../cities.mmdb\noidc-client-id: 0123\n', 'own.yaml');
    const other = write('port: 2', 'other.yaml');
    const byFlag = await loadedWith({ DAYBOOK_CONFIG: other }, `--config=${own}`);
    expect(byFlag.env).toMatchObject({
      DAYBOOK_DATA: join(folder, 'd'),
      DAYBOOK_CITY_DATABASE: join(folder, '..', 'cities.mmdb'),
      DAYBOOK_OIDC_CLIENT_ID: '0123',
    });
    const byVariable = await loadedWith({ DAYBOOK_CONFIG: other }, '--data', folder);
    expect(byVariable.env['PORT']).toBe('2');
  });

  test.each([
    ['./backups', (own: string) => join(own, 'backups')],
    ['/mnt/backups', () => '/mnt/backups'],
    ['s3://bucket/prefix', () => 's3://bucket/prefix'],
  ])('backups go to %s, in its folder if it says no other', async (place, of) => {
    write(`backup-to: ${place}\n`);
    const { env } = await loadedWith({}, '--data', folder);
    expect(env['DAYBOOK_BACKUP_TO']).toBe(of(folder));
  });

  test.each([
    ['prot: 1', '1: there is no setting prot; did you mean port?'],
    ['\nport: abc', '2: port: expected a port from 0 to 65535'],
    ['trust-proxy: [1.2.3]', '1: trust-proxy: '],
    ['port: [1]', '1: port: expected a value'],
    ['port: 1\nport: 2', '2: Map keys must be unique'],
    ['- port', '1: expected lines as port: 7070'],
    ['data: elsewhere', '1: data: this file is in that folder'],
    ['stack: x', '1: there is no setting stack'],
    ['oidc-groups: team=king', '1: oidc-groups: expected GROUP=ROLE'],
  ])('%j is refused with its place', async (text, problem) => {
    const file = write(text);
    await expect(loadedWith({}, '--data', folder)).rejects.toThrow(`${file}:${problem}`);
  });

  test('nothing in it, and no file, are no mistake', async () => {
    write('# port: 1\nhost:\n');
    expect((await loadedWith({ PORT: '' }, '--data', folder)).env).toEqual({});
    expect((await loadedWith({}, '--data', join(folder, 'none'))).file).toBeUndefined();
  });
});

test.each([
  ['DAYBOOK_PUBLIC_ULR', 'x', '; did you mean DAYBOOK_PUBLIC_URL?'],
  ['DAYBOOK_PORT', '80', '; did you mean PORT?'],
  ['DAYBOOK_PROT', '80', '; did you mean PORT?'],
  ['DAYBOOK_SOMETHING_ELSE', '', ''],
])('the unknown variable %s=%s is refused', (name, value, meant) => {
  expect(unknownVariables({ [name]: value })).toEqual([
    `${name}: there is no such setting${meant}`,
  ]);
});

test('what others read, and what Kubernetes sets, is not refused', () => {
  const env = {
    ...{ DAYBOOK_TEST_HOMES: 'every', DAYBOOK_STACK: 'x', DAYBOOK_URL: 'x', DAYBOOK_CONFIG: '' },
    ...{ DAYBOOK_PORT: 'tcp://10.0.0.1:80', DAYBOOK_PORT_80_TCP_ADDR: '10.0.0.1', OTHER: '' },
    ...{ DAYBOOK_SERVICE_HOST: '10.0.0.1', DAYBOOK_WEB_SERVICE_PORT_HTTP: '80' },
  };
  expect(unknownVariables(env)).toEqual([]);
});

test('a wrong variable is named, and left out where that is wanted', () => {
  const env = { DAYBOOK_PUBLIC_URL: 'https://a.test/path' };
  const wrong: string[] = [];
  expect(readSetting('public-url', env, (problem) => wrong.push(problem))).toBeUndefined();
  expect(wrong[0]).toMatch(/^DAYBOOK_PUBLIC_URL: expected a URL without a path/);
  expect(() => readSetting('public-url', env)).toThrow('DAYBOOK_PUBLIC_URL: ');
});

test('names and variables are there once; a secret is no flag', () => {
  const variables = settingNames.map((name) => settingOf(name).env);
  expect(new Set(variables).size).toBe(variables.length);
  const flags = [serveCommand(), configCommand()].flatMap(({ options }) => options);
  for (const { long } of flags)
    expect(settingNames.filter((name) => settingOf(name).secret && `--${name}` === long)).toEqual(
      [],
    );
});

test('docs/configuration.md has the settings of the table: npm run documents', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  expect(page).toBe(withSettingsTable(page));
});
