import { expect, test } from 'vitest';
import { parseQuery } from '../query/parse.ts';
import { planQuery } from './plan.ts';
import { type Span, type SpanDay, worthSharing } from './types.ts';

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
  planQuery(parseQuery({ site_id: 'x', metrics: ['visitors'], date_range: 'day', ...query }), {
    span,
    days,
  });

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
  [
    'by a dimension of visits',
    { dimensions: ['visit:source', 'time:day'] },
    whole,
    ['visits: visitors'],
  ],
  ['filtered by a dimension of visits', ofCountry, whole, ['visits: visitors']],
  ['filtered by a dimension of hits, however deep', ofPage, whole, ['hits: visitors']],
  ['part of a day', { metrics: mixed }, cut, ['hits: visitors', 'visits: visits bounces stays']],
  [
    'by the hour',
    { metrics: mixed, ...byHour },
    whole,
    ['hits: visitors', 'visits: visits bounces stays'],
  ],
  [
    'by page',
    { metrics: mixed, ...byPage },
    whole,
    ['hits: visitors visits', 'entries: bounces stays'],
  ],
  [
    'only what is of whole visits, by page',
    { metrics: ['bounce_rate'], ...byPage },
    whole,
    ['entries: bounces stays'],
  ],
])('%s', (_, query, days, parts) => {
  expect(
    plan(query, days).parts.map(
      ({ scope, measures }) => `${scope.relation}: ${measures.join(' ')}`,
    ),
  ).toEqual(parts);
});

const closed: SpanDay[] = whole.map((day) => ({ ...day, source: 'files' }));
const pruned: SpanDay[] = [{ day: '2026-11-21', source: 'rolled' }, closed[1]!];
const visitors = { metrics: ['visitors'] };
const reading = { metrics: ['scroll_depth', 'time_on_page'] };
const is = (dimension: string, ...values: string[]) => ['is', dimension, values];

