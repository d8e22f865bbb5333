import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import { zonesFrom } from '../../lib/site-days.ts';
import {
  type FieldDimension,
  fieldDimensions,
  type TimeName,
  times,
} from '../../model/dimensions.ts';
import { type Engine, openEngine } from '../engine.ts';
import { planQuery } from '../plan/plan.ts';
import type { Span, SpanDay } from '../plan/types.ts';
import { type MetricName, metrics } from '../query/metrics.ts';
import { operators } from '../query/operators.ts';
import { parseQuery } from '../query/parse.ts';
import type { Filter } from '../query/types.ts';
import { binder } from './bind.ts';
import { filterSql } from './filter.ts';
import { querySql } from './plan-sql.ts';
import { narrowSql } from './shared-rows.ts';

const span: Span = {
  startMs: 0,
  endMs: 0,
  shownEndMs: 0,
  firstDay: '2026-11-21',
  lastDay: '2026-11-22',
};
const days: SpanDay[] = [{ day: '2026-11-21', fromMs: 1_795_219_200_000 }, { day: '2026-11-22' }];
const tables = { hits: 'hits_7', visits: 'visits_7' };
const least = { site_id: 'example.com', metrics: ['visitors'], date_range: 'day' };

function written(query: object, on: readonly SpanDay[] = [{ day: '2026-11-22' }]) {
  const { text, values } = querySql(
    planQuery(parseQuery({ ...least, ...query }), { span, days: on }),
    () => tables,
  );
  return { text: text.replace(/\s+/g, ' '), values };
}

let engine: Engine;
const site = { id: 'sqltest00000', domain: 'example.com', zones: zonesFrom('UTC', 0) };
beforeAll(async () => {
  const clock = () => Date.parse('2026-11-22T12:00:00Z');
  engine = await openEngine({ home: openMemoryHome(), clock, memoryBytes: 2 ** 28, threads: 1 });
});
afterAll(() => engine.close());
const run = async (query: object) => (await engine.query(site, { ...least, ...query })).results;

const day = ['2026-11-22', '2026-11-22'];
const within = ['2026-11-21', '2026-11-22', 1_795_219_200_000n];

test('one query over visits, as text and values', () => {
  expect(
    written({ dimensions: ['visit:source'], filters: [['is', 'visit:country', ['DE']]] }),
  ).toEqual({
    text:
      '/* report.query */ WITH rows_0 AS ( ' +
      'SELECT v.day, v.visitor, v.pageviews, v.events, v.bounced, v.duration_ms, ' +
      `coalesce(v.source, 'Direct / None') AS "visit:source" FROM visits_7 AS v ` +
      'WHERE (v.day BETWEEN $1::DATE AND $2::DATE) ' +
      "AND (coalesce(v.country, '(not set)') = $3) ), " +
      'parts AS ( SELECT day, "visit:source", count(DISTINCT visitor) AS visitors FROM rows_0 ' +
      'GROUP BY day, "visit:source" ), ' +
      'sums AS ( SELECT "visit:source" AS d0, coalesce(sum(visitors), 0)::DOUBLE AS visitors ' +
      'FROM parts GROUP BY d0 ) ' +
      'SELECT d0, visitors AS m0 FROM sums ORDER BY m0 DESC, d0 ASC ' +
      'LIMIT $4::BIGINT OFFSET $5::BIGINT',
    values: [...day, 'DE', 10_000, 0],
  });
});

