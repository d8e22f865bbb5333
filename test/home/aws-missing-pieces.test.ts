import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openHome } from '../../src/entry/home.ts';
import { createStores } from '../../src/home/aws/create.ts';
import { readSettings } from '../../src/home/aws/settings.ts';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';
import { cli } from '../support/real-process.ts';

let data: string;
let stores: AwsStores;
/** A store that refuses everything. */
let refusing: { url: string; close(): void };
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'daybook-problems-'));
  stores = await openAwsStores();
  const { region, dynamoEndpoint, credentials } = readSettings(stores.env, data);
  const client = new DynamoDBClient({
    region: region!,
    endpoint: dynamoEndpoint!,
    credentials: credentials!,
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'DeployHits',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pagePath', KeyType: 'HASH' },
        { AttributeName: 'timestamp', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pagePath', AttributeType: 'S' },
        { AttributeName: 'timestamp', AttributeType: 'N' },
      ],
    }),
  );
  client.destroy();
  refusing = await openRefusing();
  // Nothing of the machine that runs the tests.
  for (const name of [
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_PROFILE',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', join(data, 'none'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(data, 'none'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  refusing.close();
  await stores.close();
  await rm(data, { recursive: true, force: true });
});

async function openRefusing() {
  const server = createServer((request, response) => {
    request.resume();
    if (request.headers['x-amz-target'] === undefined) {
      response.writeHead(403, { 'Content-Type': 'application/xml' });
      response.end(
        '<?xml version="1.0"?>' +
          '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
      );
    } else {
      response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' });
      const message = 'User: x is not authorized to perform: dynamodb:GetItem';
      response.end(
        JSON.stringify({
          __type: 'com.amazon.coral.service#AccessDeniedException',
          Message: message,
        }),
      );
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => server.close() };
}

const open = async (changes: NodeJS.ProcessEnv) => {
  const home = await openHome(data, Date.now, { ...stores.env, ...changes });
  await home.close();
};

describe('what is missing is named in one line', () => {
  test.each<[string, () => NodeJS.ProcessEnv, string[]]>([
    [
      'table',
      () => ({ DAYBOOK_TABLE: 'Missing' }),
      ['table Missing', 'DAYBOOK_TABLE', 'npm run daybook -- aws create-tables'],
    ],
    [
      'table of salts',
      () => ({ DAYBOOK_SALTS_TABLE: 'NoSalts' }),
      ['table NoSalts', 'DAYBOOK_SALTS_TABLE'],
    ],
    ['bucket', () => ({ DAYBOOK_BUCKET: 'no-bucket' }), ['bucket no-bucket', 'DAYBOOK_BUCKET']],
    ['name of a bucket', () => ({ DAYBOOK_BUCKET: '' }), ['DAYBOOK_BUCKET']],
    ['region', () => ({ AWS_REGION: '' }), ['AWS_REGION']],
    ['credentials', () => ({ AWS_ACCESS_KEY_ID: '' }), ['no AWS credentials', 'AWS_ACCESS_KEY_ID']],
    [
      'right to the table',
      () => ({ AWS_ENDPOINT_URL_DYNAMODB: refusing.url }),
      ['table DaybookRows', 'dynamodb:GetItem', 'right'],
    ],
    [
      'right to the bucket',
      () => ({ AWS_ENDPOINT_URL_S3: refusing.url }),
      ['bucket daybook-files', 's3:ListBucket', 'right'],
    ],
    ['name of a table', () => ({ DAYBOOK_TABLE: 'a b' }), ['DAYBOOK_TABLE', 'a b']],
    ['size of the cache', () => ({ DAYBOOK_CACHE_MB: 'much' }), ['DAYBOOK_CACHE_MB', 'much']],
  ])('%s', async (_, changes, named) => {
    const error = await open(changes()).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'DaybookError' });
    const { message } = error as Error;
    for (const part of named) expect(message).toContain(part);
    expect(message).not.toContain('\n');
  });

  test('the classic table: what to do instead', async () => {
    await expect(
      open({ DAYBOOK_TABLE: 'DeployHits', DAYBOOK_SALTS_TABLE: 'DaybookRows-salts' }),
    ).rejects.toThrow(
      new RegExp(
        '^table DeployHits has other keys .* ' +
          '`npm run daybook -- import dynamodb --table DeployHits --site DOMAIN`$',
      ),
    );
  });

  test('at the command line', async () => {
    const { code, stderr } = await cli(['serve', '--port', '0', '--data', data], {
      ...stores.env,
      DAYBOOK_TABLE: 'Missing',
    });
    expect(code).toBe(1);
    expect(stderr.split('\n').filter((line) => line.startsWith('daybook:'))).toHaveLength(1);
    expect(stderr).toContain('daybook: table Missing: there is none of that name');
  });
});

test('`daybook aws create-tables` makes what is missing, and leaves what is there', async () => {
  const env = { ...stores.env, DAYBOOK_TABLE: 'Made', DAYBOOK_BUCKET: 'made-files' };
  const first = await cli(['aws', 'create-tables'], env);
  expect(first.stdout).toBe('table Made: made\ntable Made-salts: made\nbucket made-files: made\n');
  await open(env);
  expect(await createStores(readSettings(env, data))).toEqual([
    { name: 'table Made', made: false },
    { name: 'table Made-salts', made: false },
    { name: 'bucket made-files', made: false },
  ]);
});

describe("a clock that is off the store's", () => {
  test('by over a minute takes nothing in, and says so; put right, it does', async () => {
    let aheadMs = 0;
    const home = await openHome(data, () => Date.now() + aheadMs, stores.env);
    const row = { partition: 'clock', sort: 'a', value: '1' };
    await home.rows.append([row]);
    for (const [offMs, side] of [
      [-70_000, 'behind'],
      [70_000, 'ahead of'],
    ] as const) {
      aheadMs = offMs;
      await home.rows.get('clock', 'a'); // every answer contains the time
      await expect(home.rows.append([{ ...row, sort: 'b' }])).rejects.toMatchObject({
        fault: 'unavailable',
        message: expect.stringMatching(new RegExp(`clock is (69|70|71) s ${side} the store's`)),
      });
      expect(await home.rows.get('clock', 'b')).toBeUndefined();
      aheadMs = offMs / 2;
      await home.rows.append([row]);
    }
    await home.close();
  });
});
