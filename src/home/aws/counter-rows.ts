import { randomBytes, randomInt } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Counts, joinAdditions } from '../counters.ts';
import type { Key } from '../home.ts';
import type { Dynamo } from './dynamo.ts';
import { conditionFailed, nameOf } from './failures.ts';
import { counterPrefix, keyItem } from './items.ts';

const marks = 16;

/**
 * Adds to the counters of a row, each exactly once: adding is not safe to repeat, and an answer
 * that is lost leaves open whether it was done. So every addition leaves its mark (`t<0-15>`), and
 * is repeated only where the mark is not there. One process adds to a row once at a time and keeps
 * to one mark; two that share one (1 in 16) could count twice only if an answer is lost and the
 * other adds before it is asked for again.
 */
export function openCounterRows(
  dynamo: Dynamo,
  table: string,
): (key: Key, counts: Counts) => Promise<void> {
  const markName = `t${randomInt(marks)}`;

  const join = joinAdditions(async (id, counts) => {
    const [partition, sort] = id.split('\0') as [string, string];
    const mark = randomBytes(6).toString('base64url');
    const names: Record<string, string> = { '#mark': markName };
    const values: Record<string, { N: string } | { S: string }> = { ':mark': { S: mark } };
    const additions = Object.entries(counts).map(([name, count], i) => {
      names[`#${i}`] = counterPrefix + name;
      values[`:${i}`] = { N: String(count) };
      return `#${i} :${i}`;
    });
    let unclear = false;
    try {
      await dynamo.run(
        'UpdateItem',
        table,
        (client, options) => {
          const command = new UpdateItemCommand({
            TableName: table,
            Key: keyItem({ partition, sort }),
            UpdateExpression: `ADD ${additions.join(', ')} SET #mark = :mark`,
            ...(unclear && {
              ConditionExpression: 'attribute_not_exists(#mark) OR #mark <> :mark',
            }),
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: values,
            ...dynamo.metering,
          });
          return client.send(command, options);
        },
        {
          onFailure: (error, verdict) => {
            if (nameOf(error) === conditionFailed) throw error;
            unclear ||= verdict === 'unclear';
          },
        },
      );
    } catch (error) {
      // The mark is there: an attempt whose answer was lost has been counted.
      if (nameOf(error) !== conditionFailed) throw error;
    }
  });

  return ({ partition, sort }, counts) => join(`${partition}\0${sort}`, counts);
}
