import { DaybookError } from '../../lib/errors.ts';
import { maxPage, type Range } from '../home.ts';

/**
 * Keys as bytes: UTF-8 of the partition, a zero byte, UTF-8 of the sort key. Neither text holds U+0000, so
 * partitions never mix and their rows stand in the order of their bytes, which is DynamoDB's order too.
 */

/** Both keys together stay under this, and a sort key alone is within DynamoDB's limit of 1,024. */
const keyBytes = 1_500;
const sortBytes = 1_024;

/** Under the `u` flag this finds only lone surrogates: in UTF-8 all of them would become one and the same. */
const unfit = /[\0\p{Surrogate}]/u;

export function encodeKey(partition: string, sort: string): Buffer {
  if (partition === '' || sort === '') throw keyError('expected a partition and a sort key, neither empty');
  const key = encode(partition, sort);
  if (sort.length > sortBytes / 3 && Buffer.byteLength(sort) > sortBytes) {
    throw keyError(`expected a sort key of at most ${sortBytes} bytes, got ${Buffer.byteLength(sort)}`);
  }
  return key;
}

/** The sort key of a stored key. */
export function sortOf(key: Uint8Array, partitionBytes: number): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8', partitionBytes + 1);
}

/** What to read: keys from `start` up to but without `end`; undefined where nothing can lie between them. */
export function encodeRange(
  partition: string,
  { from = '', to, after, limit = maxPage }: Range,
): { start: Buffer; end: Buffer; limit: number } | undefined {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
    throw new DaybookError('bad-input', `rows of a page: expected 1 to ${maxPage}, got ${limit}`);
  }
  if (partition === '') throw keyError('expected a partition that is not empty');
  const first = encode(partition, from);
  // The next key there can be behind `after` is that key and a zero byte.
  const next = after === undefined ? first : Buffer.concat([encode(partition, after), Buffer.of(0)]);
  const start = Buffer.compare(first, next) > 0 ? first : next;
  const end = to === undefined ? Buffer.from(`${partition}\u0001`) : encode(partition, to);
  return Buffer.compare(start, end) < 0 ? { start, end, limit } : undefined;
}

function encode(partition: string, sort: string): Buffer {
  if (unfit.test(partition) || unfit.test(sort)) {
    throw keyError('expected a key of whole characters without U+0000');
  }
  const key = Buffer.from(`${partition}\0${sort}`);
  if (key.length > keyBytes) throw keyError(`expected a key under ${keyBytes} bytes, got ${key.length - 1}`);
  return key;
}

const keyError = (message: string) => new DaybookError('bad-input', `key of a row: ${message}`);
