import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Site } from '../../src/account/site.ts';
import { closeDay } from '../../src/close/close-day.ts';
import { lateDays, ownDays } from '../../src/journal/read.ts';
import { readMonths } from '../../src/ledger/manifest.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { closeWorldOf } from '../support/close-world.ts';
import { appendHits, hitOf } from '../support/hits.ts';
import {
  bareSite,
  inEveryState,
  openTestDaybook,
  type TestDaybook,
} from '../support/test-daybook.ts';

const zones = zonesFrom('Europe/Berlin', 0);
const onDay = (day: string, more: Partial<Parameters<typeof hitOf>[0]> = {}) =>
  hitOf({ time: Date.parse(`${day}T10:00:00Z`), ...more });

let nowMs: number;
let outside: string;
let daybook: TestDaybook;
beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'daybook-empty-'));
  daybook = await openTestDaybook(() => nowMs, outside);
});
beforeEach(() => {
  nowMs = Date.parse('2026-05-08T12:00:00Z');
});
afterAll(async () => {
  await daybook.close();
  await rm(outside, { recursive: true });
});
const states = { nowMs: Date.parse('2026-05-08T12:00:00Z'), setNow: (ms: number) => (nowMs = ms) };

const metrics = [
  'visitors',
  'visits',
  'pageviews',
  'events',
  'bounce_rate',
  'visit_duration',
  'views_per_visit',
];
const ask = (site: Site, range: readonly string[], more: object = {}) =>
  daybook.report(site, { metrics, date_range: range, ...more });
const nothing = [{ dimensions: [], metrics: [0, 0, 0, 0, 0, 0, 0] }];
const engagement = { name: 'engagement', scrollDepth: 50, engagedMs: 1_000 };

test('days without hits between those that have some are in no row, and count as nothing', async () => {
  const days = ['2026-02-27', '2026-03-02', '2026-04-30', '2026-05-02'];
  await inEveryState(
    daybook,
    () => bareSite(zones),
    days.map((day) => onDay(day)),
    states,
    async (site, state) => {
      const rows = await ask(site, ['2026-02-01', '2026-05-07'], {
        dimensions: ['time:day'],
        order_by: [['time:day', 'asc']],
      });
      expect(rows, state).toEqual(
        days.map((day) => ({ dimensions: [day], metrics: [1, 1, 1, 1, 100, 0, 1] })),
      );
      expect(
        (await ask(site, ['2026-02-01', '2026-05-07']))[0]?.metrics.slice(0, 4),
        state,
      ).toEqual([4, 4, 4, 4]);
      for (const range of [
        ['2026-03-03', '2026-04-29'], // between
        ['2026-03-03', '2026-03-31'], // the rest of a month
        ['2025-01-01', '2025-12-31'], // before all
        ['2026-05-03', '2026-05-07'], // after all
      ]) {
        expect(await ask(site, range), `${state} ${range}`).toEqual(nothing);
        expect(await ask(site, range, { dimensions: ['event:page'] }), state).toEqual([]);
        expect(await ask(site, range, { dimensions: ['time:day'] }), state).toEqual([]);
      }
    },
  );
});

test('a day of engagements alone has no visitor and no visit', async () => {
  const hits = [
    onDay('2026-05-01', engagement),
    onDay('2026-05-01', { ...engagement, visitor: 'bb' }),
  ];
  await inEveryState(
    daybook,
    () => bareSite(zones),
    hits,
    states,
    async (site, state) => {
      expect(await ask(site, ['2026-05-01', '2026-05-01']), state).toEqual(nothing);
      for (const dimension of ['event:page', 'visit:source', 'time:hour'])
        expect(
          await ask(site, ['2026-04-30', '2026-05-02'], { dimensions: [dimension] }),
          `${state} ${dimension}`,
        ).toEqual([]);
    },
  );
});

test('a site without any hit answers, has nothing to close, and is exported as such', async () => {
  const site = bareSite(zones);
  expect(await daybook.report(site, { metrics, date_range: 'all' })).toEqual(nothing);
  expect(await daybook.closeDue(site)).toEqual([]);
  expect(await daybook.exportTo(join(outside, 'none'), site, 'parquet')).toEqual({
    days: [],
    hits: 0,
    bytes: 0,
  });
  expect(JSON.parse(await readFile(join(outside, 'none', 'export.json'), 'utf8')).days).toEqual([]);
  const { days, site: made } = await daybook.importFrom(join(outside, 'none'), 'none.example.com');
  expect(days).toEqual([]);
  expect(await daybook.report(made, { metrics, date_range: 'all' })).toEqual(nothing);
});

test('a day whose rows are no hits is closed empty, and takes late hits all the same', async () => {
  const site = bareSite(zones);
  const day = '2026-05-01';
  await appendHits(daybook.home, site, [onDay(day, { visitor: 'no hex' })]);
  expect(await ask(site, [day, day])).toEqual(nothing);
  expect(await daybook.closeDue(site)).toEqual([day]);
  expect(await ownDays(daybook.home, site.id)).toEqual([]);
  const closed = async () => (await readMonths(daybook.home, site.id))[0]?.content.days[day];
  expect(await closed()).toMatchObject({ hits: 0, visits: 0, taken: 1 });
  expect(await ask(site, [day, day])).toEqual(nothing);
  expect((await daybook.exportTo(join(outside, 'unfit'), site, 'ndjson')).days).toEqual([]);

  await appendHits(daybook.home, site, [onDay(day)], { late: true, receivedAtMs: nowMs });
  expect((await ask(site, [day, day]))[0]?.metrics[0]).toBe(1);
  await daybook.closeDue(site);
  expect(await lateDays(daybook.home, site.id)).toEqual([]);
  expect((await ask(site, [day, day]))[0]?.metrics[0]).toBe(1);
  expect(await closed()).toMatchObject({ hits: 1, visits: 1, taken: 2 });
});

test('closing a day that has nothing at all makes nothing', async () => {
  const site = bareSite(zones);
  const world = closeWorldOf(daybook.home, daybook.duck, () => nowMs);
  expect(await closeDay(world, site, '2026-05-01')).toBe('closed');
  expect(await readMonths(daybook.home, site.id)).toEqual([]);
  expect(await daybook.home.files.list(`ledger/${site.id}/`)).toEqual([]);
});
