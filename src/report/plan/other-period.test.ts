import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../../test/support/hits.ts';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import type { Goal } from '../../account/site.ts';
import { dayMs, hourMs } from '../../lib/clock.ts';
import { normalizedPage } from '../../lib/page-path.ts';
import { zonesFrom } from '../../lib/site-days.ts';
import { changeOf } from '../answer/change.ts';
import { type Engine, openEngine } from '../engine.ts';
import type { MetricName } from '../query/metrics.ts';

const goals: Goal[] = [
  { name: 'Buy', event: 'Purchase', currency: 'EUR' },
  { name: 'Join', event: 'Signup' },
];
const site = { id: 'comparetest0', domain: 'example.com', zones: zonesFrom('UTC', 0), goals };
const nowMs = Date.parse('2026-11-22T12:00:00Z'); // a Sunday
const least = { site_id: site.domain, metrics: ['visitors'], date_range: '7d' };
const previous = { compare: { mode: 'previous_period' } };
const awkward = [
  'x\u0000y',
  `'; DROP TABLE hits_none; --`,
  '"',
  '[["',
  '日本語 🙂',
  '\\',
  '\n',
  ' ',
  '$1',
];
let engine: Engine;

/**
 * Days ago, visitor, and what makes the hit another than a pageview of `/`. Last week is 1 to 7
 * days ago.
 */
const hits: [number, string, Partial<Parameters<typeof hitOf>[0]>][] = [
  [1, 'a1', { page: '/new' }],
  [2, 'a1', { page: '/a' }],
  [2, 'b1', { page: '/a' }],
  [3, 'a1', { page: '/b' }],
  [3, 'c1', { name: 'Purchase', revenue: { currency: 'EUR', amount: 30 } }],
  [8, 'a1', { page: '/old' }],
  [9, 'a1', { page: '/old' }],
  [10, 'a1', { page: '/old' }],
  [10, 'b1', { page: '/b' }],
  [10, 'b1', { name: 'Purchase', revenue: { currency: 'EUR', amount: 20 } }],
  [13, 'a1', { page: '/a' }],
  ...awkward.flatMap((page, i): (typeof hits)[number][] => [
    [366, `${i + 1}`, { page }],
    [367, `${i + 1}`, { page }],
    [367, `${i + 20}`, { page }],
  ]),
];

beforeAll(async () => {
  const home = openMemoryHome();
  engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 28, threads: 1 });
  await appendHits(
    home,
    site,
    hits.map(([ago, visitor, more]) => hitOf({ time: nowMs - ago * dayMs, visitor, ...more })),
  );
});
afterAll(() => engine.close());

const ask = (query: object) => engine.query(site, { ...least, include: previous, ...query });
const rows = async (query: object) =>
  (await ask(query)).results.map(({ dimensions, metrics, comparison }) => [
    dimensions.join(),
    metrics,
    comparison!.dimensions.join(),
    comparison!.metrics,
    comparison!.change,
  ]);

