import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { DaybookError } from '../../lib/errors.ts';
import { persist } from './attempts.ts';
import { nameOf } from './failures.ts';
import { openClient } from './files.ts';
import type { AwsSettings } from './settings.ts';

export type Created = { readonly name: string; readonly made: boolean };

const patience = { attemptMs: 10_000, totalMs: 30_000 };

const askAgainMs = 250;

const readyWithinMs = 60_000;

/**
 * Makes the tables and the bucket that are not there yet, for trying out and for stores other than
 * AWS's own; in an AWS account the deployment makes them, with backups and alarms. The table of
 * rows gets no TTL: see `items.ts`.
 */
export async function createStores(settings: AwsSettings): Promise<readonly Created[]> {
  const { region, dynamoEndpoint, credentials, table, saltsTable, bucket } = settings;
  const client = new DynamoDBClient({
    ...(region !== undefined && { region }),
    ...(dynamoEndpoint !== undefined && { endpoint: dynamoEndpoint }),
    ...(credentials !== undefined && { credentials }),
    maxAttempts: 1,
  });
  try {
    const created: Created[] = [];
    for (const name of [table, saltsTable])
      created.push({ name: `table ${name}`, made: await createTable(client, name) });
    await expireSalts(client, saltsTable);
    if (bucket !== undefined)
      created.push({ name: `bucket ${bucket}`, made: await createBucket(settings, bucket) });
    return created;
  } finally {
    client.destroy();
  }
}

async function createTable(client: DynamoDBClient, name: string): Promise<boolean> {
  const asked = { store: `table ${name}`, action: 'dynamodb:CreateTable' };
  const made = await unlessThere(['ResourceInUseException'], (tolerate) =>
    persist(
      asked,
      patience,
      (abortSignal) =>
        client.send(
          new CreateTableCommand({
            TableName: name,
            BillingMode: 'PAY_PER_REQUEST',
            KeySchema: [
              { AttributeName: 'pk', KeyType: 'HASH' },
              { AttributeName: 'sk', KeyType: 'RANGE' },
            ],
            AttributeDefinitions: [
              { AttributeName: 'pk', AttributeType: 'S' },
              { AttributeName: 'sk', AttributeType: 'S' },
            ],
          }),
          { abortSignal },
        ),
      tolerate,
    ),
  );
  const endMs = performance.now() + readyWithinMs;
  while (performance.now() < endMs) {
    const { Table } = await persist(
      { ...asked, action: 'dynamodb:DescribeTable' },
      patience,
      (abortSignal) => client.send(new DescribeTableCommand({ TableName: name }), { abortSignal }),
    );
    if (Table?.TableStatus === 'ACTIVE') return made;
    await sleep(askAgainMs);
  }
  throw new DaybookError(
    'unavailable',
    `table ${name}: not ready within ${readyWithinMs / 1_000} s of its making`,
  );
}

/**
 * Only a second net: due salts are destroyed by Daybook. A store that knows no TTL goes without.
 */
async function expireSalts(client: DynamoDBClient, table: string): Promise<void> {
  const command = new UpdateTimeToLiveCommand({
    TableName: table,
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  });
  await client.send(command).catch(() => {});
}

async function createBucket(settings: AwsSettings, bucket: string): Promise<boolean> {
  const client = openClient(settings);
  const elsewhere =
    settings.s3Endpoint === undefined && settings.region !== 'us-east-1' && settings.region;
  const place = elsewhere ? { LocationConstraint: elsewhere as 'eu-central-1' } : undefined;
  try {
    return await unlessThere(['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'], (tolerate) =>
      persist(
        { store: `bucket ${bucket}`, action: 's3:CreateBucket' },
        patience,
        (abortSignal) =>
          client.send(
            new CreateBucketCommand({
              Bucket: bucket,
              ...(place !== undefined && { CreateBucketConfiguration: place }),
            }),
            { abortSignal },
          ),
        tolerate,
      ),
    );
  } finally {
    client.destroy();
  }
}

/** False where the store said that it is there already. */
async function unlessThere(
  names: readonly string[],
  make: (tolerate: (error: unknown) => void) => Promise<unknown>,
): Promise<boolean> {
  try {
    await make((error) => {
      if (names.includes(nameOf(error))) throw error;
    });
    return true;
  } catch (error) {
    if (names.includes(nameOf(error))) return false;
    throw error;
  }
}
