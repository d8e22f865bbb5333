import type { Session, Value } from '../duck/duck.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import { offsetSpans } from '../lib/site-hours.ts';
import type { Tables } from '../visits/tables.ts';
import { hitsToFile, visitOrder, visitsToFile } from './columns.ts';
import { hoursSql, rollUpOptions, rollUpSql } from './roll-up.ts';
import { type Content, hitsCheck, rowsCheck, visitsCheck } from './save-files.ts';

/**
 * Numbers the visits of a day and says its zone's offsets, for `dayContents`. Temporary tables of
 * this session.
 */
export async function prepareDay(
  session: Session,
  tables: Tables,
  zones: readonly ZoneSpan[],
  day: Day,
): Promise<void> {
  const values: Value[] = [];
  const spans = offsetSpans(zones, day);
  // The first stretch begins and the last ends with all time, as when hits are mounted.
  const stretches = spans.map(({ fromMs, toMs, offsetMs }, i) => {
    const from = i === 0 ? 'NULL' : `$${values.push(BigInt(fromMs))}::BIGINT`;
    const to = i === spans.length - 1 ? 'NULL' : `$${values.push(BigInt(toMs))}::BIGINT`;
    return `(${from}, ${to}, $${values.push(BigInt(offsetMs))}::BIGINT)`;
  });
  await session.rows(
    `/* close.offsets */ CREATE TEMP TABLE offsets AS
    SELECT * FROM (VALUES ${stretches.join(', ')}) AS o (from_ms, to_ms, offset_ms)`,
    values,
  );
  await session.rows(`/* close.numbered */ CREATE TEMP TABLE numbered AS
    SELECT v.day, v.visitor, v.visit, row_number() OVER (ORDER BY ${visitOrder}) - 1 AS n
    FROM ${tables.visits} AS v`);
}

const within = (column: string) =>
  `(from_ms IS NULL OR ${column} >= from_ms) AND (to_ms IS NULL OR ${column} < to_ms)`;

/**
 * The hits and visits of the mounted day as its files hold them. An engagement stands beside its
 * visitor's first visit.
 */
export function dayContents({ hits, visits }: Tables): Content[] {
  return [
    {
      kind: 'hits',
      select: `/* close.hits */ SELECT ${hitsToFile} FROM ${hits} AS h
        LEFT JOIN numbered AS v ON v.day = h.day AND v.visit = h.visit
        LEFT JOIN (SELECT visitor, min(n) AS n FROM numbered GROUP BY visitor) AS own
          ON own.visitor = h.visitor
        JOIN offsets ON ${within('h."time"')}`,
      order: 'coalesce(v.n, own.n), h.visitor, h."time", h.id',
      check: hitsCheck,
    },
    {
      kind: 'visits',
      select: `/* close.visits */ SELECT ${visitsToFile} FROM (
          SELECT mine.*, numbered.n FROM ${visits} AS mine JOIN numbered USING (day, visit)
        ) AS v JOIN offsets ON ${within('v."time"')}`,
      order: 'v.n',
      check: visitsCheck,
    },
  ];
}

/** The hits of the day that were set aside in `erased`, with the columns of its hits. */
export const erasedContents = (): Content => ({
  kind: 'erased',
  select: `/* close.erased */ SELECT ${hitsToFile} FROM erased AS h
    JOIN (SELECT NULL::INTEGER AS n) AS v ON true
    JOIN offsets ON ${within('h."time"')}`,
  order: 'h.visitor, h."time", h.id',
  check: hitsCheck,
});

/** Roll-ups of the mounted day. They are counted once, into temporary tables of this session. */
export async function rollUpContents(session: Session, tables: Tables): Promise<Content[]> {
  await session.rows(`/* close.roll-up */ CREATE TEMP TABLE rolled AS ${rollUpSql(tables)}`);
  await session.rows(`/* close.hours */ CREATE TEMP TABLE by_hour AS ${hoursSql(tables)}`);
  const check = rowsCheck;
  return [
    {
      kind: 'rollup',
      select: '/* close.roll-up */ SELECT t.* FROM rolled AS t',
      order: 'dimension, day, value',
      check,
      options: rollUpOptions,
    },
    {
      kind: 'hours',
      select: '/* close.hours */ SELECT t.* FROM by_hour AS t',
      order: 'day, hour',
      check,
    },
  ];
}