test('one query over hits and entries, part of a day, as text and values', () => {
  const asked = {
    metrics: ['pageviews', 'bounce_rate'],
    dimensions: ['event:page', 'time:hour'],
    filters: [['contains', 'event:name', ['/a'], { case_sensitive: false }]],
    order_by: [['event:page', 'asc']],
    include: { total_rows: true },
    pagination: { limit: 9, offset: 18 },
  };
  expect(written(asked, days)).toEqual({
    text:
      '/* report.query */ WITH rows_0 AS ( ' +
      'SELECT h.day, h.hour, h.visitor, h.visit, h.pageview, h.page AS "event:page" ' +
      'FROM hits_7 AS h WHERE h.visit IS NOT NULL AND (h.day BETWEEN $1::DATE AND $2::DATE) ' +
      'AND h."time" >= $3::BIGINT ' +
      'AND (contains(lower(h.name), lower($4))) ), ' +
      'rows_1 AS ( SELECT h.day, h.hour, v.pageviews, v.bounced, v.duration_ms, h.page AS ' +
      '"event:page" ' +
      'FROM hits_7 AS h JOIN visits_7 AS v ON v.day = h.day AND v.entry = h.id ' +
      'WHERE (h.day BETWEEN $5::DATE AND $6::DATE) AND h."time" >= $7::BIGINT ' +
      'AND (contains(lower(h.name), lower($8))) ), ' +
      'parts AS ( SELECT day, hour, "event:page", count(*) FILTER (pageview) AS pageviews ' +
      'FROM rows_0 GROUP BY day, hour, "event:page" ' +
      'UNION ALL BY NAME SELECT day, hour, "event:page", count(*) FILTER (bounced) AS bounces, ' +
      'count(*) AS stays FROM rows_1 GROUP BY day, hour, "event:page" ), ' +
      'sums AS ( SELECT "event:page" AS d0, strftime(make_timestamp(hour * 3600000000), ' +
      "'%Y-%m-%d %H:00:00') AS d1, " +
      'coalesce(sum(pageviews), 0)::DOUBLE AS pageviews, ' +
      'coalesce(sum(bounces), 0)::DOUBLE AS bounces, coalesce(sum(stays), 0)::DOUBLE AS stays ' +
      'FROM parts GROUP BY d0, d1 ) ' +
      'SELECT d0, d1, pageviews AS m0, ' +
      'coalesce(round(100.0::DOUBLE * bounces / nullif(stays, 0)), 0) AS m1, ' +
      'count(*) OVER ()::DOUBLE AS total ' +
      'FROM sums ORDER BY d0 ASC, d1 ASC LIMIT $9::BIGINT OFFSET $10::BIGINT',
    values: [...within, '/a', ...within, '/a', 9, 18],
  });
});

test('a visit matches a filter of hits when one of its hits does', () => {
  const { text, values } = written({
    metrics: ['visits'],
    filters: [['is', 'event:name', ['Signup']]],
  });
  expect(text).toContain(
    'FROM visits_7 AS v WHERE (v.day BETWEEN $1::DATE AND $2::DATE) ' +
      'AND (v.day, v.visit) IN (SELECT (h.day, h.visit) ' +
      'FROM hits_7 AS h WHERE h.visit IS NOT NULL AND (h.day BETWEEN $1::DATE AND $2::DATE) ' +
      'AND (h.name = $3))',
  );
  expect(values).toEqual([...day, 'Signup', 10_000, 0]);
});

test('no days: the tables without rows', () => {
  expect(written({}, []).text).toContain('FROM visits_none AS v )');
});

test('days that do not follow each other, the last one cut', () => {
  const apart = [
    { day: '2026-11-18' },
    { day: '2026-11-20' },
    { day: '2026-11-21' },
    { day: '2026-11-24', toMs: 5 },
  ];
  const { text, values } = written({}, apart);
  expect(text).toContain(
    '(h.day BETWEEN $1::DATE AND $2::DATE OR h.day BETWEEN $3::DATE AND $4::DATE ' +
      'OR h.day BETWEEN $5::DATE AND $6::DATE) AND h."time" < $7::BIGINT',
  );
  const bounds = [
    '2026-11-18',
    '2026-11-18',
    '2026-11-20',
    '2026-11-21',
    '2026-11-24',
    '2026-11-24',
  ];
  expect(values).toEqual([...bounds, 5n, 10_000, 0]);
});

