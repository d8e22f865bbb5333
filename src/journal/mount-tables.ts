import type { Hit } from '../collect/hit.ts';
import type { Row } from '../home/home.ts';
import { quoted } from '../ledger/parquet.ts';
import { hitsFromFile } from '../ledger/tables.ts';
import { dayMs, hourMs } from '../lib/clock.ts';
import type { Day } from '../lib/site-days.ts';
import type { Session, Value } from './duckdb.ts';
import { orderOf } from './keys.ts';
import type { OffsetSpan } from './mount-hours.ts';
import { wellFormed } from './mount-tail.ts';

/** A visit ends where its visitor is quiet for longer than this (the field's customary half hour). */
export const visitGapMs = 30 * 60_000;

/** The two tables of a site's mounted days. Names are our own, never input. */
export type Tables = { readonly hits: string; readonly visits: string };

type TextField = Exclude<
  { [K in keyof Hit]-?: NonNullable<Hit[K]> extends string ? K : never }[keyof Hit],
  'id' | 'name' | 'visitor' | 'hostname' | 'page'
>;

/** What a visit takes over from its first hit: column → field of the hit. An empty text is kept as not known. */
export const factFields: Readonly<Record<string, TextField>> = {
  referrer: 'referrer',
  source: 'source',
  channel: 'channel',
  utm_source: 'utmSource',
  utm_medium: 'utmMedium',
  utm_campaign: 'utmCampaign',
  utm_content: 'utmContent',
  utm_term: 'utmTerm',
  browser: 'browser',
  browser_version: 'browserVersion',
  os: 'os',
  os_version: 'osVersion',
  device: 'device',
  country: 'country',
  region: 'region',
  city: 'city',
  language: 'language',
  screen: 'screen',
};
const factColumns = Object.keys(factFields);

const texts = ['id', 'name', 'visitor', 'hostname', 'page', ...Object.values(factFields)];
/** A hit's JSON, field by field. */
const shape = {
  ...Object.fromEntries(texts.map((field) => [field, 'VARCHAR'])),
  time: 'BIGINT',
  interactive: 'BOOLEAN',
  scrollDepth: 'INTEGER',
  engagedMs: 'BIGINT',
  props: 'MAP(VARCHAR, VARCHAR)',
  revenue: { currency: 'VARCHAR', amount: 'DECIMAL(18, 3)' },
  sent: 'JSON',
};

/**
 * hits: every hit of the mounted days once; ids are unique within a day only, so that every join is by day too. `visit` is the id of the visit's first hit; NULL for an engagement. `hour` counts
 * hours of the site's clock since 1970. `scroll_depth` and `engaged_ms` of a pageview are what its engagements add up to. `amount` is of `currency`, exact to three decimals; `sent` is JSON text.
 * visits: one row a visit. `entry` is the id of its first pageview.
 */
const hitColumns = `day DATE, id UBIGINT, received BIGINT, "time" BIGINT, hour INTEGER, name VARCHAR,
    pageview BOOLEAN, interactive BOOLEAN, visitor UBIGINT, visit UBIGINT, hostname VARCHAR, page VARCHAR,
    scroll_depth INTEGER, engaged_ms BIGINT, ${factColumns.map((column) => `${column} VARCHAR`).join(', ')},
    props MAP(VARCHAR, VARCHAR), currency VARCHAR, amount DECIMAL(18, 3), sent VARCHAR`;
const visitColumns = `day DATE, visit UBIGINT, visitor UBIGINT, "time" BIGINT, hour INTEGER,
    duration_ms BIGINT, pageviews INTEGER, events INTEGER, bounced BOOLEAN, entry UBIGINT, entry_page VARCHAR,
    entry_hostname VARCHAR, exit_page VARCHAR, exit_hostname VARCHAR, ${factColumns.map((column) => `${column} VARCHAR`).join(', ')}`;

export async function createTables(session: Session, { hits, visits }: Tables): Promise<void> {
  await session.rows(`/* mount.hits */ CREATE TABLE ${hits} (${hitColumns})`);
  await session.rows(`/* mount.visits */ CREATE TABLE ${visits} (${visitColumns})`);
}

export async function dropTables(session: Session, { hits, visits }: Tables): Promise<void> {
  await session.rows(`/* mount.drop */ DROP TABLE IF EXISTS ${hits}`);
  await session.rows(`/* mount.drop */ DROP TABLE IF EXISTS ${visits}`);
}

