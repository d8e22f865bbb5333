import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { closeWorldOf } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { closeDay } from '../close/close-day.ts';
import type { CloseWorld } from '../close/world.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import {
  type ClosedDay,
  type FileKind,
  fileName,
  publishMonth,
  readMonth,
} from '../ledger/manifest.ts';
import { openLedgerFiles } from '../ledger/open-files.ts';
import { openRolledRows } from '../ledger/rolled-rows.ts';
import { zonesFrom } from '../lib/site-days.ts';
import { type Engine, openEngine } from './engine.ts';

const site = { id: 'closed000000', domain: 'example.com', zones: zonesFrom('UTC', 0) };
const days = ['2026-03-01', '2026-03-02', '2026-03-03'];
const at = (day: string, minutes: number) => Date.parse(day) + minutes * 60_000;
const nowMs = at('2026-03-04', 60);

let folder: string;
let home: Home;
let duck: Duck;
let world: CloseWorld;
let engine: Engine;

const openAnother = () =>
  openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 28, threads: 1 });

async function openFolder(): Promise<void> {
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 28, threads: 1, folder: home.files.folder });
  world = closeWorldOf(home, duck, () => nowMs);
}

/** The days are closed once; each test has a copy of their folder. */
let closed: string;
beforeAll(async () => {
  folder = closed = await mkdtemp(join(tmpdir(), 'daybook-closed-once-'));
  await openFolder();
  for (const day of days) {
    const hits = ['/a', '/b', '/b'].map((page, i) =>
      hitOf({
        time: at(day, 10 * i),
        page,
        visitor: `${i % 2}a`,
        browser: i === 1 ? 'Firefox' : 'Chrome',
      }),
    );
    await appendHits(home, site, hits);
    await closeDay(world, site, day);
  }
  duck.close();
  await home.close();
});
afterAll(() => rm(closed, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-closed-'));
  await cp(closed, folder, { recursive: true });
  await openFolder();
  engine = await openAnother();
});
afterEach(async () => {
  engine.close();
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

const least = {
  site_id: site.domain,
  metrics: ['visitors', 'pageviews'],
  date_range: [days[0], days[2]],
};
const byBrowser = { ...least, filters: [['is', 'visit:browser', ['Chrome', 'Firefox']]] };
const metricsOf = async (query: object) =>
  (await engine.query(site, query)).results.map((one) => one.metrics);

async function pathOf(day: string, kind: FileKind): Promise<string> {
  const { content } = await readMonth(home, site.id, '2026-03');
  return join(home.files.folder, fileName(site.id, day, content.days[day]!.own!.version, kind));
}

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1]! ^= 4;
  await writeFile(path, bytes);
}

describe('a flipped bit', () => {
  test.each<[FileKind, object]>([
    ['rollup', least],
    ['hours', { ...least, dimensions: ['time:hour'] }],
    ['visits', byBrowser],
    ['hits', { ...least, filters: [['contains', 'event:page', ['b']]] }],
  ])('in %s.parquet is told by a report over that day, and by no other', async (kind, query) => {
    const path = await pathOf('2026-03-02', kind);
    await flipBit(path);
    await expect(engine.query(site, query)).rejects.toMatchObject({
      fault: 'damaged',
      message: expect.stringContaining(path.slice(home.files.folder.length + 1)),
    });
    expect(await metricsOf({ ...query, date_range: ['2026-03-03', '2026-03-03'] })).not.toEqual([]);
  });

  test('in a file that was cut short after it was read', async () => {
    expect(await metricsOf(byBrowser)).toEqual([[6, 9]]);
    const path = await pathOf('2026-03-02', 'visits');
    await writeFile(path, (await readFile(path)).subarray(0, 100));
    await expect(engine.query(site, byBrowser)).rejects.toMatchObject({ fault: 'damaged' });
  });
});

