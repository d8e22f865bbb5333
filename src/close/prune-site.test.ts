import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import type { Home } from '../home/home.ts';
import { type ClosedDay, type Month, monthPartition, readMonth } from '../ledger/manifest.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { takeBackMs } from '../model/times.ts';
import { countPruned, markPruned } from './prune-site.ts';

/** East of UTC: at noon in UTC it is the 11th already. */
const nowMs = Date.parse('2026-03-10T12:00:00Z');
const site = {
  ...{ id: 'prune0000000', zones: zonesFrom('Pacific/Auckland', 0) },
  ...{ keepHitsDays: 2, keepRollUpsDays: 4 },
};
const closed: ClosedDay = {
  ...{ hits: 5, visits: 2, taken: 5, duplicates: 0, erased: 0, journalRows: 0, closedMs: 0 },
};

let home: Home;

beforeEach(() => {
  home = openMemoryHome();
});

const keep = (days: Month['days']) =>
  home.rows.append([
    {
      ...{ partition: monthPartition(site.id), sort: '2026-03' },
      value: JSON.stringify({ schema: 1, days } satisfies Month),
    },
  ]);
const world = () => ({ home, clock: () => nowMs });
const days = async () => (await readMonth(home, site.id, '2026-03')).content.days;
const each = (names: readonly string[]) => Object.fromEntries(names.map((day) => [day, closed]));

test('hits and roll-ups go from the first day on that is not kept, and no other', async () => {
  const all = ['05', '06', '07', '08', '09', '10', '11'].map((day) => `2026-03-${day}`);
  await keep(each(all));
  const expected = [
    ['2026-03-05', 'all'],
    ['2026-03-06', 'all'],
    ['2026-03-07', 'hits'],
    ['2026-03-08', 'hits'],
  ];
  const asked = await countPruned(world(), site);
  expect(asked.map(({ day, gone }) => [day, gone])).toEqual(expected);
  const gone = await markPruned(world(), site);
  expect(gone.map(({ day, gone }) => [day, gone])).toEqual(expected);
  const marked = Object.entries(await days()).map(([day, { pruned, keptUntilMs }]) => [
    ...[day, pruned, keptUntilMs],
  ]);
  expect(marked).toEqual([
    ...expected.map((one) => [...one, nowMs + takeBackMs]),
    ...['2026-03-09', '2026-03-10', '2026-03-11'].map((day) => [day, undefined, undefined]),
  ]);
  expect(await markPruned(world(), site)).toEqual([]);
});

test('what is marked keeps its time, and what went before is known', async () => {
  const waits = { ...closed, pruned: 'hits' as const, keptUntilMs: nowMs + 1 };
  const went = { ...closed, pruned: 'hits' as const };
  await keep({ '2026-03-05': waits, '2026-03-06': went, '2026-03-07': went });
  expect(await markPruned(world(), site)).toEqual([
    { day: '2026-03-06', gone: 'all', hits: 5, visits: 2 },
  ]);
  expect(await days()).toEqual({
    '2026-03-05': waits,
    '2026-03-06': {
      ...closed,
      ...{ pruned: 'all', prunedBefore: 'hits', keptUntilMs: nowMs + takeBackMs },
    },
    '2026-03-07': went,
  });
});

test('days that wait to be closed are not marked, and nothing is where all is kept', async () => {
  await keep(each(['2026-03-07', '2026-03-08']));
  expect(await markPruned(world(), site, new Set(['2026-03-07']))).toMatchObject([
    { day: '2026-03-08' },
  ]);
  const { keepHitsDays: _, ...forEver } = site;
  expect(await markPruned(world(), forEver)).toEqual([]);
});
