import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Home, type Row, scanAll } from '../../src/home/home.ts';
import { type Fault, type FaultProxy, faults, openFaultProxy } from '../support/fault-proxy.ts';
import { type MeteredApp, type MeteredStores, openMeteredStores } from '../support/metered-app.ts';

/** Less patient than in earnest, so that the tests are short. */
const times = { attemptMs: 400, totalMs: 8_000 };
const patience = { rows: times, files: times };
/** Gives up soon, but not so soon that a busy machine could be the reason. */
const short = { attemptMs: 800, totalMs: 1_000 };
const hurry = { rows: short, files: short };

let stores: MeteredStores;
let dynamo: FaultProxy;
let s3: FaultProxy;
let app: MeteredApp;
/** Gives up sooner. */
let hurried: MeteredApp;
/** The same stores without the proxies: what is really there. */
let plain: Home;
let aheadMs = 0;
beforeAll(async () => {
  stores = await openMeteredStores();
  [dynamo, s3] = await Promise.all([
    openFaultProxy(stores.dynamoUrl),
    openFaultProxy(stores.s3Url),
  ]);
  const env = { AWS_ENDPOINT_URL_DYNAMODB: dynamo.url, AWS_ENDPOINT_URL_S3: s3.url };
  app = await stores.openApp(Date.now, { env, patience });
  hurried = await stores.openApp(() => Date.now() + aheadMs, { env, patience: hurry });
  plain = (await stores.openApp()).home;
});
afterEach(() => {
  dynamo.plan(undefined);
  s3.plan(undefined);
});
afterAll(async () => {
  await Promise.all([app.close(), hurried.close(), plain.close()]);
  await Promise.all([dynamo.close(), s3.close()]);
  await stores.close();
});

let made = 0;
const newPartition = () => `faults${++made}`;
const rowsIn = (partition: string, count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({
    partition,
    sort: String(i).padStart(5, '0'),
    value: JSON.stringify({ i, text: 'x'.repeat(100) }),
  }));

async function all(home: Home, partition: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of scanAll(home.rows, partition)) rows.push(row);
  return rows;
}

/** Every operation of the home with what must be true after it, whatever has befallen it twice. */
const operations: [name: string, run: (home: Home) => Promise<void>][] = [
  [
    'append one row',
    async (home) => {
      const rows = rowsIn(newPartition(), 1);
      await home.rows.append(rows);
      expect(await all(plain, rows[0]!.partition)).toEqual(rows);
    },
  ],
  [
    'append 120 rows',
    async (home) => {
      const rows = rowsIn(newPartition(), 120);
      await home.rows.append(rows);
      expect(await all(plain, rows[0]!.partition)).toEqual(rows);
    },
  ],
  [
    'put a new row, and find that it is there',
    async (home) => {
      const [row] = rowsIn(newPartition(), 1);
      expect(await home.rows.putIf(row!, undefined)).toBe(true);
      expect(await plain.rows.get(row!.partition, row!.sort)).toBe(row!.value);
      expect(await home.rows.putIf({ ...row!, value: '2' }, undefined)).toBe(false);
    },
  ],
  [
    'put over a value',
    async (home) => {
      const [row] = rowsIn(newPartition(), 1);
      await plain.rows.append([row!]);
      expect(await home.rows.putIf({ ...row!, value: '2' }, row!.value)).toBe(true);
      expect(await plain.rows.get(row!.partition, row!.sort)).toBe('2');
    },
  ],
  [
    'put over a value that is another',
    async (home) => {
      const [row] = rowsIn(newPartition(), 1);
      await plain.rows.append([row!]);
      expect(await home.rows.putIf({ ...row!, value: '2' }, '1')).toBe(false);
      expect(await plain.rows.get(row!.partition, row!.sort)).toBe(row!.value);
    },
  ],
  [
    'add to counters',
    async (home) => {
      const key = { partition: newPartition(), sort: 'sum' };
      await plain.rows.add(key, { a: 1 });
      await home.rows.add(key, { a: 2, b: 5 });
      expect(JSON.parse((await plain.rows.get(key.partition, key.sort))!)).toEqual({ a: 3, b: 5 });
    },
  ],
  [
    'remove 60 rows',
    async (home) => {
      const rows = rowsIn(newPartition(), 60);
      await plain.rows.append(rows);
      await home.rows.remove(rows.slice(1));
      expect(await all(plain, rows[0]!.partition)).toEqual(rows.slice(0, 1));
    },
  ],
  [
    'scan 700 rows',
    async (home) => {
      const rows = rowsIn(newPartition(), 700);
      await plain.rows.append(rows);
      expect(await all(home, rows[0]!.partition)).toEqual(rows);
    },
  ],
  [
    'keep a salt',
    async (home) => {
      const salt = randomBytes(32);
      const site = newPartition();
      const kept = await home.salts.getOrKeep(site, '2026-01-01', () => ({
        salt,
        destroyAtMs: 9e15,
      }));
      expect(kept).toEqual(salt);
      const again = () => ({ salt: randomBytes(32), destroyAtMs: 9e15 });
      expect(await plain.salts.getOrKeep(site, '2026-01-01', again)).toEqual(salt);
    },
  ],
  [
    'save, open, list and remove a file',
    async (home) => {
      const content = randomBytes(200_000);
      const folder = newPartition();
      await home.files.save(`${folder}/a`, (path) => writeFile(path, content));
      expect(content.equals(await contentOf(plain, `${folder}/a`))).toBe(true);
      await plain.files.save(`${folder}/b`, (path) => writeFile(path, content));
      s3.plan(planned, 2);
      expect(content.equals(await contentOf(home, `${folder}/b`))).toBe(true);
      s3.plan(planned, 2);
      expect((await home.files.list(folder)).map(({ name }) => name)).toEqual([
        `${folder}/a`,
        `${folder}/b`,
      ]);
      s3.plan(planned, 2);
      await home.files.remove(`${folder}/a`);
      expect((await plain.files.list(folder)).map(({ name }) => name)).toEqual([`${folder}/b`]);
    },
  ],
];