describe('hits and visits that several scopes ask for are read into tables of their own', () => {
  const own = { hits: 'found_hits_1', visits: 'found_visits_1' };
  function made(filters: unknown[], ...asked: object[]) {
    const plans = asked.map((query) =>
      planQuery(parseQuery({ ...least, ...query, filters }), { span, days }),
    );
    const uses = plans.flatMap(({ parts, dimensions }) =>
      parts.map(({ scope }) => ({ scope, dimensions })),
    );
    return narrowSql(own, uses, tables).map(({ text, values }) => [
      text.replace(/\s+/g, ' ').replace('/* report.narrow */ CREATE TEMP TABLE ', ''),
      values,
    ]);
  }
  const both = ['2026-11-21', '2026-11-22'];
  const ofDays = (source: string) => `(${source}.day BETWEEN $1::DATE AND $2::DATE)`;
  const same = 'v.day = h.day AND v.visit = h.visit';

  test('by a dimension of visits: first those, then their hits', () => {
    expect(made([['is', 'visit:os', ['iOS']]], {}, { dimensions: ['visit:browser'] })).toEqual([
      [
        'found_visits_1 AS SELECT v.day, v.visit, v.visitor, v.os, v.browser ' +
          `FROM visits_7 AS v WHERE ${ofDays('v')} AND (coalesce(v.os, '(not set)') = $3)`,
        [...both, 'iOS'],
      ],
      [
        'found_hits_1 AS SELECT v.visitor, h.day, h.visit, h.pageview, h."time" ' +
          `FROM hits_7 AS h JOIN found_visits_1 AS v ON ${same} WHERE ${ofDays('h')}`,
        both,
      ],
    ]);
  });

  test('by a dimension of hits: first those, then their visits', () => {
    expect(
      made([['is', 'event:page', ['/a']]], { metrics: ['visits'] }, { dimensions: ['visit:os'] }),
    ).toEqual([
      [
        'found_hits_1_alone AS SELECT h.day, h.visit, h."time", h.page, h.pageview ' +
          `FROM hits_7 AS h WHERE h.visit IS NOT NULL AND ${ofDays('h')} AND (h.page = $3)`,
        [...both, '/a'],
      ],
      [
        'found_visits_1 AS SELECT v.day, v.visit, v.visitor, v.pageviews, v.events, v.bounced, ' +
          'v.duration_ms, v."time", v.os FROM visits_7 AS v ' +
          `SEMI JOIN found_hits_1_alone AS h ON ${same}`,
        [],
      ],
      [
        'found_hits_1 AS SELECT v.visitor, h.day, h.visit, h."time", h.page, h.pageview ' +
          `FROM found_hits_1_alone AS h JOIN found_visits_1 AS v ON ${same}`,
        [],
      ],
    ]);
  });

  test('by dimensions of both: from both', () => {
    const filters = [
      [
        'or',
        [
          ['is', 'event:page', ['/a']],
          ['is', 'visit:os', ['iOS']],
        ],
      ],
    ];
    expect(made(filters, {}, { dimensions: ['event:name'] })).toEqual([
      [
        'found_hits_1 AS SELECT v.visitor, h.day, h.visit, h.pageview, h."time", h.page, ' +
          `h.name FROM hits_7 AS h JOIN visits_7 AS v ON ${same} WHERE ${ofDays('h')} ` +
          "AND ((h.page = $3) OR (coalesce(v.os, '(not set)') = $4))",
        [...both, '/a', 'iOS'],
      ],
      [
        'found_visits_1 AS SELECT v.day, v.visit, v.visitor, v.os FROM visits_7 AS v ' +
          `SEMI JOIN found_hits_1 AS h ON ${same}`,
        [],
      ],
    ]);
  });
});

const dimensionSql: Record<FieldDimension | TimeName, string> = {
  'event:name': 'h.name',
  'event:page': 'h.page',
  'event:page_group': 'h.page',
  'event:property':
    'unnest(list_filter(map_keys(h.props), lambda name: ' +
    "map_extract_value(h.props, name) NOT IN ('', '(not set)')))",
  'event:page_title': "coalesce(h.page_title, '(not set)')",
  'event:robot': "coalesce(h.robot, '(not set)')",
  'event:robot_kind': "coalesce((SELECT name FROM robot_kinds WHERE code = h.robot), 'Other')",
  'event:hostname': "coalesce(h.hostname, '(not set)')",
  'visit:entry_page': "coalesce(v.entry_page, '(not set)')",
  'visit:exit_page': "coalesce(v.exit_page, '(not set)')",
  'visit:entry_page_hostname': "coalesce(v.entry_hostname, '(not set)')",
  'visit:exit_page_hostname': "coalesce(v.exit_hostname, '(not set)')",
  'visit:source': "coalesce(v.source, 'Direct / None')",
  'visit:referrer': "coalesce(v.referrer, 'Direct / None')",
  'visit:channel': "coalesce(v.channel, '(not set)')",
  'visit:utm_source': "coalesce(v.utm_source, '(not set)')",
  'visit:utm_medium': "coalesce(v.utm_medium, '(not set)')",
  'visit:utm_campaign': "coalesce(v.utm_campaign, '(not set)')",
  'visit:utm_content': "coalesce(v.utm_content, '(not set)')",
  'visit:utm_term': "coalesce(v.utm_term, '(not set)')",
  'visit:browser': "coalesce(v.browser, '(not set)')",
  'visit:browser_version': "coalesce(v.browser_version, '(not set)')",
  'visit:os': "coalesce(v.os, '(not set)')",
  'visit:os_version': "coalesce(v.os_version, '(not set)')",
  'visit:device': "coalesce(v.device, '(not set)')",
  'visit:screen': "coalesce(v.screen, '(not set)')",
  'visit:language': "coalesce(v.language, '(not set)')",
  'visit:country': "coalesce(v.country, '(not set)')",
  'visit:region': "coalesce(v.region, '(not set)')",
  'visit:city': "coalesce(v.city, '(not set)')",
  'visit:country_name':
    "coalesce((SELECT name FROM country_names WHERE code = v.country), v.country, '(not set)')",
  'visit:region_name':
    "coalesce((SELECT name FROM region_names WHERE code = v.region), v.region, '(not set)')",
  'visit:city_name': "coalesce(v.city, '(not set)')",
  'time:minute': "strftime(make_timestamp(minute * 60000000), '%Y-%m-%d %H:%M:00')",
  'time:hour': "strftime(make_timestamp(hour * 3600000000), '%Y-%m-%d %H:00:00')",
  'time:day': "strftime(day, '%Y-%m-%d')",
  'time:week':
    "strftime(greatest(date_trunc('week', day - $4::INTEGER)::DATE + $4::INTEGER, $3::DATE), " +
    "'%Y-%m-%d')",
  'time:month': "strftime(date_trunc('month', day)::DATE, '%Y-%m-%d')",
};