/** Takes days out; their place is free again when the tables are compressed. */
export async function dropDays(session: Session, tables: Tables, days: readonly Day[]): Promise<void> {
  const places = days.map((_, i) => `$${i + 1}::DATE`).join(', ');
  for (const table of [tables.hits, tables.visits]) {
    await session.rows(`/* mount.forget */ DELETE FROM ${table} WHERE day IN (${places})`, days);
  }
}

/** A day to load: `part` tells its rows from others in `staged`. */
export type LoadedDay = { readonly day: Day; readonly spans: readonly OffsetSpan[] };

/** Begins a load: `staged` takes (index of the day, receivedAt, JSON text) by `session.append`, `expand` makes hits of them. */
export async function beginLoad(session: Session, days: readonly LoadedDay[]): Promise<void> {
  const values: Value[] = [];
  const bind = (value: Value, type: string) => `$${values.push(value)}::${type}`;
  // One row a stretch of equal offset: the first begins and the last ends with all time.
  const stretches = days.flatMap(({ day, spans }, part) =>
    spans.map((span, i) => {
      const from = i === 0 ? 'NULL' : bind(BigInt(span.fromMs), 'BIGINT');
      const to = i === spans.length - 1 ? 'NULL' : bind(BigInt(span.toMs), 'BIGINT');
      const hour = bind((Date.parse(day) / dayMs) * 24, 'INTEGER');
      return `(${part}, ${bind(day, 'DATE')}, ${hour}, ${from}, ${to}, ${bind(BigInt(span.offsetMs), 'BIGINT')})`;
    }),
  );
  await session.rows(
    `/* mount.stretches */ CREATE TEMP TABLE stretches AS
    SELECT * FROM (VALUES ${stretches.join(', ')}) AS s (part, day, first_hour, from_ms, to_ms, offset_ms)`,
    values,
  );
  await session.rows(
    '/* mount.stage */ CREATE TEMP TABLE staged (part INTEGER, received BIGINT, value VARCHAR)',
  );
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
    `SELECT part, received, from_json(value, '${JSON.stringify(shape)}') AS h FROM staged WHERE json_valid(value)`,
  );
  await session.rows(
    '/* mount.stage */ CREATE OR REPLACE TEMP TABLE staged (part INTEGER, received BIGINT, value VARCHAR)',
  );
}

/** A hit's row as a line of a file for `expandLines`. */
export const lineOf = (row: Row) =>
  `{"received":${orderOf(row).slice(0, 13)},"h":${wellFormed(row.value)}}\n`;

/** Makes hits of a file of such lines, none longer than `longest` bytes; they are of the first of the days that are loaded. */
export async function expandLines(session: Session, path: string, longest: number): Promise<void> {
  const type = (of: object): string =>
    `STRUCT(${Object.entries(of).map(([name, inner]) => `"${name}" ${typeof inner === 'string' ? inner : type(inner)}`)})`;
  // Lines that are no JSON become rows of NULLs, which `dedupe` takes out. A thread reads twice the greatest size at once.
  const options = `columns = {received: 'BIGINT', h: '${type(shape)}'}, ignore_errors = true,
    maximum_object_size = ${Math.max(longest + 1, 4 * 2 ** 20)}`;
  await expandFrom(session, `SELECT 0 AS part, received, h FROM read_ndjson(${quoted(path)}, ${options})`);
}

/** `from` gives the index of a hit's day, when it was received, and its JSON as `shape` has it. */
async function expandFrom(session: Session, from: string): Promise<void> {
  const hour = `least(greatest(("time" + offset_ms) // ${hourMs}, first_hour), first_hour + 23)::INTEGER`;
  await session.rows(`/* mount.expand */ INSERT INTO fresh
    SELECT day, id, received, "time", ${hour}, name, name = 'pageview', coalesce(interactive, true), visitor, NULL,
      nullif(hostname, ''), coalesce(page, ''), scrollDepth, engagedMs, ${factColumns.map((column) => `nullif("${factFields[column]}", '')`).join(', ')},
      props, revenue.currency, revenue.amount, sent::VARCHAR
    FROM (
      SELECT part, received, TRY_CAST('0x' || h.id AS UBIGINT) AS id, TRY_CAST('0x' || h.visitor AS UBIGINT) AS visitor,
        h.* EXCLUDE (id, visitor)
      FROM (${from})
    ) AS hit JOIN stretches ON stretches.part = hit.part
      AND (from_ms IS NULL OR "time" >= from_ms) AND (to_ms IS NULL OR "time" < to_ms)`);
}

