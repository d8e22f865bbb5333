import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtPages } from '../../../test/support/real-app.ts';
import { type Demo, startDemo } from './demo.ts';
import { demoDomain } from './story.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({
    port: 0,
    host: '127.0.0.1',
    clock: Date.now,
    random: randomBytes,
    env: { DAYBOOK_LOG: 'silent' },
    pages: builtPages,
    reports: 'here',
  });
});
afterAll(() => demo.close());

type Results = { results: { dimensions: string[]; metrics: number[] }[] };
async function query(dimension: string): Promise<Results['results']> {
  const answer = await fetch(`${demo.url}/api/v2/query`, {
    method: 'POST',
    body: JSON.stringify({
      site_id: demoDomain,
      metrics: ['visitors'],
      date_range: '7d',
      dimensions: [dimension],
    }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as Results).results;
}

test('has tens of thousands of hits', () => {
  expect(demo.hits).toBeGreaterThan(50_000);
  expect(demo.dashboard).toBe(`${demo.url}/?site=${demoDomain}`);
});

test.each<[string, string[], number]>([
  ['visit:source', ['Google', 'Direct / None', 'Reddit', 'ChatGPT'], 10],
  ['visit:country', ['US', 'DE', 'GB'], 10],
  ['visit:browser', ['Chrome', 'Safari', 'Firefox'], 4],
  ['visit:utm_campaign', ['sowing-time'], 3],
  ['event:page', ['/', '/shop/seeds'], 10],
])('whoever asks sees traffic by %s', async (dimension, some, atLeast) => {
  const names = (await query(dimension)).map(({ dimensions }) => dimensions[0]);
  expect(names).toEqual(expect.arrayContaining(some));
  expect(names.length).toBeGreaterThanOrEqual(atLeast);
});

test('visitors arrive, from where they say', async () => {
  const hits = async () => {
    const today = await (await fetch(`${demo.url}/api/hits?site=${demoDomain}`)).text();
    return today.split('\n').filter(Boolean).length;
  };
  await expect.poll(hits, { interval: 1_000 }).toBeGreaterThan(demo.hits);
});

test('nothing of it is left', async () => {
  expect(existsSync(demo.data)).toBe(true);
  await demo.close();
  expect(existsSync(demo.data)).toBe(false);
  demo = { ...demo, close: async () => {} };
});