describe('queries that share rows give the answers that each gives alone, on all days', () => {
  const numbers = ['visitors', 'visits', 'pageviews', 'events', 'bounce_rate', 'visit_duration'];
  const asked = [
    { metrics: numbers },
    { metrics: numbers, dimensions: ['time:day'] },
    { metrics: ['visitors'], dimensions: ['time:hour'] },
    { metrics: ['visitors', 'percentage'], dimensions: ['visit:browser'] },
    { metrics: ['visitors', 'bounce_rate'], dimensions: ['visit:source', 'visit:os'] },
    { metrics: numbers, dimensions: ['event:page'] },
    { metrics: ['visitors', 'pageviews'], dimensions: ['event:name'] },
    { metrics: ['scroll_depth', 'visitors'], dimensions: ['event:page'] },
  ];
  const ranges = [
    ['2026-03-01', '2026-03-04'],
    ['2026-03-01T00:15:00Z', '2026-03-04T00:15:00Z'],
  ];
  test.each<[string, unknown[]]>([
    ['of a dimension of visits', ['is', 'visit:browser', ['Firefox']]],
    ['of a dimension of hits', ['is', 'event:page', ['/b']]],
    [
      'of both',
      [
        'or',
        [
          ['is', 'event:page', ['/a']],
          ['is', 'visit:browser', ['Firefox']],
        ],
      ],
    ],
    [
      'of what else was done',
      [
        'and',
        [
          ['has_done', ['is', 'event:page', ['/a']]],
          ['is', 'event:page', ['/b']],
        ],
      ],
    ],
  ])('%s', async (_, filter) => {
    const open = ['/a', '/b', '/c'].map((page, i) =>
      hitOf({
        time: at('2026-03-04', 10 * i),
        page,
        visitor: `${i}b`,
        browser: i === 0 ? 'Firefox' : 'Safari',
      }),
    );
    await appendHits(home, site, open);
    for (const date_range of ranges) {
      const bodies = asked.map((query) => ({
        ...query,
        site_id: site.domain,
        date_range,
        filters: [filter],
      }));
      const together = await engine.batch(site, bodies);
      const alone = await Promise.all(bodies.map((body) => engine.query(site, body)));
      expect(together.map(({ results }) => results)).toEqual(alone.map(({ results }) => results));
      expect(together[0]!.results[0]!.metrics[0]).toBeGreaterThan(1);
    }
  });
});

test('what roll-ups answer is the same in a batch as alone', async () => {
  const kinds: object[] = [
    {
      metrics: [
        'visitors',
        'visits',
        'pageviews',
        'views_per_visit',
        'bounce_rate',
        'visit_duration',
      ],
    },
    { dimensions: ['time'], include: { time_labels: true } },
    { dimensions: ['time:hour'] },
    { dimensions: ['event:page'], metrics: ['visitors', 'scroll_depth', 'percentage'] },
    { dimensions: ['visit:browser', 'time:day'], order_by: [['visit:browser', 'desc']] },
    {
      dimensions: ['event:page'],
      pagination: { limit: 1, offset: 1 },
      include: { total_rows: true },
    },
    {
      dimensions: ['event:page'],
      pagination: { limit: 1, offset: 9 },
      include: { total_rows: true },
    },
    { dimensions: ['event:props:plan'] },
    { filters: [['contains', 'visit:browser', ["o'"]]], dimensions: ['visit:browser'] },
    {
      dimensions: ['event:page'],
      include: { compare: { mode: 'previous_period' } },
      date_range: [days[1], days[2]],
    },
    // Alike but for the dimension.
    ...['visit:browser', 'event:page', 'visit:source', 'visit:exit_page'].map((dimension) => ({
      ...{ dimensions: [dimension], metrics: ['visitors', 'percentage'] },
      ...{ order_by: [['visitors', 'asc']], pagination: { limit: 2 } },
    })),
  ];
  const bodies = Array.from({ length: 50 }, (_, i) => ({ ...least, ...kinds[i % kinds.length] }));
  const together = await engine.batch(site, bodies);
  const alone = await Promise.all(bodies.map((body) => engine.query(site, body)));
  expect(together).toEqual(alone);
  expect(together.slice(0, kinds.length).map(({ results }) => results.length)).toEqual([
    1, 3, 3, 2, 6, 1, 0, 1, 0, 2, 2, 2, 1, 1,
  ]);
  expect(together[6]!.meta.total_rows).toBe(2);
});

test('a report of whole days needs roll-ups only', async () => {
  for (const day of days)
    for (const kind of ['hits', 'visits'] as const) await rm(await pathOf(day, kind));
  expect(await metricsOf(least)).toEqual([[6, 9]]);
  expect(await metricsOf({ ...least, dimensions: ['event:page'] })).toEqual([
    [6, 6],
    [3, 3],
  ]);
  // Missing though it is named.
  await expect(engine.query(site, byBrowser)).rejects.toMatchObject({
    fault: 'damaged',
    message: expect.stringMatching(/ledger\/closed\S*\/2026-03-\d\d\/\S+\.parquet/),
  });
});

