import type { Session, Value } from '../duck/duck.ts';
import { quoted } from '../duck/parquet.ts';
import { dayMs, hourMs } from '../lib/clock.ts';
import { wellFormed } from '../lib/json-text.ts';
import type { Day } from '../lib/site-days.ts';
import type { OffsetSpan } from '../lib/site-hours.ts';
import { type Field, fieldNames, fields, textFields } from '../model/fields.ts';
import { normalizedPageSql, sentWithPageSql } from './page-sql.ts';
import { hitColumns } from './tables.ts';

const stagedColumns = 'part INTEGER, received BIGINT, value VARCHAR';

const jsonTypes = {
  ...{ text: 'VARCHAR', id: 'VARCHAR', instant: 'BIGINT', ms: 'BIGINT', percent: 'INTEGER' },
  ...{ no: 'BOOLEAN', texts: 'MAP(VARCHAR, VARCHAR)', json: 'JSON' },
  money: { currency: 'VARCHAR', amount: 'DECIMAL(18, 3)' },
} as const satisfies Readonly<Record<Field['type'], unknown>>;

/** A hit's JSON, field by field. */
const shape = Object.fromEntries(fieldNames.map((name) => [name, jsonTypes[fields[name].type]]));

/**
 * A day to load. In `staged`, `part` is its index among the days that are loaded. `key`: what
 * stands in the tables' `day` instead, where days of several sites are loaded.
 */
export type LoadedDay = {
  readonly day: Day;
  readonly spans: readonly OffsetSpan[];
  readonly key?: Day;
};

/**
 * Begins a load: `staged` takes (index of the day, receivedAt, JSON text) by `session.append`,
 * `expand` makes hits of them.
 */
export async function beginLoad(session: Session, days: readonly LoadedDay[]): Promise<void> {
  const values: Value[] = [];
  const bind = (value: Value, type: string) => `$${values.push(value)}::${type}`;
  // One row a stretch of equal offset: the first begins and the last ends with all time.
  const stretches = days.flatMap(({ day, spans, key = day }, part) =>
    spans.map((span, i) => {
      const from = i === 0 ? 'NULL' : bind(BigInt(span.fromMs), 'BIGINT');
      const to = i === spans.length - 1 ? 'NULL' : bind(BigInt(span.toMs), 'BIGINT');
      const hour = bind((Date.parse(day) / dayMs) * 24, 'INTEGER');
      const offset = bind(BigInt(span.offsetMs), 'BIGINT');
      return `(${part}, ${bind(key, 'DATE')}, ${hour}, ${from}, ${to}, ${offset})`;
    }),
  );
  await session.rows(
    `/* mount.stretches */ CREATE TEMP TABLE stretches AS
    SELECT * FROM (VALUES ${stretches.join(', ')})
      AS s (part, day, first_hour, from_ms, to_ms, offset_ms)`,
    values,
  );
  await session.rows(`/* mount.stage */ CREATE TEMP TABLE staged (${stagedColumns})`);
  await session.rows(`/* mount.fresh */ CREATE TEMP TABLE fresh (${hitColumns})`);
}

/** Ends a load: its temporary tables outlive the transaction. */
export async function endLoad(session: Session): Promise<void> {
  for (const table of ['stretches', 'staged', 'fresh', 'changed', 'mine', 'cut']) {
    await session.rows(`/* mount.end */ DROP TABLE IF EXISTS temp.${table}`);
  }
}

/** Makes hits of what was staged since the last time. */
export async function expand(session: Session): Promise<void> {
  await expandFrom(
    session,
    `SELECT part, received, from_json(value, '${JSON.stringify(shape)}') AS h FROM staged
      WHERE json_valid(value)`,
  );
  await session.rows(`/* mount.stage */ CREATE OR REPLACE TEMP TABLE staged (${stagedColumns})`);
}

/**
 * A hit, received at a time in ms, as a line of a file for `expandLines`; `hit` is its JSON. `part`
 * as in `staged`.
 */
export const lineOf = (receivedMs: string, hit: string, part = 0) =>
  `{${part === 0 ? '' : `"part":${part},`}"received":${receivedMs},"h":${wellFormed(hit)}}\n`;

/** Makes hits of a file of such lines, none longer than `longest` bytes. */
export async function expandLines(session: Session, path: string, longest: number): Promise<void> {
  const type = (of: object): string =>
    `STRUCT(${Object.entries(of).map(
      ([name, inner]) => `"${name}" ${typeof inner === 'string' ? inner : type(inner)}`,
    )})`;
  // Lines that are no JSON become rows of NULLs, which `dedupe` takes out. A thread reads twice the
  // greatest size at once.
  const columns = `{part: 'INTEGER', received: 'BIGINT', h: '${type(shape)}'}`;
  const options = `columns = ${columns}, ignore_errors = true,
    maximum_object_size = ${Math.max(longest + 1, 4 * 2 ** 20)}`;
  await expandFrom(
    session,
    `SELECT coalesce(part, 0) AS part, received, h FROM read_ndjson(${quoted(path)}, ${options})`,
  );
}

/** `from` gives the index of a hit's day, when it was received, and its JSON as `shape` has it. */
async function expandFrom(session: Session, from: string): Promise<void> {
  const hour = `least(greatest(("time" + offset_ms) // ${hourMs}, first_hour),
    first_hour + 23)::INTEGER`;
  await session.rows(`/* mount.expand */ INSERT INTO fresh
    SELECT day, id, received, "time", ${hour}, name, name = 'pageview', coalesce(interactive, true),
      visitor, NULL,
      nullif(hostname, ''), ${normalizedPageSql("coalesce(page, '')")}, scrollDepth, engagedMs,
      ${textFields.map(({ name }) => `nullif("${name}", '')`).join(', ')},
      props, revenue.currency, revenue.amount,
      ${sentWithPageSql('sent::VARCHAR', "coalesce(page, '')")}
    FROM (
      SELECT part, received, TRY_CAST('0x' || h.id AS UBIGINT) AS id,
        TRY_CAST('0x' || h.visitor AS UBIGINT) AS visitor,
        h.* EXCLUDE (id, visitor)
      FROM (${from})
    ) AS hit JOIN stretches ON stretches.part = hit.part
      AND (from_ms IS NULL OR "time" >= from_ms) AND (to_ms IS NULL OR "time" < to_ms)`);
}

/**
 * Adds the hits that files of the ledger have of some days; `from` reads them. Gives how many. The
 * sums of a pageview's engagements are computed again: one of them may be erased, or belong to
 * another view now.
 */
export async function addClosed(
  session: Session,
  from: string,
  days: readonly Day[],
): Promise<number> {
  const among = days.map((_, i) => `$${i + 1}::DATE`).join(', ');
  const [[count] = [0]] = await session.rows(
    `/* mount.closed */ INSERT INTO fresh BY NAME SELECT * REPLACE (NULL AS visit,
      CASE WHEN NOT pageview THEN scroll_depth END AS scroll_depth,
      CASE WHEN NOT pageview THEN engaged_ms END AS engaged_ms)
      FROM (${from}) WHERE day IN (${among})`,
    days,
  );
  return Number(count);
}
