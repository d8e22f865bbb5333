import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeWorldOf, losingAnAnswer } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { lateDays, listDays, ownDays } from '../journal/read.ts';
import { readMonth } from '../ledger/manifest.ts';
import { zonesFrom } from '../lib/site-days.ts';
import type { FaultPoint } from '../model/fault-points.ts';
import { closeDay } from './close-day.ts';
import { verifySite } from './verify-ledger.ts';
import type { CloseWorld } from './world.ts';

const site = { id: 'site00000000', zones: zonesFrom('Europe/Berlin', 0) };
const day = '2026-03-29'; // 23 hours
const at = (minutes: number) => Date.parse('2026-03-28T23:00:00Z') + minutes * 60_000;

let folder: string;
let home: Home;
let duck: Duck;
let world: CloseWorld;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-close-'));
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 2, folder: home.files.folder });
  world = closeWorldOf(home, duck, () => at(3_000));
});
afterEach(async () => {
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

const closed = async () => (await readMonth(home, site.id, '2026-03')).content.days[day];
const names = async () =>
  (await home.files.list('ledger/')).map(({ name }) => name.split('/').at(-1));

describe('closing a day', () => {
  test('puts its hits into files and takes its rows away', async () => {
    await appendHits(home, site, [hitOf({ time: at(1) }), hitOf({ time: at(5), page: '/b' })]);
    await appendHits(home, site, [hitOf({ time: at(60), visitor: 'bb' })], { late: true });
    expect(await listDays(home, site.id)).toEqual([day]);
    expect(await closeDay(world, site, day)).toBe('closed');
    expect(await closed()).toMatchObject({
      hits: 3,
      visits: 2,
      taken: 3,
      duplicates: 0,
      erased: 0,
      journalRows: 0,
    });
    expect(await names()).toEqual([
      'hits.parquet',
      'hours.parquet',
      'late.parquet',
      'rollup.parquet',
      'visits.parquet',
    ]);
    expect(await ownDays(home, site.id)).toEqual([]);
    expect(await lateDays(home, site.id)).toEqual([]);
  });

  test('a late row closes it again, with all that it held', async () => {
    const first = hitOf({ time: at(1) });
    await appendHits(home, site, [first]);
    await closeDay(world, site, day);
    await appendHits(home, site, [hitOf({ time: at(2), page: '/late' }), first], {
      late: true,
      receivedAtMs: at(2_000),
    });
    expect(await closeDay(world, site, day)).toBe('closed');
    expect(await closed()).toMatchObject({ hits: 2, visits: 1, taken: 3, duplicates: 1 });
  });
});

test('a put whose answer is lost has won where the row holds it: its files stay', async () => {
  const other = '2026-03-28';
  await appendHits(home, site, [hitOf({ time: at(1) })]);
  await appendHits(home, site, [hitOf({ time: at(-60) })]);
  const lossy = losingAnAnswer(world, home, () => closeDay(world, site, other));
  expect(await closeDay(lossy, site, day)).toBe('closed');
  const { content } = await readMonth(home, site.id, '2026-03');
  expect(Object.keys(content.days).sort()).toEqual([other, day]);
  expect(await listDays(home, site.id)).toEqual([]);
  expect((await verifySite(world, site)).wrong).toEqual([]);
});

test('what cannot be saved whole leaves no file behind', async () => {
  await appendHits(home, site, [hitOf({ time: at(1) })]);
  const full = new Error('no space left');
  const save: Home['files']['save'] = (name, write) =>
    name.endsWith('rollup.parquet') ? Promise.reject(full) : home.files.save(name, write);
  const failing = { ...world, home: { ...home, files: { ...home.files, save } } };
  await expect(closeDay(failing, site, day)).rejects.toBe(full);
  expect(await names()).toEqual([]);
  expect(await closeDay(world, site, day)).toBe('closed');
  expect(await closed()).toMatchObject({ hits: 1 });
});

describe('beside another close', () => {
  /** Runs `work` once, when this close has come to that point. */
  function when(point: FaultPoint, work: () => Promise<unknown>): CloseWorld {
    let left = 1;
    const faultPoint = async (reached: FaultPoint) => {
      if (reached === point && left-- > 0) await work();
    };
    return { ...world, faultPoint };
  }
  const late = (minutes: number) =>
    appendHits(home, site, [hitOf({ time: at(minutes), page: '/late' })], {
      late: true,
      receivedAtMs: at(2_000 + minutes),
    });

  test('of a day with more rows: the one with fewer rows loses and removes files', async () => {
    await appendHits(home, site, [hitOf({ time: at(1) })]);
    const overtaken = when('close.verified', async () => {
      await late(5);
      expect(await closeDay(world, site, day)).toBe('closed');
    });
    expect(await closeDay(overtaken, site, day)).toBe('overtaken');
    expect(await closed()).toMatchObject({ hits: 2, taken: 2 });
    expect((await names()).filter((name) => name === 'hits.parquet')).toHaveLength(1);
    expect((await verifySite(world, site)).wrong).toEqual([]);
  });

  test('of another day of the month: both are in its row', async () => {
    await appendHits(home, site, [hitOf({ time: at(1) })]);
    await appendHits(home, site, [hitOf({ time: at(-60) })]);
    const beside = when('close.verified', () => closeDay(world, site, '2026-03-28'));
    expect(await closeDay(beside, site, day)).toBe('closed');
    const { content } = await readMonth(home, site.id, '2026-03');
    expect(Object.keys(content.days).sort()).toEqual(['2026-03-28', day]);
  });

  test('rows that came after the reading close it again; none is removed before', async () => {
    await appendHits(home, site, [hitOf({ time: at(1) })]);
    const behind = when('close.published', () => appendHits(home, site, [hitOf({ time: at(2) })]));
    expect(await closeDay(behind, site, day)).toBe('again');
    expect(await closeDay(world, site, day)).toBe('closed');
    expect(await closed()).toMatchObject({ hits: 2, taken: 2, duplicates: 0 });
  });
});

test('where the month’s row cannot be put, no row goes', async () => {
  await appendHits(home, site, [hitOf({ time: at(1) })]);
  await appendHits(home, site, [hitOf({ time: at(2) })], { late: true });
  const down = new Error('the store is down');
  const rows: Home['rows'] = {
    ...home.rows,
    putIf: (row, expected) =>
      row.partition.startsWith('month/') ? Promise.reject(down) : home.rows.putIf(row, expected),
  };
  await expect(closeDay({ ...world, home: { ...home, rows } }, site, day)).rejects.toBe(down);
  expect(await ownDays(home, site.id)).toEqual([day]);
  expect(await lateDays(home, site.id)).toEqual([day]);
  expect(await closeDay(world, site, day)).toBe('closed');
  expect(await closed()).toMatchObject({ hits: 2 });
});

test.each(['hits', 'visits', 'rollup', 'hours'])(
  'a %s file that does not hold what was written to it is not published',
  async (kind) => {
    await appendHits(home, site, [hitOf({ time: at(1) }), hitOf({ time: at(2), visitor: 'bb' })]);
    await closeDay(world, site, day);
    const [before] = (await home.files.list('ledger/')).filter(({ name }) =>
      name.endsWith(`/${kind}.parquet`),
    );
    await appendHits(home, site, [hitOf({ time: at(500), page: '/late', visitor: 'cc' })], {
      late: true,
    });
    // What is read back is the file of before.
    const open: Home['files']['open'] = (name) =>
      home.files.open(name.endsWith(`/${kind}.parquet`) ? before!.name : name);
    const wrong = { ...world, home: { ...home, files: { ...home.files, open } } };
    await expect(closeDay(wrong, site, day)).rejects.toMatchObject({
      fault: 'damaged',
      message: expect.stringContaining(`${kind}.parquet does not hold what was written`),
    });
    expect(await closed()).toMatchObject({ hits: 2 });
    expect(await lateDays(home, site.id)).toEqual([day]);
  },
);
