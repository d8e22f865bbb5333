import { GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { ClassicHit, ClassicStore } from '../classic-store.ts';
import { rowsPatience } from './attempts.ts';
import { attributeOf, checkName, idAttribute, plain } from './classic.ts';
import { type Dynamo, openDynamo } from './dynamo.ts';
import { conditionFailed, isOtherKeys, nameOf } from './failures.ts';
import { type Item, keyItem } from './items.ts';
import type { AwsSettings } from './settings.ts';

/** Hits of one page in one millisecond: each is moved on behind the others. */
const mostAtOnce = 1_000;

/**
 * Opens the table as a classic one; undefined where it is one of Daybook's own. Two reads show
 * which it is, by keys that no item has: a role may read items and not be allowed to describe the
 * table. Rejects with `unavailable` where it has other keys, or cannot be read.
 */
export async function openClassicStore(
  settings: AwsSettings,
  clock: Clock,
): Promise<ClassicStore | undefined> {
  const dynamo = openDynamo(settings, clock, rowsPatience);
  try {
    if (await hasKeys(dynamo, settings.table, keyItem({ partition: 'health', sort: 'open' }))) {
      dynamo.close();
      return undefined;
    }
    if (await hasKeys(dynamo, settings.table, classicKey('/', 0)))
      return classicStore(dynamo, settings.table);
    throw new DaybookError(
      'unavailable',
      `table ${settings.table} has other keys: expected the partition key pagePath (String) and ` +
        'the sort key timestamp (Number); name such a table by DAYBOOK_TABLE',
    );
  } catch (error) {
    dynamo.close();
    throw error;
  }
}

function hasKeys({ run }: Dynamo, table: string, key: Item): Promise<boolean> {
  return run('GetItem', table, async (client, sending) => {
    try {
      await client.send(new GetItemCommand({ TableName: table, Key: key }), sending);
      return { is: true };
    } catch (error) {
      if (isOtherKeys(error)) return { is: false };
      throw error;
    }
  }).then(({ is }) => is);
}

function classicStore(dynamo: Dynamo, table: string): ClassicStore {
  async function put({ pagePath, atMicros, sent }: ClassicHit, id: string): Promise<void> {
    const fields = Object.entries(sent).map(([name, value]) => [
      checkName(name),
      attributeOf(value, name),
    ]);
    const item: Item = { ...Object.fromEntries(fields), [idAttribute]: { S: id } };
    for (let moved = 0; moved < mostAtOnce; moved++) {
      const key = classicKey(pagePath, atMicros + moved);
      if (await putNew({ ...item, ...key })) return;
      if ((await idAt(key)) === id) return; // an answer was lost: it is this very hit
    }
    throw new DaybookError(
      'unavailable',
      `${mostAtOnce} hits of this page came within a millisecond; send it again`,
    );
  }

  /** False where another item has that key. */
  function putNew(item: Item): Promise<boolean> {
    const command = new PutItemCommand({
      ...{ TableName: table, Item: item },
      ConditionExpression: 'attribute_not_exists(pagePath)',
    });
    return dynamo
      .run('PutItem', table, async (client, sending) => {
        try {
          await client.send(command, sending);
          return { isNew: true };
        } catch (error) {
          if (nameOf(error) === conditionFailed) return { isNew: false };
          throw error;
        }
      })
      .then(({ isNew }) => isNew);
  }

  async function idAt(key: Item): Promise<string | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
    const { Item: item } = await dynamo.run('GetItem', table, (client, sending) =>
      client.send(command, sending),
    );
    return item?.[idAttribute]?.S;
  }

  async function* scan(after: string | undefined): ReturnType<ClassicStore['scan']> {
    let start = after === undefined ? undefined : keyOf(after);
    do {
      const command = new ScanCommand({
        ...{ TableName: table, ConsistentRead: true, ExclusiveStartKey: start },
      });
      const { Items = [], LastEvaluatedKey } = await dynamo.run('Scan', table, (client, sending) =>
        client.send(command, sending),
      );
      yield Items.map((item) => ({ key: keyText(item), item: itemAsSent(item) }));
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }

  return { put, scan, close: dynamo.close };
}

const classicKey = (pagePath: string, micros: number): Item => ({
  pagePath: { S: pagePath },
  timestamp: { N: secondsText(micros) },
});

/** Microseconds as seconds, exactly. */
function secondsText(micros: number): string {
  const text = String(micros).padStart(7, '0');
  return `${text.slice(0, -6)}.${text.slice(-6)}`.replace(/\.?0+$/, '');
}

function itemAsSent({ [idAttribute]: _, ...item }: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

const keyText = ({ pagePath, timestamp }: Item) =>
  JSON.stringify([pagePath?.S ?? '', timestamp?.N ?? '0']);

function keyOf(text: string): Item {
  try {
    const [pagePath, timestamp] = JSON.parse(text) as [unknown, unknown];
    if (isPagePath(pagePath) && isStoredNumber(timestamp))
      return { pagePath: { S: pagePath }, timestamp: { N: timestamp } };
  } catch {
    // said below
  }
  throw new DaybookError(
    'bad-input',
    'ExclusiveStartKey: expected the LastEvaluatedKey of the page before',
  );
}

/** DynamoDB's limit of a partition key. */
const maxKeyBytes = 2_048;

const isPagePath = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= maxKeyBytes;

/** A number that DynamoDB holds: 38 digits, up to 1e126. */
function isStoredNumber(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const [, digits = ''] = /^-?(\d+(?:\.\d+)?)(?:[eE][+-]?\d{1,3})?$/.exec(value) ?? [];
  const size = Math.abs(Number(value));
  return digits !== '' && digits.length <= 39 && (size === 0 || (size >= 1e-130 && size < 1e126));
}
