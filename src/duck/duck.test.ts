import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseEnded, messageOf } from '../lib/errors.ts';
import { type Duck, openDuck } from './duck.ts';
import { explained } from './failures.ts';

const folder = mkdtempSync(join(tmpdir(), "daybook's duck "));
let duck: Duck;
beforeAll(async () => {
  duck = await openDuck({ memoryBytes: 64 * 2 ** 20, threads: 2, sessions: 2, folder });
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true });
});

const read = (text: string, timeoutMs?: number) =>
  duck.read((session) => session.rows(text), timeoutMs);
const file = (name: string) => `'${join(folder, name).replaceAll("'", "''")}'`;
const forever =
  'SELECT count(*) FROM range(10000000) a, range(10000) b WHERE a.range + b.range = 7';

test('the given folder can be written and read', async () => {
  await duck.write((session) => session.rows(`COPY (SELECT 42 AS n) TO ${file('a.parquet')}`));
  expect(await read(`SELECT n FROM read_parquet(${file('a.parquet')})`)).toEqual([[42]]);
});

test('pages that fail midway reject: their stream ends as if it were whole', async () => {
  let rows = 0;
  const reading = duck.read(async (session) => {
    const text =
      "SELECT CASE WHEN range = 700000 THEN error('late') ELSE 1 END FROM range(1000000)";
    for await (const page of session.pages(text)) rows += page.length;
  });
  await expect(reading).rejects.toThrow(/transaction is aborted/i);
  expect(rows).toBeGreaterThan(0);
  expect(await read('SELECT 1')).toEqual([[1]]);
});

test('of files that are read once, nothing is kept', async () => {
  const kept = async (readsOnce: boolean) => {
    const own = await openDuck({ memoryBytes: 2 ** 26, threads: 1, folder, readsOnce });
    try {
      return await own.read(async (session) => {
        await session.rows(`COPY (FROM range(9000)) TO ${file('once.parquet')}`);
        await session.rows(`SELECT sum(range) FROM read_parquet(${file('once.parquet')})`);
        const [[bytes] = []] = await session.rows(`SELECT memory_usage_bytes
          FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'`);
        return Number(bytes);
      });
    } finally {
      own.close();
    }
  };
  expect(await kept(false)).toBeGreaterThan(0);
  expect(await kept(true)).toBe(0);
});

describe('nothing else is within reach', () => {
  test.each([
    ['a file', `SELECT * FROM read_csv('/etc/hostname')`],
    ['a text of one', `SELECT * FROM read_text('/etc/hostname')`],
    ['a folder', `SELECT * FROM glob('/etc/*')`],
    ['beside the folder', `COPY (SELECT 1) TO ${file('../beside.parquet')}`],
    ['another database', `ATTACH '${join(tmpdir(), 'other.db')}' AS other`],
    ['the network', `SELECT * FROM read_parquet('https://127.0.0.1:1/a.parquet')`],
    ['installing', `INSTALL httpfs`],
    ['loading', `LOAD httpfs`],
    ['a setting', `SET threads = 8`],
    ['the lock', `SET lock_configuration = false`],
    ['the limit', `SET memory_limit = '9GB'`],
    ['the access', `SET enable_external_access = true`],
    ['the folders', `SET allowed_directories = ['/']`],
    ['a secret', `CREATE PERSISTENT SECRET (TYPE s3)`],
  ])('%s', async (_, text) => {
    await expect(read(text)).rejects.toThrow();
  });
});

test('a session ends with nothing left behind, whatever it made', async () => {
  await duck.read(async (session) => {
    await session.rows('CREATE TEMP TABLE left_behind AS SELECT 1');
    await session.rows('CREATE TABLE too AS SELECT 1');
  });
  await expect(
    duck.write((session) => session.rows('CREATE TABLE broken AS SELECT error($1)', ['x'])),
  ).rejects.toThrow();
  expect(await read(`SELECT count(*)::INTEGER FROM duckdb_tables()`)).toEqual([[0]]);
});

test('a reader sees one moment', async () => {
  await duck.write((session) => session.rows('CREATE TABLE counted AS SELECT 1 AS n'));
  await duck.read(async (session) => {
    expect(await session.rows('SELECT sum(n)::INTEGER FROM counted')).toEqual([[1]]);
    await duck.write((other) => other.rows('INSERT INTO counted VALUES (10)'));
    expect(await session.rows('SELECT sum(n)::INTEGER FROM counted')).toEqual([[1]]);
  });
  expect(await read('SELECT sum(n)::INTEGER FROM counted')).toEqual([[11]]);
  await duck.write((session) => session.rows('DROP TABLE counted'));
});

