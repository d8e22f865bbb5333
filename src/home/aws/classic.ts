import { type AttributeValue, DescribeTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import { quoted } from '../../lib/refused-fields.ts';
import { rowsPatience } from './attempts.ts';
import { openDynamo } from './dynamo.ts';
import type { Item } from './items.ts';
import type { AwsSettings } from './settings.ts';

/** An item of another table: its keys, and all else as JSON. */
type Row = {
  readonly pagePath: unknown;
  readonly timestamp: string | undefined;
  readonly more: Readonly<Record<string, unknown>>;
};

/**
 * Reads the table of a plain analytics microservice, keys `pagePath` and `timestamp`, page by page
 * (1 MB of DynamoDB's each). `resume` is where the next page begins. Rejects with a `DaybookError`
 * where it is missing or another table.
 */
export async function* readClassicTable(
  settings: AwsSettings,
  table: string,
  clock: Clock,
  resume: string | undefined,
): AsyncGenerator<{ readonly rows: readonly Row[]; readonly resume: string | undefined }> {
  const patience = { attemptMs: 10_000, totalMs: 10 * rowsPatience.totalMs };
  const dynamo = openDynamo(settings, clock, patience);
  try {
    const described = await dynamo.run('DescribeTable', table, (client, options) =>
      client.send(new DescribeTableCommand({ TableName: table }), options),
    );
    const names = (described.Table?.KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName);
    if (names.join(' ') !== 'pagePath timestamp') {
      const keys = names.join(', ');
      throw new DaybookError(
        'bad-input',
        `table ${table}: expected the keys pagePath, timestamp, found ${keys}`,
      );
    }
    let start = resume === undefined ? undefined : (JSON.parse(resume) as Item);
    do {
      const { Items = [], LastEvaluatedKey } = await dynamo.run('Scan', table, (client, options) =>
        client.send(new ScanCommand({ TableName: table, ExclusiveStartKey: start }), options),
      );
      start = LastEvaluatedKey;
      yield {
        rows: Items.map(rowOf),
        resume: start === undefined ? undefined : JSON.stringify(start),
      };
    } while (start !== undefined);
  } finally {
    dynamo.close();
  }
}

/** Of an item that Daybook's function has put: the id of its request, no field of the sender. */
export const idAttribute = 'daybookId';

function rowOf({ pagePath, timestamp, [idAttribute]: _, ...more }: Item): Row {
  return {
    pagePath: pagePath === undefined ? undefined : plain(pagePath),
    timestamp: timestamp?.N ?? timestamp?.S,
    more: Object.fromEntries(Object.entries(more).map(([name, value]) => [name, plain(value)])),
  };
}

/** An attribute as JSON has it; bytes as base64. A set has no order: its list is sorted. */
export function plain({ S, N, BOOL, L, M, SS, NS, B, BS }: AttributeValue): unknown {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (L !== undefined) return L.map(plain);
  if (M !== undefined)
    return Object.fromEntries(Object.entries(M).map(([name, value]) => [name, plain(value)]));
  if (SS !== undefined) return [...SS].sort();
  if (NS !== undefined) return NS.map(Number).sort((a, b) => a - b);
  if (B !== undefined) return Buffer.from(B).toString('base64');
  if (BS !== undefined) return BS.map((bytes) => Buffer.from(bytes).toString('base64')).sort();
  return null;
}

/**
 * Gives the name of an attribute, or throws `bad-input`: DynamoDB refuses an empty one, and its
 * client loses one that is called `__proto__`. `field` is the sender's.
 */
export function checkName(name: string, field = name): string {
  if (name !== '' && name !== '__proto__') return name;
  throw new DaybookError(
    'bad-input',
    `${field === '' ? 'body' : field}: expected other names than ${quoted(name)}`,
  );
}

/**
 * A JSON value as an attribute; `name` is its field. Throws `bad-input` for what DynamoDB does not
 * hold: numbers beyond 1e125 or closer to 0 than 1e-130, and more than 32 levels.
 */
export function attributeOf(value: unknown, name: string, level = 1): AttributeValue {
  if (level > 32) throw new DaybookError('bad-input', `${name}: expected at most 32 levels`);
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number') {
    const size = Math.abs(value);
    if (size === 0 || (size >= 1e-130 && size < 1e126)) return { N: String(value) };
    throw new DaybookError('bad-input', `${name}: expected a number that DynamoDB can hold`);
  }
  if (Array.isArray(value)) return { L: value.map((one) => attributeOf(one, name, level + 1)) };
  if (typeof value !== 'object' || value === null) return { NULL: true };
  const inner = Object.entries(value).map(([key, one]) => [
    checkName(key, name),
    attributeOf(one, name, level + 1),
  ]);
  return { M: Object.fromEntries(inner) };
}
