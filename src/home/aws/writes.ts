import { BatchWriteItemCommand, PutItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { DaybookError } from '../../lib/errors.ts';
import type { Dynamo } from './dynamo.ts';
import { Unprocessed } from './failures.ts';
import type { Item } from './items.ts';

/** DynamoDB's limit of one BatchWriteItem. */
const batchSize = 25;

/** Requests under way at once; what comes meanwhile waits and goes together. */
const atOnce = 8;

type Waiting = {
  readonly key: string;
  readonly request: WriteRequest;
  readonly endMs: number;
  done(error?: unknown): void;
};

export type Writes = {
  /**
   * Puts and deletes whole items; of two of one key the last counts. Resolves when all are durable.
   */
  write(requests: ReadonlyMap<string, WriteRequest>): Promise<void>;
};

/**
 * Writes one item by PutItem, so that a lone hit is one request of one write unit, and several by
 * BatchWriteItem. Under load, writes of many callers share batches: the units are the same, the
 * requests are fewer.
 */
export function openWrites(dynamo: Dynamo, table: string): Writes {
  let queue: Waiting[] = [];
  let running = 0;

  function pump(): void {
    while (running < atOnce && queue.length > 0) {
      const batch = takeBatch();
      if (batch.length === 0) continue;
      running++;
      void send(batch).finally(() => {
        running--;
        pump();
      });
    }
  }

  /** The next requests, no key twice, which DynamoDB refuses. */
  function takeBatch(): Waiting[] {
    const batch = new Map<string, Waiting>();
    const left: Waiting[] = [];
    const nowMs = performance.now();
    for (const [i, waiting] of queue.entries()) {
      if (batch.size === batchSize) {
        left.push(...queue.slice(i));
        break;
      }
      if (waiting.endMs <= nowMs)
        waiting.done(new DaybookError('unavailable', `table ${table}: too many writes wait`));
      else if (batch.has(waiting.key)) left.push(waiting);
      else batch.set(waiting.key, waiting);
    }
    queue = left;
    return [...batch.values()];
  }

  async function send(batch: readonly Waiting[]): Promise<void> {
    const endMs = Math.min(...batch.map((waiting) => waiting.endMs));
    const totalMs = endMs - performance.now();
    try {
      const put = batch.length === 1 ? batch[0]!.request.PutRequest : undefined;
      if (put !== undefined) await putOne(put.Item!, totalMs);
      else
        await writeBatch(
          batch.map(({ request }) => request),
          totalMs,
        );
      for (const waiting of batch) waiting.done();
    } catch (error) {
      for (const waiting of batch) waiting.done(error);
    }
  }

  async function putOne(item: Item, totalMs: number): Promise<void> {
    const command = new PutItemCommand({ TableName: table, Item: item, ...dynamo.metering });
    await dynamo.run('PutItem', table, (client, options) => client.send(command, options), {
      totalMs,
    });
  }

  async function writeBatch(requests: WriteRequest[], totalMs: number): Promise<void> {
    let left = requests;
    await dynamo.run(
      'BatchWriteItem',
      table,
      async (client, options) => {
        const command = new BatchWriteItemCommand({
          RequestItems: { [table]: left },
          ...dynamo.metering,
        });
        const answer = await client.send(command, options);
        left = answer.UnprocessedItems?.[table] ?? [];
        if (left.length > 0)
          throw new Unprocessed(`${left.length} of ${requests.length} items were not taken`);
        return answer;
      },
      { totalMs },
    );
  }

  return {
    async write(requests) {
      if (requests.size === 0) return;
      // What is more than the requests under way can take in one round may take as long again for
      // each round.
      const rounds = Math.ceil(requests.size / (atOnce * batchSize));
      const endMs = performance.now() + rounds * dynamo.patience.totalMs;
      const all = [...requests].map(
        ([key, request]) =>
          new Promise<void>((resolve, reject) => {
            const done = (error?: unknown) =>
              error === undefined ? resolve() : reject(error as Error);
            queue.push({ key, request, endMs, done });
          }),
      );
      pump();
      const failed = (await Promise.allSettled(all)).find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
