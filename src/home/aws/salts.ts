import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { DaybookError } from '../../lib/errors.ts';
import type { Salts } from '../home.ts';
import { checkPlainName } from '../keys.ts';
import type { Dynamo } from './dynamo.ts';
import { conditionFailed, nameOf } from './failures.ts';
import type { Item } from './items.ts';

/**
 * Salts in a table of their own, which has no point-in-time recovery: `pk` the site, `sk` the day,
 * `salt`, `destroyAtMs`, and `ttl`, the second from which DynamoDB may destroy it by itself. It
 * holds a few salts a site.
 */
export function openSalts(dynamo: Dynamo, table: string): Salts {
  const keyOf = (siteId: string, day: string) => ({ pk: { S: siteId }, sk: { S: day } });

  async function read(siteId: string, day: string): Promise<Buffer | undefined> {
    const command = new GetItemCommand({
      TableName: table,
      Key: keyOf(siteId, day),
      ConsistentRead: true,
    });
    const { Item } = await dynamo.run('GetItem', table, (client, options) =>
      client.send(command, options),
    );
    const salt = Item?.['salt']?.B;
    return salt && Buffer.from(salt);
  }

  /**
   * False where another was first, or an earlier attempt of ours: whoever asks reads what is there.
   */
  async function keep(
    siteId: string,
    day: string,
    salt: Buffer,
    destroyAtMs: number,
  ): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: table,
      Item: {
        ...keyOf(siteId, day),
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

  /** False where it is gone already, or was made anew. */
  async function destroy({ pk, sk, destroyAtMs }: Item): Promise<boolean> {
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

  async function destroyAll(
    page: (
      start: Item | undefined,
    ) => Promise<{ Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined }>,
  ): Promise<number> {
    let destroyed = 0;
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await page(start);
      const outcomes = await Promise.all(Items.map(destroy));
      destroyed += outcomes.filter(Boolean).length;
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return destroyed;
  }

  return {
    async getOrKeep(siteId, day, made) {
      checkPlainName(siteId);
      checkPlainName(day);
      const kept = await read(siteId, day);
      if (kept !== undefined) return kept;
      const { salt, destroyAtMs } = made();
      if (salt.length !== 32)
        throw new DaybookError('bad-input', `salt: expected 32 bytes, got ${salt.length}`);
      if (await keep(siteId, day, salt, destroyAtMs)) return salt;
      const first = await read(siteId, day);
      if (first !== undefined) return first;
      throw new DaybookError('unavailable', `salt ${siteId}/${day}: destroyed while it was made`);
    },

    async destroyDue(nowMs) {
      return destroyAll((start) =>
        dynamo.run('Scan', table, (client, options) =>
          client.send(
            new ScanCommand({
              TableName: table,
              ConsistentRead: true,
              FilterExpression: 'destroyAtMs <= :now',
              ExpressionAttributeValues: { ':now': { N: String(nowMs) } },
              ProjectionExpression: 'pk, sk, destroyAtMs',
              Limit: pageOfSalts,
              ExclusiveStartKey: start,
            }),
            options,
          ),
        ),
      );
    },

    async destroySite(siteId) {
      checkPlainName(siteId);
      await destroyAll((start) =>
        dynamo.run('Query', table, (client, options) =>
          client.send(
            new QueryCommand({
              TableName: table,
              ConsistentRead: true,
              KeyConditionExpression: 'pk = :site',
              ExpressionAttributeValues: { ':site': { S: siteId } },
              ProjectionExpression: 'pk, sk, destroyAtMs',
              Limit: pageOfSalts,
              ExclusiveStartKey: start,
            }),
            options,
          ),
        ),
      );
    },
  };
}

const pageOfSalts = 100;

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
