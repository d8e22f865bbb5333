import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuck } from '../../src/duck/duck.ts';
import { parquet } from '../../src/duck/parquet.ts';
import { chrome } from '../support/real-app.ts';
import { cli, freePort, type RealProcess, serve } from '../support/real-process.ts';

/** The built program: the command beside a server, and the server's own process for statements. */
let folder: string;
let data: string;
let server: RealProcess;
let key: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-sql-'));
  data = join(folder, 'data');
  await cli(['site', 'add', 'sql.test', '--data', data]);
  key = (await cli(['key', 'new', '--data', data])).stdout.trim().split('\n').at(-1)!;
  server = await serve({ data, port: await freePort() });
  for (const page of ['/', '/\u001b[2J\u202e', '/']) {
    const hit = { n: 'pageview', u: 'https://sql.test/', d: 'sql.test', p: { at: page } };
    const init = { method: 'POST', headers: { 'User-Agent': chrome }, body: JSON.stringify(hit) };
    expect((await fetch(`${server.url}/api/event`, init)).status).toBe(202);
  }
});
afterAll(async () => {
  await server.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  cli(['sql', '--site', 'sql.test', '--data', data, ...args], {}, '');

const ask = (sql: string, more: object = {}) =>
  fetch(`${server.url}/api/v1/sites/sql.test/sql`, {
    ...{ method: 'POST', headers: { Authorization: `Bearer ${key}` } },
    body: JSON.stringify({ sql, ...more }),
  });

const byPage = "SELECT props['at'] AS at, count(*) AS n FROM hits GROUP BY 1 ORDER BY n DESC";

test('a table, without what controls a terminal', async () => {
  expect(await run(byPage)).toMatchObject({
    ...{ code: 0, stderr: '' },
    stdout: ['at                n', '----------------  -', '/                 2']
      .concat('/\\u001b[2J\\u202e  1', '')
      .join('\n'),
  });
});

test('CSV, JSON and Parquet have the same rows; a file gets its format by its ending', async () => {
  const counts = 'SELECT day, count(*) AS n, sum(1) AS wide FROM hits GROUP BY ALL';
  const [[date, ...numbers] = []] = await rowsOf(counts);
  expect(numbers).toEqual([3n, 3n, 'BIGINT']);
  expect((await run(counts, '--format', 'csv')).stdout).toBe(`day,n,wide\n${date},3,3\n`);
  const json = join(folder, 'a.json');
  await writeFile(join(folder, 'a.sql'), `${counts};\n-- that is all\n`);
  const written = await run('--file', join(folder, 'a.sql'), '--out', json);
  expect([written.code, written.stdout]).toEqual([0, `${json}\n`]);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
    ...{ columns: [{ name: 'day', type: 'DATE' }, {}, { name: 'wide', type: 'HUGEINT' }] },
    ...{ rows: [[date, 3, 3]], row_count: 1, first_day: date, last_day: date },
  });
});

async function rowsOf(sql: string) {
  const out = join(folder, 'a.parquet');
  expect((await run(sql, '--out', out)).code).toBe(0);
  const duck = await openDuck({ memoryBytes: 2 ** 27, threads: 1, folder });
  const read = `SELECT day::VARCHAR, n, wide, typeof(wide) FROM ${parquet([out])}`;
  try {
    return await duck.read((session) => session.rows(read));
  } finally {
    duck.close();
  }
}

test('over HTTP, in a process of its own, in the format that Accept names', async () => {
  const json = await ask(byPage);
  expect([json.status, json.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(((await json.json()) as { rows: unknown[] }).rows[0]).toEqual(['/', 2]);
  expect(await (await ask('SELECT 1 AS a', { format: 'csv' })).text()).toBe('a\n1\n');
});

test('what takes too much memory or too long is refused, and the server lives on', async () => {
  // Made while it is prepared, of which DuckDB counts nothing.
  const long = await ask("SELECT length(repeat('x', 3000000000))");
  expect([long.status, await long.json()]).toEqual([
    400,
    { error: expect.stringMatching(/needs more memory|took longer/), field: 'sql' },
  ]);
  expect(
    (
      await run(
        'SELECT count(*) FROM range(1e9::BIGINT) a, range(1e9::BIGINT) b',
        ...['--timeout', '1'],
      )
    ).stderr,
  ).toMatch(/sql: took longer than 1 s and was stopped/);
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  expect((await ask('SELECT 1')).status).toBe(200);
});

test('one that is killed is a 503; meanwhile another one is a 429', async () => {
  const endless = ask('WITH RECURSIVE a AS (SELECT 1 x UNION ALL SELECT x + 1 FROM a) FROM a');
  let pid: number | undefined;
  await expect
    .poll(async () => {
      const init = { headers: { Authorization: `Bearer ${key}` } };
      const health = await (await fetch(`${server.url}/health`, init)).json();
      const { processes } = (health as { memory: { processes: Process[] } }).memory;
      pid = processes.find(({ name }) => name === 'sql')?.pid;
      return pid;
    })
    .toBeGreaterThan(0);
  const second = await ask('SELECT 1');
  expect([second.status, second.headers.get('retry-after')]).toEqual([429, '5']);
  process.kill(pid!, 'SIGKILL');
  expect((await endless).status).toBe(503);
  expect((await ask('SELECT 1')).status).toBe(200);
});

type Process = { readonly name: string; readonly pid: number };

test.each([
  [[], /expected one statement, got none/],
  [['DROP VIEW hits'], /sql: expected a SELECT/],
  [['SELECT 1', '--file', 'a.sql'], /expected a statement or --file, not both/],
  [['SELECT 1', '--out', 'a.xls'], /--format: expected one of csv, json, parquet/],
  [['SELECT 1', '--from', 'May'], /expected a day such as/],
  [['SELECT * FROM range(3)', '--format', 'csv', '--limit', '2'], /at most 2 rows/],
])('daybook sql %j is refused', async (args, problem) => {
  const { code, stderr } = await run(...args);
  expect([code, stderr]).toEqual([1, expect.stringMatching(problem)]);
});

test('a table that is longer than what is shown says so', async () => {
  const { stdout, stderr } = await run('FROM range(3)', '--limit', '2');
  expect(stdout).toBe('range\n-----\n    0\n    1\n');
  expect(stderr).toMatch(/the first 2 rows; --format csv has all of them/);
});