describe('compared', () => {
  test('totals stand beside those of the other period, which is named', async () => {
    const { results, meta, query } = await ask({
      metrics: ['visitors', 'pageviews', 'bounce_rate'],
    });
    expect(results).toEqual([
      {
        dimensions: [],
        metrics: [5, 4, 100],
        comparison: { dimensions: [], metrics: [5, 5, 80], change: [0, -20, 20] },
      },
    ]);
    expect(meta.comparison).toEqual({
      date_range: ['2026-11-08T00:00:00+00:00', '2026-11-14T23:59:59+00:00'],
    });
    expect(query['include']).toEqual(previous);
  });

  test('a breakdown has the same values of the other period, on later pages too', async () => {
    const query = { dimensions: ['event:page'], pagination: { limit: 2 } };
    expect(await rows(query)).toEqual([
      ['/a', [2], '/a', [1], [100]],
      ['/', [1], '/', [1], [0]],
    ]);
    expect(await rows({ ...query, pagination: { limit: 2, offset: 2 } })).toEqual([
      ['/b', [1], '/b', [1], [0]],
      ['/new', [1], '/new', [0], [100]],
    ]);
    expect(await rows({ ...query, pagination: { limit: 2, offset: 20 } })).toEqual([]);
  });

  test('values are only values', async () => {
    const range = ['2025-11-21', '2025-11-21'];
    const made = await rows({
      date_range: range,
      dimensions: ['event:page'],
      order_by: [['event:page', 'asc']],
    });
    const pages = awkward.map(normalizedPage).sort();
    expect(made).toEqual(pages.map((page) => [page, [1], page, [2], [-50]]));
  });

  test('a series has every bucket, each beside the one in its place', async () => {
    expect(
      await rows({ dimensions: ['time:day'], metrics: ['visitors', 'views_per_visit'] }),
    ).toEqual([
      ['2026-11-15', [0, 0], '2026-11-08', [0, 0], [0, 0]],
      ['2026-11-16', [0, 0], '2026-11-09', [1, 1], [-100, -100]],
      ['2026-11-17', [0, 0], '2026-11-10', [0, 0], [0, 0]],
      ['2026-11-18', [0, 0], '2026-11-11', [0, 0], [0, 0]],
      ['2026-11-19', [2, 0.5], '2026-11-12', [2, 1], [0, -50]],
      ['2026-11-20', [2, 1], '2026-11-13', [1, 1], [100, 0]],
      ['2026-11-21', [1, 1], '2026-11-14', [1, 1], [0, 0]],
    ]);
  });

  test('where the other period is shorter, there is nothing beside a bucket', async () => {
    const compare = { mode: 'custom', date_range: ['2026-11-12', '2026-11-12'] };
    const include = { compare, time_labels: true, total_rows: true };
    const query = { date_range: ['2026-11-19', '2026-11-20'], dimensions: ['time:day'], include };
    expect(await rows(query)).toEqual([
      ['2026-11-19', [2], '2026-11-12', [2], [0]],
      ['2026-11-20', [2], '', [null], [null]],
    ]);
    const { meta } = await ask(query);
    expect(meta).toMatchObject({ total_rows: 2, comparison: { time_labels: ['2026-11-12'] } });
    const byPage = await ask({ ...query, dimensions: ['time:day', 'event:page'] });
    expect(byPage.results.map(({ comparison }) => comparison)).toEqual([
      { dimensions: ['2026-11-12', '/'], metrics: [1], change: [0] },
      { dimensions: ['2026-11-12', '/b'], metrics: [1], change: [0] },
      { dimensions: [null, '/a'], metrics: [null], change: [null] },
    ]);
  });

  test('series are ordered and paged as they are without', async () => {
    const query = {
      dimensions: ['time:day'],
      order_by: [
        ['visitors', 'desc'],
        ['time:day', 'desc'],
      ],
      pagination: { limit: 2, offset: 1 },
    };
    expect((await rows(query)).map(([day]) => day)).toEqual(['2026-11-19', '2026-11-21']);
  });

  test('weekdays are matched when that is asked for', async () => {
    const include = { compare: { mode: 'previous_period', match_day_of_week: true } };
    const query = { date_range: ['2026-11-20', '2026-11-20'], include };
    expect((await ask(query)).meta.comparison?.date_range[0]).toBe('2026-11-13T00:00:00+00:00');
    expect(await rows(query)).toEqual([['', [2], '', [1], [100]]]);
  });

  test('goals, conversions and revenue', async () => {
    const metrics = ['visitors', 'conversion_rate', 'total_revenue', 'average_revenue'];
    const { results } = await ask({ metrics, dimensions: ['event:goal'], include: previous });
    expect(results).toMatchObject([
      {
        dimensions: ['Buy'],
        metrics: [1, 20, { value: 30 }, { value: 30 }],
        comparison: { metrics: [1, 20, { value: 20 }, { value: 20 }], change: [0, 0, 50, 50] },
      },
    ]);
    const filters = [['is', 'event:goal', ['Buy']]];
    const days = await ask({
      metrics,
      filters,
      dimensions: ['time:day'],
      date_range: ['2026-11-20', '2026-11-20'],
    });
    expect(days.results).toMatchObject([
      {
        metrics: [0, 0, { value: 0 }, null],
        comparison: {
          metrics: [1, 50, { value: 30 }, { value: 30 }],
          change: [-100, -50, -100, null],
        },
      },
    ]);
  });

  test('in a batch, each query with its own', async () => {
    const whole = { ...least, date_range: 'day' };
    const answers = await engine.batch(site, [whole, { ...whole, include: previous }]);
    expect(answers.map(({ results }) => results)).toEqual([
      [{ dimensions: [], metrics: [0] }],
      [
        {
          dimensions: [],
          metrics: [0],
          comparison: { dimensions: [], metrics: [1], change: [-100] },
        },
      ],
    ]);
  });
});

