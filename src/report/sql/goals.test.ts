import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendHits, hitOf } from '../../../test/support/hits.ts';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import type { Goal } from '../../account/site.ts';
import { minuteMs } from '../../lib/clock.ts';
import { zonesFrom } from '../../lib/site-days.ts';
import { type Engine, openEngine } from '../engine.ts';

const goals: Goal[] = [
  { name: 'Join', event: 'Signup' },
  { name: 'Buy', event: 'Purchase', currency: 'EUR' },
  { name: 'Pay in dollars', event: 'Purchase', currency: 'USD' },
  { name: 'Docs', page: '/docs/**' },
  { name: 'All pages', page: '/**' },
];
const site = { id: 'goalstest000', domain: 'example.com', zones: zonesFrom('UTC', 0), goals };
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const least = { site_id: site.domain, metrics: ['visitors'], date_range: 'day' };
let engine: Engine;

const bought = (currency: string, amount: number) => ({
  name: 'Purchase',
  revenue: { currency, amount },
});
/** Minutes ago, visitor, and what makes the hit another than a pageview of `/`. */
const hits: [number, string, Partial<Parameters<typeof hitOf>[0]>][] = [
  [59, 'a1', { source: 'Google' }],
  [58, 'a1', { page: '/docs/a/b', props: { plan: 'pro', "it's": '$1' } }],
  [57, 'a1', { name: 'engagement', page: '/docs/a/b', scrollDepth: 50, engagedMs: 4_000 }],
  [56, 'a1', { page: '/docs/a/b' }],
  [55, 'a1', { name: 'engagement', page: '/docs/a/b', scrollDepth: 81, engagedMs: 2_500 }],
  [54, 'a1', { name: 'Signup', page: '/docs/a/b', props: { plan: 'free' } }],
  [59, 'b1', { source: 'Google', page: '/docs/' }],
  [58, 'b1', { name: 'engagement', page: '/docs/', engagedMs: 0 }],
  [57, 'b1', { page: '/docs/a/b' }],
  [56, 'b1', { name: 'engagement', page: '/docs/a/b', scrollDepth: 20 }],
  [55, 'b1', bought('EUR', 0.105)],
  [54, 'b1', bought('EUR', 1_234_567_890.125)],
  [53, 'b1', bought('USD', 7)],
  [59, 'c1', { page: '/docs' }],
  [58, 'c1', { name: 'Purchase', page: '/docs' }],
  [57, 'c1', { ...bought('GBP', 99), page: '/docs' }],
  [59, 'd1', { name: 'Join' }],
];

beforeAll(async () => {
  const home = openMemoryHome();
  engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 28, threads: 1 });
  const made = hits.map(([ago, visitor, more]) =>
    hitOf({ time: nowMs - ago * minuteMs, visitor, ...more }),
  );
  await appendHits(home, site, made);
});
afterAll(() => engine.close());

const ask = async (query: object) => engine.query(site, { ...least, ...query });
const rows = async (query: object) =>
  (await ask(query)).results.map(({ dimensions, metrics }) => [...dimensions, ...metrics]);
const is = (...names: string[]) => ['is', 'event:goal', names];