async function contentOf({ files }: Home, name: string): Promise<Buffer> {
  const file = await files.open(name);
  try {
    return await readFile(file.path);
  } finally {
    file.release();
  }
}

let planned: Fault;

/** These take their time: a few operations stand for all. */
const slow: readonly Fault[] = ['late', 'stuck'];
const fewOperations = operations.filter(([name]) => /one row|new row|counters/.test(name));
const batchOperations = operations.filter(([name]) => / \d+ rows/.test(name));
const cases = faults.flatMap((fault) => {
  const all =
    fault === 'partly' ? batchOperations : slow.includes(fault) ? fewOperations : operations;
  return all.map(([name, run]) => [fault, name, run] as const);
});

describe('requests that fail or run twice leave nothing undone and nothing doubled', () => {
  test.each(cases)('%s: %s', async (fault, _, run) => {
    planned = fault;
    dynamo.plan(fault, 2);
    s3.plan(fault, 2);
    await run(app.home);
    expect(dynamo.met() + s3.met()).toBeGreaterThan(0);
  });
});

test('50 additions, every third answer lost: counted once each', async () => {
  const key = { partition: newPartition(), sort: 'sum' };
  for (let i = 0; i < 50; i++) {
    if (i % 3 === 0) dynamo.plan('lost', 1);
    await app.home.rows.add(key, { n: 1 });
  }
  expect(await plain.rows.get(key.partition, key.sort)).toBe('{"n":50}');
});

test('a cut download is never seen: the file is whole or not there', async () => {
  const name = `${newPartition()}/cut`;
  await plain.files.save(name, (path) => writeFile(path, randomBytes(500_000)));
  s3.plan('cut');
  await expect(hurried.home.files.open(name)).rejects.toMatchObject({ fault: 'unavailable' });
  s3.plan(undefined);
  expect(await contentOf(app.home, name)).toHaveLength(500_000);
});

describe('a store that stays away', () => {
  // `partly` and `late` are no failure of a single put: it is done, and said so in time or not.
  const lasting = faults.filter((fault) => fault !== 'partly' && fault !== 'late');

  /** Asked until it is so: with so little patience, a busy machine may be the reason for a 503. */
  const taken = async (hit: object) => {
    const answer = await hurried.post('/api/event', hit);
    return [answer.status, answer.headers.get('x-daybook-dropped')];
  };

  test.each(lasting)(
    '%s: given up with 503 and Retry-After; sent again with its id, a hit is there once',
    async (fault) => {
      const domain = `${fault}.test`;
      await app.world.sites.add(domain, { open: true });
      const hit = { n: 'pageview', u: `https://${domain}/`, d: domain, id: `hit of ${fault}` };
      aheadMs += 1_000; // a site that is not known is looked for once a second
      // The day has its row and its salt, and this process knows them.
      await expect.poll(() => taken({ ...hit, id: 'before' })).toEqual([202, null]);
      dynamo.plan(fault);
      const answer = await hurried.post('/api/event', hit);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await answer.text()).toContain('table DaybookRows: dynamodb:PutItem failed');
      dynamo.plan(undefined);
      await expect.poll(() => taken(hit)).toEqual([202, null]);
      const rows = await (await app.send(`/api/hits?site=${domain}`)).text();
      expect(rows.trim().split('\n')).toHaveLength(2);
    },
  );

  test.each(['throttled', 'stuck'] as const)(
    '%s: /health/ready says so, and recovers',
    async (fault) => {
      dynamo.plan(fault);
      aheadMs += 1_000; // an answer of before serves for a second
      const answer = await hurried.send('/health/ready');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      dynamo.plan(undefined);
      const ready = async () => {
        aheadMs += 1_000;
        return (await hurried.send('/health/ready')).status;
      };
      await expect.poll(ready).toBe(200);
    },
  );

  test('reports and rows answer 503 too, and no half of them', async () => {
    await app.world.sites.add('read.test', { open: true });
    await app.post('/analytics?site=read.test', { pathname: '/' });
    dynamo.plan('throttled');
    const body = { site_id: 'read.test', metrics: ['pageviews'], date_range: 'day' };
    expect((await hurried.post('/api/v2/query', body)).status).toBe(503);
    dynamo.plan(undefined);
    expect(await (await app.post('/api/v2/query', body)).json()).toMatchObject({
      results: [{ metrics: [1] }],
    });
  });
});
