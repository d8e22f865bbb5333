import { expect, test } from 'vitest';
import { masked } from './masked.ts';

test.each([
  ['SELECT 1', 'SELECT 1'],
  [
    "SELECT *\n  FROM hits WHERE page = '/ada''s' LIMIT 10",
    "SELECT * FROM hits WHERE page = '…' LIMIT 10",
  ],
  [
    'SELECT * FROM hits WHERE visitor = -6510615555426900571',
    'SELECT * FROM hits WHERE visitor = -…',
  ],
  ['SELECT $$ada$$, $a$ it $$ $a$', "SELECT '…', '…'"],
  ["SELECT 1 -- of Ada's\n, 2 /* 'ada' */", 'SELECT 1 , 2'],
  ["SELECT '-- no comment', page", "SELECT '…', page"],
])('%j is kept as %j', (sql, kept) => {
  expect(masked(sql)).toBe(kept);
});