describe('a day whose hits are no longer kept', () => {
  async function prune(day: string, pruned: NonNullable<ClosedDay['pruned']>) {
    const row = await readMonth(home, site.id, '2026-03');
    const { own, ...rest } = row.content.days[day]!;
    const { rollup, hours } = own!.files;
    const left = {
      version: own!.version,
      files: { ...(rollup && { rollup }), ...(hours && { hours }) },
    };
    const closed = { ...rest, pruned, ...(pruned === 'hits' ? { own: left } : {}) };
    const days = { ...row.content.days, [day]: closed };
    expect(await publishMonth(home, site.id, row, { ...row.content, days })).toBe(true);
  }

  test('is told from roll-ups, as before', async () => {
    await prune('2026-03-01', 'hits');
    const answer = await engine.query(site, { ...least, dimensions: ['time:day'] });
    expect(answer.results.map(({ metrics }) => metrics)).toEqual([
      [2, 3],
      [2, 3],
      [2, 3],
    ]);
    expect(answer.meta.metric_warnings).toBeUndefined();
  });

  test.each<[string, 'hits' | 'all', object]>([
    ['filtered by several values', 'hits', byBrowser],
    ['of which nothing is kept', 'all', least],
  ])('%s: the others are counted, and it is said', async (_, pruned, query) => {
    await prune('2026-03-01', pruned);
    const { results, meta } = await engine.query(site, query);
    expect(results[0]!.metrics).toEqual([4, 6]);
    expect(meta.metric_warnings?.['visitors']).toEqual({
      code: 'hits_not_kept',
      warning: expect.stringContaining('The hits of 2026-03-01 are no longer kept'),
    });
  });

  test('and no other is there', async () => {
    for (const day of days) await prune(day, 'all');
    expect(await metricsOf({ ...least, metrics: ['visitors', 'bounce_rate'] })).toEqual([[0, 0]]);
    expect((await engine.query(site, { ...least, date_range: 'all' })).query['date_range']).toEqual(
      ['2026-03-04T00:00:00+00:00', '2026-03-04T23:59:59+00:00'],
    );
  });
});

const rollUpsOfPages = () =>
  Promise.all(
    days.map(async (day) => {
      const own = (await readMonth(home, site.id, '2026-03')).content.days[day]!.own!;
      const name = fileName(site.id, day, own.version, 'rollup');
      return {
        ...{ ...own.files.rollup!, name, kind: 'rollup' as const, by: 'event:page' },
        ...{ schema: 1, normalized: true },
      };
    }),
  );

test('roll-ups are read from their files first, then from memory', async () => {
  const files = await rollUpsOfPages();
  const names = files.map(({ name }) => name);
  const rolls = await openRolledRows(openLedgerFiles(home.files), duck, 10_000);
  const ask = async () => {
    const held = await rolls.hold(files);
    const from = held.from(names, 'event:page');
    const found = await duck.read((session) =>
      session.rows(`SELECT day::VARCHAR, value, visitors FROM ${from}
        WHERE dimension = 'event:page' ORDER BY ALL`),
    );
    const inFiles = held.areInFiles('event:page');
    expect(from.includes('read_parquet')).toBe(inFiles);
    held.release();
    return { found, inFiles };
  };
  const first = await ask();
  expect(first.inFiles).toBe(true);
  expect(first.found).toHaveLength(6);
  await vi.waitFor(async () => expect((await ask()).inFiles).toBe(false), { timeout: 20_000 });
  expect((await ask()).found).toEqual(first.found);
  const other = await rolls.hold(files.map((file) => ({ ...file, by: 'visit:entry_page' })));
  expect(other.areInFiles('visit:entry_page')).toBe(true);
  other.release();
});

test('roll-ups with too many rows are read from their files, and released later', async () => {
  const all = await rollUpsOfPages();
  const rows = all[0]!.rows;
  const rolls = await openRolledRows(openLedgerFiles(home.files), duck, rows);
  const sum = async (files: typeof all) => {
    const held = await rolls.hold(files);
    const from = held.from(
      files.map(({ name }) => name),
      'event:page',
    );
    const found = await duck.read((session) =>
      session.rows(
        `SELECT sum(visitors)::INTEGER, count(*) FROM ${from} WHERE dimension = 'event:page'`,
      ),
    );
    held.release();
    return found[0]!.map(Number);
  };
  expect(await sum(all)).toEqual([9, 6]);
  for (const file of [...all, ...all]) expect(await sum([file])).toEqual([3, 2]);
  expect(await Promise.all([sum([all[0]!]), sum([all[1]!]), sum([all[0]!])])).toEqual([
    [3, 2],
    [3, 2],
    [3, 2],
  ]);
});

test('a day that is closed, its rows gone, while it is read is told whole', async () => {
  const day = '2026-02-28';
  await appendHits(home, site, [
    hitOf({ time: at(day, 1) }),
    hitOf({ time: at(day, 2), visitor: 'bb' }),
  ]);
  let closed = false;
  const rows: Home['rows'] = {
    ...home.rows,
    async scan(partition, range) {
      if (!closed && partition.startsWith('hit/')) {
        closed = true;
        expect(await closeDay(world, site, day)).toBe('closed');
      }
      return home.rows.scan(partition, range);
    },
  };
  const own = { home: { ...home, rows }, clock: () => nowMs, memoryBytes: 2 ** 28, threads: 1 };
  const other = await openEngine(own);
  const { results } = await other.query(site, { ...least, date_range: [day, day] });
  other.close();
  expect(closed).toBe(true);
  expect(results.map(({ metrics }) => metrics)).toEqual([[2, 2]]);
});
