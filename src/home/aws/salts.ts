import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { DaybookError } from '../../lib/errors.ts';
import type { KeptSalt, Salts } from '../home.ts';
import { checkPlainName } from '../keys.ts';
import type { Dynamo } from './dynamo.ts';
import { conditionFailed, nameOf } from './failures.ts';
import type { Item } from './items.ts';

/**
 * Salts in a table of their own, which has no point-in-time recovery: `pk` the site, `sk` the day,
 * `salt`, `destroyAtMs`, and `ttl`, the second from which DynamoDB may destroy it by itself. It
 * holds a few salts a site. `checkClock` rejects where ours must not be trusted.
 */
export function openSalts(dynamo: Dynamo, table: string, checkClock: () => Promise<void>): Salts {
  const store: SaltStore = { dynamo, table };
  return {
    getOrKeep: (siteId, day, made) => getOrKeep(store, siteId, day, made),
    list: (siteId, nowMs) => list(store, siteId, nowMs),
    destroyDue: (nowMs) =>
      destroyAll(store, async (start) => {
        const command = new ScanCommand({
          ...pageOf(table, start),
          FilterExpression: 'destroyAtMs <= :now',
          ExpressionAttributeValues: { ':now': { N: String(nowMs) } },
        });
        const page = await dynamo.run('Scan', table, (client, options) =>
          client.send(command, options),
        );
        // An answer says how late it is in the store.
        await checkClock();
        return page;
      }),
    async destroySite(siteId) {
      checkPlainName(siteId);
      await destroyAll(store, (start) => {
        const command = new QueryCommand({
          ...pageOf(table, start),
          KeyConditionExpression: 'pk = :site',
          ExpressionAttributeValues: { ':site': { S: siteId } },
        });
        return dynamo.run('Query', table, (client, options) => client.send(command, options));
      });
    },
  };
}

type SaltStore = { readonly dynamo: Dynamo; readonly table: string };

async function getOrKeep(
  store: SaltStore,
  siteId: string,
  day: string,
  made: Parameters<Salts['getOrKeep']>[2],
): Promise<Buffer> {
  checkPlainName(siteId);
  checkPlainName(day);
  const key = { pk: { S: siteId }, sk: { S: day } };
  const present = await read(store, key);
  if (present !== undefined) return present;
  const { salt, destroyAtMs } = made();
  if (salt.length !== 32)
    throw new DaybookError('bad-input', `salt: expected 32 bytes, got ${salt.length}`);
  if (await keep(store, key, salt, destroyAtMs)) return salt;
  const first = await read(store, key);
  if (first !== undefined) return first;
  throw new DaybookError('unavailable', `salt ${siteId}/${day}: destroyed while it was made`);
}

async function read({ dynamo, table }: SaltStore, key: Item): Promise<Buffer | undefined> {
  const command = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
  const { Item } = await dynamo.run('GetItem', table, (client, options) =>
    client.send(command, options),
  );
  const salt = Item?.['salt']?.B;
  return salt && Buffer.from(salt);
}

async function list(
  { dynamo, table }: SaltStore,
  siteId: string,
  nowMs: number,
): Promise<KeptSalt[]> {
  checkPlainName(siteId);
  const found: KeptSalt[] = [];
  let start: Item | undefined;
  do {
    const command = new QueryCommand({
      ...{ TableName: table, ConsistentRead: true, ExclusiveStartKey: start },
      KeyConditionExpression: 'pk = :site',
      ExpressionAttributeValues: { ':site': { S: siteId } },
    });
    const { Items = [], LastEvaluatedKey } = await dynamo.run('Query', table, (client, options) =>
      client.send(command, options),
    );
    for (const { sk, salt, destroyAtMs } of Items) {
      const endsMs = Number(destroyAtMs?.N);
      if (sk?.S !== undefined && salt?.B !== undefined && nowMs < endsMs)
        found.push({ day: sk.S, salt: Buffer.from(salt.B), destroyAtMs: endsMs });
    }
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return found;
}

/**
 * Gives false if another was first, or an earlier attempt of ours: the caller reads what is there.
 */
async function keep(
  { dynamo, table }: SaltStore,
  key: Item,
  salt: Buffer,
  destroyAtMs: number,
): Promise<boolean> {
  const command = new PutItemCommand({
    TableName: table,
    Item: {
      ...key,
      salt: { B: salt },
      destroyAtMs: { N: String(destroyAtMs) },
      ttl: { N: String(Math.ceil(destroyAtMs / 1_000)) },
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  return holds(
    dynamo.run('PutItem', table, (client, options) => client.send(command, options), orRaw),
  );
}

/** Gives false if it is gone already, or was made again. */
async function destroy(
  { dynamo, table }: SaltStore,
  { pk, sk, destroyAtMs }: Item,
): Promise<boolean> {
  const command = new DeleteItemCommand({
    TableName: table,
    Key: { pk: pk!, sk: sk! },
    ConditionExpression: 'destroyAtMs = :seen',
    ExpressionAttributeValues: { ':seen': destroyAtMs! },
  });
  return holds(
    dynamo.run('DeleteItem', table, (client, options) => client.send(command, options), orRaw),
  );
}

type Page = { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined };

async function destroyAll(
  store: SaltStore,
  pageFrom: (start: Item | undefined) => Promise<Page>,
): Promise<number> {
  let destroyed = 0;
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await pageFrom(start);
    const outcomes = await Promise.all(Items.map((item) => destroy(store, item)));
    destroyed += outcomes.filter(Boolean).length;
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return destroyed;
}

const pageOfSalts = 100;

const pageOf = (table: string, start: Item | undefined) => ({
  ...{ TableName: table, ConsistentRead: true, ProjectionExpression: 'pk, sk, destroyAtMs' },
  ...{ Limit: pageOfSalts, ExclusiveStartKey: start },
});

const orRaw = {
  onFailure(error: unknown) {
    if (nameOf(error) === conditionFailed) throw error;
  },
};

async function holds(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (nameOf(error) === conditionFailed) return false;
    throw error;
  }
}
