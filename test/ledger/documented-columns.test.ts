import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDay } from '../../src/close/close-day.ts';
import { type Duck, openDuck } from '../../src/duck/duck.ts';
import type { Home } from '../../src/home/home.ts';
import { openMachine } from '../../src/home/machine/machine.ts';
import { readMonth } from '../../src/ledger/manifest.ts';
import { monthSql } from '../../src/ledger/roll-up.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { closeWorldOf } from '../support/close-world.ts';
import { appendHits, hitOf } from '../support/hits.ts';
import { withColumnTables } from './column-tables.ts';

/** docs/ledger.md says what files hold: it must be what files do hold. */
const site = { id: 'site00000000', zones: zonesFrom('Europe/Berlin', 0) };
const day = '2026-03-29';
const atMs = Date.parse('2026-03-29T08:00:00Z');

let folder: string;
let home: Home;
let duck: Duck;
let docs: string;
beforeAll(async () => {
  docs = await readFile(new URL('../../docs/ledger.md', import.meta.url), 'utf8');
  folder = await mkdtemp(join(tmpdir(), 'daybook-docs-'));
  const clock = () => atMs + 3 * 86_400_000;
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 1, folder: home.files.folder });
  await appendHits(home, site, [hitOf({ time: atMs }), hitOf({ time: atMs, name: 'engagement' })]);
  await closeDay(closeWorldOf(home, duck, clock), site, day);
});
afterAll(async () => {
  duck?.close();
  await home?.close();
  await rm(folder, { recursive: true });
});

const describeRows = (select: string) =>
  duck.read(async (session) =>
    (await session.rows(`DESCRIBE ${select}`)).map(
      ([name, type]) => `${String(name)} ${String(type)}`,
    ),
  );

async function reading(kind: string): Promise<string> {
  const files = await home.files.list('ledger/');
  const { name } = files.find((file) => file.name.endsWith(`/${kind}.parquet`))!;
  return `read_parquet('${join(home.files.folder, name)}')`;
}

/** The rows of the table under a heading of the page. */
function documented(heading: string): string[] {
  const section = docs.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return [...section.matchAll(/^\| (\w+) \| ([A-Z][^|]*) \|/gm)].map(
    ([, name, type]) => `${name} ${type!.trim()}`,
  );
}

test('the tables of hits and visits are those of the fields: npm run documents', () => {
  expect(docs).toBe(withColumnTables(docs));
});

test.each(['hits', 'visits', 'rollup', 'hours'])('the columns of %s', async (kind) => {
  expect(documented(kind)).toEqual(await describeRows(`FROM ${await reading(kind)}`));
});

test('the columns of month', async () => {
  const select = monthSql(await reading('rollup'));
  expect(documented('month')).toEqual(await describeRows(select));
});

test('the table for Athena has the columns of hits, in Hive’s words', () => {
  const [, columns] = /CREATE EXTERNAL TABLE hits \(\n([\s\S]*?)\n\) STORED/.exec(docs)!;
  const hive: Record<string, string> = {
    VARCHAR: 'string',
    INTEGER: 'int',
    'MAP(VARCHAR, VARCHAR)': 'map<string,string>',
  };
  const expected = documented('hits').map((row) => {
    const [name, ...type] = row.split(' ');
    return `\`${name}\` ${hive[type.join(' ')] ?? type.join(' ').toLowerCase()}`;
  });
  expect(columns!.replace(/\s+/g, ' ').trim()).toBe(expected.join(', '));
});

test('the keys of a closed day', async () => {
  const section = docs.split('\n## The manifest\n')[1]!.split('\n## ')[0]!;
  const keys = [...section.matchAll(/^\| (\w+) \| [^m]/gm)].map(([, key]) => key);
  const { content } = await readMonth(home, site.id, '2026-03');
  // Those that only some days have.
  const others = ['erasedUntilMs', 'pruned', 'keptUntilMs', 'prunedBefore', 'went'];
  expect(keys.sort()).toEqual([...Object.keys(content.days[day]!), ...others].sort());
});

test('columns that are said never to be NULL are not', async () => {
  const section = docs.split('\n## hits\n')[1]!.split('\n## ')[0]!;
  const never = [...section.matchAll(/^\| (\w+) \| .*never NULL/gm)].map(([, name]) => name);
  expect(never.length).toBeGreaterThan(8);
  const counts = never.map((name) => `count(*) FILTER ("${name}" IS NULL)`).join(', ');
  const from = await reading('hits');
  expect(
    await duck.read((session) => session.rows(`SELECT count(*), ${counts} FROM ${from}`)),
  ).toEqual([[2n, ...never.map(() => 0n)]]);
});
