import { maxPage, type Range } from '../home.ts';
import { checkKey, checkLimit, checkTexts } from '../keys.ts';

/**
 * Keys as bytes: UTF-8 of the partition, a zero byte, UTF-8 of the sort key. Neither text holds
 * U+0000, so partitions never mix, and their rows are in the order of their bytes, as in
 * DynamoDB.
 */

export function encodeKey(partition: string, sort: string): Buffer {
  checkKey(partition, sort);
  return Buffer.from(`${partition}\0${sort}`);
}

/** The sort key of a stored key. */
export function sortOf(key: Buffer, partitionBytes: number): string {
  return key.toString('utf8', partitionBytes + 1);
}

export function decodeKey(key: Buffer): { partition: string; sort: string } {
  const at = key.indexOf(0);
  return { partition: key.toString('utf8', 0, at), sort: sortOf(key, at) };
}

/**
 * What to read: keys from `start` up to but without `end`; undefined where nothing can lie between
 * them.
 */
export function encodeRange(
  partition: string,
  { from = '', to, after, limit = maxPage }: Range,
): { start: Buffer; end: Buffer; limit: number } | undefined {
  checkLimit(limit);
  const first = encode(partition, from);
  // The next key there can be behind `after` is that key and a zero byte.
  const next =
    after === undefined ? first : Buffer.concat([encode(partition, after), Buffer.of(0)]);
  const start = Buffer.compare(first, next) > 0 ? first : next;
  const end = to === undefined ? Buffer.from(`${partition}\u0001`) : encode(partition, to);
  return Buffer.compare(start, end) < 0 ? { start, end, limit } : undefined;
}

function encode(partition: string, sort: string): Buffer {
  checkTexts(partition, sort);
  return Buffer.from(`${partition}\0${sort}`);
}
