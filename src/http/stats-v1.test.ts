import { describe, expect, test } from 'vitest';
import type { Answer } from '../report/answer/answer.ts';
import { aggregate, breakdown, type Parameters, timeseries } from './stats-v1.ts';

const today = '2026-11-22';
const asked = (parameters: Parameters) => aggregate(parameters, today).query;

describe('a period ends with its date', () => {
  test.each<[Parameters, unknown]>([
    [{}, ['2026-10-24', '2026-11-22']],
    [{ period: 'day' }, ['2026-11-22', '2026-11-22']],
    [{ period: 'day', date: '2026-02-03' }, ['2026-02-03', '2026-02-03']],
    [{ period: '7d' }, ['2026-11-16', '2026-11-22']],
    [{ period: '7d', date: '2026-03-03' }, ['2026-02-25', '2026-03-03']],
    [{ period: 'month' }, ['2026-11-01', '2026-11-30']],
    [{ period: 'month', date: '2024-02-10' }, ['2024-02-01', '2024-02-29']],
    [{ period: '6mo' }, ['2026-06-01', '2026-11-30']],
    [{ period: '12mo', date: '2026-01-31' }, ['2025-02-01', '2026-01-31']],
    [{ period: 'year' }, ['2026-01-01', '2026-12-31']],
    [{ period: 'all' }, 'all'],
    [{ period: 'custom', date: '2026-01-01, 2026-01-31' }, ['2026-01-01', '2026-01-31']],
  ])('%j', (parameters, range) => expect(asked(parameters)).toMatchObject({ date_range: range }));
});

describe('filters', () => {
  test.each<[string, unknown[]]>([
    ['visit:country==DE', ['is', 'visit:country', ['DE']]],
    [' visit:source == Google | x.com ', ['is', 'visit:source', ['Google ', ' x.com']]],
    ['visit:utm_campaign==a\\|b|c', ['is', 'visit:utm_campaign', ['a|b', 'c']]],
    ['visit:browser!=Chrome', ['is_not', 'visit:browser', ['Chrome']]],
    ['visit:browser!=Chrome|Safari', ['is_not', 'visit:browser', ['Chrome', 'Safari']]],
    ['event:page~blog', ['contains', 'event:page', ['blog']]],
    ['event:page!~blog', ['contains_not', 'event:page', ['blog']]],
    ['event:page==/a?b==c', ['is', 'event:page', ['/a?b==c']]],
    ['event:page==/a/**', ['matches', 'event:page', ['(?s)^/a/.*$']]],
    ['event:page!=*/a.b*', ['matches_not', 'event:page', ['(?s)^.*/a\\.b.*$']]],
    ['event:page==/a|/b*', ['matches', 'event:page', ['(?s)^/a$', '(?s)^/b.*$']]],
    ['event:goal==Visit /a/**', ['is', 'event:goal', ['Visit /a/**']]],
    ['event:props:a b==x y', ['is', 'event:props:a b', ['x y']]],
    ['event:props:a~b==c', ['is', 'event:props:a~b', ['c']]],
    ['event:props:a~b', ['contains', 'event:props:a', ['b']]],
  ])('%s', (filters, filter) => expect(asked({ filters })).toMatchObject({ filters: [filter] }));

  test('several, all of which hold, or none', () => {
    expect(asked({ filters: 'visit:os==Mac;visit:device!=Mobile' })).toMatchObject({
      filters: [
        ['is', 'visit:os', ['Mac']],
        ['is_not', 'visit:device', ['Mobile']],
      ],
    });
    expect(asked({ filters: ' ' })).toMatchObject({ filters: [] });
  });
});

test.each<[Parameters, string]>([
  [{}, 'time:day'],
  [{ period: 'day' }, 'time:hour'],
  [{ period: '6mo' }, 'time:month'],
  [{ period: 'year' }, 'time:month'],
  [{ period: '12mo', interval: 'day' }, 'time:day'],
  [{ interval: 'date' }, 'time:day'],
  [{ interval: 'week' }, 'time:week'],
])('a series of %j is by %s', (parameters, time) =>
  expect(timeseries(parameters, today).query).toMatchObject({ dimensions: [time] }),
);

test.each<[Parameters, object]>([
  [{}, { limit: 100, offset: 0 }],
  [
    { limit: '1000', page: '3' },
    { limit: 1000, offset: 2000 },
  ],
])('pages: %j', (parameters, pagination) =>
  expect(breakdown({ property: 'event:page', ...parameters }, today).query).toMatchObject({
    pagination,
  }),
);

describe('what is wrong is said, and where', () => {
  test.each<[Parameters, string]>([
    [{ period: 'week' }, 'period: expected one of day, 7d'],
    [{ period: '0d' }, 'period: expected one of day, 7d'],
    [{ period: 'custom' }, 'date: expected two days'],
    [{ period: 'custom', date: '2026-01-01' }, 'date: expected two days'],
    [{ period: 'custom', date: '2026-01-02,2026-01-01' }, 'date: expected two days'],
    [{ date: '2026-02-30' }, 'date: expected a day'],
    [{ period: 'all', date: today }, 'date: expected none'],
    [{ filters: 'visit:country' }, 'filters[0]: expected a filter such as'],
    [{ filters: 'visit:os==Mac;visit:country==' }, 'filters[1]: expected a filter such as'],
    [{ compare: 'year_over_year' }, 'compare: expected previous_period; got "year_over_year"'],
    [{ metric: 'visits' }, 'parameters: expected no others than site_id'],
  ])('%j', (parameters, message) => expect(() => asked(parameters)).toThrow(message));

  test.each<[Parameters, string]>([
    [{}, 'property: expected one of event:name'],
    [{ property: 'time:day' }, 'property: expected one of event:name'],
    [{ property: 'event:page', limit: '1001' }, 'limit: expected a whole number from 1 to 1000'],
    [{ property: 'event:page', limit: '1e2' }, 'limit: expected a whole number from 1 to 1000'],
    [{ property: 'event:page', page: '0' }, 'page: expected a whole number'],
    [
      { property: 'event:page', compare: 'previous_period' },
      'compare: expected none but of aggregate',
    ],
  ])('of a breakdown: %j', (parameters, message) =>
    expect(() => breakdown(parameters, today)).toThrow(message),
  );

  test('of a series', () => {
    expect(() => timeseries({ interval: 'minute' }, today)).toThrow(
      'interval: expected one of hour, day',
    );
    expect(() => timeseries({ interval: 'constructor' }, today)).toThrow(
      'interval: expected one of',
    );
  });
});

describe('a conversion rate by rows is that of the visitors of the row', () => {
  const metrics = 'visitors,conversion_rate';
  test.each<[string, readonly string[]]>([
    ['visit:source', ['visitors', 'group_conversion_rate']],
    ['event:page', ['visitors', 'group_conversion_rate']],
    ['event:goal', ['visitors', 'conversion_rate']],
    ['event:props:plan', ['visitors', 'conversion_rate']],
  ])('by %s', (property, asked) => {
    const { query, shape } = breakdown({ metrics, property }, today);
    expect(query).toMatchObject({ metrics: asked });
    const row = { dimensions: ['x'], metrics: [4, 25] };
    const answer = { results: [row], meta: {}, query: {} } as unknown as Answer;
    expect(shape(answer)).toMatchObject([{ visitors: 4, conversion_rate: 25 }]);
  });
  test('in a series', () =>
    expect(timeseries({ metrics }, today).query).toMatchObject({
      metrics: ['visitors', 'group_conversion_rate'],
    }));
});
