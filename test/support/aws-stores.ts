import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dynalite from 'dynalite';
import S3rver from 's3rver';
import { createStores } from '../../src/home/aws/create.ts';
import { readSettings } from '../../src/home/aws/settings.ts';

export type AwsStores = {
  /** The environment variables of a process that uses these stores. */
  readonly env: NodeJS.ProcessEnv;
  readonly dynamoUrl: string;
  readonly s3Url: string;
  close(): Promise<void>;
};

export type StoresOptions = {
  /** The time in the stores' `Date` headers. */
  readonly clock?: () => number;
  /** Whether the tables and the bucket are made. */
  readonly made?: boolean;
};

/** Starts a DynamoDB and an S3 in this process, with empty tables and an empty bucket. */
export async function openAwsStores({
  clock = Date.now,
  made = true,
}: StoresOptions = {}): Promise<AwsStores> {
  const dynamo = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  dynamo.prependListener('request', (_request, response) => {
    response.setHeader('Date', new Date(clock()).toUTCString());
  });
  dynamo.listen(0, '127.0.0.1');
  await once(dynamo, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'daybook-s3-'));
  const s3 = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: folder });
  const { port } = await s3.run();
  const dynamoUrl = `http://127.0.0.1:${(dynamo.address() as AddressInfo).port}`;
  const s3Url = `http://127.0.0.1:${port}`;
  const env = {
    DAYBOOK_HOME: 'aws',
    DAYBOOK_TABLE: 'DaybookRows',
    DAYBOOK_BUCKET: 'daybook-files/ledger',
    AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl,
    AWS_ENDPOINT_URL_S3: s3Url,
    AWS_REGION: 'eu-central-1',
    // s3rver accepts only these keys.
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
  };
  if (made) await createStores(readSettings(env, folder));
  return {
    env,
    dynamoUrl,
    s3Url,
    async close() {
      dynamo.closeAllConnections();
      await new Promise<void>((resolve) => dynamo.close(() => resolve()));
      await s3.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
