import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mmdb } from '../../test/support/mmdb.ts';
import { openCityDatabase } from './city-database.ts';

const cityOf = (name: string) => mmdb({ country_code: 'DE', city: name });

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-cities-'));
  file = join(folder, 'cities.mmdb');
  await writeFile(file, cityOf('Berlin'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file that was changed is read again once it stays the same', async () => {
  const { places, readAgain } = await openCityDatabase(file);
  const city = () => places.locate('8.8.8.8').city;
  expect(await readAgain()).toBeUndefined();
  expect(city()).toBe('Berlin');
  await writeFile(file, cityOf('Hamburg'));
  expect(await readAgain()).toBeUndefined();
  expect(city()).toBe('Berlin');
  expect(await readAgain()).toBeUndefined();
  expect(city()).toBe('Hamburg');
});

test('so is one that another was renamed to', async () => {
  const { places, readAgain } = await openCityDatabase(file);
  await writeFile(`${file}.new`, cityOf('Bonn'));
  await rename(`${file}.new`, file);
  await readAgain();
  await readAgain();
  expect(places.locate('8.8.8.8').city).toBe('Bonn');
});

test.each([
  ['gone', () => rm(file), 'no such file'],
  ['damaged', () => writeFile(file, 'half of it'), 'expected a MaxMind database'],
  ['of another kind', () => writeFile(file, mmdb({}, 'X-Country')), 'a database of cities'],
])('one that is %s then leaves the old one in use, and is said once', async (_, harm, problem) => {
  const { places, readAgain } = await openCityDatabase(file);
  await harm();
  const problems = [await readAgain(), await readAgain(), await readAgain()];
  expect(problems.filter(Boolean)).toEqual([expect.stringContaining(problem)]);
  expect(places.locate('8.8.8.8').city).toBe('Berlin');
  await writeFile(file, cityOf('Mainz'));
  await readAgain();
  await readAgain();
  expect(places.locate('8.8.8.8').city).toBe('Mainz');
});

test('one that is missing at the start is named', async () => {
  await rm(file);
  await expect(openCityDatabase(file)).rejects.toThrow(file);
});
