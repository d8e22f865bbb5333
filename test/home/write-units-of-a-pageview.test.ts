import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Consumed } from '../../src/home/aws/dynamo.ts';
import { type MeteredApp, type MeteredStores, openMeteredStores } from '../support/metered-app.ts';
import { itemsOf } from '../support/table-dump.ts';

let stores: MeteredStores;
let app: MeteredApp;
beforeAll(async () => {
  stores = await openMeteredStores();
  app = await stores.openApp();
  await app.world.sites.add('example.com', { open: true });
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const writes = (consumed: readonly Consumed[]) =>
  consumed.filter(({ action }) => !['GetItem', 'Query'].includes(action));
const unitsOf = (consumed: readonly Consumed[]) =>
  consumed.reduce((sum, { units }) => sum + units, 0);

/** As a browser on a page with a long address and a campaign sends it. */
const pageview = (n: number) => ({
  n: 'pageview',
  u:
    `https://example.com/articles/2026/11/how-to-keep-a-daybook-${n}` +
    '?utm_source=newsletter&utm_medium=email&utm_campaign=november',
  d: 'example.com',
  r: 'https://www.google.com/search',
  l: 'de-AT',
  w: 1440,
});
const deployHit = (n: number) => ({
  pathname: `/page/${n}`,
  language: 'en-US',
  platform: 'MacIntel',
  userAgent:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    'Chrome/130.0.0.0 Safari/537.36',
  location: { latitude: 38.0307484, longitude: -78.5077828 },
});

describe('write units of a pageview', () => {
  test('are exactly 1, one after another; the first of a day makes its row', async () => {
    await app.post('/api/event', pageview(0));
    app.consumed.length = 0;
    for (let n = 1; n <= 40; n++) {
      expect((await app.post('/api/event', pageview(n))).status).toBe(202);
      expect((await app.post('/analytics', deployHit(n))).status).toBe(200);
    }
    await app.world.collect.books.flush();
    expect(writes(app.consumed)).toEqual(
      Array.from({ length: 80 }, () => ({
        action: 'PutItem',
        table: stores.settings.table,
        units: 1,
      })),
    );
  });

  test('are exactly 1 of many at once, in fewer requests', async () => {
    app.consumed.length = 0;
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, n) => app.post('/api/event', pageview(n))),
    );
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    await app.world.collect.books.flush();
    expect(unitsOf(writes(app.consumed))).toBe(500);
    expect(writes(app.consumed).length).toBeLessThan(250);
  });

  test('are exactly 1 in a process that has just started: the day has its row', async () => {
    const fresh = await stores.openApp();
    fresh.consumed.length = 0;
    for (let n = 0; n < 10; n++) await fresh.post('/api/event', pageview(n));
    expect(unitsOf(writes(fresh.consumed))).toBe(10);
    // Stamp, domains, sites, the day's row; from then on nothing is read.
    expect(fresh.consumed.length - 10).toBeLessThanOrEqual(4);
    await fresh.close();
  });

  test('a drop costs one write at the most, and a flood of them one a flush', async () => {
    app.consumed.length = 0;
    for (let n = 0; n < 50; n++)
      await app.send('/api/event', {
        method: 'POST',
        body: JSON.stringify(pageview(n)),
        headers: { 'User-Agent': 'Googlebot/2.1' },
      });
    await app.world.collect.books.flush();
    expect(unitsOf(writes(app.consumed))).toBe(1);
  });
});

test('an item is under 1 KB, and shows page and second in the console', async () => {
  const hits = (await itemsOf(stores.settings)).filter(({ pk }) => pk!.S!.startsWith('hit/'));
  expect(hits.length).toBeGreaterThan(500);
  const sizes = hits.map(sizeOf).sort((a, b) => a - b);
  console.log(
    `bytes of a pageview's item: median ${sizes[sizes.length >> 1]}, largest ${sizes.at(-1)}`,
  );
  expect(sizes.at(-1)).toBeLessThan(1_024);
  for (const item of hits) {
    const { page, time } = JSON.parse(item['value']!.S!) as { page: string; time: number };
    expect(item['pagePath']).toEqual({ S: page });
    expect(item['timestamp']).toEqual({ N: String(time / 1_000) });
    const lifeSeconds = Number(item['ttl']!.N) - time / 1_000;
    expect(Math.round(lifeSeconds / 86_400)).toBe(30);
  }
});

test('nothing but hits of running days is ever forgotten by itself', async () => {
  await app.post('/api/event', { ...pageview(1), id: uuid7(Date.now()), a: 20 * 3_600_000 });
  const items = await itemsOf(stores.settings);
  const forgotten = items
    .filter(({ ttl }) => ttl !== undefined)
    .map(({ pk }) => pk!.S!.split('/')[0]);
  expect(new Set(forgotten)).toEqual(new Set(['hit']));
});

/** As DynamoDB counts: names and texts in UTF-8, two digits a byte and one more for numbers. */
function sizeOf(item: Record<string, AttributeValue>): number {
  return Object.entries(item).reduce((sum, [name, { S, N }]) => {
    const value = S === undefined ? Math.ceil(N!.length / 2) + 1 : Buffer.byteLength(S);
    return sum + Buffer.byteLength(name) + value;
  }, 0);
}

function uuid7(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