/**
 * Adds the hits that a file of the ledger holds of a day, `from` being what reads it; gives how many. What a pageview's
 * engagements add up to is found anew: one of them may be erased, or be another view's now.
 */
export async function addClosed(session: Session, from: string, day: Day): Promise<number> {
  const [[count] = [0]] = await session.rows(
    `/* mount.closed */ INSERT INTO fresh BY NAME SELECT * REPLACE (NULL AS visit, CASE WHEN NOT pageview THEN scroll_depth END AS scroll_depth,
      CASE WHEN NOT pageview THEN engaged_ms END AS engaged_ms) FROM (${hitsFromFile(from)}) WHERE day = $1::DATE`,
    [day],
  );
  return Number(count);
}

/**
 * Merges the expanded hits into their days: each id once, its earliest; then recuts the visits of the visitors that changed.
 * `empty`: none of these days has hits yet.
 */
export async function merge(session: Session, tables: Tables, empty: boolean): Promise<void> {
  const { hits, visits } = tables;
  await dedupe(session, hits);
  if (empty) {
    await cut(session, 'fresh', visits);
    await session.rows(`/* mount.insert */ INSERT INTO ${hits} FROM fresh`);
    return;
  }
  const [[count] = [0]] = await session.rows('/* mount.count */ SELECT count(*) FROM fresh');
  if (Number(count) === 0) return;
  await session.rows(`/* mount.changed */ CREATE TEMP TABLE changed AS
    SELECT day, visitor FROM fresh UNION SELECT day, visitor FROM ${hits} SEMI JOIN fresh USING (day, id)`);
  await session.rows(
    `/* mount.replaced */ DELETE FROM ${hits} AS h USING fresh WHERE h.day = fresh.day AND h.id = fresh.id`,
  );
  await session.rows(`/* mount.insert */ INSERT INTO ${hits} FROM fresh`);
  await session.rows(
    `/* mount.mine */ CREATE TEMP TABLE mine AS FROM ${hits} SEMI JOIN changed USING (day, visitor)`,
  );
  await session.rows(`/* mount.uncut */ DELETE FROM ${visits} AS v USING changed
    WHERE v.day = changed.day AND v.visitor = changed.visitor`);
  await cut(session, 'mine', visits);
  await session.rows(`/* mount.visit */ UPDATE ${hits} AS h
    SET visit = m.visit, scroll_depth = m.scroll_depth, engaged_ms = m.engaged_ms
    FROM mine AS m WHERE h.day = m.day AND h.id = m.id AND (h.visit IS DISTINCT FROM m.visit
      OR h.scroll_depth IS DISTINCT FROM m.scroll_depth OR h.engaged_ms IS DISTINCT FROM m.engaged_ms)`);
}

/**
 * Cuts one whole day out of `fresh`, where it stays, for whoever needs it once. Its tables are this session's own, and gone
 * when its transaction is rolled back.
 */
export async function cutAlone(session: Session): Promise<Tables> {
  await dedupe(session, undefined);
  await session.rows(`/* close.visits */ CREATE TEMP TABLE cut_visits (${visitColumns})`);
  await cut(session, 'fresh', 'cut_visits');
  return { hits: 'fresh', visits: 'cut_visits' };
}

/** Leaves in `fresh` the hits that are new to their day, or earlier than the one of their id that is known. */
async function dedupe(session: Session, hits: string | undefined): Promise<void> {
  // A filter on parsed values would parse them once more for each: what is no hit is taken out here.
  await session.rows(`/* mount.unfit */ DELETE FROM fresh
    WHERE id IS NULL OR visitor IS NULL OR "time" IS NULL OR name IS NULL`);
  // Of two that were received in the same millisecond what they say decides, not the order in which they are read.
  const order = (of: string) =>
    ['received', '"time"', 'name', 'page', 'visitor'].map((column) => `${of}.${column}`);
  const known =
    hits === undefined
      ? ['false AS late', '']
      : [
          `(${order('known')}) <= (${order('fresh')}) AS late`,
          `LEFT JOIN ${hits} AS known ON known.day = fresh.day AND known.id = fresh.id`,
        ];
  await session.rows(`/* mount.once */ DELETE FROM fresh WHERE rowid IN (
    SELECT place FROM (
      SELECT fresh.rowid AS place, ${known[0]},
        row_number() OVER (PARTITION BY fresh.day, fresh.id ORDER BY ${order('fresh')}) AS n
      FROM fresh ${known[1]}
    ) WHERE late OR n > 1)`);
}

