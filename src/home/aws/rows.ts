import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { checkCounts } from '../counters.ts';
import { type Key, maxPage, type Range, type Row, type Rows } from '../home.ts';
import { checkKey, checkLimit, checkTexts } from '../keys.ts';
import { openCounterRows } from './counter-rows.ts';
import type { Dynamo } from './dynamo.ts';
import { conditionFailed, nameOf } from './failures.ts';
import { itemOf, keyItem, rowOf, textOf } from './items.ts';
import { openWrites } from './writes.ts';

/**
 * Rows in one DynamoDB table. All reads are consistent. `checkClock` rejects where ours must not be
 * trusted.
 */
export function openRows(dynamo: Dynamo, table: string, checkClock: () => Promise<void>): Rows {
  const { write } = openWrites(dynamo, table);
  const addTo = openCounterRows(dynamo, table);

  async function get(key: Key): Promise<string | undefined> {
    const command = new GetItemCommand({
      TableName: table,
      Key: keyItem(key),
      ConsistentRead: true,
      ...dynamo.metering,
    });
    const { Item } = await dynamo.run('GetItem', table, (client, options) =>
      client.send(command, options),
    );
    return Item === undefined ? undefined : textOf(Item);
  }

  /**
   * True, or why not: `changed` by somebody else, or `lost`, the answer of one attempt and so what
   * it did.
   */
  async function putWhere(
    row: Row,
    expected: string | undefined,
  ): Promise<true | 'changed' | 'lost'> {
    const command = new PutItemCommand({
      TableName: table,
      Item: itemOf(row),
      ...(expected === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#value = :expected',
            ExpressionAttributeNames: { '#value': 'value' },
            ExpressionAttributeValues: { ':expected': { S: expected } },
          }),
      ...dynamo.metering,
    });
    let lost = false;
    try {
      await dynamo.run('PutItem', table, (client, options) => client.send(command, options), {
        onFailure: (error, verdict) => {
          if (nameOf(error) === conditionFailed) throw error;
          lost ||= verdict === 'unclear';
        },
      });
      return true;
    } catch (error) {
      if (nameOf(error) !== conditionFailed) throw error;
      return lost ? 'lost' : 'changed';
    }
  }

  return {
    async append(rows) {
      const requests = new Map<string, WriteRequest>();
      for (const row of rows) {
        checkKey(row.partition, row.sort);
        requests.set(idOf(row), { PutRequest: { Item: itemOf(row) } });
      }
      if (requests.size === 0) return;
      await checkClock();
      await write(requests);
    },

    async scan(partition: string, range: Range = {}) {
      const { limit = maxPage, keysOnly } = range;
      checkLimit(limit);
      const query = queryOf(partition, range);
      const page: Row[] = [];
      let start = query?.start;
      while (query !== undefined) {
        const command = new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: query.condition,
          ExpressionAttributeValues: query.values,
          Limit: limit - page.length,
          ...(keysOnly && { Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'pk, sk' }),
          ...(start !== undefined && { ExclusiveStartKey: start }),
          ...dynamo.metering,
        });
        const answer = await dynamo.run('Query', table, (client, options) =>
          client.send(command, options),
        );
        for (const item of answer.Items ?? []) {
          const row = keysOnly ? { ...rowOf(item), value: '' } : rowOf(item);
          if (row.sort === range.to) return page;
          page.push(row);
        }
        start = answer.LastEvaluatedKey;
        // A page of DynamoDB ends at 1 MB too.
        if (start === undefined || page.length === limit) break;
      }
      return page;
    },

    async count(partition) {
      let count = 0;
      let start: Record<string, AttributeValue> | undefined;
      do {
        const command = new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: partition } },
          Select: 'COUNT',
          ...(start !== undefined && { ExclusiveStartKey: start }),
          ...dynamo.metering,
        });
        const answer = await dynamo.run('Query', table, (client, options) =>
          client.send(command, options),
        );
        count += answer.Count ?? 0;
        start = answer.LastEvaluatedKey;
      } while (start !== undefined);
      return count;
    },

    async get(partition, sort) {
      checkKey(partition, sort);
      return get({ partition, sort });
    },

    async putIf(row, expected) {
      checkKey(row.partition, row.sort);
      await checkClock();
      const put = await putWhere(row, expected);
      return put === 'lost' ? (await get(row)) === row.value : put === true;
    },

    async add(key, counts) {
      checkKey(key.partition, key.sort);
      checkCounts(counts);
      if (Object.keys(counts).length > 0) await addTo(key, counts);
    },

    async remove(keys) {
      const requests = new Map<string, WriteRequest>();
      for (const key of keys) {
        checkKey(key.partition, key.sort);
        requests.set(idOf(key), { DeleteRequest: { Key: keyItem(key) } });
      }
      if (requests.size > 0) await checkClock();
      await write(requests);
    },
  };
}

const idOf = ({ partition, sort }: Key) => `${partition}\0${sort}`;

type Query = {
  readonly condition: string;
  readonly values: Record<string, AttributeValue>;
  readonly start: Record<string, AttributeValue> | undefined;
};

/**
 * The query of a range; undefined where nothing can lie in it. DynamoDB knows no range without its
 * upper end: a row of the key `to` itself may come, as the last.
 */
export function queryOf(partition: string, { from = '', to, after }: Range): Query | undefined {
  for (const bound of [from, to ?? '', after ?? '']) checkTexts(partition, bound);
  const start = after !== undefined && compare(after, from) >= 0 ? after : undefined;
  if (
    to !== undefined &&
    (compare(from, to) >= 0 || (start !== undefined && compare(start, to) >= 0))
  )
    return undefined;
  const conditions = ['pk = :pk'];
  const values: Record<string, AttributeValue> = { ':pk': { S: partition } };
  if (from !== '') values[':from'] = { S: from };
  if (to !== undefined) values[':to'] = { S: to };
  if (from !== '' && to !== undefined) conditions.push('sk BETWEEN :from AND :to');
  else if (from !== '') conditions.push('sk >= :from');
  else if (to !== undefined) conditions.push('sk < :to');
  return {
    condition: conditions.join(' AND '),
    values,
    start: start === undefined || start === '' ? undefined : keyItem({ partition, sort: start }),
  };
}

/** As DynamoDB orders texts: by their bytes in UTF-8. */
const compare = (a: string, b: string) =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
