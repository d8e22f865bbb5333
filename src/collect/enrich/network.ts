import { DaybookError } from '../../lib/errors.ts';
import { isRecord, openMmdb, textOf } from './mmdb.ts';

/** Which autonomous system an address is in. */
export type Networks = { networkOf(ip: string): number | undefined };

/**
 * Networks of an owner's database, by its content, in MaxMind's format, with its fields or those of
 * DB-IP, IPinfo and ip-location-db. Throws `bad-input` for what is none.
 */
export function openNetworks(content: Buffer, file: string): Networks {
  const { recordOf, source } = openMmdb(content, file);
  const networkOf = (ip: string) => numberIn(recordOf(ip));
  const known = addressesEverywhere.filter((ip) => recordOf(ip) !== undefined);
  if (known.length > 0 && known.every((ip) => networkOf(ip) === undefined))
    throw new DaybookError(
      'bad-input',
      `${file}: expected a database of networks (AS numbers), got one of another kind ` +
        `(${source.name})`,
    );
  return { networkOf };
}

const addressesEverywhere = Array.from({ length: 223 }, (_, i) => `${i + 1}.1.1.1`);

function numberIn(record: unknown): number | undefined {
  if (!isRecord(record)) return undefined;
  const number = record['autonomous_system_number'] ?? record['as_number'];
  if (typeof number === 'number') return number;
  const named = /^(?:AS)?(\d{1,10})$/.exec(textOf(number) ?? textOf(record['asn']) ?? '')?.[1];
  return named === undefined ? undefined : Number(named);
}