/**
 * Cuts the hits of `from`, all there are of their visitors, into visits, and adds those to `visits`.
 * A visit's hits are in order of time, then id. It bounced when at most one of its hits was interactive (a pageview, or
 * a custom event not sent with `i: false`): Plausible's rule, made independent of the order. Its duration is from its first hit to its last.
 */
async function cut(session: Session, from: string, visits: string): Promise<void> {
  await attachEngagement(session, from);
  await session.rows(`/* mount.cut */ CREATE TEMP TABLE cut AS
    SELECT day, id, row_number() OVER own AS n,
      last_value(CASE WHEN starts THEN id END IGNORE NULLS) OVER (own ROWS UNBOUNDED PRECEDING) AS visit
    FROM (
      SELECT day, id, visitor, "time",
        coalesce("time" - lag("time") OVER (PARTITION BY day, visitor ORDER BY "time", id) > ${visitGapMs}, true) AS starts
      FROM ${from} WHERE name <> 'engagement'
    ) WINDOW own AS (PARTITION BY day, visitor ORDER BY "time", id)`);
  await session.rows(`/* mount.mark */ UPDATE ${from} AS h SET visit = cut.visit FROM cut
    WHERE h.day = cut.day AND h.id = cut.id`);
  await session.rows(`/* mount.facts */ INSERT INTO ${visits}
    SELECT first.day, sums.visit, first.visitor, first."time", first.hour, sums.last - first."time", sums.pageviews, sums.events,
      sums.bounced, sums.entry, sums.entry_page, sums.entry_hostname, sums.exit_page, sums.exit_hostname,
      ${factColumns.map((column) => `first.${column}`).join(', ')}
    FROM (
      SELECT day, cut.visit, max("time") AS last, count(*) FILTER (pageview) AS pageviews, count(*) AS events,
        count(*) FILTER (interactive) <= 1 AS bounced,
        arg_min(id, n) FILTER (pageview) AS entry,
        arg_min(page, n) FILTER (pageview) AS entry_page, arg_min_null(hostname, n) FILTER (pageview) AS entry_hostname,
        arg_max(page, n) FILTER (pageview) AS exit_page, arg_max_null(hostname, n) FILTER (pageview) AS exit_hostname
      FROM cut JOIN ${from} USING (day, id) GROUP BY day, cut.visit
    ) AS sums JOIN ${from} AS first ON first.day = sums.day AND first.id = sums.visit`);
}

/**
 * An engagement belongs to its visitor's latest pageview of that page, not later than itself. What pageviews had of engagements
 * before goes first: one that came in late, or was erased, may have taken all of them along.
 */
async function attachEngagement(session: Session, from: string): Promise<void> {
  await session.rows(`/* mount.unread */ UPDATE ${from} SET scroll_depth = NULL, engaged_ms = NULL
    WHERE pageview AND (scroll_depth IS NOT NULL OR engaged_ms IS NOT NULL)`);
  const [[pings] = [0]] = await session.rows(
    `/* mount.pings */ SELECT count(*) FROM ${from} WHERE name = 'engagement'`,
  );
  if (Number(pings) === 0) return;
  // Of pageviews at one instant the one with the greatest id, in whatever order they came: the id is the lower half of `at`.
  const half = '18446744073709551616::HUGEINT';
  await session.rows(`/* mount.engagement */ UPDATE ${from} AS h SET scroll_depth = sums.scroll_depth, engaged_ms = sums.engaged_ms
    FROM (
      SELECT viewed.day, viewed.id, max(ping.scroll_depth) AS scroll_depth, sum(ping.engaged_ms) AS engaged_ms
      FROM (SELECT *, ("time" + 1) * ${half} AS at FROM ${from} WHERE name = 'engagement') AS ping
      ASOF JOIN (SELECT *, "time" * ${half} + id AS at FROM ${from} WHERE pageview) AS viewed
        ON ping.day = viewed.day AND ping.visitor = viewed.visitor AND ping.page = viewed.page
        AND ping.hostname IS NOT DISTINCT FROM viewed.hostname AND ping.at > viewed.at
      GROUP BY viewed.day, viewed.id
    ) AS sums
    WHERE h.day = sums.day AND h.id = sums.id`);
}
