import { expect, test } from 'vitest';
import { planQuery } from '../plan/plan.ts';
import type { Span, SpanDay } from '../plan/types.ts';
import { parseQuery } from '../query/parse.ts';
import { oneStatementSql } from './run-plans.ts';

const span: Span = {
  startMs: 0,
  endMs: 0,
  shownEndMs: 0,
  firstDay: '2026-11-21',
  lastDay: '2026-11-22',
};
const days: SpanDay[] = [
  { day: '2026-11-21', source: 'files' },
  { day: '2026-11-22', source: 'files' },
];
const least = { site_id: 'example.com', metrics: ['visitors'], date_range: 'day' };
const written = (...asked: object[]) => {
  const plans = asked.map((query) => planQuery(parseQuery({ ...least, ...query }), { span, days }));
  const { text, values } = oneStatementSql(plans, () => ({
    hits: 'h',
    visits: 'v',
    rolled: 'rolled_7',
  }));
  return { text: text.replace(/\s+/g, ' '), values };
};
const within = ['2026-11-21', '2026-11-22'];

test('several queries in one statement, as text and values', () => {
  const total = { include: { total_rows: true }, pagination: { limit: 9, offset: 18 } };
  expect(
    written({ metrics: ['visits', 'bounce_rate'] }, { dimensions: ['event:page'], ...total }),
  ).toEqual({
    text:
      '/* report.together */ SELECT 0, row_number() OVER (ORDER BY m0 DESC), NULL, m0, m1, NULL ' +
      'FROM (WITH parts AS ( ' +
      'SELECT r.day, r.visits, r.bounces, r.stays FROM rolled_7 AS r WHERE r.dimension = $1 ' +
      'AND (r.day BETWEEN $2::DATE AND $3::DATE) AND (r.events > 0 OR r.stays > 0) ), ' +
      'sums AS ( SELECT coalesce(sum(visits), 0)::DOUBLE AS visits, ' +
      'coalesce(sum(bounces), 0)::DOUBLE AS bounces, coalesce(sum(stays), 0)::DOUBLE AS stays ' +
      'FROM parts ) ' +
      'SELECT visits AS m0, ' +
      'coalesce(round(100.0::DOUBLE * bounces / nullif(stays, 0)), 0) AS m1 ' +
      'FROM sums ORDER BY m0 DESC LIMIT $4::BIGINT OFFSET $5::BIGINT) ' +
      'UNION ALL SELECT 1, row_number() OVER (ORDER BY m0 DESC, d0 ASC), d0, m0, NULL, total ' +
      'FROM (WITH parts AS ( ' +
      'SELECT r.day, r.value AS "event:page", r.visitors FROM rolled_7 AS r ' +
      'WHERE r.dimension = $6 AND (r.day BETWEEN $7::DATE AND $8::DATE) AND (r.events > 0) ), ' +
      'sums AS ( SELECT "event:page" AS d0, coalesce(sum(visitors), 0)::DOUBLE AS visitors ' +
      'FROM parts GROUP BY d0 ) ' +
      'SELECT d0, visitors AS m0, count(*) OVER ()::DOUBLE AS total FROM sums ' +
      'ORDER BY m0 DESC, d0 ASC LIMIT $9::BIGINT OFFSET $10::BIGINT)',
    values: ['', ...within, 10_000, 0, 'event:page', ...within, 9, 18],
  });
});

test('a property by its name as a value; a day without it has the day’s totals', () => {
  const { text, values } = written({ dimensions: ["event:props:o'k"] });
  expect(text).toContain(
    'SELECT r.day, r.value AS "property 0", r.visitors FROM (WITH own AS (SELECT * ' +
      'FROM rolled_7 WHERE dimension = $1) FROM own ' +
      "UNION ALL SELECT * REPLACE ('(not set)' AS value) FROM rolled_7 WHERE dimension = '' " +
      'AND day NOT IN (SELECT day FROM own)) AS r ' +
      'WHERE (r.day BETWEEN $2::DATE AND $3::DATE)',
  );
  expect(values).toEqual(["event:props:o'k", ...within, 10_000, 0]);
});