test('a query that would not end is stopped, its session is free again', async () => {
  for (let i = 0; i < 3; i++) {
    await expect(read(forever, 100)).rejects.toMatchObject({
      fault: 'unavailable',
      message: expect.stringContaining('longer than 0.1 s'),
    });
  }
  expect(await read('SELECT 1')).toEqual([[1]]);
});

test('only so many at once; a caller that waits too long gets an error', async () => {
  const busy = [read(forever, 400), read(forever, 400)].map((query) =>
    expect(query).rejects.toThrow('longer than'),
  );
  await expect(read('SELECT 1', 100)).rejects.toThrow('waited for others for longer than 0.1 s');
  await Promise.all(busy);
  expect(await read('SELECT 2')).toEqual([[2]]);
});

test('where little was left of a limit, an error names the whole limit, and what took the rest', async () => {
  const limit = { wholeMs: 30_000, leftMs: 201.053_089_999_43, of: ' without the owner key' };
  const query = duck.read((session) => session.rows(forever), limit);
  await expect(query).rejects.toThrow(
    'longer than 30 s without the owner key, of which 30 s to read hits, and was stopped; ask for',
  );
});

test('work whose asker gives up is stopped with the asker’s reason, its session is free again', async () => {
  for (let i = 0; i < 3; i++) {
    const asker = new AbortController();
    const work = duck.read(
      (session) => {
        // DuckDB has it when this runs.
        setImmediate(() => asker.abort(new Error('enough')));
        return session.rows(forever);
      },
      undefined,
      { name: 'a', signal: asker.signal },
    );
    await expect(work).rejects.toThrow('enough');
  }
  const late = duck.read((session) => session.rows('SELECT 1'), undefined, {
    name: 'a',
    signal: AbortSignal.abort(new Error('before it began')),
  });
  await expect(late).rejects.toThrow('before it began');
  expect(await read('SELECT 1')).toEqual([[1]]);
});

test('askers take turns', async () => {
  const began: string[] = [];
  const ends: (() => void)[] = [];
  const untilEnded = (name: string) => {
    began.push(name);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  const ask = (name: string) => duck.read(() => untilEnded(name), undefined, { name: name[0]! });
  const asked = ['a1', 'a2', 'a3', 'a4', 'b1'].map(ask);
  for (let i = 0; i < asked.length; i++) {
    await expect.poll(() => ends.length).toBeGreaterThan(0);
    await expect.poll(() => began.length).toBe(Math.min(asked.length, i + 2));
    ends.shift()!();
  }
  await Promise.all(asked);
  // Two run at once: which of the first two begins first is not said.
  expect([...began.slice(0, 2).sort(), ...began.slice(2)]).toEqual(['a1', 'a2', 'a3', 'b1', 'a4']);
});

test('too little memory is said as such', async () => {
  const greedy = 'SELECT count(*) FROM (SELECT DISTINCT hash(range) FROM range(50000000))';
  await expect(read(greedy)).rejects.toMatchObject({
    fault: 'unavailable',
    message: expect.stringMatching(
      /more memory than its 64.0 MiB \(\d.*too many\); .*twice.* --memory/,
    ),
  });
  expect(await read('SELECT 3')).toEqual([[3]]);
});

test('what is closed while a connection is made ends in order', async () => {
  const began = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const duck = await openDuck({ memoryBytes: 2 ** 26, threads: 1 });
      const ends = [1, 2, 3].map(() => duck.compact().catch(messageOf));
      duck.close();
      return Promise.all(ends);
    }),
  );
  const problems = new Set(began.flat().filter((end) => typeof end === 'string'));
  expect([...problems].filter((problem) => !/closed/.test(problem))).toEqual([]);
  const duck = await openDuck({ memoryBytes: 2 ** 26, threads: 1 });
  duck.close();
  await expect(duck.read(async () => 1)).rejects.toThrow('the database was closed');
});

describe('an error of its own', () => {
  const internal = new Error('INTERNAL Error: Attempted to access index 0\n\nStack Trace:');
  const dead = {
    connect: () => Promise.reject(new Error('FATAL Error: database has been invalidated')),
  };

  test('after which nothing is answered any more has ended it', async () => {
    const told = await explained(internal, dead);
    expect(told).toBeInstanceOf(DatabaseEnded);
    expect(told).toMatchObject({
      fault: 'unavailable',
      cause: internal,
      reason: internal.message.split('\n')[0],
    });
  });

  test('after which it goes on is told as it is; so is any other', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    expect(await explained(internal, instance)).toBe(internal);
    instance.closeSync();
    const other = new Error('Conversion Error: INTERNAL Error');
    expect(await explained(other, dead)).toBe(other);
  });
});
