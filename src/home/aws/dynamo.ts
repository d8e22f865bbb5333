import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Clock, secondMs } from '../../lib/clock.ts';
import { type Patience, persist } from './attempts.ts';
import type { Verdict } from './failures.ts';
import type { AwsSettings } from './settings.ts';

/** Capacity units that a request has consumed, in tables of this home. */
export type Consumed = { readonly action: string; readonly table: string; readonly units: number };

export type Dynamo = {
  /** One request, tried again while that is of use; `action` is its name (`PutItem`). */
  run<T extends object>(
    action: string,
    table: string,
    request: (client: DynamoDBClient, options: { abortSignal: AbortSignal }) => Promise<T>,
    more?: {
      /** Instead of the usual time for all attempts. */
      readonly totalMs?: number;
      readonly onFailure?: (error: unknown, verdict: Verdict) => void | Promise<void>;
    },
  ): Promise<T>;
  readonly patience: Patience;
  /** To be part of every request: asks for the units where somebody wants to know them. */
  readonly metering: { readonly ReturnConsumedCapacity?: 'TOTAL' };
  /**
   * How far the store's clock is ahead of ours, in ms; undefined where it has not been heard yet.
   */
  skewMs(): number | undefined;
  close(): void;
};

type Units = {
  readonly TableName?: string | undefined;
  readonly CapacityUnits?: number | undefined;
};

type Metered = { readonly ConsumedCapacity?: Units | readonly Units[] | undefined };

const connectMs = secondMs;

const sockets = 128;

/**
 * The client of both tables. Its own retries are off: `persist` knows which failures leave open
 * what has happened, and ends in time.
 */
export function openDynamo(
  settings: AwsSettings,
  clock: Clock,
  patience: Patience,
  onConsumed?: (consumed: Consumed) => void,
): Dynamo {
  const { region, dynamoEndpoint: endpoint, credentials } = settings;
  const client = new DynamoDBClient({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    ...clientOptions,
  });
  let skewMs: number | undefined;
  // Answers and refusals alike carry the time.
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      const storeMs = Date.parse(headers?.['date'] ?? '');
      // A header of whole seconds is half a second behind, on average.
      if (!Number.isNaN(storeMs)) skewMs = storeMs + secondMs / 2 - clock();
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'daybookStoreClock' },
  );

  return {
    patience,
    metering: onConsumed === undefined ? {} : { ReturnConsumedCapacity: 'TOTAL' },
    async run(action, table, request, { totalMs = patience.totalMs, onFailure } = {}) {
      const answer = await persist(
        { store: `table ${table}`, action: `dynamodb:${action}` },
        { ...patience, totalMs },
        (abortSignal) => request(client, { abortSignal }),
        onFailure,
      );
      if (onConsumed !== undefined) {
        for (const { TableName = table, CapacityUnits = 0 } of [
          (answer as Metered).ConsumedCapacity ?? [],
        ].flat())
          onConsumed({ action, table: TableName, units: CapacityUnits });
      }
      return answer;
    },
    skewMs: () => skewMs,
    close: () => client.destroy(),
  };
}

const say = () => {};

/**
 * Shared with the client of files. What the SDK warns of on the console is tried again, or said by
 * us.
 */
export const clientOptions = {
  maxAttempts: 1,
  retryMode: 'standard',
  logger: { debug: say, info: say, warn: say, error: say },
  requestHandler: {
    connectionTimeout: connectMs,
    httpAgent: { maxSockets: sockets, keepAlive: true },
    httpsAgent: { maxSockets: sockets, keepAlive: true },
  },
};