test.each<[MetricName, number | null, number | null, number | null]>([
  ['visitors', 3, 2, 50],
  ['visitors', 2, 3, -33],
  ['visitors', 21, 16, 31],
  ['visitors', 201, 200, 1],
  ['visitors', 199, 200, -1],
  ['visitors', 0, 0, 0],
  ['visitors', 7, 0, 100],
  ['visitors', 0, 7, -100],
  ['bounce_rate', 40, 60, -20],
  ['bounce_rate', 40, 0, null],
  ['conversion_rate', 12.35, 10.1, 2.25],
  ['scroll_depth', 50, null, null],
  ['time_on_page', null, 3, null],
  ['total_revenue', 5, -10, 150],
  ['total_revenue', -5, 0, -100],
])('the change of %s to %s from %s is %s', (name, now, before, change) =>
  expect(changeOf(name, now, before)).toBe(change),
);

describe('what is no comparison is refused, and said', () => {
  test.each<[unknown, string]>([
    ['previous_period', 'include.compare: expected a JSON object'],
    [
      {},
      'include.compare.mode: expected one of previous_period, year_over_year, custom; got nothing',
    ],
    [{ mode: 'next' }, 'include.compare.mode: expected one of'],
    [{ mode: 'custom' }, 'include.compare.date_range: expected a pair of dates'],
    [{ mode: 'custom', date_range: '7d' }, 'include.compare.date_range: expected a pair of dates'],
    [
      { mode: 'custom', date_range: ['2026-02-02', '2026-02-01'] },
      'include.compare.date_range: expected a first',
    ],
    [
      { mode: 'custom', date_range: ['0001-01-01', '2026-02-01'] },
      'include.compare.date_range: expected years',
    ],
    [
      { mode: 'custom', date_range: ['2026-02-01', '2026-02-01'], match_day_of_week: true },
      'include.compare.match_day_of_week: expected false',
    ],
    [
      { mode: 'year_over_year', date_range: ['2026-02-01', '2026-02-01'] },
      'include.compare.date_range: expected none',
    ],
    [
      { mode: 'year_over_year', match_day_of_week: 'yes' },
      'include.compare.match_day_of_week: expected true or',
    ],
    [{ mode: 'year_over_year', colour: 'red' }, 'include.compare: expected no other fields'],
  ])('%j', async (compare, message) => {
    const rejected = expect(ask({ include: { compare } })).rejects;
    await rejected.toMatchObject({ fault: 'bad-input', message: expect.stringContaining(message) });
  });

  test('with two time dimensions, or with more buckets than there may be', async () => {
    await expect(ask({ dimensions: ['time:day', 'time:month'] })).rejects.toThrow(
      /^include.compare: expected at most/,
    );
    const hours = { dimensions: ['time:hour'], date_range: ['2020-01-01', '2026-01-01'] };
    await expect(ask(hours)).rejects.toThrow(
      /^include.compare: expected a range of at most 10000 buckets/,
    );
  });
});

test('an hour is beside the hour in its place', async () => {
  const { results } = await ask({
    dimensions: ['time:hour'],
    date_range: ['2026-11-20', '2026-11-20'],
  });
  expect(results).toHaveLength(dayMs / hourMs);
  expect(results[12]).toEqual({
    dimensions: ['2026-11-20 12:00:00'],
    metrics: [2],
    comparison: { dimensions: ['2026-11-19 12:00:00'], metrics: [2], change: [0] },
  });
});
