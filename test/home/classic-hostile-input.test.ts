import { randomBytes } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Hono } from 'hono';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClassicStore } from '../../src/home/aws/classic-store.ts';
import { readSettings } from '../../src/home/aws/settings.ts';
import { classicRoutes } from '../../src/http/classic-routes.ts';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';

let stores: AwsStores;
let app: Hono;
beforeAll(async () => {
  stores = await openAwsStores();
  const settings = { ...readSettings(stores.env, ''), table: 'DeployHits' };
  const { region, dynamoEndpoint: endpoint, credentials } = settings;
  const client = new DynamoDBClient({
    ...{ region: region!, endpoint: endpoint!, credentials: credentials! },
  });
  await client.send(
    new CreateTableCommand({
      TableName: settings.table,
      KeySchema: [
        { AttributeName: 'pagePath', KeyType: 'HASH' },
        { AttributeName: 'timestamp', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pagePath', AttributeType: 'S' },
        { AttributeName: 'timestamp', AttributeType: 'N' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  client.destroy();
  const store = (await openClassicStore(settings, Date.now))!;
  const answerLimits = { bytes: 1e6, ms: 1e4 };
  const log = pino({ level: 'silent' });
  app = classicRoutes({ store, log, answerLimits, clock: Date.now, random: randomBytes });
});
afterAll(() => stores.close());

test.each([
  ...['', 'x', '[]', '["/"]', '["/","2026-02-30"]', '["/",[1]]', '["/","1e999"]', '["/","..."]'],
  ...['["","1"]', '["/","-"]', '["/",{"toString":1}]', '{"0":"/"}', 'null'],
  ...[`["${'x'.repeat(2_049)}","1"]`, `["/","${'1'.repeat(50)}"]`],
  '2026-02-30/1771000000000/0123456789abcdef',
])('a start key that no page has given is a 400, not a failure of the table: %s', async (key) => {
  const answer = await app.request(`/analytics?ExclusiveStartKey=${encodeURIComponent(key)}`);
  expect([answer.status, (await answer.json()) as unknown]).toEqual([
    400,
    { message: expect.stringMatching(/^ExclusiveStartKey: expected /) },
  ]);
});

test.each([
  ['"__proto__":1', '__proto__'],
  ['"more":{"__proto__":{"S":"x"}}', 'more'],
  ['"more":[{"":1}]', 'more'],
  ['"":1', 'body'],
])('a name that DynamoDB does not keep is refused: %s', async (field, named) => {
  const body = `{"pathname":"/",${field}}`;
  const answer = await app.request('/analytics', { method: 'POST', body });
  expect([answer.status, (await answer.json()) as unknown]).toEqual([
    400,
    { message: expect.stringMatching(new RegExp(`^${named}: expected `)) },
  ]);
});

test('the key that a page has given is taken', async () => {
  for (let i = 0; i < 3; i++)
    await app.request('/analytics', { method: 'POST', body: '{"pathname":"/a"}' });
  const first = (await (await app.request('/analytics?Limit=2')).json()) as Page;
  const after = encodeURIComponent(first.LastEvaluatedKey!);
  const rest = await app.request(`/analytics?ExclusiveStartKey=${after}`);
  expect([first.Count, ((await rest.json()) as Page).Count]).toEqual([2, 1]);
});

type Page = { readonly Count: number; readonly LastEvaluatedKey?: string };
