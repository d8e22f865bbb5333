import { describe, expect, test } from 'vitest';
import { addDays, zonesFrom } from '../../lib/site-days.ts';
import { type Limits, limitsOf } from '../query/limits.ts';
import { parseQuery } from '../query/parse.ts';
import { checkCost, costOf } from './cost.ts';
import { planQueries } from './plan-queries.ts';

const zones = zonesFrom('UTC', 0);
const days = Array.from({ length: 10 }, (_, i) => addDays('2026-11-01', i));
const range = [days[0], days[9]];
const hitsADay = 100_000;

/** Queries over ten days of 100,000 hits, mounted. */
const planned = (...queries: object[]) =>
  planQueries(
    queries.map((query) =>
      parseQuery({ site_id: 'a', metrics: ['visitors'], date_range: range, ...query }),
    ),
    {
      site: { zones },
      nowMs: Date.parse('2026-11-22T00:00:00Z'),
      held: { days, closed: new Map(), late: new Set(), unerased: new Set(), bases: new Map() },
    },
  );
const cost = (...queries: object[]) => costOf(planned(...queries), () => hitsADay);
const patterns = (count: number) => [
  'matches',
  'event:page',
  Array.from({ length: count }, (_, i) => `${i}x.*y`),
];
const million = 1_000_000;

describe('a query costs more', () => {
  const least = { dimensions: ['event:page'] };
  test.each<[string, object, object]>([
    ['over more days', { ...least, date_range: [days[0], days[1]] }, least],
    ['with more dimensions', least, { dimensions: ['event:page', 'visit:os'] }],
    ['with a filter', least, { ...least, filters: [['is', 'visit:os', ['a']]] }],
    [
      'with more values',
      { filters: [['is', 'visit:os', ['a']]] },
      { filters: [['is', 'visit:os', ['a', 'b']]] },
    ],
    [
      'with a pattern in place of a value',
      { filters: [['is', 'event:page', ['a']]] },
      { filters: [patterns(1)] },
    ],
    ['with more patterns', { filters: [patterns(1)] }, { filters: [patterns(10)] }],
    [
      'with patterns inside of others',
      least,
      { ...least, filters: [['not', ['or', [patterns(3)]]]] },
    ],
    [
      'with what else a visit did',
      { filters: [patterns(1)] },
      { filters: [['has_done', patterns(1)]] },
    ],
    ['with ratios of others', least, { ...least, metrics: ['visitors', 'percentage'] }],
    [
      'beside another period',
      least,
      { ...least, include: { compare: { mode: 'custom', date_range: range } } },
    ],
  ])('%s', (_, less, more) => {
    expect(cost(more).steps).toBeGreaterThan(cost(less).steps);
  });
});

test('queries of a batch add up; what they filter alike is filtered once', () => {
  const page = { dimensions: ['event:page'] };
  expect(cost(page, page).steps).toBe(2 * cost(page).steps);
  const filtered = { ...page, filters: [patterns(10)] };
  expect(cost(filtered, filtered).steps).toBeLessThan(1.2 * cost(filtered).steps);
  const others = { ...page, filters: [['has_done', patterns(10)]] };
  expect(cost(others, others).steps).toBe(2 * cost(others).steps);
});

test('cells are of the rows that there may be, no more than the page has', () => {
  const cells = (query: object) => cost(query).cells;
  expect(cells({})).toBe(1);
  expect(cells({ dimensions: ['event:page'] })).toBe(2 * 10_000);
  expect(cells({ dimensions: ['event:page'], pagination: { limit: 9 } })).toBe(2 * 9);
  expect(cells({ dimensions: ['time:day'] })).toBeLessThan(1_000);
  expect(costOf(planned({ dimensions: ['event:page'] }), () => 3).cells).toBe(2 * 30);
});

describe('what costs too much is refused before it runs', () => {
  const check = (limits: Partial<Limits>, ...queries: object[]) =>
    checkCost(planned(...queries), { ...limitsOf.stranger, ...limits }, () => hitsADay);

  test('499 patterns over a million hits, were they allowed', () => {
    expect(() => check({}, { filters: [patterns(10)] })).not.toThrow();
    expect(() => check({}, { filters: [patterns(499)] })).toThrow(
      'date_range: expected work of at most 200 million steps without the owner key: fewer days, ' +
        'patterns, dimensions or queries; got "about 4,990 million"',
    );
  });

  test('50 lists of eight dimensions, were they allowed', () => {
    const eight = ['page', 'hostname', 'name'].map((name) => `event:${name}`);
    eight.push(...['source', 'country', 'browser', 'os', 'device'].map((name) => `visit:${name}`));
    const lists = Array.from({ length: 50 }, () => ({
      dimensions: eight,
      pagination: { limit: 10 },
    }));
    expect(() => check({}, ...lists)).toThrow(/^queries: expected work of at most 200 million/);
  });

  test('too many rows are named with what they are', () => {
    const page = { dimensions: ['event:page'] };
    expect(() => check({ cells: 19_999 }, page)).toThrow(
      'pagination.limit: expected at most 19999 values in all rows together without the owner ' +
        'key: a lower pagination.limit; got 20000',
    );
    expect(() => check({ cells: 20_000 }, page)).not.toThrow();
    expect(() => check({ cells: 39_999 }, page, page)).toThrow(/^queries: expected at most 39999/);
  });

  test('nothing is too much for the owner', () => {
    const much = planned({ filters: [patterns(499)], dimensions: ['event:page'] });
    expect(() => checkCost(much, limitsOf.owner, () => 1_000 * million)).not.toThrow();
  });
});
