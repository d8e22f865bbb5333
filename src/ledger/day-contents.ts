import type { Session, Value } from '../duck/duck.ts';
import { rolledMeasures } from '../model/measures.ts';
import type { LoadedDay } from '../visits/load.ts';
import type { Tables } from '../visits/tables.ts';
import { hitsToFile, visitOrder, visitsToFile } from './columns.ts';
import { hoursSql, rollUpOptions, rollUpSql, rollUpSqls } from './roll-up.ts';
import { type Content, hitsCheck, visitsCheck } from './save-files.ts';

/**
 * Numbers the visits of each day and says its zone's offsets, for `dayContents`. Temporary tables
 * of this session.
 */
export async function prepareDays(
  session: Session,
  tables: Tables,
  days: readonly LoadedDay[],
): Promise<void> {
  const values: Value[] = [];
  // The first stretch begins and the last ends with all time, as when hits are mounted.
  const stretches = days.flatMap(({ day, spans, key = day }) =>
    spans.map(({ fromMs, toMs, offsetMs }, i) => {
      const from = i === 0 ? 'NULL' : `$${values.push(BigInt(fromMs))}::BIGINT`;
      const to = i === spans.length - 1 ? 'NULL' : `$${values.push(BigInt(toMs))}::BIGINT`;
      const offset = `$${values.push(BigInt(offsetMs))}::BIGINT`;
      return `($${values.push(key)}::DATE, ${from}, ${to}, ${offset})`;
    }),
  );
  await session.rows(
    `/* close.offsets */ CREATE TEMP TABLE offsets AS
    SELECT * FROM (VALUES ${stretches.join(', ')}) AS o (day, from_ms, to_ms, offset_ms)`,
    values,
  );
  const ofDay = days.length > 1 ? 'PARTITION BY v.day ' : '';
  await session.rows(`/* close.numbered */ CREATE TEMP TABLE numbered AS
    SELECT v.day, v.visitor, v.visit, row_number() OVER (${ofDay}ORDER BY ${visitOrder}) - 1 AS n
    FROM ${tables.visits} AS v`);
}

const within = (of: string) => `offsets.day = ${of}.day
  AND (from_ms IS NULL OR ${of}."time" >= from_ms) AND (to_ms IS NULL OR ${of}."time" < to_ms)`;

/**
 * The hits and visits of mounted days as their files hold them. An engagement stands beside its
 * visitor's first visit. `numbered`: with a column `place` that says their order.
 */
export function dayContents({ hits, visits }: Tables, numbered = false): Content[] {
  const [ofHits, ofVisits] = ['coalesce(v.n, own.n), h.visitor, h."time", h.id', 'v.n'];
  const at = (order: string) =>
    numbered ? `, row_number() OVER (ORDER BY offsets.day, ${order}) AS place` : '';
  return [
    {
      kind: 'hits',
      select: `/* close.hits */ SELECT ${hitsToFile}${at(ofHits)} FROM ${hits} AS h
        LEFT JOIN numbered AS v ON v.day = h.day AND v.visit = h.visit
        LEFT JOIN (SELECT day, visitor, min(n) AS n FROM numbered GROUP BY ALL) AS own
          ON own.day = h.day AND own.visitor = h.visitor
        JOIN offsets ON ${within('h')}`,
      order: ofHits,
      check: hitsCheck,
    },
    {
      kind: 'visits',
      select: `/* close.visits */ SELECT ${visitsToFile}${at(ofVisits)} FROM (
          SELECT mine.*, numbered.n FROM ${visits} AS mine JOIN numbered USING (day, visit)
        ) AS v JOIN offsets ON ${within('v')}`,
      order: ofVisits,
      check: visitsCheck,
    },
  ];
}

/** The hits of the day that were set aside in `erased`, with the columns of its hits. */
export const erasedContents = (): Content => ({
  kind: 'erased',
  select: `/* close.erased */ SELECT ${hitsToFile} FROM erased AS h
    JOIN (SELECT NULL::INTEGER AS n) AS v ON true
    JOIN offsets ON ${within('h')}`,
  order: 'h.visitor, h."time", h.id',
  check: hitsCheck,
});

/** Over the columns of a roll-up. */
const summedCheck = (...columns: string[]) =>
  `count(*), coalesce(bit_xor(hash(${[...columns, ...rolledMeasures].join(', ')})), 0)`;

/** Roll-ups of the mounted days. They are counted once, into temporary tables of this session. */
export async function rollUpContents(session: Session, tables: Tables): Promise<Content[]> {
  await rollUp(session, tables, { rolled: 'rolled', hours: 'by_hour' });
  return rolledContents();
}

/** Of more hits, each dimension is counted by itself. */
const many = 30_000;

/** What counting all dimensions at once may hold of each hit; one after the other does not. */
const bytesAHit = 1_000;

/** Counts roll-ups into temporary tables of such names. */
export async function rollUp(
  session: Session,
  tables: Tables,
  to: { readonly rolled: string; readonly hours: string },
  atOnce = session.memoryBytes / bytesAHit,
): Promise<void> {
  const [[hits] = [0]] = await session.rows(
    `/* close.count */ SELECT count(*) FROM ${tables.hits} AS h`,
  );
  if (Number(hits) <= atOnce) {
    const sql = rollUpSql(tables, Number(hits) > many);
    await session.rows(`/* close.roll-up */ CREATE TEMP TABLE ${to.rolled} AS ${sql}`);
  } else {
    const [first, ...others] = rollUpSqls(tables);
    await session.rows(`/* close.roll-up */ CREATE TEMP TABLE ${to.rolled} AS ${first}`);
    for (const sql of others)
      await session.rows(`/* close.roll-up */ INSERT INTO ${to.rolled} ${sql}`);
  }
  const sql = hoursSql(tables);
  await session.rows(`/* close.hours */ CREATE TEMP TABLE ${to.hours} AS ${sql}`);
}

/** Of the temporary tables `rolled` and `by_hour`. */
export function rolledContents(): Content[] {
  return [
    {
      kind: 'rollup',
      select: '/* close.roll-up */ SELECT t.* FROM rolled AS t',
      order: 'dimension, day, value',
      check: summedCheck('day', 'dimension', 'value'),
      options: rollUpOptions,
    },
    {
      kind: 'hours',
      select: '/* close.hours */ SELECT t.* FROM by_hour AS t',
      order: 'day, hour',
      check: summedCheck('day', 'hour'),
    },
  ];
}
