import { Reader, type Response } from 'maxmind';
import { addressGroups, formatGroups, isIpv4 } from '../../lib/address.ts';
import { groupsMatcher } from '../../lib/address-ranges.ts';
import { boundedMap } from '../../lib/bounded-map.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';

/** A database: its name, and the day (yyyy-mm-dd, UTC) it was built. */
export type MmdbSource = { readonly name: string; readonly date: string };

/** A database in MaxMind's format. */
export type Mmdb = {
  /** What it says about an address, whatever that is; undefined for what is private or unknown. */
  recordOf(ip: string): unknown;
  readonly source: MmdbSource;
};

const rememberedRecords = 10_000;

/** Addresses that are nowhere, whatever an owner's database says. */
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

/**
 * Opens one by its content, which stays in use: it is not copied. Throws `bad-input` for what is
 * none.
 */
export function openMmdb(content: Buffer, file: string): Mmdb {
  const reader = openReader(content, file);
  const { databaseType, buildEpoch, ipVersion } = reader.metadata;
  return {
    source: { name: databaseType, date: buildEpoch.toISOString().slice(0, 10) },
    recordOf(ip) {
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

export type Fields = Readonly<Record<string | number, unknown>>;

export function at(value: unknown, key: string | number): unknown {
  return isRecord(value) ? value[key] : undefined;
}

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** IP2Location writes a dash for what it does not know. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value !== '-' ? value : undefined;
}
