import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Duck, openDuck } from '../duck/duck.ts';
import { normalizedPage } from '../lib/page-path.ts';
import { normalizedPageSql, pageInLetters, pageInLettersSql, sentWithPageSql } from './page-sql.ts';

const folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
let duck: Duck;
beforeAll(async () => {
  duck = await openDuck({ memoryBytes: 2 ** 28, threads: 1, folder });
});
afterAll(async () => {
  await duck.close();
  rmSync(folder, { recursive: true });
});

const encoded = fc.integer({ min: 0, max: 255 }).map((n) => `%${n.toString(16).padStart(2, '0')}`);
const part = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 3 }),
  fc.string({ maxLength: 6 }),
  encoded,
  fc.constantFrom('%', '%C3%BC', '%E6%A9%9F', '%25', '4', 'a', '/'),
);
const pages = fc
  .sample(fc.array(part, { maxLength: 8 }), { numRuns: 3_000, seed: 7 })
  .map((parts) => `/${parts.join('')}`);

const bySql = async (sql: (column: string) => string, values: readonly string[]) => {
  const rows = await duck.read((session) =>
    session.rows(
      `SELECT ${sql('page')} FROM (SELECT unnest(from_json($1::JSON, '["VARCHAR"]')) AS page)`,
      [JSON.stringify(values)],
    ),
  );
  return rows.map(([value]) => value);
};

test('SQL and TypeScript spell pages alike', async () => {
  expect(await bySql(normalizedPageSql, pages)).toEqual(pages.map(normalizedPage));
});

test('SQL and TypeScript write letters alike', async () => {
  const stored = pages.map(normalizedPage);
  expect(await bySql(pageInLettersSql, stored)).toEqual(stored.map(pageInLetters));
  expect(pageInLetters('/%C3%BCber%20uns/%2F%25/%FF')).toBe('/über uns/%2F%25/%FF');
});

test('what was sent keeps the page of an earlier version', async () => {
  const sent = (json: string) => (page: string) => sentWithPageSql(json, page);
  expect(await bySql(sent(`'{"a":[1.50]}'`), ['/ü"', '/plain'])).toEqual([
    '{"a":[1.50],"pagePath":"/ü\\""}',
    '{"a":[1.50]}',
  ]);
  expect(await bySql(sent(`'{}'`), ['/%5f'])).toEqual(['{"pagePath":"/%5f"}']);
  expect(await bySql(sent('NULL::VARCHAR'), ['/%5f'])).toEqual([null]);
});
