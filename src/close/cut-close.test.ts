import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeWorldOf } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { keepErasure } from '../journal/erasures.ts';
import { lateDays, ownDays } from '../journal/read.ts';
import { readMonth } from '../ledger/manifest.ts';
import { dayMs, minuteMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import type { FaultPoint } from '../model/fault-points.ts';
import { takeBackMs } from '../model/times.ts';
import { closeDay } from './close-day.ts';
import { destroyPruned } from './destroy-pruned.ts';
import { markPruned } from './prune-site.ts';

const site = { id: 'cut000000000', zones: zonesFrom('UTC', 0) };
const day = '2026-03-29';
const at = (minutes: number) => Date.parse(`${day}T00:00:00Z`) + minutes * minuteMs;

let folder: string;
let home: Home;
let duck: Duck;
let nowMs: number;

beforeEach(async () => {
  nowMs = at(0) + 2 * dayMs;
  folder = await mkdtemp(join(tmpdir(), 'daybook-cut-'));
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 28, threads: 1, folder: home.files.folder });
});
afterEach(async () => {
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

/** Closes the day; `reached` is called at each point. */
const close = (reached: (point: FaultPoint) => unknown = () => {}) =>
  closeDay(
    {
      ...closeWorldOf(home, duck, () => nowMs),
      faultPoint: async (point) => void (await reached(point)),
    },
    site,
    day,
  );

async function cutAt(last: FaultPoint): Promise<void> {
  const cut = close((point) => {
    if (point === last) throw new Error('cut here');
  });
  await expect(cut).rejects.toThrow('cut here');
}

const closed = async () => (await readMonth(home, site.id, '2026-03')).content.days[day];
const own = (minutes: number) => appendHits(home, site, [hitOf({ time: at(minutes) })]);
const late = (minutes: number) =>
  appendHits(home, site, [hitOf({ time: at(minutes) })], {
    ...{ late: true, receivedAtMs: at(1_500 + minutes) },
  });

describe('a close that was cut before its rows were removed', () => {
  test('late rows that its files have are not counted with those that come then', async () => {
    await own(1);
    await late(2);
    await cutAt('close.published');
    await late(3);
    expect(await close()).toBe('closed');
    expect(await closed()).toMatchObject({ hits: 3, taken: 3, duplicates: 0 });
    expect([await ownDays(home, site.id), await lateDays(home, site.id)]).toEqual([[], []]);
  });

  test('own rows that its files have are not counted with those that come then', async () => {
    await own(1);
    await own(2);
    await cutAt('close.late-removed');
    await own(3);
    expect(await close()).toBe('closed');
    expect(await closed()).toMatchObject({ hits: 3, taken: 3, duplicates: 0 });
    expect(await ownDays(home, site.id)).toEqual([]);
  });
});

test('an erasure made while a day is closed keeps its rows until it is applied', async () => {
  await own(1);
  await own(5);
  let made = false;
  const outcome = await close(async (point) => {
    if (point !== 'close.saved' || made) return;
    made = true;
    const erasure = { madeMs: nowMs, destroyMs: nowMs, toMs: at(5) };
    await keepErasure(home, site.id, erasure, 'id');
  });
  expect(outcome).toBe('again');
  expect(await ownDays(home, site.id)).toEqual([day]);
  expect(await closed()).toMatchObject({ hits: 2 });
  expect(await close()).toBe('closed');
  expect(await closed()).toMatchObject({ hits: 1, erased: 1, taken: 2 });
  expect(await ownDays(home, site.id)).toEqual([]);
});

describe('rows that were under way when their day was pruned', () => {
  beforeEach(async () => {
    await own(1);
    expect(await close()).toBe('closed');
    const world = { home, clock: () => nowMs };
    expect(await markPruned(world, { ...site, keepHitsDays: 1 })).toMatchObject([{ day, hits: 1 }]);
    await late(2);
  });

  test('stay while it can be taken back', async () => {
    await destroyPruned(
      closeWorldOf(home, duck, () => nowMs),
      site,
    );
    expect(await close()).toBe('closed');
    expect(await lateDays(home, site.id)).toEqual([day]);
    expect(await closed()).toMatchObject({ pruned: 'hits', keptUntilMs: nowMs + takeBackMs });
  });

  test('go when it is destroyed', async () => {
    nowMs += takeBackMs;
    await destroyPruned(
      closeWorldOf(home, duck, () => nowMs),
      site,
    );
    expect(await close()).toBe('closed');
    expect(await lateDays(home, site.id)).toEqual([]);
    expect(await closed()).toMatchObject({ pruned: 'hits', hits: 1 });
  });
});
