import { describe, expect, test } from 'vitest';
import { DaybookError } from '../../lib/errors.ts';
import { parseQuery } from './parse.ts';

const least = { site_id: 'example.com', metrics: ['visitors'], date_range: '7d' };

test('what is left out has the format’s defaults', () => {
  expect(parseQuery(least)).toEqual({
    metrics: ['visitors'],
    dateRange: { kind: 'days', count: 7 },
    dimensions: [],
    filters: [],
    goals: undefined,
    orderBy: undefined,
    include: {
      imports: false,
      time_labels: false,
      total_rows: false,
      trim_relative_date_range: false,
    },
    limit: 10_000,
    offset: 0,
  });
});

test('a whole query', () => {
  const parsed = parseQuery({
    ...least,
    date_range: ['2026-01-01', '2026-01-31'],
    metrics: ['visitors', 'bounce_rate'],
    dimensions: ['time', 'visit:source'],
    filters: [
      ['is', 'visit:country', ['DE', 'FR']],
      ['contains', 'event:page', ['/Blog'], { case_sensitive: false }],
      [
        'or',
        [
          ['matches', 'visit:os', ['^i']],
          ['not', ['is_not', 'event:name', ['pageview']]],
        ],
      ],
    ],
    order_by: [
      ['bounce_rate', 'desc'],
      ['time', 'asc'],
    ],
    include: { time_labels: true, total_rows: false },
    pagination: { limit: 9, offset: 18 },
  });
  const test = { kind: 'test', caseSensitive: true };
  expect(parsed.dateRange).toEqual({ kind: 'dates', first: '2026-01-01', last: '2026-01-31' });
  expect(parsed.filters).toEqual([
    { ...test, operator: 'is', dimension: 'visit:country', values: ['DE', 'FR'] },
    {
      ...test,
      operator: 'contains',
      dimension: 'event:page',
      values: ['/Blog'],
      caseSensitive: false,
    },
    {
      kind: 'or',
      filters: [
        { ...test, operator: 'matches', dimension: 'visit:os', values: ['^i'] },
        {
          kind: 'not',
          filter: { ...test, operator: 'is_not', dimension: 'event:name', values: ['pageview'] },
        },
      ],
    },
  ]);
  expect(parsed.orderBy).toEqual([
    { by: 'bounce_rate', direction: 'desc' },
    { by: 'time', direction: 'asc' },
  ]);
  expect([parsed.limit, parsed.offset, parsed.include.time_labels]).toEqual([9, 18, true]);
});

test.each([
  ['day', { kind: 'day' }],
  ['24h', { kind: '24h' }],
  ['28d', { kind: 'days', count: 28 }],
  ['91d', { kind: 'days', count: 91 }],
  ['month', { kind: 'month' }],
  ['6mo', { kind: 'months', count: 6 }],
  ['12mo', { kind: 'months', count: 12 }],
  ['year', { kind: 'year' }],
  ['all', { kind: 'all' }],
  [['2026-02-28', '2026-02-28'], { kind: 'dates', first: '2026-02-28', last: '2026-02-28' }],
  [
    ['1970-01-01T00:00:00Z', '1970-01-01T01:00:01+01:00'],
    { kind: 'instants', firstMs: 0, lastMs: 1000 },
  ],
])('the range %j', (range, parsed) => {
  expect(parseQuery({ ...least, date_range: range }).dateRange).toEqual(parsed);
});

const is = (values: unknown = ['x']) => ['is', 'event:page', values];
const nested = (depth: number): unknown => (depth === 0 ? is() : ['not', nested(depth - 1)]);

