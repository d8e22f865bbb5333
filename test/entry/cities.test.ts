import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLambdaWorld } from '../../src/entry/lambda/world.ts';
import { openMemoryHome } from '../support/memory-home.ts';
import { mmdb } from '../support/mmdb.ts';
import { chrome, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import { cli, freePort } from '../support/real-process.ts';

const munich = {
  country: { iso_code: 'DE' },
  subdivisions: [{ iso_code: 'BY' }],
  city: { names: { en: 'Munich' } },
};

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-cities-'));
  file = join(folder, 'cities.mmdb');
  await writeFile(file, mmdb(munich));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(longHomes)('with a database of cities, on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    app = await openRealApp({ cityDatabase: file }, homeName);
    await app.post('/api/v1/sites', { domain: 'city.test' }, { key: app.key });
    const hit = { n: 'pageview', u: 'https://city.test/', d: 'city.test' };
    const headers = { 'X-Forwarded-For': '203.0.113.7' };
    await app.post('/api/event', hit, { key: app.key, headers });
  });
  afterAll(() => app.close());

  const query = async (more: object) => {
    const asked = { site_id: 'city.test', metrics: ['visitors'], date_range: 'day', ...more };
    return (await (await app.post('/api/v2/query', asked, { key: app.key })).json()).results;
  };

  test.each([
    ['visit:region', 'DE-BY'],
    ['visit:region_name', 'Bayern'],
    ['visit:city', 'Munich'],
    ['visit:city_name', 'Munich'],
  ])('%s is filled, and filters', async (dimension, value) => {
    expect(await query({ dimensions: [dimension] })).toEqual([
      { dimensions: [value], metrics: [1] },
    ]);
    expect(await query({ filters: [['is', dimension, [value]]] })).toEqual([
      { dimensions: [], metrics: [1] },
    ]);
  });

  test('the dashboard hears of it', async () => {
    expect(await (await app.get('/api/session')).json()).toEqual({
      signedIn: false,
      hasCities: true,
    });
  });
});

test('without one, regions and cities are in no list, and may be asked for', async () => {
  const app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'city.test' }, { key: app.key });
  const asked = { site_id: 'city.test', metrics: ['visitors'], date_range: 'day' };
  const ask = async (dimensions: string[], filters: unknown[] = []) =>
    (await app.post('/api/v2/query', { ...asked, dimensions, filters }, { key: app.key })).json();
  const { error } = await ask(['visit:planet']);
  expect(error).toContain('visit:country');
  expect(error).not.toMatch(/region|city/);
  expect((await ask(['visit:city'])).results).toEqual([]);
  await app.post(
    '/api/event',
    { n: 'pageview', u: 'https://city.test/', d: 'city.test' },
    { key: app.key, headers: { 'X-Forwarded-For': '203.0.113.7' } },
  );
  for (const dimension of ['visit:region', 'visit:region_name', 'visit:city', 'visit:city_name']) {
    expect((await ask([dimension])).results).toEqual([{ dimensions: ['(not set)'], metrics: [1] }]);
    expect((await ask([], [['is', dimension, ['Munich']]])).results).toEqual([
      { dimensions: [], metrics: [0] },
    ]);
  }
  expect(await (await app.get('/api/session')).json()).toEqual({ signedIn: false });
  await app.close();
});

describe('a function on Lambda', () => {
  const open = (name: string) =>
    openLambdaWorld({
      ...{ home: openMemoryHome(), collects: true },
      env: { DAYBOOK_CITY_DATABASE: name, LAMBDA_TASK_ROOT: folder, DAYBOOK_LOG: 'silent' },
    });

  test('locates by the database beside its code', async () => {
    const { world } = await open('cities.mmdb');
    expect(world.hasCities).toBe(true);
    expect(world.collect.places.locate('8.8.8.8')).toEqual({
      ...{ country: 'DE', region: 'DE-BY', city: 'Munich' },
    });
  });

  test('collects without it, too', async () => {
    const { world } = await open('gone.mmdb');
    expect(world.collect.places.locate('8.8.8.8')).toEqual({ country: 'US' });
  });
});

describe('the commands', () => {
  test('a log that is imported gets its regions and cities', async () => {
    const data = join(folder, 'data');
    await cli(['site', 'add', 'log.test', '--data', data]);
    const log = join(folder, 'access.log');
    const line = '8.8.8.8 - - [25/Nov/2025:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-"';
    await writeFile(log, `${line} "${chrome}"\n`);
    const run = ['import', 'log', log, '--site', 'log.test', '--data', data];
    expect((await cli([...run, '--city-database', file])).code).toBe(0);
    const { stdout } = await cli([
      'export',
      '--site',
      'log.test',
      '--format',
      'ndjson',
      '--out',
      '-',
      '--data',
      data,
    ]);
    expect(JSON.parse(stdout.split('\n')[0]!)).toMatchObject({ region: 'DE-BY', city: 'Munich' });
  });

  test.each([
    ['missing', 'nowhere.mmdb', 'expected a database of cities (.mmdb) at'],
    ['no database', 'access.log', 'expected a MaxMind database (.mmdb) at'],
    ['of countries', 'country.mmdb', 'got one of another kind (GeoLite2-Country)'],
  ])('serve refuses to start with one that is %s', async (_, name, problem) => {
    await writeFile(join(folder, 'country.mmdb'), mmdb(munich, 'GeoLite2-Country'));
    const port = String(await freePort());
    const data = join(folder, 'refused');
    const { code, stderr } = await cli([
      'serve',
      '--port',
      port,
      '--data',
      data,
      '--city-database',
      join(folder, name),
    ]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
  });
});
