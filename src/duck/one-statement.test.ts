import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OneStatement, openOneStatement } from './one-statement.ts';

let folder: string;
let database: OneStatement;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-one-'));
  const limits = { memoryBytes: 2 ** 26, threads: 1, spillBytes: 2 ** 26 };
  database = await openOneStatement({ ...limits, spillFolder: join(folder, 'spill') });
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

async function run(sql: string) {
  const { columns, pages } = await database.prepare(sql);
  const rows = [];
  for await (const page of pages()) rows.push(...page);
  return { columns, rows };
}

test.each([
  ['NULL', 'INTEGER', null],
  ['true', 'BOOLEAN', true],
  ['1.5::DOUBLE', 'DOUBLE', 1.5],
  ['1::BIGINT', 'BIGINT', 1n],
  ['sum(1)', 'HUGEINT', 1n],
  ['9.990', 'DECIMAL(4,3)', 9.99],
  ['-0.500', 'DECIMAL(4,3)', -0.5],
  ['1234567890123456.78::DECIMAL(18,2)', 'DECIMAL(18,2)', '1234567890123456.78'],
  ["'\u001b'", 'VARCHAR', '\u001b'],
  ["DATE '2026-11-20'", 'DATE', '2026-11-20'],
  ["TIMESTAMP '2026-11-20 10:00:00'", 'TIMESTAMP', '2026-11-20 10:00:00'],
  // Of no zone of the machine.
  ["TIMESTAMPTZ '2026-11-20 10:00:00+01'", 'TIMESTAMP WITH TIME ZONE', '2026-11-20 09:00:00+00'],
  ["(TIMESTAMP '2026-07-01 10:00:00' AT TIME ZONE 'UTC')::VARCHAR", 'VARCHAR', expect.any(String)],
  ['INTERVAL 90 SECONDS', 'INTERVAL', '00:01:30'],
  ["'a'::BLOB", 'BLOB', 'a'],
  ['[1, NULL]', 'INTEGER[]', [1, null]],
  [
    "{'a': 1, 'b': [{'c': true}]}",
    'STRUCT("a" INTEGER, "b" STRUCT("c" BOOLEAN)[])',
    {
      ...{ a: 1, b: [{ c: true }] },
    },
  ],
  ["MAP {'__proto__': 'x'}", 'MAP(VARCHAR, VARCHAR)', JSON.parse('{"__proto__": "x"}')],
])('%s is %s', async (expression, type, value) => {
  expect(await run(`SELECT ${expression} AS a`)).toEqual({
    ...{ columns: [{ name: 'a', type }], rows: [[value]] },
  });
});

test('a statement that fails midway rejects in its own words, and gives no row', async () => {
  const failing =
    "SELECT CASE WHEN range = 70000 THEN error('late') ELSE '1' END FROM range(100000)";
  let rows = 0;
  const reading = async () => {
    for await (const page of (await database.prepare(failing)).pages()) rows += page.length;
  };
  await expect(reading()).rejects.toThrow(/late/);
  expect(rows).toBe(0);
});

test.each(['ORDER BY range DESC', 'ORDER BY range % 7, range'])(
  'rows come in their order, the first ones if so asked: %s',
  async (order) => {
    const limits = { memoryBytes: 2 ** 27, threads: 2, spillBytes: 2 ** 27 };
    const one = await openOneStatement({ ...limits, spillFolder: join(folder, 'other') });
    const rows: unknown[] = [];
    const { pages } = await one.prepare(`SELECT range::INTEGER FROM range(200000) ${order} -- all`);
    for await (const page of pages(150_000)) rows.push(...page.map(([number]) => number));
    const numbers = Array.from({ length: 200_000 }, (_, i) => i);
    numbers.sort((a, b) => (order.includes('%') ? (a % 7) - (b % 7) || a - b : b - a));
    expect(rows).toEqual(numbers.slice(0, 150_000));
    one.close();
  },
);

test('an interrupt ends what runs', async () => {
  const limits = { memoryBytes: 2 ** 26, threads: 1, spillBytes: 2 ** 26 };
  const one = await openOneStatement({ ...limits, spillFolder: join(folder, 'other') });
  const endless = 'SELECT count(*) FROM range(10000000) a, range(10000000) b';
  const { pages } = await one.prepare(endless);
  const reading = pages()[Symbol.asyncIterator]().next();
  one.interrupt();
  await expect(reading).rejects.toThrow(/INTERRUPT/i);
  one.close();
});
