import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hitOf } from '../../test/support/hits.ts';
import { openDuck } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import { fieldNames } from '../model/fields.ts';
import type { Hit } from '../model/hit.ts';
import { hitsAsParquet } from './hits-parquet.ts';

/** What DuckDB reads of a file with these hits. */
async function read(hits: readonly Hit[], columns: string): Promise<unknown[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-test-'));
  const pieces: Uint8Array[] = [];
  const all = async function* () {
    yield* hits;
  };
  for await (const piece of hitsAsParquet(all())) pieces.push(piece);
  const path = join(folder, 'hits.parquet');
  await writeFile(path, Buffer.concat(pieces));
  const duck = await openDuck({ memoryBytes: 2 ** 27, threads: 1, folder });
  try {
    return await duck.read((session) =>
      session.rows(`SELECT ${columns} FROM ${parquet([path])} ORDER BY "time", id`),
    );
  } finally {
    await duck.close();
    await rm(folder, { recursive: true });
  }
}

const time = Date.parse('2026-11-22T10:00:00.123Z');

test('DuckDB reads every row, with times, numbers and JSON', async () => {
  const hits = Array.from({ length: 4_500 }, (_, i) => hitOf({ time: time + i, page: `/${i}` }));
  const [[count, last] = []] = await read(hits, `count(*) OVER ()::DOUBLE, max(page) OVER ()`);
  expect([count, last]).toEqual([4_500, '/999']);
  const one = {
    ...hitOf({ time, name: 'Buy', page: '/ä"\n' }),
    ...{ interactive: false, props: { plan: 'a' }, revenue: { currency: 'EUR', amount: 1.5 } },
    ...{ title: '' },
  } as Hit;
  const engaged = { ...hitOf({ time: time + 1, name: 'engagement' }), engagedMs: 1_500 } as Hit;
  const columns = `"time"::TIMESTAMP::VARCHAR, name, page, interactive,
    json_extract_string(props, '$.plan'), json_extract_string(revenue, '$.amount'),
    engagedMs::DOUBLE`;
  expect(await read([one, engaged], columns)).toEqual([
    ['2026-11-22 10:00:00.123', 'Buy', '/ä"\n', false, 'a', '1.5', null],
    ['2026-11-22 10:00:00.124', 'engagement', '/', null, null, null, 1_500],
  ]);
});

test('a file without rows has all columns', async () => {
  const counts = fieldNames.map((name) => `count("${name}")::DOUBLE`).join(', ');
  expect(await read([], `${counts}, 1 AS "time", 1 AS id`)).toHaveLength(1);
});
