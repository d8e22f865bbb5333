import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlApp, type SqlApp } from '../support/sql-app.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/sql.md', import.meta.url)), 'utf8');
const examples = [...page.matchAll(/\n([^\n]+):\n\n```sql\n([\s\S]*?)```/g)].map(
  ([, words, sql]) => [words!, sql!] as const,
);

let app: SqlApp;
beforeAll(async () => {
  app = await openSqlApp();
});
afterAll(() => app.close());

test('there are ten, and each code of SQL is one', () => {
  expect(examples).toHaveLength(10);
  expect(page.match(/```sql/g)).toHaveLength(10);
});

test.each(examples)('%s', async (_, sql) => {
  expect((await app.rows(sql)).length).toBeGreaterThan(0);
});

test('of some, the rows as they are', async () => {
  const rowsOf = (words: string) => app.rows(examples.find(([of]) => of.startsWith(words))![1]);
  expect((await rowsOf('Visitors and pageviews by day')).at(-1)).toEqual(['2026-11-21', 2, 3]);
  expect(await rowsOf('Revenue by the page')).toEqual([
    ['/account/7', 'EUR', 38, 4],
    [null, 'EUR', 9.5, 1],
  ]);
  expect(await rowsOf('What each value of a custom property')).toEqual([
    ['free', 3, 3],
    ['pro', 2, 2],
  ]);
});
