import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeWorldOf } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { keepErasure } from '../journal/erasures.ts';
import { lateDays, ownDays } from '../journal/read.ts';
import { type FileKind, filesOfMonth, readMonth } from '../ledger/manifest.ts';
import { dayMs, hourMs, minuteMs } from '../lib/clock.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { type FaultPoint, faultPoints } from '../model/fault-points.ts';
import { type Hit, robotVisitor } from '../model/hit.ts';
import { closeDay } from './close-day.ts';
import { closeDays } from './close-days.ts';
import { closeMonth, fewestOfMonth } from './close-month.ts';
import { mergeMonth, mergeMonths } from './merge-month.ts';
import type { NamedSite, PassEvent } from './pass-events.ts';
import { verifySite } from './verify-ledger.ts';
import type { CloseWorld } from './world.ts';

/** Clocks go forward on the 29th. */
const siteOf = (id: string): NamedSite => ({
  ...{ id, domain: `${id}.test`, zones: zonesFrom('Europe/Berlin', 0) },
});
const site = siteOf('month0000000');
const other = siteOf('other0000000');
const days = ['01', '02', '03', '09', '28', '29', '30', '31'].map((day) => `2026-03-${day}`);
const at = (day: string, ms: number) => Date.parse(`${day}T00:00:00Z`) + hourMs + ms;

