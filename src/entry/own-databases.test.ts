import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mmdb } from '../../test/support/mmdb.ts';
import { openOwnPlaces } from './own-databases.ts';

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
  const { places, readAgain } = await openOwnPlaces({ cityDatabase: file });
  const city = () => places.locate('8.8.8.8').city;
  expect(await readAgain()).toEqual([]);
  expect(city()).toBe('Berlin');
  await writeFile(file, cityOf('Hamburg'));
  expect(await readAgain()).toEqual([]);
  expect(city()).toBe('Berlin');
  expect(await readAgain()).toEqual([]);
  expect(city()).toBe('Hamburg');
});

test('so is one that another was renamed to', async () => {
  const { places, readAgain } = await openOwnPlaces({ cityDatabase: file });
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
  const { places, readAgain } = await openOwnPlaces({ cityDatabase: file });
  await harm();
  const problems = [await readAgain(), await readAgain(), await readAgain()];
  expect(problems.flat()).toEqual([expect.stringContaining(problem)]);
  expect(places.locate('8.8.8.8').city).toBe('Berlin');
  await writeFile(file, cityOf('Mainz'));
  await readAgain();
  await readAgain();
  expect(places.locate('8.8.8.8').city).toBe('Mainz');
});

test('one that is missing at the start is named', async () => {
  await rm(file);
  await expect(openOwnPlaces({ cityDatabase: file })).rejects.toThrow(file);
});

test('networks, as several databases spell them', async () => {
  const networkOf = async (record: object) => {
    await writeFile(file, mmdb(record, 'X-ASN'));
    const { places } = await openOwnPlaces({ networkDatabase: file });
    return places.networkOf?.('8.8.8.8');
  };
  expect(await networkOf({ autonomous_system_number: 16_509 })).toBe(16_509);
  expect(await networkOf({ asn: 'AS24940' })).toBe(24_940);
  await expect(networkOf({ country_code: 'DE' })).rejects.toThrow('a database of networks');
});