/** What comes instead of a field, where the error says it is, and words it must hold. */
describe('bad input says what was expected, where, and what came', () => {
  test.each<[string, unknown, string, string]>([
    ['no object', 'text', '', 'a JSON object; got "text"'],
    ['nothing', undefined, '', 'a JSON object; got nothing'],
    ['a list', [least], '', 'a JSON object'],
    ['an unknown field', { ...least, metric: [] }, '', 'no other fields than site_id, metrics'],
    ['no site', { ...least, site_id: undefined }, 'site_id', 'the domain of a site; got nothing'],
    ['a site by number', { ...least, site_id: 7 }, 'site_id', 'got 7'],
    ['no metrics', { ...least, metrics: undefined }, 'metrics', 'a list; got nothing'],
    ['an empty list of metrics', { ...least, metrics: [] }, 'metrics', 'at least one metric'],
    [
      'an unknown metric',
      { ...least, metrics: ['visitors', 'likes'] },
      'metrics[1]',
      'one of visitors, visits',
    ],
    [
      'a metric of an object’s own',
      { ...least, metrics: ['constructor'] },
      'metrics[0]',
      'one of visitors',
    ],
    ['a metric twice', { ...least, metrics: ['visits', 'visits'] }, 'metrics', 'each name once'],
    [
      'what a visit has done, of what it has done',
      { ...least, filters: [['has_done', ['has_not_done', ['is', 'event:page', ['/']]]]] },
      'filters[0][1]',
      'no has_not_done inside of has_done',
    ],
    [
      'the same behind and, or, not',
      {
        ...least,
        filters: [
          ['has_done', ['and', [['or', [['not', ['has_done', ['is', 'event:page', ['/']]]]]]]]],
        ],
      },
      'filters[0][1][1][0][1][0][1]',
      'no has_done inside of has_done',
    ],
    [
      'a dimension of visits within has_done, behind not',
      { ...least, filters: [['has_done', ['not', ['is', 'visit:country', ['DE']]]]] },
      'filters[0][1][1][1]',
      'a dimension of hits (event:…) inside of has_done',
    ],
    ['no range', { ...least, date_range: undefined }, 'date_range', 'one of day, 24h'],
    ['an unknown range', { ...least, date_range: 'yesterday' }, 'date_range', 'got "yesterday"'],
    ['no days', { ...least, date_range: '0d' }, 'date_range', 'one of day'],
    ['too many days', { ...least, date_range: '9999d' }, 'date_range', 'at most 5000d'],
    ['too many months', { ...least, date_range: '101mo' }, 'date_range', 'at most 100mo'],
    ['one date', { ...least, date_range: ['2026-01-01'] }, 'date_range', 'a pair of dates'],
    [
      'no calendar date',
      { ...least, date_range: ['2026-02-30', '2026-03-01'] },
      'date_range',
      'a pair of dates',
    ],
    [
      'dates back to front',
      { ...least, date_range: ['2026-02-02', '2026-02-01'] },
      'date_range',
      'not after',
    ],
    [
      'a date and a time',
      { ...least, date_range: ['2026-02-02', '2026-02-03T00:00:00Z'] },
      'date_range',
      'a pair',
    ],
    [
      'a time without its offset',
      { ...least, date_range: ['2026-02-02T00:00:00', '2026-02-03T00:00:00'] },
      'date_range',
      'with their offsets',
    ],
    [
      'the far past',
      { ...least, date_range: ['0001-01-01', '2026-01-01'] },
      'date_range',
      'years from 1970',
    ],
    [
      'the far future',
      { ...least, date_range: ['2026-01-01', '9999-12-31'] },
      'date_range',
      'years from 1970',
    ],
    [
      'a year of six digits',
      { ...least, date_range: ['+012026-01-01T00:00:00Z', '+012026-01-02T00:00:00Z'] },
      'date_range',
      'years from 1970',
    ],
    [
      'an unknown dimension',
      { ...least, dimensions: ['visit:mood'] },
      'dimensions[0]',
      'one of event:name',
    ],
    ['a dimension by number', { ...least, dimensions: [1] }, 'dimensions[0]', 'got 1'],
    [
      'a dimension twice',
      { ...least, dimensions: ['event:page', 'event:page'] },
      'dimensions',
      'each name once',
    ],
    ['filters as an object', { ...least, filters: {} }, 'filters', 'a list'],
    ['a filter that is none', { ...least, filters: ['is'] }, 'filters[0]', 'a list such as'],
    [
      'an unknown operator',
      { ...least, filters: [['like', 'event:page', ['x']]] },
      'filters[0][0]',
      'one of is, is_not',
    ],
    [
      'an operator of an object’s own',
      { ...least, filters: [['toString', 'event:page', ['x']]] },
      'filters[0][0]',
      'one of is',
    ],
    [
      'a filter by time',
      { ...least, filters: [['is', 'time:day', ['x']]] },
      'filters[0][1]',
      'a dimension other than time',
    ],
    [
      'a filter by what a hit may have several of',
      { ...least, filters: [['is', 'event:property', ['plan']]] },
      'filters[0][1]',
      'one of event:name',
    ],
    ['no values', { ...least, filters: [is([])] }, 'filters[0][2]', 'at least one value'],
    ['one value for many', { ...least, filters: [is('x')] }, 'filters[0][2]', 'a list'],
    ['a value by number', { ...least, filters: [is([1])] }, 'filters[0][2][0]', 'a text; got 1'],
    [
      'no values at all',
      { ...least, filters: [['is', 'event:page']] },
      'filters[0]',
      '["is", dimension, values]',
    ],
    [
      'a fifth part',
      { ...least, filters: [['is', 'event:page', ['x'], {}, 1]] },
      'filters[0]',
      '["is", dimension, values]',
    ],
    [
      'an unknown modifier',
      { ...least, filters: [['is', 'event:page', ['x'], { fuzzy: true }]] },
      'filters[0][3]',
      'case_sensitive',
    ],
    [
      'a pattern without case',
      { ...least, filters: [['matches', 'event:page', ['x'], { case_sensitive: false }]] },
      'filters[0][3]',
      '(?i)',
    ],
    ['an empty or', { ...least, filters: [['or', []]] }, 'filters[0][1]', 'at least one filter'],
    ['not with two', { ...least, filters: [['not', is(), is()]] }, 'filters[0]', '["not", filter]'],
    [
      '10,000 filters',
      { ...least, filters: Array(10_000).fill(is()) },
      'filters',
      'at most 500 entries; got 10000',
    ],
    [
      '10,000 values',
      { ...least, filters: [is(Array(10_000).fill('x'))] },
      'filters[0][2]',
      'at most 500 entries',
    ],
    [
      'many values in many filters',
      { ...least, filters: [is(Array(300).fill('x')), is(Array(300).fill('x'))] },
      'filters',
      'at most 500 values',
    ],
    [
      'many filters in many',
      {
        ...least,
        filters: [
          ['or', Array(400).fill(is())],
          ['or', Array(400).fill(is())],
        ],
      },
      'filters',
      'at most 500',
    ],
    [
      'filters nested deep',
      { ...least, filters: [nested(2_000)] },
      `filters[0]${'[1]'.repeat(8)}`,
      'at most 8 deep',
    ],
    [
      'a long value',
      { ...least, filters: [is(['x'.repeat(2_001)])] },
      'filters[0][2][0]',
      'at most 2000 characters',
    ],
    [
      'a long pattern',
      { ...least, filters: [['matches', 'event:page', ['x'.repeat(501)]]] },
      'filters[0][2][0]',
      'at most 500 characters',
    ],
    [
      'order by what is not asked',
      { ...least, order_by: [['visits', 'asc']] },
      'order_by[0]',
      'own metrics and dimensions',
    ],
    [
      'order by nothing known',
      { ...least, order_by: [['1; DROP', 'asc']] },
      'order_by[0][0]',
      'one of',
    ],
    ['order up', { ...least, order_by: [['visitors', 'up']] }, 'order_by[0][1]', '"asc" or "desc"'],
    ['order by a word', { ...least, order_by: ['visitors'] }, 'order_by[0]', 'a pair'],
    [
      'labels without time',
      { ...least, include: { time_labels: true } },
      'include.time_labels',
      'time dimension',
    ],
    ['include as a list', { ...least, include: [] }, 'include', 'a JSON object'],
    ['an unknown include', { ...least, include: { weather: true } }, 'include', 'no other fields'],
    [
      'include by word',
      { ...least, include: { total_rows: 'yes' } },
      'include.total_rows',
      'true or false',
    ],
    ['limit none', { ...least, pagination: { limit: 0 } }, 'pagination.limit', 'from 1 to 10000'],
    [
      'limit by word',
      { ...least, pagination: { limit: '9' } },
      'pagination.limit',
      'a whole number',
    ],
    [
      'half a page',
      { ...least, pagination: { offset: 0.5 } },
      'pagination.offset',
      'a whole number',
    ],
    [
      'a page too far',
      { ...least, pagination: { offset: 1e15 } },
      'pagination.offset',
      'a whole number',
    ],
    [
      'an unknown pagination',
      { ...least, pagination: { page: 2 } },
      'pagination',
      'no other fields',
    ],
    [
      'percentage of nothing',
      { ...least, metrics: ['percentage'] },
      'dimensions',
      'at least one dimension',
    ],
    [
      'bounces of event names',
      { ...least, metrics: ['bounce_rate'], dimensions: ['event:name'] },
      'metrics',
      'beside the dimension event:name',
    ],
  ])('%s', (_, body, at, words) => {
    let error: unknown;
    try {
      parseQuery(body);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DaybookError);
    const { fault, message, fields } = error as DaybookError;
    expect(fault).toBe('bad-input');
    expect(message).toContain(words);
    expect(message.startsWith(at === '' ? 'expected' : `${at}: expected`), message).toBe(true);
    expect(Object.keys(fields!)).toEqual([at === '' ? 'body' : at]);
    expect(message.length).toBeLessThan(1_000);
  });
});

test('an order by nothing is the usual one', () => {
  expect(
    parseQuery({ site_id: 'a.test', metrics: ['visitors'], date_range: 'day', order_by: [] })
      .orderBy,
  ).toBe(undefined);
});
