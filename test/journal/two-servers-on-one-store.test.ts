import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';
import { cli, freePort, lastLine, type RealProcess, serve } from '../support/real-process.ts';
import { countIds, sendHits } from '../support/senders.ts';

let stores: AwsStores;
let data: string;
beforeAll(async () => {
  stores = await openAwsStores();
  data = await mkdtemp(join(tmpdir(), 'daybook-side-'));
});
afterAll(async () => {
  await stores.close();
  await rm(data, { recursive: true, force: true });
});

const start = async (): Promise<RealProcess> =>
  serve({ data, port: await freePort(), env: stores.env });

test('two servers on one store, one of them killed: nothing is lost, same numbers', async () => {
  await cli(['site', 'add', 'side.test', '--open'], stores.env);
  const [left, right] = await Promise.all([start(), start()]);
  const sending = [sendHits(left.url, 4, 400), sendHits(right.url, 4, 400)];
  for (const { ids } of sending) await expect.poll(() => ids.length).toBeGreaterThan(40);
  expect(await left.end('SIGKILL')).toBe('SIGKILL');
  const more = Math.min(400, sending[1]!.ids.length + 100);
  await expect.poll(() => sending[1]!.ids.length).toBeGreaterThanOrEqual(more);
  await Promise.all(sending.map(({ stop }) => stop()));
  const acknowledged = sending.map(({ ids }) => ids);

  const stored = await countIds(right.url, 'side.test');
  const lost = acknowledged.flat().filter((id) => stored.get(id) !== 1);
  expect(lost).toEqual([]);
  expect([...stored.values()].filter((times) => times !== 1)).toEqual([]);

  // A server that was not there sees the same as the one that was.
  const third = await start();
  const key = lastLine((await cli(['key', 'new'], stores.env)).stdout);
  const ask = async ({ url }: RealProcess) => {
    const body = {
      site_id: 'side.test',
      metrics: ['visitors', 'visits', 'pageviews'],
      dimensions: ['visit:browser'],
      date_range: 'day',
    };
    const answer = await fetch(`${url}/api/v2/query`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { Authorization: `Bearer ${key}` },
    });
    return ((await answer.json()) as { results: { metrics: number[] }[] }).results;
  };
  const [seen, seenByThird] = [await ask(right), await ask(third)];
  expect(seen).toEqual([{ dimensions: ['Chrome'], metrics: [1, 1, stored.size] }]);
  expect(seenByThird).toEqual(seen);
  expect([await right.end('SIGTERM'), await third.end('SIGTERM')]).toEqual([0, 0]);
});