describe('goals', () => {
  test('a hit counts in the group of each goal that it reaches, once', async () => {
    expect(
      await rows({ metrics: ['visitors', 'events', 'pageviews'], dimensions: ['event:goal'] }),
    ).toEqual([
      ['All pages', 3, 6, 6],
      ['Buy', 2, 5, 0],
      ['Docs', 2, 4, 4],
      ['Pay in dollars', 2, 5, 0],
      ['Join', 1, 1, 0],
    ]);
  });

  test.each<[string, unknown[], (string | number)[][]]>([
    ['one', [is('Docs')], [['Docs', 2]]],
    [
      'several',
      [is('Docs', 'Join')],
      [
        ['Docs', 2],
        ['Join', 1],
      ],
    ], // prettier-ignore
    [
      'by a part of the name',
      [['contains', 'event:goal', ['o']]],
      [
        ['Docs', 2],
        ['Pay in dollars', 2],
        ['Join', 1],
      ],
    ],
    ['in any case', [['is', 'event:goal', ['JOIN'], { case_sensitive: false }]], [['Join', 1]]],
    ['by a part that is in no name', [['contains', 'event:goal', ['xyz']]], []],
    ['two filters hold together', [is('Docs', 'Join'), is('Docs', 'Buy')], [['Docs', 2]]],
  ])('a filter by goals: %s', async (_, filters, expected) => {
    expect(await rows({ dimensions: ['event:goal'], filters })).toEqual(expected);
  });

  test('by the visit: those with a hit that reaches it', async () => {
    expect(await rows({ metrics: ['visits', 'visitors'], filters: [is('Join')] })).toEqual([
      [1, 1],
    ]);
    const both = { filters: [is('Join')], metrics: ['visits', 'views_per_visit'] };
    expect(await rows(both)).toEqual([[1, 3]]);
  });

  test('a site without goals has no groups', async () => {
    const { goals: _, ...none } = site;
    expect((await engine.query(none, { ...least, dimensions: ['event:goal'] })).results).toEqual(
      [],
    );
  });

  test.each<[string, object, string]>([
    [
      'an unknown goal',
      { filters: [is('Join', 'Leave')] },
      'filters[0][2][1]: expected one of "Join", "Buy", "Pay in dollars", "Docs", "All pages"; ' +
        'got "Leave"',
    ],
    [
      'in another case',
      { filters: [['has_done', is('join')]] },
      'filters[0][1][2][0]: expected one of "Join"',
    ],
    [
      'matched',
      { filters: [['matches', 'event:goal', ['J']]] },
      'filters[0][0]: expected is or contains',
    ],
    [
      'excluded',
      { filters: [['is_not', 'event:goal', ['Join']]] },
      'filters[0][0]: expected is or contains',
    ],
    [
      'within not',
      { filters: [['not', is('Join')]] },
      'filters[0][1][1]: expected event:goal only as a filter by itself',
    ],
    [
      'within or',
      { filters: [['or', [is('Join')]]] },
      'filters[0][1][0][1]: expected event:goal only',
    ],
  ])('%s is refused', async (_, query, message) => {
    await expect(ask(query)).rejects.toMatchObject({
      fault: 'bad-input',
      message: expect.stringContaining(message),
    });
  });

  test('a batch says which query named no goal', async () => {
    await expect(
      engine.batch(site, [least, { ...least, filters: [is('Leave')] }]),
    ).rejects.toMatchObject({
      message: expect.stringContaining('queries[1].filters[0][2][0]: expected one of'),
    });
  });
});

describe('conversions', () => {
  const rates = ['visitors', 'conversion_rate', 'group_conversion_rate'];
  test.each<[string, object, unknown[][]]>([
    ['of all', { filters: [is('Docs')] }, [[2, 50, 50]]],
    [
      'by goal',
      { dimensions: ['event:goal'], filters: [is('Join', 'Buy')] },
      [
        ['Buy', 2, 50, 50],
        ['Join', 1, 25, 25],
      ],
    ],
    [
      'by source: of everyone, and of those from there',
      { dimensions: ['visit:source'], filters: [is('Buy')] },
      [
        ['Direct / None', 1, 25, 50],
        ['Google', 1, 25, 50],
      ],
    ],
    [
      'by goal and source',
      { dimensions: ['event:goal', 'visit:source'], filters: [is('Join')] },
      [['Join', 'Google', 1, 25, 50]],
    ],
    [
      'a property beside the goal tells which of its hits',
      { filters: [is('Join'), ['is', 'event:props:plan', ['free']]] },
      [[1, 25, 25]],
    ],
    [
      'other filters hold for everyone',
      { filters: [is('Join'), ['is', 'visit:source', ['Google']]] },
      [[1, 50, 50]],
    ],
    [
      'what else was done holds for everyone',
      { filters: [is('Docs'), ['has_done', is('Join')]] },
      [[1, 100, 100]],
    ],
    ['nobody', { filters: [is('Docs'), ['is', 'visit:source', ['x']]] }, [[0, 0, 0]]],
  ])('%s', async (_, query, expected) => {
    expect(await rows({ metrics: rates, ...query })).toEqual(expected);
  });

  test('two decimals, halves up', async () => {
    // 1 of 3 with a page
    const filters = [is('All pages'), ['is', 'event:page', ['/']]];
    expect(
      await rows({
        metrics: ['conversion_rate'],
        filters: [is('Join'), ['contains', 'event:page', ['/']]],
      }),
    ).toEqual([[25]]);
    expect(await rows({ metrics: ['conversion_rate'], filters })).toEqual([[33.33]]);
  });
});

