import { readFile, stat } from 'node:fs/promises';
import { openCities, openPlaces, type Places } from '../collect/enrich/place.ts';
import { minuteMs } from '../lib/clock.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';

/** Places by an owner's database of cities, as it is now. */
export type CityDatabase = {
  readonly places: Places;
  /** Reads the file again if it has changed, and stays so. Gives its problem, if that is new. */
  readAgain(): Promise<string | undefined>;
};

/** How often a server looks whether the file has changed. */
export const lookEveryMs = minuteMs;

/**
 * Opens an owner's database of cities. Rejects with `bad-input` where it is missing or none. A file
 * that is damaged later leaves the one that was read before in use.
 */
export async function openCityDatabase(file: string): Promise<CityDatabase> {
  // Only who has a database of cities loads the names of the regions.
  const { regionCodes } = await import('../model/region-names.ts');
  const options = { file, others: openPlaces(), codeOf: regionCodes() };
  let read = await stampOf(file);
  let seen = read;
  let cities = openCities(await contentOf(file), options);
  let said: string | undefined;

  async function readAgain(): Promise<string | undefined> {
    try {
      const before = seen;
      seen = await stampOf(file);
      // Being written, perhaps: it is read when it has been the same twice.
      if (seen === read || seen !== before) return undefined;
      const content = await contentOf(file);
      read = seen;
      cities = openCities(content, options);
      said = undefined;
      return undefined;
    } catch (error) {
      const problem = messageOf(error);
      if (problem === said) return undefined;
      said = problem;
      return problem;
    }
  }

  return {
    places: {
      locate: (ip) => cities.locate(ip),
      get source() {
        return cities.source;
      },
    },
    readAgain,
  };
}

async function stampOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs } = await stat(file);
    return [dev, ino, size, mtimeMs].join(' ');
  } catch (error) {
    throw missing(file, error);
  }
}

async function contentOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw missing(file, error);
  }
}

const missing = (file: string, error: unknown) =>
  new DaybookError(
    'bad-input',
    `expected a database of cities (.mmdb) at ${file}, got: ${messageOf(error)}`,
    { cause: error },
  );
