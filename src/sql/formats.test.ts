import { expect, test } from 'vitest';
import type { Cell, Column } from '../duck/one-statement.ts';
import { asCsv, asJson, asTable } from './formats.ts';

const columns: Column[] = [
  { name: 'page', type: 'VARCHAR' },
  { name: 'n', type: 'BIGINT' },
  { name: 'props', type: 'MAP(VARCHAR, VARCHAR)' },
];
const rows: (readonly Cell[])[] = [
  ['/', 3n, { plan: 'a "b"' }],
  ['=1+1', 9_007_199_254_740_993n, null],
  ['', null, {}],
  ['a\u001b[31m\nb', -1, { list: ['x', 1.5, Number.NaN] }],
];

async function* pages() {
  yield rows.slice(0, 3);
  yield rows.slice(3);
}

async function textOf(texts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}

test('JSON: columns with their types, rows, what is said of them; exact numbers', async () => {
  const text = await textOf(asJson(columns, pages(), { schema: 2 }));
  expect(JSON.parse(text)).toEqual({
    columns,
    rows: [
      ['/', 3, { plan: 'a "b"' }],
      ['=1+1', '9007199254740993', null],
      ['', null, {}],
      ['a\u001b[31m\nb', -1, { list: ['x', 1.5, 'NaN'] }],
    ],
    ...{ row_count: 4, schema: 2 },
  });
  expect(text).not.toContain('\u001b');
});

test('JSON of no rows', async () => {
  async function* none() {}
  const text = await textOf(asJson(columns, none(), {}));
  expect(JSON.parse(text)).toEqual({ columns, rows: [], row_count: 0 });
});

test('CSV: NULL is empty, formulas are inert, lists and maps are JSON', async () => {
  expect(await textOf(asCsv(columns, pages()))).toBe(
    'page,n,props\n' +
      '/,3,"{""plan"":""a \\""b\\""""}"\n' +
      "'=1+1,9007199254740993,\n" +
      '"",,{}\n' +
      '"a\u001b[31m\nb",-1,"{""list"":[""x"",1.5,""NaN""]}"\n',
  );
});

test('a table has a line a row, numbers at the right, and nothing that moves a cursor', () => {
  const few = [['/', 3n, null], ...rows.slice(3), ['', null, {}]] as (readonly Cell[])[];
  expect(asTable(columns, few)).toEqual([
    'page             n  props',
    '--------------  --  ------------------------',
    '/                3',
    'a\\u001b[31m\\nb  -1  {"list":["x",1.5,"NaN"]}',
    '                    {}',
  ]);
  const [, , cut] = asTable(columns.slice(0, 1), [['x'.repeat(100)]]);
  expect(cut).toBe(`${'x'.repeat(59)}…`);
});