describe('revenue', () => {
  const metrics = ['total_revenue', 'average_revenue'];
  const eur = { currency: 'EUR', short: '€1.2B', long: '€1,234,567,890.23' };
  test('of one currency', async () => {
    const answer = await ask({ metrics, filters: [is('Buy', 'Join')] });
    expect(answer.results[0]!.metrics).toEqual([
      { ...eur, value: 1_234_567_890.23 },
      { currency: 'EUR', value: 617_283_945.115, short: '€617.3M', long: '€617,283,945.12' },
    ]);
    expect(answer.meta).toEqual({});
  });

  test('by goal: each in its own currency', async () => {
    const { results, meta } = await ask({
      metrics,
      dimensions: ['event:goal'],
      order_by: [['event:goal', 'asc']],
    });
    const usd = { currency: 'USD', value: 7, short: '$7', long: '$7.00' };
    expect(results.map(({ dimensions, metrics: [total] }) => [dimensions[0], total])).toEqual([
      ['All pages', null],
      ['Buy', { ...eur, value: 1_234_567_890.23 }],
      ['Docs', null],
      ['Join', null],
      ['Pay in dollars', usd],
    ]);
    expect(meta).toEqual({});
  });

  test.each<[string, object, string]>([
    [
      'several currencies',
      { filters: [is('Buy', 'Pay in dollars')] },
      'no_single_revenue_currency',
    ],
    ['no currency', { filters: [is('Join')] }, 'no_revenue_goals_matching'],
    [
      'no currency, by goal',
      { dimensions: ['event:goal'], filters: [is('Join')] },
      'no_revenue_goals_matching',
    ],
  ])('%s: nothing, and why', async (_, query, code) => {
    const { results, meta } = await ask({ metrics, ...query });
    expect(results.map(({ metrics }) => metrics)).toEqual([[null, null]]);
    const warning = expect.objectContaining({ code });
    expect(meta.metric_warnings).toEqual({ total_revenue: warning, average_revenue: warning });
  });

  test('none earned: a total of 0, no average', async () => {
    const filters = [is('Buy'), ['is', 'event:page', ['/docs']]];
    const zero = { value: 0, currency: 'EUR', short: '€0', long: '€0.00' };
    expect(await rows({ metrics, filters })).toEqual([[zero, null]]);
  });
});