describe('every dimension', () => {
  test.each(Object.entries(dimensionSql))('%s', async (name, sql) => {
    const metrics = name.startsWith('event:robot') ? ['events'] : ['visitors'];
    const { text, values } = written({ metrics, dimensions: [name] });
    expect(text).toContain(name.startsWith('time') ? `${sql} AS d0` : `${sql} AS "${name}"`);
    expect(values).toEqual([...day, ...(name === 'time:week' ? ['2026-11-21', 0] : []), 10_000, 0]);
    expect(await run({ metrics, dimensions: [name] })).toEqual([]);
  });
  test('none is missing', () => {
    const all = [...Object.keys(fieldDimensions), ...Object.keys(times)];
    expect(Object.keys(dimensionSql).sort()).toEqual(all.sort());
  });
});

const visitors = 'count(DISTINCT visitor) AS visitors';
/** Told by `conversions.test.ts`, `revenue.test.ts` and `readings.test.ts`. */
const ofGoalsAndPages = [
  'scroll_depth',
  'time_on_page',
  'engaged_time',
  'conversion_rate',
  'group_conversion_rate',
  'total_revenue',
  'average_revenue',
] as const;
/** What is counted over visits, over hits (by page), and what is made of it. */
const metricSql: Record<
  Exclude<MetricName, (typeof ofGoalsAndPages)[number]>,
  [visits: string, byPage: string[], shown: string]
> = {
  visitors: [visitors, [visitors], 'visitors'],
  visits: ['count(*) AS visits', ['count(DISTINCT visit) AS visits'], 'visits'],
  pageviews: [
    'sum(pageviews) AS pageviews',
    ['count(*) FILTER (pageview) AS pageviews'],
    'pageviews',
  ],
  events: ['sum(events) AS events', ['count(*) AS events'], 'events'],
  views_per_visit: [
    'sum(pageviews) AS views, count(*) AS stays',
    ['sum(pageviews) AS views, count(*) AS stays', 'v.entry = h.id'],
    'coalesce(round(100.0::DOUBLE * views / nullif(stays, 0)), 0) / 100',
  ],
  bounce_rate: [
    'count(*) FILTER (bounced) AS bounces, count(*) AS stays',
    ['count(*) FILTER (bounced) AS bounces, count(*) AS stays', 'v.entry = h.id'],
    'coalesce(round(100.0::DOUBLE * bounces / nullif(stays, 0)), 0)',
  ],
  visit_duration: [
    'sum(duration_ms) AS duration_ms, count(*) AS stays',
    ['sum(duration_ms) AS duration_ms, count(*) AS stays', 'v.entry = h.id'],
    'coalesce(round(1.0::DOUBLE * duration_ms / nullif((stays * 1000), 0)), 0)',
  ],
  percentage: [
    visitors,
    [
      visitors,
      'whole_parts AS ( SELECT day, count(DISTINCT visitor) AS visitors FROM whole_rows_0 ' +
        'GROUP BY day ), whole AS ( SELECT coalesce(sum(visitors), 0)::DOUBLE AS visitors ' +
        'FROM whole_parts )',
    ],
    'coalesce(round(1000.0::DOUBLE * visitors / nullif((SELECT visitors FROM whole), 0)), 0) / 10',
  ],
};

