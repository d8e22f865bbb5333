import { DaybookError } from '../lib/errors.ts';
import { maxPage } from './home.ts';

/** What every home takes for keys and names, and refuses as `bad-input`. */

/** Both keys together stay under this, and a sort key alone is within DynamoDB's limit of 1,024. */
const keyBytes = 1_500;

const sortBytes = 1_024;

/**
 * Under the `u` flag this finds only lone surrogates: in UTF-8 all of them would become one and the
 * same.
 */
const unfit = /[\0\p{Surrogate}]/u;

const segment = '[A-Za-z0-9_=-][A-Za-z0-9._=-]*';

const fileName = new RegExp(`^${segment}(/${segment})*$`);

const filePrefix = new RegExp(`^(${segment}/)*(${segment})?$`);

const plainName = new RegExp(`^${segment}$`);

export function checkKey(partition: string, sort: string): void {
  if (partition === '' || sort === '')
    throw keyError('expected a partition and a sort key, neither empty');
  checkTexts(partition, sort);
  // No character of a JavaScript text has more than three bytes in UTF-8.
  if (sort.length > sortBytes / 3 && Buffer.byteLength(sort) > sortBytes) {
    throw keyError(
      `expected a sort key of at most ${sortBytes} bytes, got ${Buffer.byteLength(sort)}`,
    );
  }
}

/** Of a range's bounds: they need not be keys that a row could have. */
export function checkTexts(partition: string, sort: string): void {
  if (partition === '') throw keyError('expected a partition that is not empty');
  if (unfit.test(partition) || unfit.test(sort))
    throw keyError('expected a key of whole characters without U+0000');
  if (partition.length + sort.length < keyBytes / 3) return;
  const bytes = Buffer.byteLength(partition) + Buffer.byteLength(sort);
  if (bytes >= keyBytes) throw keyError(`expected a key under ${keyBytes} bytes, got ${bytes}`);
}

export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPage)
    throw new DaybookError('bad-input', `rows of a page: expected 1 to ${maxPage}, got ${limit}`);
}

export function checkFileName(name: string): void {
  if (!fileName.test(name))
    throw new DaybookError('bad-input', `expected a file name, got ${JSON.stringify(name)}`);
}

export function checkFilePrefix(prefix: string): void {
  if (!filePrefix.test(prefix))
    throw new DaybookError(
      'bad-input',
      `expected the start of a file name, got ${JSON.stringify(prefix)}`,
    );
}

/** Site ids and days, as salts are named by. */
export function checkPlainName(name: string): void {
  if (!plainName.test(name))
    throw new DaybookError('bad-input', `salts: expected a site id or a day, got ${name}`);
}

const keyError = (message: string) => new DaybookError('bad-input', `key of a row: ${message}`);
