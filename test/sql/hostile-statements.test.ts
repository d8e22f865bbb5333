import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlApp, type SqlApp, sqlSite } from '../support/sql-app.ts';

let app: SqlApp;
/** The files of the ledger, of both sites. */
let files: string[];
beforeAll(async () => {
  app = await openSqlApp();
  files = readdirSync(join(app.data, 'files'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('hits.parquet'))
    .map((name) => join(app.data, 'files', name));
});
afterAll(() => app.close());

const noTable = /there is no table/;
const noFunction = /there is no \w+\(\)/;
const noName = /expected a name of letters after WITH/;
const noSelect = /expected a SELECT; nothing can be changed, set, loaded or attached here/;

const statements: readonly (readonly [string, RegExp])[] = [
  ["SELECT * FROM read_csv('/etc/passwd')", noFunction],
  ["SELECT * FROM read_text('/etc/passwd')", noFunction],
  ["SELECT * FROM read_blob('/proc/self/environ')", noFunction],
  ["SELECT * FROM read_parquet('FILE')", noFunction],
  ["SELECT * FROM parquet_scan('FILE')", noFunction],
  ["SELECT * FROM parquet_metadata('FILE')", noFunction],
  ["SELECT * FROM parquet_file_metadata('FILE')", noFunction],
  ["SELECT * FROM sniff_csv('/etc/passwd')", noFunction],
  ["SELECT * FROM read_json('https://example.com/a.json')", noFunction],
  ["SELECT * FROM glob('/etc/*')", noFunction],
  ["SELECT * FROM '/etc/passwd'", noTable],
  ["SELECT * FROM 'FILE'", noTable],
  ['SELECT * FROM "FILE"', noTable],
  ["WITH a AS (SELECT * FROM 'FILE') SELECT * FROM a", noTable],
  ["SELECT (SELECT count(*) FROM 'FILE')", noTable],
  ["SELECT * FROM hits WHERE page IN (FROM '/etc/passwd')", noTable],
  ['SELECT * FROM information_schema.tables', noTable],
  ['SELECT * FROM pg_catalog.pg_class', noTable],
  ['SELECT * FROM sqlite_master', noTable],
  ['SELECT * FROM duckdb_settings', noTable],
  ['SELECT * FROM duckdb_settings()', noFunction],
  ['SELECT * FROM duckdb_secrets()', noFunction],
  ['SELECT * FROM duckdb_views()', noFunction],
  ['SELECT * FROM duckdb_logs()', noFunction],
  ["SELECT * FROM pragma_table_info('hits')", noFunction],
  ["SELECT * FROM query('SELECT 1')", noFunction],
  ["SELECT * FROM query_table('hits')", noFunction],
  ["SELECT * FROM json_execute_serialized_sql('{}')", noFunction],
  // A name of an inner WITH is none outside of it.
  ['SELECT * FROM (WITH a AS (SELECT 1) SELECT 1), a', noTable],
  ['WITH x AS (FROM duckdb_views), duckdb_views AS (SELECT 1) SELECT * FROM x', noName],
  ['WITH x AS (FROM "FILE"), "FILE" AS (SELECT 1) SELECT * FROM x', noName],
  ['WITH a AS (SELECT 1), b AS (WITH sqlite_master AS (SELECT 1) SELECT 1) FROM b', noName],
  ["SELECT getenv('HOME')", noFunction],
  ["SELECT current_setting('allowed_paths')", noFunction],
  ["SELECT CURRENT_SETTING('temp_directory')", noFunction],
  ['SELECT current_query()', noFunction],
  ["SELECT json_serialize_plan('SELECT * FROM hits')", noFunction],
  ["SELECT page, (SELECT main.current_setting('home_directory')) FROM hits", noFunction],
  ["ATTACH '/tmp/a.db'", noSelect],
  ["ATTACH 'FILE' AS other", noSelect],
  ['USE memory', noSelect],
  ["COPY hits TO '/tmp/sql-hits.csv'", noSelect],
  ["COPY (SELECT 1) TO 'FILE'", noSelect],
  ["EXPORT DATABASE '/tmp/sql-export'", noSelect],
  ['INSTALL httpfs', noSelect],
  ['LOAD httpfs', noSelect],
  ["SET memory_limit = '64GB'", noSelect],
  ['RESET lock_configuration', noSelect],
  ['PRAGMA database_list', /expected|PRAGMA|SELECT/],
  ['CALL pragma_version()', noSelect],
  ['CREATE TABLE a AS SELECT 1', noSelect],
  ['CREATE TEMP TABLE a AS SELECT 1', noSelect],
  ['CREATE MACRO a() AS 1', noSelect],
  ["CREATE SECRET a (TYPE s3, KEY_ID 'a', SECRET 'b')", noSelect],
  ['DROP VIEW hits', noSelect],
  ['INSERT INTO hits SELECT * FROM hits', noSelect],
  ['DELETE FROM visits', noSelect],
  ["UPDATE hits SET page = '/'", noSelect],
  ['CHECKPOINT', noSelect],
  ['BEGIN', noSelect],
  ['EXPLAIN SELECT * FROM hits', noSelect],
  ['EXPLAIN ANALYZE SELECT * FROM hits', noSelect],
  ['PREPARE a AS SELECT 1', noSelect],
  ['SHOW TABLES', /DESCRIBE or SUMMARIZE|there is no/],
  ['SHOW ALL TABLES', /DESCRIBE or SUMMARIZE|there is no/],
  ["DESCRIBE 'FILE'", /DESCRIBE or SUMMARIZE|there is no/],
  ['SELECT 1; SELECT 2', /expected one statement, got 2/],
  ['SELECT 1; DROP VIEW hits', noSelect],
  ['', /expected one statement, got none/],
  ['-- nothing', /expected one statement, got none/],
  ['SELEKT 1', /syntax error at or near/],
  ['SELECT $1', /expected values in place of parameters/],
  ['SELECT filename FROM hits', /"filename" not found/],
  ['SELECT nothing FROM hits', /"nothing" not found/],
  ["SELECT CAST('a' AS INTEGER)", /Could not convert string 'a' to INT32/],
  ["SELECT error('stop')", /stop/],
  ['SELECT * FROM range(10001)', /at most 10,000 rows/],
  [`SELECT ${Array(20_000).fill('1').join('+')}`, /depth|deep/],
];

test.each(statements)('%.80s', async (statement, expected) => {
  const sql = statement.replaceAll('FILE', files[0]!);
  const isSeenBefore = [noTable, noFunction, noName, noSelect].includes(expected);
  for (const format of isSeenBefore ? ['json'] : ['json', 'parquet']) {
    const answer = await app.sql(sql, { format });
    const { error, field } = await answer.json();
    expect([answer.status, field, error]).toEqual([400, 'sql', expect.stringMatching(expected)]);
    // Where this Daybook lies is said only by who says it.
    expect(error.replaceAll(files[0]!, '')).not.toContain(app.data);
  }
});

test('files of others are not read, even where the first wall has a hole', async () => {
  expect(files.length).toBeGreaterThan(3);
  const { openOneStatement } = await import('../../src/duck/one-statement.ts');
  const database = await openOneStatement({
    ...{ memoryBytes: 2 ** 26, threads: 1, spillFolder: join(app.data, 'spill') },
    ...{ spillBytes: 2 ** 20, views: { hits: `read_parquet('${files[0]}')` }, paths: [files[0]!] },
  });
  const run = async (sql: string) => {
    try {
      const rows: unknown[] = [];
      for await (const page of (await database.prepare(sql)).pages()) rows.push(...page);
      return rows.length;
    } catch (error) {
      return String(error);
    }
  };
  expect(await run('SELECT DISTINCT day FROM hits')).toBe(1);
  for (const sql of [
    `SELECT * FROM read_parquet('${files[1]}')`,
    `SELECT * FROM '${files[1]}'`,
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    `ATTACH '${join(app.data, 'a.db')}' AS a`,
    `COPY (SELECT 1) TO '${join(app.data, 'a.csv')}'`,
    'INSTALL httpfs',
    'LOAD httpfs',
    "SELECT * FROM read_csv('https://example.com/a.csv')",
    'SET enable_external_access = true',
    "SET allowed_paths = ['/etc/passwd']",
    "SET memory_limit = '64GB'",
    'SET lock_configuration = false',
  ])
    expect([sql, await run(sql)]).toEqual([
      sql,
      expect.stringMatching(/Permission Error|Expected a single SELECT statement/),
    ]);
  database.close();
});

test('the server lives on, and the site of others was never there', async () => {
  expect((await app.get('/health/ready')).status).toBe(200);
  expect(await app.rows("SELECT count(*) FROM hits WHERE page = '/of-others'")).toEqual([[0]]);
  const { sites } = await (await app.get('/api/v1/sites', { key: app.key })).json();
  expect(sites).toHaveLength(2);
  const left = readdirSync(join(app.data, 'files', '.unfinished'));
  expect(left.filter((name) => name.endsWith('-sql'))).toEqual([]);
});

test('who ran what is in the audit log, without what it looked for', async () => {
  await app.rows("SELECT count(*) AS n FROM hits WHERE page = '/account/ada' -- of Ada\n LIMIT 5");
  const log = await app.get(`/api/v1/audit?site=${sqlSite}`, { key: app.key });
  expect((await log.json()).entries).toContainEqual({
    ...{ at: expect.any(String), what: 'sql.run', by: { kind: 'owner-key' }, site: sqlSite },
    about: "SELECT count(*) AS n FROM hits WHERE page = '…' LIMIT 5",
  });
});

test.each([
  [{ sql: 5 }, 'sql'],
  [{}, 'sql'],
  [{ sql: 'SELECT 1', format: 'xml' }, 'format'],
  [{ sql: 'SELECT 1', limit: 0 }, 'limit'],
  [{ sql: 'SELECT 1', limit: 100_001 }, 'limit'],
  [{ sql: 'SELECT 1', from: 'May' }, 'from'],
  [{ sql: 'SELECT 1', from: '2026-11-02', to: '2026-11-01' }, 'to'],
  [{ sql: 'SELECT 1', timeout: 5 }, 'body'],
])('%j is refused', async (body, field) => {
  const answer = await app.post(`/api/v1/sites/${sqlSite}/sql`, body, { key: app.key });
  expect([answer.status, (await answer.json()).field]).toEqual([400, field]);
});
