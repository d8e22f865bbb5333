import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../../test/support/hits.ts';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import type { Goal } from '../../account/site.ts';
import { dayMs, minuteMs } from '../../lib/clock.ts';
import { zonesFrom } from '../../lib/site-days.ts';
import { type Engine, openEngine } from '../engine.ts';

const goals: Goal[] = [
  { name: 'Buy', event: 'Purchase', currency: 'EUR' },
  ...['/a', '/b*', '/**'].map((page): Goal => ({ name: page, page })),
];
const site = { id: 'sumbydays000', domain: 'example.com', zones: zonesFrom('UTC', 0), goals };
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const home = openMemoryHome();
let whole: Engine;
let byDays: Engine;

beforeAll(async () => {
  const options = { home, clock: () => nowMs, memoryBytes: 2 ** 28, threads: 1 };
  whole = await openEngine(options);
  byDays = await openEngine({ ...options, hitsAtOnce: 1 });
  await appendHits(
    home,
    site,
    Array.from({ length: 200 }, (_, n) =>
      hitOf({
        time: nowMs - (n % 5) * dayMs - Math.floor(n / 5) * 7 * minuteMs,
        visitor: `${1 + ((n * n) % 7)}`,
        page: ['/a', '/b/c', '/bc', '/d'][n % 4]!,
        country: ['DE', 'FR', 'XX'][n % 3]!,
        ...(n % 9 === 0 && { name: 'Purchase', revenue: { currency: 'EUR', amount: n } }),
      }),
    ),
  );
});
afterAll(() => {
  whole.close();
  byDays.close();
});

test('what is counted some days at a time is the same as at once', async () => {
  const least = { site_id: 'example.com', metrics: ['visitors', 'events'], date_range: '7d' };
  const german = [['is', 'visit:country_name', ['Germany', 'XX']]];
  const bought = [['is', 'event:goal', ['Buy', '/b*', '/a']]];
  const queries = [
    least,
    { ...least, date_range: '24h', dimensions: ['time:hour'] },
    { ...least, metrics: ['visits', 'bounce_rate'], dimensions: ['time:week'], filters: german },
    { ...least, metrics: ['visitors', 'percentage'], dimensions: ['event:page'], filters: german },
    { ...least, metrics: ['visitors', 'conversion_rate'], dimensions: ['event:goal'] },
    { ...least, metrics: ['conversion_rate', 'total_revenue'], filters: bought },
    { ...least, dimensions: ['visit:country_name'], filters: [['has_done', bought[0]]] },
    { ...least, metrics: ['scroll_depth', 'visitors'], dimensions: ['event:page'] },
    {
      ...least,
      include: { compare: { mode: 'custom', date_range: ['2026-11-18', '2026-11-20'] } },
    },
  ].map((query) => ({
    ...query,
    date_range: query.date_range === '7d' ? ['2026-11-17', '2026-11-22'] : query.date_range,
  }));
  const [expected, found] = [await whole.batch(site, queries), await byDays.batch(site, queries)];
  expect(found).toEqual(expected);
  expect(expected[0]!.results[0]!.metrics[1]).toBe(200);
});

test('more goals than a number has bits', async () => {
  const many = Array.from({ length: 130 }, (_, i): Goal => {
    if (i % 3 === 2) return { name: `g${i}`, event: i === 2 ? 'Purchase' : `E${i}` };
    return { name: `g${i}`, page: i % 3 === 0 ? '/a' : '/b*' };
  });
  const query = {
    ...{ site_id: 'example.com', metrics: ['visitors', 'events'], dimensions: ['event:goal'] },
    date_range: ['2026-11-17', '2026-11-22'],
  };
  const { results } = await whole.query({ ...site, goals: many }, query);
  const found = new Map(results.map(({ dimensions, metrics }) => [dimensions[0], metrics]));
  const alone = async (goal: Goal) =>
    (await whole.query({ ...site, goals: [goal] }, query)).results[0]?.metrics;
  const [a, b, purchase] = await Promise.all(many.slice(0, 3).map(alone));
  expect([a, b, purchase].every((metrics) => Number(metrics?.[1]) > 0)).toBe(true);
  for (const [i, { name }] of many.entries())
    expect(found.get(name)).toEqual([a, b, i === 2 ? purchase : undefined][i % 3]);
});

test('what several queries count over the same few rows is the same as alone', async () => {
  const least = { site_id: 'example.com', metrics: ['visitors', 'events'], date_range: '7d' };
  const isDe = [['is', 'visit:country', ['DE']]];
  const onA = [['contains', 'event:page', ['/b']]];
  const queries = [[], isDe, onA].flatMap((filters) =>
    [
      { metrics: ['visits', 'bounce_rate', 'scroll_depth', 'time_on_page'] },
      { dimensions: ['time:hour'] },
      { dimensions: ['time:day'] },
      { metrics: ['visitors', 'percentage'], dimensions: ['visit:country'] },
      { metrics: ['visitors', 'percentage'], dimensions: ['event:page'] },
      { metrics: ['visits', 'bounce_rate', 'scroll_depth'], dimensions: ['event:page'] },
      { dimensions: ['visit:country_name'] },
      { dimensions: ['event:page', 'visit:country'] },
      { dimensions: ['visit:exit_page'] },
    ].map((query) => ({ ...least, ...query, filters })),
  );
  const together = await whole.batch(site, queries);
  const alone: unknown[] = [];
  for (const query of queries) alone.push((await whole.query(site, query)).results);
  expect(together.map(({ results }) => results)).toEqual(alone);
  expect(together.every(({ results }) => results.length > 0)).toBe(true);
});
