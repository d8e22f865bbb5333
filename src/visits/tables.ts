import type { Session } from '../duck/duck.ts';
import type { Day } from '../lib/site-days.ts';
import { textColumns, visitTextColumns } from '../model/fields.ts';
import { robotVisitor } from '../model/hit.ts';

/** The two tables of a site's mounted days. Names are our own, never input. */
export type Tables = { readonly hits: string; readonly visits: string };

/** The visitor of robots' rows, as an id in SQL. */
export const robots = BigInt(`0x${robotVisitor}`);

const asTexts = (columns: readonly string[]) =>
  columns.map((column) => `${column} VARCHAR`).join(', ');

/**
 * hits: every hit of the mounted days once; ids are unique within a day only, so that every join is
 * by day too. `visit` is the id of the visit's first hit; NULL for an engagement and for a robot's
 * row. `hour` counts hours of the site's clock since 1970. `scroll_depth` and `engaged_ms` of a
 * pageview are what its engagements add up to. `amount` is of `currency`, exact to three decimals;
 * `sent` is JSON text. visits: one row a visit. `entry` is the id of its first pageview.
 */
export const hitColumns = `day DATE, id UBIGINT, received BIGINT, "time" BIGINT, hour INTEGER,
  name VARCHAR,
    pageview BOOLEAN, interactive BOOLEAN, visitor UBIGINT, visit UBIGINT,
  hostname VARCHAR, page VARCHAR,
    scroll_depth INTEGER, engaged_ms BIGINT, ${asTexts(textColumns)},
    props MAP(VARCHAR, VARCHAR), currency VARCHAR, amount DECIMAL(18, 3), sent VARCHAR`;

export const visitColumns = `day DATE, visit UBIGINT, visitor UBIGINT, "time" BIGINT, hour INTEGER,
    duration_ms BIGINT, pageviews INTEGER, events INTEGER, bounced BOOLEAN, entry UBIGINT,
      entry_page VARCHAR,
    entry_hostname VARCHAR, exit_page VARCHAR, exit_hostname VARCHAR,
  ${asTexts(visitTextColumns)}`;

/**
 * Beside the tables of mounted days, for days of which only some visitors are mounted: what the
 * day's files have of these (`before`), and who they are (`touched`; `signed` as in files).
 */
export const besides = ({ hits, visits }: Tables) => ({
  before: { hits: `${hits}_before`, visits: `${visits}_before` },
  touched: `${hits}_touched`,
});

export async function createBesides(
  session: Session,
  tables: Tables,
  kind: TableKind = 'TABLE',
): Promise<void> {
  const { before, touched } = besides(tables);
  await createTables(session, before, kind);
  await session.rows(`/* mount.touched */ CREATE ${kind} IF NOT EXISTS ${touched}
    (day DATE, visitor UBIGINT, signed BIGINT)`);
}

type TableKind = 'TABLE' | 'TEMP TABLE';

export async function createTables(
  session: Session,
  { hits, visits }: Tables,
  kind: TableKind = 'TABLE',
): Promise<void> {
  await session.rows(`/* mount.hits */ CREATE ${kind} IF NOT EXISTS ${hits} (${hitColumns})`);
  await session.rows(`/* mount.visits */ CREATE ${kind} IF NOT EXISTS ${visits} (${visitColumns})`);
}

export async function dropTables(session: Session, tables: Tables): Promise<void> {
  for (const table of allOf(tables))
    await session.rows(`/* mount.drop */ DROP TABLE IF EXISTS ${table}`);
}

function allOf(tables: Tables): string[] {
  const { before, touched } = besides(tables);
  return [tables.hits, tables.visits, before.hits, before.visits, touched];
}

/** Takes days out; their place is free again when the tables are compressed. */
export async function dropDays(
  session: Session,
  tables: Tables,
  days: readonly Day[],
  hasBesides: boolean,
): Promise<void> {
  const places = days.map((_, i) => `$${i + 1}::DATE`).join(', ');
  for (const table of hasBesides ? allOf(tables) : [tables.hits, tables.visits]) {
    await session.rows(`/* mount.forget */ DELETE FROM ${table} WHERE day IN (${places})`, days);
  }
}

/** Tables without rows, for a range without hits. */
export const noTables: Relations = { hits: 'hits_none', visits: 'visits_none' };

/**
 * `rolled`: rows of roll-ups, `(day, dimension, value, measures)`; `rolledInFiles`: none of them is
 * in memory. `matching`: the visits are just those that match. `summed`: what is to be
 * counted over hits or visits is counted already, by day; `summedIn`: these are the rows of a table
 * with this `which`, as `value`.
 */
export type Relations = Tables & {
  readonly rolled?: string;
  readonly rolledInFiles?: boolean;
  readonly matching?: boolean;
  readonly summed?: string;
  readonly summedIn?: { readonly table: string; readonly which: number };
};

/** Added to visits of mounted rows, which lie beside those that files have by number. */
export const beyondNumbers = '18446744073709551616::HUGEINT';

/** A visit by its number in files, or the id of a hit where it is mounted, in 64 bits. */
export const visitInItsDay = (of: string) => `(${of}.visit::HUGEINT % ${beyondNumbers})::UBIGINT`;
