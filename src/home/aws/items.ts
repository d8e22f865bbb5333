import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DaybookError } from '../../lib/errors.ts';
import type { Key, Row } from '../home.ts';

/**
 * A row as an item: `pk` and `sk` its keys, `value` its text; `ttl` (seconds), from when DynamoDB
 * may delete it. Beside them stands what the row shows (a hit its `pagePath` and `timestamp`), for
 * whoever looks into the table. A row of counters has `n:<name>` for each, and `t<0-9>` (see
 * `counter-rows.ts`), and no `value`.
 */
export type Item = Record<string, AttributeValue>;

/** DynamoDB's limit for an item is 400 KB, with names and keys. */
const maxValueBytes = 390_000;

export function itemOf(row: Row): Item {
  const { value } = row;
  if (value.length > maxValueBytes / 3 && Buffer.byteLength(value) > maxValueBytes)
    throw new DaybookError(
      'too-large',
      `a row of ${Buffer.byteLength(value)} bytes: at most ${maxValueBytes} are kept`,
    );
  const item: Item = { ...keyItem(row), value: { S: value } };
  const shown = row.shown?.();
  for (const name in shown) {
    const field = shown[name]!;
    item[name] = typeof field === 'number' ? { N: String(field) } : { S: field };
  }
  if (row.expiresAtMs !== undefined)
    item['ttl'] = { N: String(Math.ceil(row.expiresAtMs / 1_000)) };
  return item;
}

export function keyItem({ partition, sort }: Key): { pk: AttributeValue; sk: AttributeValue } {
  return { pk: { S: partition }, sk: { S: sort } };
}

export const counterPrefix = 'n:';

export function rowOf(item: Item): Row {
  return { partition: item['pk']!.S!, sort: item['sk']!.S!, value: textOf(item) };
}

export function textOf(item: Item): string {
  const text = item['value']?.S;
  if (text !== undefined) return text;
  const counts = Object.entries(item)
    .filter(([name]) => name.startsWith(counterPrefix))
    .map(([name, { N }]) => [name.slice(counterPrefix.length), Number(N)] as const);
  return JSON.stringify(Object.fromEntries(counts));
}
