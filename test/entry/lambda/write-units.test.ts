import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatewayHandler } from '../../../src/entry/lambda/gateway.ts';
import { openLambdaWorld } from '../../../src/entry/lambda/world.ts';
import { openAws } from '../../../src/home/aws/aws.ts';
import type { Consumed } from '../../../src/home/aws/dynamo.ts';
import { readSettings } from '../../../src/home/aws/settings.ts';
import type { Home } from '../../../src/home/home.ts';
import { createCollectApp } from '../../../src/http/collect-app.ts';
import { type AwsStores, openAwsStores } from '../../support/aws-stores.ts';
import { chrome } from '../../support/real-app.ts';

const writes = new Set(['PutItem', 'BatchWriteItem', 'UpdateItem', 'DeleteItem']);
let stores: AwsStores;
let home: Home;
let consumed: Consumed[] = [];
let nowMs = Date.parse('2026-11-22T12:00:00Z');
let handler: ReturnType<typeof gatewayHandler>;
beforeAll(async () => {
  stores = await openAwsStores({ clock: () => nowMs });
  const { DAYBOOK_BUCKET: _, ...env } = stores.env;
  home = await openAws(readSettings(env, '/nowhere'), () => nowMs, {
    onConsumed: (one) => consumed.push(one),
  });
  const { world, log, settle } = await openLambdaWorld({
    env: { DAYBOOK_LOG: 'silent' },
    home,
    clock: () => nowMs,
  });
  await world.sites.add('a.test');
  handler = gatewayHandler(async () => ({ app: createCollectApp(world), log, settle }));
});
afterAll(async () => {
  await home?.close();
  await stores?.close();
});

const send = (userAgent: string) =>
  handler({
    version: '2.0',
    rawPath: '/api/event',
    headers: { 'user-agent': userAgent },
    body: JSON.stringify({
      n: 'pageview',
      u: 'https://a.test/a/page/of/a/common/length?utm_source=news',
      d: 'a.test',
      r: 'https://search.test/',
    }),
    requestContext: {
      stage: '$default',
      domainName: 'd.test',
      http: { method: 'POST', sourceIp: '203.0.113.7' },
    },
  });

/** The units that `count` hits with this user agent consume. */
async function unitsOf(count: number, userAgent: string): Promise<number> {
  consumed = [];
  for (let i = 0; i < count; i++) {
    nowMs += 20;
    expect((await send(userAgent)).statusCode).toBe(202);
  }
  return consumed
    .filter(({ action }) => writes.has(action))
    .reduce((sum, { units }) => sum + units, 0);
}

test('a pageview costs exactly one write unit, its counting none', async () => {
  await unitsOf(1, chrome); // the first of a day makes the day's row too
  expect(await unitsOf(200, chrome)).toBe(200);
  nowMs += 30_000;
  expect(await unitsOf(200, chrome)).toBe(200);
});

test('a drop costs one at most, a flood of them one a second', async () => {
  nowMs += 5_000;
  expect(await unitsOf(1, 'curl/8.0')).toBe(1);
  expect(await unitsOf(200, 'curl/8.0')).toBeLessThanOrEqual(5);
});

test('settings are read again every 5 seconds, not for every hit', async () => {
  consumed = [];
  for (let i = 0; i < 100; i++) await unitsOfNothing();
  expect(consumed.filter(({ action }) => !writes.has(action)).length).toBeLessThanOrEqual(2);
});

async function unitsOfNothing(): Promise<void> {
  nowMs += 20;
  await send(chrome);
}