describe('every metric', () => {
  test.each(Object.entries(metricSql))('%s', async (name, [overVisits, byPage, shown]) => {
    const bySource = written({ metrics: [name], dimensions: ['visit:source'] });
    expect(bySource.text).toContain(`SELECT day, "visit:source", ${overVisits} FROM rows_0`);
    expect(bySource.text).toContain(`SELECT d0, ${shown} AS m0 FROM sums`);
    const { text } = written({ metrics: [name], dimensions: ['event:page'] });
    for (const part of byPage) expect(text).toContain(part);
    expect(await run({ metrics: [name], dimensions: ['event:page'] })).toEqual([]);
    if (name !== 'percentage')
      expect(await run({ metrics: [name] })).toEqual([{ dimensions: [], metrics: [0] }]);
  });
  test('none is missing', () =>
    expect([...Object.keys(metricSql), ...ofGoalsAndPages]).toEqual(Object.keys(metrics)));
});

describe('every operator', () => {
  const cases: [unknown[], string, string[]][] = [
    [['is', 'event:page', ['a']], '(P = $1)', ['a']],
    [['is', 'event:page', ['a', 'b']], '(P IN ($1, $2))', ['a', 'b']],
    [['is', 'event:name', ['A'], { case_sensitive: false }], '(lower(P) = lower($1))', ['A']],
    [['is_not', 'event:page', ['a', 'b']], 'NOT (P IN ($1, $2))', ['a', 'b']],
    [['contains', 'event:name', ['a', 'b']], '(contains(P, $1) OR contains(P, $2))', ['a', 'b']],
    [['contains_not', 'event:name', ['a']], 'NOT (contains(P, $1))', ['a']],
    [
      ['contains_not', 'event:name', ['a'], { case_sensitive: false }],
      'NOT (contains(lower(P), lower($1)))',
      ['a'],
    ],
    [
      ['matches', 'event:name', ['^a', 'b$']],
      '(regexp_matches(P, $1) OR regexp_matches(P, $2))',
      ['^a', 'b$'],
    ],
    [['matches_not', 'event:name', ['^a']], 'NOT (regexp_matches(P, $1))', ['^a']],
    [['not', ['is', 'event:page', ['a']]], 'NOT (P = $1)', ['a']],
    [
      [
        'and',
        [
          ['is', 'event:page', ['a']],
          ['not', ['is', 'event:page', ['b']]],
        ],
      ],
      '((P = $1) AND NOT (P = $2))',
      ['a', 'b'],
    ],
    [
      [
        'or',
        [
          ['is', 'event:page', ['a']],
          ['is', 'event:page', ['b']],
        ],
      ],
      '((P = $1) OR (P = $2))',
      ['a', 'b'],
    ],
    [
      [
        'not',
        [
          'or',
          [
            ['is', 'event:page', ['a']],
            ['is', 'event:page', ['b']],
          ],
        ],
      ],
      'NOT ((P = $1) OR (P = $2))',
      ['a', 'b'],
    ],
    [['has_done', ['is', 'event:page', ['a']]], 'DONE ((P = $1))', ['a']],
    [
      ['not', ['has_not_done', ['not', ['is', 'event:page', ['a']]]]],
      'NOT NOT DONE (NOT (P = $1))',
      ['a'],
    ],
  ];
  test.each(cases)('%j', async (filter, sql, values) => {
    const parsed: Filter = parseQuery({ ...least, filters: [filter] }).filters[0]!;
    const bound = binder();
    const done = (condition: string) => `DONE (${condition})`;
    expect(filterSql(parsed, { bind: bound.bind, sqlOf: () => 'P', doneSql: done })).toBe(sql);
    expect(bound.values).toEqual(values);
    expect(await run({ filters: [filter] })).toEqual([{ dimensions: [], metrics: [0] }]);
  });
  test('none is missing', () => {
    const used = new Set(
      cases.flatMap(([filter]) => JSON.stringify(filter).match(/[a-z_]+/g) ?? []),
    );
    for (const name of Object.keys(operators)) expect(used).toContain(name);
  });
});
