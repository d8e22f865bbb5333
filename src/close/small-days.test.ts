import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeWorldOf } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { type FileKind, fileOfDay, filesOfMonth, readMonth } from '../ledger/manifest.ts';
import { dayMs, hourMs, minuteMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import { closeDay } from './close-day.ts';
import { mergeMonths } from './merge-month.ts';
import { markPruned, pruneSite } from './prune-site.ts';
import { verifySite } from './verify-ledger.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

const site: ClosingSite = { id: 'site00000000', zones: zonesFrom('Europe/Berlin', 0) };
const at = (day: number, ms: number) => Date.parse('2026-02-28T23:00:00Z') + (day - 1) * dayMs + ms;
const dayOf = (day: number) => `2026-03-${String(day).padStart(2, '0')}`;
const mostSmall = 5;

let folder: string;
let home: Home;
let duck: Duck;
let world: CloseWorld;
let nowMs: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-small-'));
  nowMs = at(20, 0);
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 2, folder: home.files.folder });
  world = { ...closeWorldOf(home, duck, () => nowMs), rollsOver: mostSmall };
});
afterEach(async () => {
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

const hitsOf = (day: number, more = 0): Hit[] => [
  ...[1, 40, 90].map((minutes) =>
    hitOf({ time: at(day, minutes * minuteMs), page: `/${minutes}`, country: 'DE' }),
  ),
  hitOf({ time: at(day, 3 * minuteMs), visitor: 'bb', name: 'Buy', props: { plan: `p${day}` } }),
  ...Array.from({ length: more }, (_, n) => hitOf({ time: at(day, hourMs + n), visitor: 'cc' })),
];

async function close(days: readonly number[], more = 0, by = world): Promise<void> {
  for (const day of days) {
    await appendHits(home, site, hitsOf(day, more));
    expect(await closeDay(by, site, dayOf(day))).toBe('closed');
  }
}
const march = () => readMonth(home, site.id, '2026-03');
/** The kinds of files that a day has, by where they lie. */
async function kindsOf(day: number): Promise<string> {
  const row = await march();
  const files = (['hits', 'visits', 'rollup', 'hours', 'late', 'erased'] as const).flatMap(
    (kind) => fileOfDay(site.id, row, dayOf(day), kind) ?? [],
  );
  const { own } = row.content.days[dayOf(day)]!;
  return `${own === undefined ? 'merged' : 'own'} ${files.map(({ kind }) => kind).join(' ')}`;
}
async function rowsOf(kind: FileKind): Promise<string[]> {
  const [file] = filesOfMonth(site.id, await march()).filter((one) => one.kind === kind);
  const local = await home.files.open(file!.name);
  const rows = await duck.read((session) =>
    session.rows(`SELECT t::VARCHAR FROM ${parquet([local.path])} AS t`),
  );
  local.release();
  return rows.map(([text]) => String(text)).sort();
}
const right = async () => expect((await verifySite(world, site)).wrong).toEqual([]);

test('a small day has hits and visits, a larger one roll-ups too', async () => {
  await close([1]);
  await close([2], mostSmall);
  expect(await kindsOf(1)).toBe('own hits visits');
  expect(await kindsOf(2)).toBe('own hits visits rollup hours');
  await right();
});

test('while a month runs, eight small days become one set, and then again eight', async () => {
  const many = { ...world, rollsOver: 1_000 };
  await close([1, 2, 3, 4, 5, 6, 7], 0, many);
  await close([8], mostSmall);
  expect(await mergeMonths(many, site)).toEqual([]);
  await close([9], 0, many);
  expect(await mergeMonths(many, site)).toEqual(['2026-03']);
  expect(await kindsOf(1)).toBe('merged hits visits');
  expect(await kindsOf(8)).toBe('own hits visits rollup hours');
  expect(await mergeMonths(many, site)).toEqual([]);
  await close([10, 11, 12, 13, 14, 15, 16, 17], 0, many);
  expect(await mergeMonths(many, site)).toEqual(['2026-03']);
  expect(await kindsOf(17)).toBe('merged hits visits');
  expect((await march()).content.merged!.files.hits!.rows).toBe(16 * 4);
  await right();
});

test('a day whose late rows are still there is not merged: it keeps their keys', async () => {
  const many = { ...world, rollsOver: 1_000 };
  const cut = {
    ...many,
    faultPoint(point: string) {
      if (point === 'close.published') throw new Error('cut here');
    },
  };
  await close([2, 3, 4, 5, 6, 7, 8, 9], 0, many);
  await appendHits(home, site, hitsOf(1), { late: true, receivedAtMs: nowMs });
  await expect(closeDay(cut, site, dayOf(1))).rejects.toThrow('cut here');
  expect(await mergeMonths(many, site)).toEqual(['2026-03']);
  expect(await kindsOf(1)).toBe('own hits visits late');
  expect(await kindsOf(2)).toBe('merged hits visits');
  expect(await closeDay(many, site, dayOf(1))).toBe('closed');
  expect((await march()).content.days[dayOf(1)]).toMatchObject({ hits: 4, taken: 4 });
  await right();
});

test.each([
  ['as others have some', mostSmall, [1]],
  ['as they have many hits together', 1_000, []],
])(
  'small days get roll-ups where they are merged, %s: those of larger days',
  async (_, most, large) => {
    const rolled = { ...world, rollsOver: 0 };
    const small = [1, 2, 3].filter((day) => !large.includes(day));
    await close(large, 0, rolled);
    await close(small, 0, { ...world, rollsOver: most });
    nowMs = at(40, 0);
    expect(await kindsOf(3)).toBe('own hits visits');
    expect(await mergeMonths({ ...world, rollsOver: 11 }, site)).toEqual(['2026-03']);
    expect(await kindsOf(3)).toBe('merged hits visits rollup hours');
    const kinds = ['hits', 'visits', 'rollup', 'hours', 'month'] as const;
    const merged = await Promise.all(kinds.map(rowsOf));
    for (const day of [1, 2, 3])
      expect(await closeDay(rolled, site, dayOf(day), { again: true })).toBe('closed');
    expect(await kindsOf(3)).toBe('own hits visits rollup hours');
    nowMs += dayMs;
    expect(await mergeMonths(rolled, site)).toEqual(['2026-03']);
    expect(await Promise.all(kinds.map(rowsOf))).toEqual(merged);
    await right();
  },
);

test('a month of small days has hits and visits when it is over, too', async () => {
  await close([1, 2]);
  nowMs = at(40, 0);
  expect(await mergeMonths({ ...world, rollsOver: 8 }, site)).toEqual(['2026-03']);
  expect(filesOfMonth(site.id, await march()).map(({ kind }) => kind)).toEqual(['hits', 'visits']);
  await right();
});

test('before the hits of a small day are removed, it gets roll-ups: its sums stay', async () => {
  const kept = { ...site, keepHitsDays: 18 };
  await close([1, 2, 3]);
  // A server that has no engine at hand leaves it to the next pass.
  expect(await markPruned(world, kept)).toEqual([]);
  expect(await pruneSite(world, kept, { now: true })).toMatchObject([
    { day: dayOf(1), gone: 'hits', hits: 4 },
  ]);
  expect((await march()).content.days[dayOf(1)]).toMatchObject({ pruned: 'hits' });
  expect((await rowsOf('hits')).length).toBe(8);
  const sums = (await rowsOf('rollup')).filter((text) => text.includes(dayOf(1)));
  expect(sums.some((text) => text.includes('plan'))).toBe(true);
  await right();
  // Where the sums go too, none are made.
  nowMs = at(33, 0);
  await pruneSite(world, { ...site, keepHitsDays: 5, keepRollUpsDays: 5 }, { now: true });
  expect(filesOfMonth(site.id, await march())).toEqual([]);
});
