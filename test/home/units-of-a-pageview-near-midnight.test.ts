import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Consumed } from '../../src/home/aws/dynamo.ts';
import { type MeteredApp, type MeteredStores, openMeteredStores } from '../support/metered-app.ts';
import { uuid7 } from '../support/shown-data.ts';

const minuteMs = 60_000;
const midnightMs = Date.parse('2026-03-12T00:00:00Z');
let nowMs = midnightMs - 60 * minuteMs;
let stores: MeteredStores;
let app: MeteredApp;
beforeAll(async () => {
  const clock = () => nowMs;
  stores = await openMeteredStores({ clock });
  app = await stores.openApp(clock);
  await app.world.sites.add('example.com');
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const unitsOf = (kind: 'Query' | 'PutItem') =>
  app.consumed
    .filter(({ action }: Consumed) => action === kind)
    .reduce((sum, { units }) => sum + units, 0);

/** What 20 pageviews cost that have ids as the tracker makes them, after one that opens the day. */
async function costAt(atMs: number, more: object = {}) {
  nowMs = midnightMs + atMs;
  const post = async (nth: number) => {
    const id = uuid7(nowMs, nth);
    const body = { n: 'pageview', u: 'https://example.com/', d: 'example.com', id, ...more };
    expect((await app.post('/api/event', body)).status).toBe(202);
  };
  await post(0);
  app.consumed.length = 0;
  for (let nth = 1; nth <= 20; nth++) await post(nth);
  return { written: unitsOf('PutItem'), read: unitsOf('Query') };
}

test('one unit is written for a pageview; near midnight two, and hardly any is read', async () => {
  expect(await costAt(-30 * minuteMs)).toEqual({ written: 20, read: 0 });
  expect(await costAt(-minuteMs)).toEqual({ written: 40, read: 0 });
  const after = await costAt(minuteMs);
  expect(after.written).toBe(40);
  expect(after.read).toBeLessThan(20);
  expect(await costAt(30 * minuteMs)).toEqual({ written: 20, read: 0 });
});

test('a retry costs what a pageview costs, unless it may be of the day before', async () => {
  expect(await costAt(600 * minuteMs, { a: 5_000 })).toEqual({ written: 20, read: 0 });
  expect((await costAt(601 * minuteMs, { a: 602 * minuteMs })).written).toBe(40);
});