describe('pages that are read', () => {
  const metrics = ['scroll_depth', 'time_on_page'];
  test.each<[string, object, unknown[][]]>([
    [
      'by page: the greatest depth of each visit; time per visit that has any',
      { dimensions: ['event:page'], order_by: [['event:page', 'asc']] },
      [
        ['/', null, null],
        ['/docs', null, null],
        ['/docs/', null, null],
        ['/docs/a/b', 51, 7],
      ],
    ],
    [
      'sorted, what is not known last',
      { dimensions: ['event:page'], order_by: [['scroll_depth', 'asc']], pagination: { limit: 1 } },
      [['/docs/a/b', 51, 7]],
    ],
    ['of a page', { filters: [['is', 'event:page', ['/docs/a/b']]] }, [[51, 7]]],
    [
      'of pages',
      { filters: [['contains', 'event:page', ['/']]], dimensions: ['visit:source'] },
      [
        ['Google', 51, 7],
        ['Direct / None', null, null],
      ],
    ],
    [
      'by goal',
      {
        filters: [['is', 'event:page', ['/docs/a/b']], is('Docs', 'All pages')],
        dimensions: ['event:goal'],
      },
      [
        ['All pages', 51, 7],
        ['Docs', 51, 7],
      ],
    ],
    ['of none', { filters: [['is', 'event:page', ['/x']]] }, [[null, null]]],
  ])('%s', async (_, query, expected) => {
    expect(await rows({ metrics, ...query })).toEqual(expected);
  });
});

describe('properties', () => {
  test('groups, and what is not set', async () => {
    expect(
      await rows({
        metrics: ['events'],
        dimensions: ['event:props:plan'],
        filters: [['is', 'visit:source', ['Google']]],
      }),
    ).toEqual([
      ['(not set)', 7],
      ['free', 1],
      ['pro', 1],
    ]);
    expect(
      await rows({
        dimensions: ['event:props:none', "event:props:it's"],
        filters: [['is', 'event:props:plan', ['pro']]],
      }),
    ).toEqual([['(not set)', '$1', 1]]);
    expect(await rows({ filters: [['is_not', 'event:props:plan', ['(not set)']]] })).toEqual([[1]]);
  });

  test('shared by the queries of a batch', async () => {
    const filters = [['contains', 'event:page', ['/docs']]];
    const queries = [
      ['event:props:plan'],
      ["event:props:it's"],
      ['event:props:plan', 'event:goal'],
      [],
      ['event:goal'],
    ].map((dimensions) => ({ ...least, metrics: ['events', 'visitors'], dimensions, filters }));
    const alone = await Promise.all(queries.map((query) => engine.query(site, query)));
    expect(await engine.batch(site, queries)).toEqual(alone);
  });
});

describe('what else a visit did', () => {
  test.each<[string, unknown[], number, number]>([
    ['done', [['has_done', is('Join')]], 1, 4],
    ['not done', [['has_not_done', is('Join')]], 3, 9],
    [
      'beside a filter',
      [
        ['has_done', is('Join')],
        ['is', 'event:page', ['/']],
      ],
      1,
      1,
    ],
    ['nothing of the kind', [['has_done', ['is', 'event:name', ['x']]]], 0, 0],
    [
      'one hit, all of it',
      [
        [
          'has_done',
          [
            'and',
            [
              ['is', 'event:page', ['/docs/']],
              ['is', 'event:name', ['Purchase']],
            ],
          ],
        ],
      ],
      0,
      0,
    ],
    [
      'within or',
      [
        [
          'or',
          [
            ['has_done', is('Join')],
            ['is', 'event:name', ['Join']],
          ],
        ],
      ],
      2,
      5,
    ],
    ['within not', [['not', ['has_done', is('Docs')]]], 2, 4],
    ['by a property', [['has_done', ['is', 'event:props:plan', ['pro']]]], 1, 4],
  ])('%s', async (_, filters, visitors, events) => {
    expect(await rows({ metrics: ['visitors', 'events'], filters })).toEqual([[visitors, events]]);
    expect(await rows({ metrics: ['visits'], filters })).toEqual([[visitors]]);
  });
});

test('the filters that were asked stand beside the answer', async () => {
  const filters = [
    ['contains', 'event:goal', ['JO'], { case_sensitive: false }],
    ['has_not_done', ['is', 'event:goal', ['Buy']]],
    ['not', ['has_done', ['is', 'event:props:plan', ['pro']]]],
  ];
  expect((await ask({ filters })).query['filters']).toEqual(filters);
});