let folder: string;
let home: Home;
let duck: Duck;
let world: CloseWorld;
let nowMs: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-month-'));
  nowMs = Date.parse('2026-04-02T00:00:00Z');
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 1, folder: home.files.folder });
  world = { ...closeWorldOf(home, duck, () => nowMs), rollsOver: 50 };
});
afterEach(async () => {
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

const hitsOf = (day: string): Hit[] => [
  ...[1, 40, 90].map((minutes, n) =>
    hitOf({ time: at(day, minutes * minuteMs), page: `/${minutes}`, visitor: `a${n % 2}` }),
  ),
  hitOf({ time: at(day, 3 * minuteMs), visitor: 'bb', name: 'Buy', props: { plan: day } }),
  hitOf({
    time: at(day, 2 * minuteMs),
    visitor: 'a0',
    name: 'engagement',
    engagedMs: 9,
    page: '/1',
  }),
  hitOf({ time: at(day, 4 * minuteMs), visitor: robotVisitor, robot: 'Bot' }),
];

/** Three rows of each day are its own, the others came late, and one of them twice. */
async function fill(...sites: NamedSite[]): Promise<void> {
  for (const day of days) {
    const hits = hitsOf(day);
    for (const of of sites) {
      await appendHits(home, of, hits.slice(0, 3));
      await appendHits(home, of, hits.slice(2), { late: true, receivedAtMs: at(day, 3 * dayMs) });
    }
  }
}
const due = (of = site) => days.map((day) => ({ site: of, day, recount: false }));
async function close(by = world): Promise<PassEvent[]> {
  const events: PassEvent[] = [];
  await closeDays(by, due(), { onEvent: (event) => events.push(event) });
  return events;
}
const march = (of = site) => readMonth(home, of.id, '2026-03');
const kinds = async (of = site) => filesOfMonth(of.id, await march(of)).map(({ kind }) => kind);
async function rowsOf(of: NamedSite, kind: FileKind): Promise<string[]> {
  const [file] = filesOfMonth(of.id, await march(of)).filter((one) => one.kind === kind);
  const local = await home.files.open(file!.name);
  const rows = await duck.read((session) =>
    session.rows(`SELECT t::VARCHAR FROM ${parquet([local.path])} AS t`),
  );
  local.release();
  return rows.map(([text]) => String(text)).sort();
}
const left = async () => [await ownDays(home, site.id), await lateDays(home, site.id)];
async function expectWhole(taken = 7): Promise<void> {
  const { content } = await march();
  expect(Object.keys(content.days)).toEqual(days);
  for (const [i, day] of days.entries())
    expect(content.days[day]).toMatchObject({
      ...{ taken: i === 0 ? taken : 7, hits: i === 0 ? taken - 1 : 6, duplicates: 1 },
    });
  expect(await left()).toEqual([[], []]);
  expect((await verifySite(world, site)).wrong).toEqual([]);
}

test.each([
  ['with roll-ups', 30, ['hits', 'visits', 'rollup', 'hours', 'month']],
  ['without', 1_000, ['hits', 'visits']],
])(
  'the files are those of days that were closed and merged, %s',
  async (_, rollsOver, expected) => {
    const by = { ...world, rollsOver };
    await fill(site, other);
    const events = await close(by);
    expect(events.map(({ kind }) => kind)).toEqual([...days.map(() => 'closed'), 'merged']);
    expect(await kinds()).toEqual(expected);
    await expectWhole();
    for (const day of days) expect(await closeDay(by, other, day)).toBe('closed');
    nowMs += dayMs;
    expect(await mergeMonths(by, other)).toEqual(['2026-03']);
    expect(await kinds(other)).toEqual(expected);
    const [one, two] = [await march(), await march(other)];
    for (const day of days) {
      const { closedMs: _at, ...counts } = one.content.days[day]!;
      expect(two.content.days[day]).toMatchObject(counts);
    }
    for (const kind of expected as FileKind[])
      expect(await rowsOf(other, kind)).toEqual(await rowsOf(site, kind));
  },
);

const closing = faultPoints.filter((point) => point.startsWith('close.'));
const cutting = (last: FaultPoint, nth = 1): CloseWorld => {
  let reached = 0;
  return {
    ...world,
    faultPoint(point) {
      if (point === last && ++reached === nth) throw new Error('cut here');
    },
  };
};
const lateHit = (day: string) =>
  appendHits(home, site, [hitOf({ time: at(day, 50 * minuteMs) })], {
    ...{ late: true, receivedAtMs: nowMs },
  });

describe('it can be cut, and every hit is counted once', () => {
  test.each(closing)('at %s', async (point) => {
    await fill(site);
    await expect(closeMonth(cutting(point), due())).rejects.toThrow('cut here');
    await lateHit(days[0]!);
    await close();
    await expectWhole(8);
  });

  test('between two days; what has the keys of late rows is not merged meanwhile', async () => {
    await fill(site);
    await expect(closeMonth(cutting('close.late-removed', 4), due())).rejects.toThrow('cut here');
    expect(await kinds()).toContain('late');
    const row = await march();
    nowMs += dayMs;
    expect(await mergeMonth(world, { site, row, days: new Set(days) })).toBe(false);
    expect(await kinds()).toContain('late');
    await close();
    await expectWhole();
  });

  test('a failure is one of a day', async () => {
    await fill(site);
    const events = await close(cutting('close.saved'));
    expect(events.map(({ kind }) => kind)).toEqual(days.map(() => 'closed'));
    await expectWhole();
  });
});

test('two at once: one of them closes the month', async () => {
  await fill(site);
  const closed = await Promise.all([closeMonth(world, due()), closeMonth(world, due())]);
  expect(closed.map(({ size }) => size).sort()).toEqual([0, days.length]);
  await expectWhole();
});

test('what comes later is closed as ever, and merged again', async () => {
  await fill(site);
  await close();
  await lateHit(days[0]!);
  await close();
  await expectWhole(8);
  nowMs += dayMs;
  expect(await mergeMonths(world, site)).toEqual(['2026-03']);
  await expectWhole(8);
});

test('rows of a day stay until an erasure that was made meanwhile is applied', async () => {
  await fill(site);
  let made = false;
  const erasing: CloseWorld = {
    ...world,
    async faultPoint(point) {
      if (point !== 'close.saved' || made) return;
      made = true;
      const erasure = { madeMs: nowMs, destroyMs: nowMs, toMs: at(days[0]!, 12 * hourMs) };
      await keepErasure(home, site.id, erasure, 'id');
    },
  };
  expect([...(await closeMonth(erasing, due())).keys()]).toEqual(days.slice(1));
  expect(await left()).toEqual([[days[0]], [days[0]]]);
  await close();
  expect((await march()).content.days[days[0]!]).toMatchObject({ hits: 0, erased: 6, taken: 7 });
  expect(await left()).toEqual([[], []]);
  expect((await verifySite(world, site)).wrong).toEqual([]);
});

test('a month that is not over, has a large day, or few days, is closed day by day', async () => {
  await fill(site);
  expect((await closeMonth({ ...world, rollsOver: 6 }, due())).size).toBe(0);
  expect((await closeMonth(world, due().slice(0, fewestOfMonth - 1))).size).toBe(0);
  nowMs = Date.parse('2026-04-01T00:00:00Z');
  expect((await closeMonth(world, due())).size).toBe(0);
  expect((await march()).text).toBeUndefined();
});
