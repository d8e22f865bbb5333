import { readFile, stat } from 'node:fs/promises';
import { openNetworks } from '../collect/enrich/network.ts';
import { openCities, openPlaces, type Places } from '../collect/enrich/place.ts';
import { minuteMs } from '../lib/clock.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';

/** An owner's databases: files in MaxMind's format (.mmdb). */
export type DatabaseFiles = {
  /** Fills regions and cities. */
  readonly cityDatabase?: string | undefined;
  /** Says which autonomous system an address is in. */
  readonly networkDatabase?: string | undefined;
};

/** Places by an owner's databases, as they are now; those that come with Daybook, without them. */
export type OwnPlaces = {
  readonly places: Places;
  readonly hasCities: boolean;
  /**
   * Reads the files again that have changed, and stay so. Gives their problems, those that are new.
   */
  readAgain(): Promise<readonly string[]>;
};

/** How often a server looks whether a file has changed. */
export const lookEveryMs = minuteMs;

/**
 * Rejects with `bad-input` where one is missing or none. A file that is damaged later leaves the
 * one that was read before in use.
 */
export async function openOwnPlaces(files: DatabaseFiles): Promise<OwnPlaces> {
  const { cityDatabase, networkDatabase } = files;
  const cities = cityDatabase === undefined ? undefined : await openCityDatabase(cityDatabase);
  const networks =
    networkDatabase === undefined
      ? undefined
      : await openFile(networkDatabase, 'networks', (content) =>
          openNetworks(content, networkDatabase),
        );
  const { locate, source } = cities === undefined ? openPlaces() : liveCities(cities);
  return {
    places: {
      locate,
      ...(networks && { networkOf: (ip) => networks.current().networkOf(ip) }),
      get source() {
        return cities?.current().source ?? source;
      },
    },
    hasCities: cities !== undefined,
    async readAgain() {
      const problems = [await cities?.readAgain(), await networks?.readAgain()];
      return problems.filter((one) => one !== undefined);
    },
  };
}

const liveCities = (cities: OwnFile<Places>): Pick<Places, 'locate' | 'source'> => ({
  locate: (ip) => cities.current().locate(ip),
  source: cities.current().source,
});

/** A file's content, as it is now. */
type OwnFile<T> = {
  current(): T;
  /** Gives its problem, if that is new. */
  readAgain(): Promise<string | undefined>;
};

/** Rejects with `bad-input` where it is missing or no database of cities. */
export async function openCityDatabase(file: string): Promise<OwnFile<Places>> {
  // Only who has a database of cities loads the names of the regions.
  const { regionCodes } = await import('../model/region-names.ts');
  const options = { file, others: openPlaces(), codeOf: regionCodes() };
  return openFile(file, 'cities', (content) => openCities(content, options));
}

async function openFile<T>(
  file: string,
  what: string,
  open: (content: Buffer) => T,
): Promise<OwnFile<T>> {
  const missing = (error: unknown) =>
    new DaybookError(
      'bad-input',
      `expected a database of ${what} (.mmdb) at ${file}, got: ${messageOf(error)}`,
      { cause: error },
    );
  const failing = async <R>(work: Promise<R>): Promise<R> => {
    try {
      return await work;
    } catch (error) {
      throw missing(error);
    }
  };
  const stampOf = async () => {
    const { dev, ino, size, mtimeMs } = await failing(stat(file));
    return [dev, ino, size, mtimeMs].join(' ');
  };
  let read = await stampOf();
  let seen = read;
  let opened = open(await failing(readFile(file)));
  let said: string | undefined;
  return {
    current: () => opened,
    async readAgain() {
      try {
        const before = seen;
        seen = await stampOf();
        // Being written, perhaps: it is read when it has been the same twice.
        if (seen === read || seen !== before) return undefined;
        const content = await failing(readFile(file));
        read = seen;
        opened = open(content);
        said = undefined;
        return undefined;
      } catch (error) {
        const problem = messageOf(error);
        if (problem === said) return undefined;
        said = problem;
        return problem;
      }
    },
  };
}
