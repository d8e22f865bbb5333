import type { Hit } from '../collect/hit.ts';
import { dayMs, hourMs } from '../lib/clock.ts';
import type { Day } from '../lib/site-days.ts';
import type { Session, Value } from './duckdb.ts';
import type { OffsetSpan } from './mount-hours.ts';

/** A visit ends where its visitor is quiet for longer than this (the field's customary half hour). */
export const visitGapMs = 30 * 60_000;

/** The two tables of one mounted site-day. Names are our own, never input. */
export type Tables = { readonly hits: string; readonly visits: string };

type TextField = Exclude<
  { [K in keyof Hit]-?: NonNullable<Hit[K]> extends string ? K : never }[keyof Hit],
  'id' | 'name' | 'visitor' | 'hostname' | 'page'
>;

/** What a visit takes over from its first hit: column → field of the hit. An empty text is kept as not known. */
const facts: Readonly<Record<string, TextField>> = {
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
const factColumns = Object.keys(facts);

const texts = ['id', 'name', 'visitor', 'hostname', 'page', ...Object.values(facts)];
const shape = JSON.stringify({
  ...Object.fromEntries(texts.map((field) => [field, 'VARCHAR'])),
  time: 'BIGINT',
  interactive: 'BOOLEAN',
  scrollDepth: 'DOUBLE',
  engagedMs: 'DOUBLE',
});

/**
 * hits: every hit of the day once. `visit` is the id of the visit's first hit; NULL for an engagement. `hour` counts
 * hours of the site's clock since 1970. `scroll_depth` and `engaged_ms` of a pageview are what its engagements add up to.
 * visits: one row a visit. `entry` is the id of its first pageview.
 */
const create = ({ hits, visits }: Tables) => [
  `/* mount.hits */ CREATE TABLE ${hits} (day DATE, id UBIGINT, received BIGINT, "time" BIGINT, hour INTEGER, name VARCHAR,
    pageview BOOLEAN, interactive BOOLEAN, visitor UBIGINT, visit UBIGINT, hostname VARCHAR, page VARCHAR,
    scroll_depth DOUBLE, engaged_ms DOUBLE, ${factColumns.map((column) => `${column} VARCHAR`).join(', ')})`,
  `/* mount.visits */ CREATE TABLE ${visits} (day DATE, visit UBIGINT, visitor UBIGINT, "time" BIGINT, hour INTEGER,
    duration_ms BIGINT, pageviews INTEGER, events INTEGER, bounced BOOLEAN, entry UBIGINT, entry_page VARCHAR,
    entry_hostname VARCHAR, exit_page VARCHAR, exit_hostname VARCHAR, ${factColumns.map((column) => `${column} VARCHAR`).join(', ')})`,
];

export async function createTables(session: Session, tables: Tables): Promise<void> {
  for (const text of create(tables)) await session.rows(text);
}

export async function dropTables(session: Session, { hits, visits }: Tables): Promise<void> {
  await session.rows(`/* mount.drop */ DROP TABLE IF EXISTS ${hits}`);
  await session.rows(`/* mount.drop */ DROP TABLE IF EXISTS ${visits}`);
}

/** Begins a load: `staged` takes (receivedAt, JSON text) by `session.append`, `expand` makes hits of them. */
export async function beginLoad(session: Session, { hits }: Tables): Promise<void> {
  await session.rows('/* mount.stage */ CREATE TEMP TABLE staged (received BIGINT, value VARCHAR)');
  await session.rows(`/* mount.fresh */ CREATE TEMP TABLE fresh AS FROM ${hits} LIMIT 0`);
}

export async function expand(session: Session, day: Day, spans: readonly OffsetSpan[]): Promise<void> {
  const values: Value[] = [day];
  const bind = (value: Value) => `$${values.push(value)}::BIGINT`;
  const shown = spans.map(
    ({ toMs, offsetMs }) => `WHEN "time" < ${bind(BigInt(toMs))} THEN "time" + ${bind(BigInt(offsetMs))}`,
  );
  const local = `CASE ${shown.join(' ')} ELSE "time" + ${bind(BigInt(spans[spans.length - 1]!.offsetMs))} END`;
  const firstHour = bind(BigInt((Date.parse(day) / dayMs) * 24));
  const hour = `least(greatest((${local}) // ${hourMs}, ${firstHour}), ${firstHour} + 23)::INTEGER`;
  await session.rows(
    `/* mount.expand */ INSERT INTO fresh
    SELECT $1::DATE, id, received, "time", ${hour}, name, name = 'pageview', coalesce(interactive, true), visitor, NULL,
      nullif(hostname, ''), coalesce(page, ''), scrollDepth, engagedMs, ${factColumns.map((column) => `nullif("${facts[column]}", '')`).join(', ')}
    FROM (
      SELECT received, TRY_CAST('0x' || h.id AS UBIGINT) AS id, TRY_CAST('0x' || h.visitor AS UBIGINT) AS visitor,
        h.* EXCLUDE (id, visitor)
      FROM (SELECT received, from_json(value, '${shape}') AS h FROM staged WHERE json_valid(value))
    ) WHERE id IS NOT NULL AND visitor IS NOT NULL AND "time" IS NOT NULL AND name IS NOT NULL`,
    values,
  );
  await session.rows('/* mount.stage */ TRUNCATE staged');
}

/** Merges the expanded hits into the day: each id once, its earliest; then recuts the visits of visitors that changed. */
export async function merge(
  session: Session,
  tables: Tables,
): Promise<{ hits: number; visitsRemoved: number }> {
  const { hits } = tables;
  await session.rows(`/* mount.once */ CREATE TEMP TABLE once AS
    SELECT fresh.* FROM fresh LEFT JOIN ${hits} AS known USING (id)
    WHERE known.id IS NULL OR fresh.received < known.received
    QUALIFY row_number() OVER (PARTITION BY id ORDER BY fresh.received, fresh."time", fresh.visitor, fresh.name, fresh.page) = 1`);
  await session.rows(`/* mount.changed */ CREATE TEMP TABLE changed AS
    SELECT visitor FROM once UNION SELECT visitor FROM ${hits} WHERE id IN (SELECT id FROM once)`);
  await session.rows(`/* mount.replaced */ DELETE FROM ${hits} WHERE id IN (SELECT id FROM once)`);
  const [[added] = [0]] = await session.rows(`/* mount.insert */ INSERT INTO ${hits} FROM once`);
  if (Number(added) === 0) return { hits: 0, visitsRemoved: 0 };
  await attachEngagement(session, hits);
  return { hits: Number(added), visitsRemoved: await recut(session, tables) };
}

/** An engagement belongs to its visitor's latest pageview of that page, not later than itself. */
async function attachEngagement(session: Session, hits: string): Promise<void> {
  await session.rows(`/* mount.engagement */ UPDATE ${hits} SET scroll_depth = sums.scroll_depth, engaged_ms = sums.engaged_ms
    FROM (
      SELECT viewed.id, max(ping.scroll_depth) AS scroll_depth, sum(ping.engaged_ms) AS engaged_ms
      FROM (FROM ${hits} SEMI JOIN changed USING (visitor) WHERE name = 'engagement') AS ping
      ASOF JOIN (FROM ${hits} SEMI JOIN changed USING (visitor) WHERE pageview) AS viewed
        ON ping.visitor = viewed.visitor AND ping.page = viewed.page
        AND ping.hostname IS NOT DISTINCT FROM viewed.hostname AND ping."time" >= viewed."time"
      GROUP BY viewed.id
    ) AS sums
    WHERE ${hits}.id = sums.id
      AND (${hits}.scroll_depth, ${hits}.engaged_ms) IS DISTINCT FROM (sums.scroll_depth, sums.engaged_ms)`);
}

/**
 * A visit's hits are in order of time, then id. It bounced when at most one of its hits was interactive (a pageview, or
 * a custom event not sent with `i: false`): Plausible's rule, made independent of the order. Its duration is from its first hit to its last.
 */
async function recut(session: Session, { hits, visits }: Tables): Promise<number> {
  await session.rows(`/* mount.cut */ CREATE TEMP TABLE cut AS
    SELECT id, row_number() OVER own AS n,
      last_value(CASE WHEN starts THEN id END IGNORE NULLS) OVER (own ROWS UNBOUNDED PRECEDING) AS visit, visitor
    FROM (
      SELECT id, visitor, "time",
        coalesce("time" - lag("time") OVER (PARTITION BY visitor ORDER BY "time", id) > ${visitGapMs}, true) AS starts
      FROM ${hits} SEMI JOIN changed USING (visitor) WHERE name <> 'engagement'
    ) WINDOW own AS (PARTITION BY visitor ORDER BY "time", id)`);
  await session.rows(`/* mount.visit */ UPDATE ${hits} SET visit = cut.visit FROM cut
    WHERE ${hits}.id = cut.id AND ${hits}.visit IS DISTINCT FROM cut.visit`);
  const [[removed] = [0]] = await session.rows(
    `/* mount.uncut */ DELETE FROM ${visits} WHERE visitor IN (SELECT visitor FROM changed)`,
  );
  await session.rows(`/* mount.facts */ INSERT INTO ${visits}
    SELECT first.day, sums.visit, first.visitor, first."time", first.hour, sums.last - first."time", sums.pageviews, sums.events,
      sums.bounced, sums.entry, sums.entry_page, sums.entry_hostname, sums.exit_page, sums.exit_hostname,
      ${factColumns.map((column) => `first.${column}`).join(', ')}
    FROM (
      SELECT cut.visit, max("time") AS last, count(*) FILTER (pageview) AS pageviews, count(*) AS events,
        count(*) FILTER (interactive) <= 1 AS bounced,
        arg_min(id, n) FILTER (pageview) AS entry,
        arg_min(page, n) FILTER (pageview) AS entry_page, arg_min_null(hostname, n) FILTER (pageview) AS entry_hostname,
        arg_max(page, n) FILTER (pageview) AS exit_page, arg_max_null(hostname, n) FILTER (pageview) AS exit_hostname
      FROM cut JOIN ${hits} USING (id) GROUP BY cut.visit
    ) AS sums JOIN ${hits} AS first ON first.id = sums.visit`);
  return Number(removed);
}

/** Deleted rows stay where they were until the table is written anew. */
export async function compactVisits(session: Session, { visits }: Tables): Promise<void> {
  await session.rows(`/* mount.compact */ CREATE OR REPLACE TABLE ${visits} AS FROM ${visits}`);
}
