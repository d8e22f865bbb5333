import { expect, test } from 'vitest';
import { planQuery, worthNarrowing } from './plan.ts';
import { parseQuery } from './query.ts';
import type { Span, SpanDay } from './ranges.ts';

const span: Span = {
  startMs: Date.parse('2026-11-21'),
  endMs: Date.parse('2026-11-23'),
  shownEndMs: Date.parse('2026-11-23'),
  firstDay: '2026-11-21',
  lastDay: '2026-11-22',
};
const whole: SpanDay[] = [{ day: '2026-11-21' }, { day: '2026-11-22' }];
const cut: SpanDay[] = [{ day: '2026-11-21' }, { day: '2026-11-22', toMs: 5 }];
const plan = (query: object, days = whole) =>
  planQuery(parseQuery({ site_id: 'x', metrics: ['visitors'], date_range: 'day', ...query }), span, days);

const byPage = { dimensions: ['event:page'] };
const byHour = { dimensions: ['time:hour'] };
const ofPage = {
  filters: [
    [
      'or',
      [
        ['not', ['is', 'event:page', ['/']]],
        ['is', 'visit:os', ['iOS']],
      ],
    ],
  ],
};
const ofCountry = { filters: [['is', 'visit:country', ['DE']]] };
const mixed = ['visitors', 'visits', 'bounce_rate'];

test.each<[string, object, SpanDay[], string[]]>([
  [
    'everything of whole days, from visits',
    { metrics: ['visitors', 'pageviews', 'events', ...mixed.slice(1)] },
    whole,
    ['visits: visitors pageviews events visits bounces stays'],
  ],
  ['by a fact of visits', { dimensions: ['visit:source', 'time:day'] }, whole, ['visits: visitors']],
  ['filtered by a fact of visits', ofCountry, whole, ['visits: visitors']],
  ['filtered by a fact of hits, however deep', ofPage, whole, ['hits: visitors']],
  ['part of a day', { metrics: mixed }, cut, ['hits: visitors', 'visits: visits bounces stays']],
  ['by the hour', { metrics: mixed, ...byHour }, whole, ['hits: visitors', 'visits: visits bounces stays']],
  ['by page', { metrics: mixed, ...byPage }, whole, ['hits: visitors visits', 'entries: bounces stays']],
  [
    'only what is of whole visits, by page',
    { metrics: ['bounce_rate'], ...byPage },
    whole,
    ['entries: bounces stays'],
  ],
])('%s', (_, query, days, parts) => {
  expect(
    plan(query, days).parts.map(({ scope, measures }) => `${scope.relation}: ${measures.join(' ')}`),
  ).toEqual(parts);
});

test.each<[object, string[]]>([
  [{ metrics: ['visits', 'visitors'] }, ['visits desc']],
  [{ dimensions: ['visit:os', 'visit:browser'] }, ['visitors desc', 'visit:os asc', 'visit:browser asc']],
  [{ dimensions: ['visit:os', 'time'] }, ['time:hour asc', 'visitors desc', 'visit:os asc']],
  [{ dimensions: ['time', 'visit:os'], order_by: [['time', 'desc']] }, ['time:hour desc', 'visit:os asc']],
])('the order of %j', (query, order) => {
  expect(plan(query).order.map(({ by, direction }) => `${by} ${direction}`)).toEqual(order);
});

test.each([
  ['used once', ofCountry, 1, false],
  ['filtered and used twice', ofCountry, 2, true],
  ['of all hits', {}, 9, false],
  [
    'filtered by what else a visit did',
    { filters: [['not', ['has_done', ['is', 'event:page', ['/']]]]] },
    2,
    false,
  ],
])('narrowing hits and visits %s', (_, query, uses, pays) => {
  expect(worthNarrowing(plan(query).parts[0]!.scope, uses)).toBe(pays);
});
