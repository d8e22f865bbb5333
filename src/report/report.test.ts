import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { type Days, openDays } from '../days/open-days.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { createTables, noTables } from '../visits/tables.ts';
import { limitsOf } from './query/limits.ts';
import { parseQuery } from './query/parse.ts';
import { reportBatch } from './report.ts';

const site = { id: 'costtest0000', domain: 'example.com', zones: zonesFrom('UTC', 0) };
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const home = openMemoryHome();
const settings = { memoryBytes: 2 ** 28, threads: 1 };
let duck: Duck;
let days: Days;
beforeAll(async () => {
  duck = await openDuck(settings);
  await duck.write((session) => createTables(session, noTables));
  days = await openDays(duck, { home, clock: () => nowMs, ...settings });
  const hits = Array.from({ length: 50 }, (_, i) =>
    hitOf({ time: nowMs - 1_000 - i, visitor: `${i + 1}` }),
  );
  await appendHits(home, site, hits);
});
afterAll(() => duck.close());

const query = parseQuery({ site_id: site.domain, metrics: ['visitors'], date_range: 'day' });
const visitors = async (steps: number, reader?: Days['reader']) => {
  const from = reader === undefined ? days : { ...days, reader };
  const limits = { ...limitsOf.stranger, steps };
  return (await reportBatch(from, site, [query], limits))[0]!.results[0]!.metrics;
};

test('what an open day costs is known when it is mounted, and refused before it is counted', async () => {
  expect(await visitors(50)).toEqual([50]);
  await expect(visitors(49)).rejects.toMatchObject({
    fault: 'bad-input',
    message: expect.stringMatching(/^date_range: expected work of at most 0.000049 million steps/),
  });
});

test('a reading that is to end rejects with the reason; the next one is answered', async () => {
  const enough = new Error('enough');
  const reader = { name: 'stranger', signal: AbortSignal.abort(enough) };
  await expect(visitors(50, reader)).rejects.toBe(enough);
  expect(await visitors(50)).toEqual([50]);
});

test('the owner’s batch of more than its answers may contain is refused', async () => {
  const answers = { values: 3, characters: 1_000 };
  const ask = (count: number) =>
    reportBatch(days, site, Array(count).fill(query), { ...limitsOf.owner, answers });
  expect(await ask(3)).toHaveLength(3);
  await expect(ask(4)).rejects.toMatchObject({
    fault: 'bad-input',
    message: expect.stringMatching(/^queries: expected at most 3 values in all rows together: a/),
  });
});
