import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Duck, openDuck } from '../duck/duck.ts';
import { quoted } from '../duck/parquet.ts';
import { rolledMeasures } from '../model/measures.ts';
import { fileRows, type Growth } from './file-rows.ts';
import type { FileKind, NamedFile } from './manifest.ts';

// As if a title (of hits, and a dimension of theirs) and a mood (of visits) had come with schema 2.
const growth: Growth = {
  columns: [
    { column: 'title', of: 'hit', since: 2 },
    { column: 'mood', of: 'visit', since: 2 },
  ],
  dimensions: [
    { name: 'event:title', of: 'hit', since: 2 },
    { name: 'visit:mood', of: 'visit', since: 2 },
  ],
};

let folder: string;
let duck: Duck;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-grown-'));
  duck = await openDuck({ memoryBytes: 2 ** 28, threads: 1, folder });
});
afterAll(async () => {
  duck.close();
  await rm(folder, { recursive: true });
});

const pathOf = (name: string) => join(folder, name);

async function written(name: string, kind: FileKind, schema: number, select: string) {
  await duck.step(
    (session) => session.rows(`COPY (${select}) TO ${quoted(pathOf(name))} (FORMAT parquet)`),
    10_000,
  );
  const file: NamedFile = { ...{ name, kind, schema, normalized: true }, ...nothing };
  return file;
}
const nothing = { bytes: 0, sha256: '', rows: 0 };

const read = (kind: 'hits' | 'visits' | 'rollup' | 'hours', files: readonly NamedFile[]) =>
  duck.read((session) =>
    session.rows(`FROM ${fileRows(kind, files, pathOf, growth)} ORDER BY ALL`),
  );

test.each([
  ['hits', 'NULL, NULL', [['1', null, null]]],
  ['visits', 'NULL', [['1', null]]],
] as const)(
  '%s of an earlier schema alone have the newer columns, empty',
  async (kind, _, expected) => {
    const old = await written(`old-${kind}`, kind, 1, `SELECT '1' AS page`);
    expect(await read(kind, [old])).toEqual(expected);
  },
);

test('files of all schemas together: each column where it was written', async () => {
  const old = await written('a', 'hits', 1, `SELECT '1' AS page`);
  const other = await written('b', 'hits', 1, `SELECT '2' AS page`);
  const now = await written('c', 'hits', 2, `SELECT 'T' AS title, '3' AS page, 'M' AS mood`);
  const rows = await duck.read((session) =>
    session.rows(
      `SELECT page, title, mood FROM ${fileRows('hits', [old, now, other], pathOf, growth)}
        ORDER BY page`,
    ),
  );
  expect(rows).toEqual([
    ['1', null, null],
    ['2', null, null],
    ['3', 'T', 'M'],
  ]);
});

test('what is written now is read as it is', async () => {
  const now = await written('d', 'hits', 2, `SELECT 'T' AS title, '3' AS page, 'M' AS mood`);
  expect(fileRows('hits', [now], pathOf, growth)).toBe(`read_parquet([${quoted(pathOf('d'))}])`);
});

test('a dimension that a day’s roll-ups do not hold: all of the day is not set', async () => {
  const select = (dimension: string, value: string) =>
    `SELECT DATE '2026-03-01' AS day, '${dimension}' AS dimension, '${value}' AS value, ` +
    rolledMeasures.map((name, i) => `${i + 1}::BIGINT AS ${name}`).join(', ');
  const old = await written(
    ...(['e', 'rollup', 1] as const),
    `${select('', '')} UNION ALL ${select('visit:os', 'Linux')}`,
  );
  const rows = await duck.read((session) =>
    session.rows(
      `SELECT dimension, value, ${rolledMeasures.join(', ')}
        FROM ${fileRows('rollup', [old], pathOf, growth)} ORDER BY dimension`,
    ),
  );
  const numbers = rolledMeasures.map((_, i) => BigInt(i + 1));
  const of = (names: readonly string[]) =>
    rolledMeasures.map((name, i) => (names.includes(name) ? BigInt(i + 1) : 0n));
  const ofHits = ['visitors', 'visits', 'pageviews', 'events'];
  expect(
    rows.map((row) => row.map((value) => (typeof value === 'number' ? BigInt(value) : value))),
  ).toEqual([
    ['', '', ...numbers],
    ['event:title', '(not set)', ...of(ofHits)],
    ['visit:mood', '(not set)', ...of([...ofHits, 'stays', 'bounces', 'duration_ms', 'views'])],
    ['visit:os', 'Linux', ...numbers],
  ]);
});
