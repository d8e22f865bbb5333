import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeWorldOf, losingAnAnswer } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { listDays } from '../journal/read.ts';
import { filesOfMonth, publishMonth, readMonth, readMonths } from '../ledger/manifest.ts';
import { dayMs, hourMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { closeDay } from './close-day.ts';
import { closeWhole } from './due-days.ts';
import { mergeMonths } from './merge-month.ts';
import { countPruned, pruneSite } from './prune-site.ts';
import { sweepFiles } from './sweep.ts';
import { verifySite } from './verify-ledger.ts';
import type { CloseWorld, ClosingSite } from './world.ts';

const site: ClosingSite = { id: 'site00000000', zones: zonesFrom('Europe/Berlin', 0) };
const at = (day: number, minutes: number) =>
  Date.parse('2026-02-28T23:00:00Z') + (day - 1) * dayMs + minutes * 60_000;
const days = [1, 2, 5];
const dayOf = (day: number) => `2026-03-0${day}`;

let folder: string;
let home: Home;
let duck: Duck;
let world: CloseWorld;
let nowMs: number;

async function openFolder(): Promise<void> {
  nowMs = at(20, 0);
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 2, folder: home.files.folder });
  world = closeWorldOf(home, duck, () => nowMs);
}

/** The days are closed once; each test has a copy of their folder. */
let closed: string;
beforeAll(async () => {
  folder = closed = await mkdtemp(join(tmpdir(), 'daybook-merge-once-'));
  await openFolder();
  for (const day of days) {
    const hits = [1, 2, 90].map((minutes) =>
      hitOf({ time: at(day, minutes), page: `/${minutes}` }),
    );
    await appendHits(home, site, [
      ...hits,
      hitOf({ time: at(day, 3), visitor: 'bb', props: { plan: 'pro' } }),
    ]);
    await closeDay(world, site, dayOf(day));
  }
  duck.close();
  await home.close();
});
afterAll(() => rm(closed, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-merge-'));
  await cp(closed, folder, { recursive: true });
  await openFolder();
});
afterEach(async () => {
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

const march = () => readMonth(home, site.id, '2026-03');
const names = async () => filesOfMonth(site.id, await march()).map(({ name }) => name);

/** All rows of a kind, wherever they lie, as texts. */
async function rowsOf(kind: 'hits' | 'visits' | 'rollup' | 'hours'): Promise<string[]> {
  const row = await march();
  const texts: string[] = [];
  for (const file of filesOfMonth(site.id, row).filter((one) => one.kind === kind)) {
    const own = Object.keys(row.content.days).filter(
      (day) => row.content.days[day]!.own !== undefined,
    );
    const merged = file.name.includes('/2026-03/') ? own : [];
    const local = await home.files.open(file.name);
    const rows = await duck.read((session) =>
      session.rows(`SELECT day::VARCHAR, t::VARCHAR FROM ${parquet([local.path])} AS t`),
    );
    local.release();
    texts.push(
      ...rows.filter(([day]) => !merged.includes(String(day))).map(([, text]) => String(text)),
    );
  }
  return texts.sort();
}
const content = async () =>
  Promise.all((['hits', 'visits', 'rollup', 'hours'] as const).map((kind) => rowsOf(kind)));

describe('merging a month', () => {
  test('waits until it is over for some hours', async () => {
    expect(await mergeMonths(world, site)).toEqual([]);
    nowMs = at(32, 0);
    expect(await mergeMonths(world, site)).toEqual([]);
    nowMs = at(32, 0) + 6 * hourMs;
    expect(await mergeMonths(world, site)).toEqual(['2026-03']);
    expect(await mergeMonths(world, site)).toEqual([]);
  });

  test('puts all rows of its days into one set of files', async () => {
    const before = await content();
    nowMs = at(40, 0);
    await mergeMonths(world, site);
    expect(await content()).toEqual(before);
    expect((await names()).map((name) => name.split('/').at(-1))).toEqual([
      'hits.parquet',
      'visits.parquet',
      'rollup.parquet',
      'hours.parquet',
      'month.parquet',
    ]);
    expect((await march()).content.days[dayOf(2)]).toMatchObject({ hits: 4, visits: 3, taken: 4 });
  });

  test('leaves a month with late rows, and takes a day that was closed again', async () => {
    nowMs = at(40, 0);
    await mergeMonths(world, site);
    await appendHits(home, site, [hitOf({ time: at(2, 4), visitor: 'cc' })], {
      late: true,
      receivedAtMs: nowMs,
    });
    nowMs += dayMs;
    expect(await mergeMonths(world, site)).toEqual([]);
    await closeDay(world, site, dayOf(2));
    const closedAnew = await content();
    expect(closedAnew[0]).toHaveLength(13);
    expect(await mergeMonths(world, site)).toEqual([]);
    nowMs += 7 * hourMs;
    expect(await mergeMonths(world, site)).toEqual(['2026-03']);
    expect(await content()).toEqual(closedAnew);
    expect((await march()).content.days[dayOf(2)]).toMatchObject({ hits: 5, taken: 5 });
  });

  test('does not carry damage on', async () => {
    const { writeFile, readFile } = await import('node:fs/promises');
    const name = (await names()).find((one) => one.endsWith('hits.parquet'))!;
    const bytes = await readFile(join(home.files.folder, name));
    bytes[bytes.length >> 1]! ^= 4;
    await writeFile(join(home.files.folder, name), bytes);
    nowMs = at(40, 0);
    await expect(mergeMonths(world, site)).rejects.toMatchObject({
      fault: 'damaged',
      message: expect.stringContaining(name),
    });
    expect((await march()).content.merged).toBeUndefined();
  });
});

describe('the sweeper', () => {
  test('removes what no manifest has named for a day, and nothing else', async () => {
    nowMs = at(40, 0);
    await mergeMonths(world, site);
    expect(await sweepFiles(world)).toEqual({ removed: 0, waiting: 12 });
    nowMs += 23 * hourMs;
    expect(await sweepFiles(world)).toEqual({ removed: 0, waiting: 12 });
    nowMs += hourMs;
    expect(await sweepFiles(world)).toEqual({ removed: 12, waiting: 0 });
    expect((await home.files.list('ledger/')).map(({ name }) => name).sort()).toEqual(
      (await names()).sort(),
    );
    expect(await home.rows.scan('unnamed')).toEqual([]);
  });
});

describe('pruning', () => {
  const kept = { ...site, keepHitsDays: 30, keepRollUpsDays: 60 };
  const lengths = async () => (await content()).map(({ length }) => length);

  test.each([
    ['days with files of their own', false],
    ['days of a merged month', true],
  ])('%s lose hits and visits first, roll-ups later, and never come back', async (_, merged) => {
    if (merged) {
      nowMs = at(32, 0) + 6 * hourMs;
      await mergeMonths(world, site);
    }
    const [hits, visits, rollup, hours] = await lengths();
    nowMs = at(32, 60);
    expect((await countPruned(world, kept)).map(({ day }) => day)).toEqual([dayOf(1)]);
    expect(await lengths()).toEqual([hits, visits, rollup, hours]);
    expect(await pruneSite(world, kept, { now: true })).toEqual([
      { day: dayOf(1), gone: 'hits', hits: 4, visits: 3 },
    ]);
    expect(await lengths()).toEqual([8, 6, rollup, hours]);
    expect(await pruneSite(world, kept, { now: true })).toEqual([]);

    // A hit that was under way when its day was sealed.
    await appendHits(home, site, [hitOf({ time: at(1, 4) })], { late: true, receivedAtMs: nowMs });
    await closeWhole(world, site, { day: dayOf(1), recount: false });
    expect(await listDays(home, site.id)).toEqual([]);
    expect(await lengths()).toEqual([8, 6, rollup, hours]);

    nowMs = at(64, 60);
    await pruneSite(world, kept, { now: true });
    expect(await lengths()).toEqual([0, 0, (rollup! / 3) * 1, (hours! / 3) * 1]);
    nowMs = at(90, 60);
    await pruneSite(world, kept, { now: true });
    expect(await names()).toEqual([]);
    expect(Object.values((await march()).content.days).map(({ pruned }) => pruned)).toEqual([
      'all',
      'all',
      'all',
    ]);
    expect(await mergeMonths(world, site)).toEqual([]);
    await sweepFiles(world);
    nowMs += dayMs;
    await sweepFiles(world);
    expect(await home.files.list('ledger/')).toEqual([]);
    expect(await readMonths(home, site.id)).toHaveLength(1);
  });
});

test('a put with a lost answer has won, though the row changed: merged files stay', async () => {
  const lossy = losingAnAnswer(world, home, async () => {
    await appendHits(home, site, [hitOf({ time: at(9, 1) })], { late: true, receivedAtMs: nowMs });
    await closeDay(world, site, dayOf(9));
  });
  nowMs = at(45, 0);
  expect(await mergeMonths(lossy, site)).toEqual(['2026-03']);
  expect((await march()).content.merged).toBeDefined();
  expect((await verifySite(world, site)).wrong).toEqual([]);
});

test('a month to which late rows came waits until they are closed', async () => {
  nowMs = at(45, 0);
  await appendHits(home, site, [hitOf({ time: at(days[0]!, 30) })], {
    late: true,
    receivedAtMs: nowMs,
  });
  expect(await mergeMonths(world, site)).toEqual([]);
  await closeDay(world, site, dayOf(days[0]!));
  nowMs += 7 * 3_600_000;
  expect(await mergeMonths(world, site)).toEqual(['2026-03']);
});

test('a month whose days do not add up is not merged', async () => {
  nowMs = at(45, 0);
  const row = await march();
  const [day] = Object.keys(row.content.days);
  const more = { ...row.content.days[day!]!, hits: row.content.days[day!]!.hits + 1 };
  await publishMonth(home, site.id, row, {
    ...row.content,
    days: { ...row.content.days, [day!]: more },
  });
  await expect(mergeMonths(world, site)).rejects.toMatchObject({
    fault: 'damaged',
    message: expect.stringContaining('do not add up'),
  });
  expect((await march()).content.merged).toBeUndefined();
  const files = (await home.files.list('ledger/')).filter(({ name }) => name.includes('/2026-03/'));
  expect(files).toEqual([]);
});

test('a disk with too little room prevents merging, but not pruning', async () => {
  const full = {
    ...world,
    checkRoom: () => {
      throw new Error('no room');
    },
  };
  nowMs = at(33, 0);
  await expect(mergeMonths(full, site)).rejects.toThrow('no room');
  expect(await mergeMonths(world, site)).toEqual(['2026-03']);
  const kept = { ...site, keepHitsDays: 28 };
  expect((await pruneSite(full, kept)).map(({ day }) => day)).toEqual(['2026-03-01', '2026-03-02']);
});
