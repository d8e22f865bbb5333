import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MeteredApp, type MeteredStores, openMeteredStores } from '../support/metered-app.ts';
import { chrome, everyCase } from '../support/real-app.ts';
import { itemsOf } from '../support/table-dump.ts';

/** What worries one about the classic table: a popular page, and two visitors at one instant. */

let nowMs = Date.parse('2026-11-22T12:00:00Z');
let stores: MeteredStores;
let app: MeteredApp;
beforeAll(async () => {
  stores = await openMeteredStores({ clock: () => nowMs });
  app = await stores.openApp();
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

async function partitionsOf(siteId: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { pk } of await itemsOf(stores.settings)) {
    if (pk!.S!.startsWith(`hit/${siteId}/`)) counts.set(pk!.S!, (counts.get(pk!.S!) ?? 0) + 1);
  }
  return counts;
}

const rowsOf = async (domain: string) =>
  (await (await app.send(`/analytics?site=${domain}`)).json()) as {
    readonly Count: number;
    readonly Items: readonly { pagePath: string; timestamp: number }[];
  };

/** As many a second as eight partitions take; a fifth of that outside `.ci/run`. */
const rush = everyCase ? 5_000 : 1_000;

test(`${rush} hits of a page in one second are spread over partitions, below the limit`, async () => {
  const { id } = await app.world.sites.add('popular.test', { open: true });
  const startMs = nowMs;
  for (let sent = 0; sent < rush; sent += rush / 10) {
    nowMs = startMs + (sent * 1_000) / rush;
    const answers = await Promise.all(
      Array.from({ length: rush / 10 }, () =>
        app.post('/analytics?site=popular.test', { pathname: '/popular', userAgent: chrome }),
      ),
    );
    const problems = answers.filter(({ status }) => status !== 200).map((answer) => answer.text());
    expect(await Promise.all(problems)).toEqual([]);
  }
  const counts = [...(await partitionsOf(id)).values()];
  expect(counts).toHaveLength(8);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(rush);
  // DynamoDB takes 1,000 writes a second in one partition: at 5,000, a fifth of them.
  expect(Math.max(...counts)).toBeLessThan(everyCase ? 800 : 200);
  expect((await rowsOf('popular.test')).Count).toBe(rush);
});

test('two hits of one page at one instant are both kept', async () => {
  await app.world.sites.add('instant.test', { open: true });
  const hit = { pathname: '/', userAgent: chrome };
  await Promise.all([
    app.post('/analytics?site=instant.test', hit),
    app.post('/analytics?site=instant.test', hit),
  ]);
  const { Count, Items } = await rowsOf('instant.test');
  expect(Count).toBe(2);
  expect(Items[0]).toEqual(Items[1]);
});

test('a changed number of partitions applies from the next day; nothing is lost', async () => {
  const { id } = await app.world.sites.add('grown.test', { open: true });
  const other = await stores.openApp(() => nowMs);
  const hit = { pathname: '/', userAgent: chrome };
  const sendSome = async () => {
    for (let i = 0; i < 30; i++) {
      await app.post('/analytics?site=grown.test', hit);
      await other.post('/analytics?site=grown.test', hit);
    }
  };
  await sendSome();
  await app.world.sites.set('grown.test', { shards: '3' });
  await sendSome();
  expect((await partitionsOf(id)).size).toBe(8);
  nowMs += 24 * 3_600_000;
  await sendSome();
  const partitions = [...(await partitionsOf(id)).keys()]
    .filter((pk) => pk.includes('2026-11-23'))
    .sort();
  expect(partitions).toEqual([0, 1, 2].map((shard) => `hit/${id}/2026-11-23/${shard}`));
  expect((await rowsOf('grown.test')).Count).toBe(180);
  await other.close();
});

test.each(['0', '257', '2.5', 'many', ''])('%j partitions are refused', async (shards) => {
  await expect(app.world.sites.set('grown.test', { shards })).rejects.toMatchObject({
    fault: 'bad-input',
    message: expect.stringContaining('1 to 256'),
  });
});