test.each<[string, object, SpanDay[], string[]]>([
  ['totals', { metrics: mixed }, closed, ['rolled by : visitors visits bounces stays']],
  [
    'totals of a small day too',
    { metrics: mixed },
    [{ ...closed[0]!, unrolled: true }, closed[1]!],
    ['rolled by : visitors visits bounces stays', 'visits: visitors visits bounces stays'],
  ],
  [
    'by day',
    { metrics: mixed, dimensions: ['time:day'] },
    closed,
    ['rolled by : visitors visits bounces stays'],
  ],
  [
    'by the hour',
    { metrics: mixed, ...byHour },
    closed,
    ['rolled by time:hour: visitors visits bounces stays'],
  ],
  [
    'by the hour of a source',
    { dimensions: ['time:hour', 'visit:source'] },
    closed,
    ['hits: visitors'],
  ],
  [
    'by page',
    { metrics: mixed, ...byPage },
    closed,
    ['rolled by event:page: visitors visits bounces stays'],
  ],
  [
    'by a property',
    { dimensions: ['event:props:plan'] },
    closed,
    ['rolled by event:props:plan: visitors'],
  ],
  [
    'by another name of a dimension',
    { dimensions: ['visit:city_name'] },
    closed,
    ['rolled by visit:city: visitors'],
  ],
  [
    'by names that codes may share',
    { dimensions: ['visit:country_name'] },
    closed,
    ['visits: visitors'],
  ],
  [
    'by two dimensions',
    { dimensions: ['visit:os', 'visit:browser'] },
    closed,
    ['visits: visitors'],
  ],
  ['by goal', { dimensions: ['event:goal'] }, closed, ['hits: visitors']],
  [
    'of one value',
    { ...visitors, filters: [is('event:page', '/')] },
    closed,
    ['rolled by event:page: visitors'],
  ],
  [
    'of one value, in any case',
    { ...visitors, filters: [['is', 'event:page', ['/'], { case_sensitive: false }]] },
    closed,
    ['hits: visitors'],
  ],
  [
    'visitors of several values',
    { ...visitors, filters: [is('visit:os', 'iOS', 'Mac')] },
    closed,
    ['visits: visitors'],
  ],
  [
    'visits of several values of visits',
    { metrics: ['visits', 'bounce_rate'], filters: [is('visit:os', 'iOS', 'Mac')] },
    closed,
    ['rolled by visit:os: visits bounces stays'],
  ],
  [
    'visits of several values of hits',
    { metrics: ['visits', 'pageviews'], filters: [is('event:page', '/', '/a')] },
    closed,
    ['visits: visits', 'rolled by event:page: pageviews'],
  ],
  [
    'bounces of a page',
    { metrics: ['visitors', 'bounce_rate'], filters: [is('event:page', '/')] },
    closed,
    ['rolled by event:page: visitors', 'visits: bounces stays'],
  ],
  [
    'each of several values',
    { ...byPage, filters: [['not', ['contains', 'event:page', ['a']]]] },
    closed,
    ['rolled by event:page: visitors'],
  ],
  ['of another dimension', { ...byPage, ...ofCountry }, closed, ['hits: visitors']],
  [
    'reading',
    { ...reading, filters: [is('event:page', '/', '/a')] },
    closed,
    ['rolled by event:page: depth depths engaged_ms engagements'],
  ],
  [
    'what else was done',
    { filters: [['has_done', is('event:page', '/')]] },
    closed,
    ['visits: visitors'],
  ],
  [
    'a day that is cut',
    { metrics: ['visits'] },
    [closed[0]!, { ...closed[1]!, toMs: 5 }],
    ['rolled by : visits', 'visits: visits'],
  ],
  [
    'open days beside closed ones',
    { metrics: ['visits'] },
    [whole[0]!, closed[1]!],
    ['visits: visits', 'rolled by : visits'],
  ],
  ['a pruned day', { metrics: ['visits'] }, pruned, ['rolled by : visits', 'rolled by : visits']],
  [
    'a pruned day, of which not all is told',
    { metrics: ['visitors', 'visits'], filters: [is('visit:os', 'iOS', 'Mac')] },
    pruned,
    ['visits: visitors', 'rolled by visit:os: visits', 'visits of no day: visitors visits'],
  ],
])('from roll-ups or not: %s', (_, query, days, parts) => {
  expect(
    plan(query, days).parts.map(({ scope, measures }) => {
      const by = scope.rolled === undefined ? '' : ` by ${scope.rolled}`;
      return (
        `${scope.relation}${by}${scope.days.length === 0 ? ' of no day' : ''}: ` +
        `${measures.join(' ')}`
      );
    }),
  ).toEqual(parts);
});

test.each<[string, object, SpanDay[], string[]]>([
  ['told from roll-ups', {}, pruned, []],
  ['not told', { filters: [is('visit:os', 'iOS', 'Mac')] }, pruned, ['2026-11-21']],
  ['cut', {}, [{ ...pruned[0]!, fromMs: 5 }, closed[1]!], ['2026-11-21']],
  ['gone', {}, [{ day: '2026-11-21', source: 'gone' }, closed[1]!], ['2026-11-21']],
  [
    'whose whole is not told',
    { metrics: ['percentage'], ...byPage, filters: [is('event:page', '/', '/a')] },
    pruned,
    ['2026-11-21'],
  ],
])('a pruned day %s', (_, query, days, missing) => {
  expect(plan(query, days).missing).toEqual(missing);
});

test.each<[object, string[]]>([
  [{ metrics: ['visits', 'visitors'] }, ['visits desc']],
  [
    { dimensions: ['visit:os', 'visit:browser'] },
    ['visitors desc', 'visit:os asc', 'visit:browser asc'],
  ],
  [{ dimensions: ['visit:os', 'time'] }, ['time:hour asc', 'visitors desc', 'visit:os asc']],
  [
    { dimensions: ['time', 'visit:os'], order_by: [['time', 'desc']] },
    ['time:hour desc', 'visit:os asc'],
  ],
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
  expect(worthSharing(plan(query).parts[0]!.scope, uses)).toBe(pays);
});
