import type { Session } from '../duck/duck.ts';
import { toSigned } from '../duck/parquet.ts';
import type { Day } from '../lib/site-days.ts';
import { propPrefix } from '../model/dimensions.ts';
import { notSet } from '../model/fields.ts';
import { rolledMeasures } from '../model/measures.ts';
import type { FilesOfDay } from '../visits/amend.ts';
import { merge } from '../visits/merge.ts';
import {
  besides,
  beyondNumbers,
  createBesides,
  createTables,
  type Tables,
} from '../visits/tables.ts';
import { asInFile, hitsFromFile, visitsFromFile } from './columns.ts';
import { rolledContents, rollUp } from './day-contents.ts';
import type { Content } from './save-files.ts';

/** What reads the files of a day that newer rows amend, each with the columns that files have. */
export type AmendedFiles = Readonly<Record<'hits' | 'visits' | 'rollup' | 'hours', string>>;

const fromFile = { hits: hitsFromFile, visits: visitsFromFile };

/** What some visitors have in the files of a day. */
export function filesOfDay(day: Day, files: Pick<AmendedFiles, 'hits' | 'visits'>): FilesOfDay {
  const rows = (kind: 'hits' | 'visits') => (which: string) =>
    fromFile[kind](`(FROM ${files[kind]} WHERE day = DATE '${day}' AND ${which})`);
  return { hits: rows('hits'), visits: rows('visits') };
}

/**
 * What files have of amended days but of the mounted visitors, and what is mounted. `files` reads
 * them with the columns of mounted tables. All ids are as in files; a visit is a number there, and
 * the id of a hit where it is mounted: these lie beyond all numbers.
 */
export function amendedTables(
  files: Tables,
  mounted: Tables,
  kinds: readonly ('hits' | 'visits')[] = ['hits', 'visits'],
): Tables {
  const { touched } = besides(mounted);
  const without = (from: string) =>
    `SELECT f.* REPLACE (f.visit::HUGEINT AS visit) FROM ${from} AS f
      ANTI JOIN ${touched} AS t ON t.day = f.day AND t.signed = f.visitor`;
  const among = (table: string, ...ids: string[]) => {
    const signed = ids.map((id) => `${toSigned(id)} AS ${id}`).join(', ');
    return `SELECT * REPLACE (${signed}, visit::HUGEINT + ${beyondNumbers} AS visit) FROM ${table}`;
  };
  const tableOf = (kind: 'hits' | 'visits', ...ids: string[]) =>
    kinds.includes(kind)
      ? `(${without(files[kind])} UNION ALL BY NAME ${among(mounted[kind], ...ids)})`
      : files[kind];
  return {
    hits: tableOf('hits', 'id', 'visitor'),
    visits: tableOf('visits', 'visitor', 'entry'),
  };
}

/** A whole day of which most is in files: its tables, and its roll-ups. */
export type AmendedDay = { readonly tables: Tables; rollUps(): Promise<readonly Content[]> };

/**
 * Amends a day by the hits in `fresh`, for a caller that needs it once: in temporary tables of this
 * session. Most of the day is not counted again: its roll-ups are those of the files, less what
 * these have of the visitors of `fresh`, plus what these have now.
 */
export async function amendAlone(
  session: Session,
  day: Day,
  files: AmendedFiles,
): Promise<AmendedDay> {
  const own = { hits: 'amended_hits', visits: 'amended_visits' };
  await createTables(session, own, 'TEMP TABLE');
  await createBesides(session, own, 'TEMP TABLE');
  await merge(session, own, true, new Map([[day, filesOfDay(day, files)]]));
  const inFiles = {
    hits: `(${hitsFromFile(ofDay(files.hits, day), asInFile)})`,
    visits: `(${visitsFromFile(ofDay(files.visits, day), asInFile)})`,
  };
  return {
    tables: amendedTables(inFiles, own),
    rollUps: () => amendRollUps(session, day, own, files),
  };
}

const ofDay = (from: string, day: Day) => `(FROM ${from} WHERE day = DATE '${day}')`;

const measures = rolledMeasures.join(', ');

const signed = (sign: '' | '-') =>
  rolledMeasures.map((name) => `${sign}${name} AS ${name}`).join(', ');

const summed = rolledMeasures.map((name) => `sum(${name})::BIGINT AS ${name}`).join(', ');

/** Where nothing is left, there is no row. */
const left = 'events > 0 OR stays > 0';

async function amendRollUps(
  session: Session,
  day: Day,
  now: Tables,
  files: AmendedFiles,
): Promise<readonly Content[]> {
  const { before } = besides(now);
  for (const [name, tables] of [
    ['now', now],
    ['before', before],
  ] as const) {
    await rollUp(session, tables, { rolled: `rolled_${name}`, hours: `hours_${name}` });
  }
  await session.rows(`/* amend.roll-up */ CREATE TEMP TABLE rolled AS ${rolledSql(day, files)}`);
  await session.rows(`/* amend.hours */ CREATE TEMP TABLE by_hour AS
    SELECT day, hour, ${summed} FROM (
      SELECT day, hour, ${measures} FROM ${ofDay(files.hours, day)}
      UNION ALL SELECT day, hour, ${measures} FROM hours_now
      UNION ALL SELECT day, hour, ${signed('-')} FROM hours_before
    ) GROUP BY ALL HAVING ${left} ORDER BY day, hour`);
  return rolledContents();
}

/**
 * The '(not set)' rows of a property are only where some hit has it: what lacks them has its totals
 * without it.
 */
function rolledSql(day: Day, files: AmendedFiles): string {
  const ofTotals = ['visitors', 'visits', 'pageviews', 'events'];
  const totals = rolledMeasures
    .map((name) => `${ofTotals.includes(name) ? `t.${name}` : '0'} AS ${name}`)
    .join(', ');
  const part = (n: number, from: string, sign: '' | '-' = '') =>
    `SELECT ${n} AS part, day, dimension, value, ${signed(sign)} FROM ${from}`;
  return `WITH parts AS (
      ${part(0, ofDay(files.rollup, day))}
      UNION ALL ${part(1, 'rolled_now')}
      UNION ALL ${part(2, 'rolled_before', '-')}
    ), names AS (
      SELECT DISTINCT dimension FROM parts WHERE starts_with(dimension, '${propPrefix}')
    ), own AS (
      SELECT DISTINCT part, dimension FROM parts
    ), lacking AS (
      SELECT t.part, t.day, names.dimension, '${notSet}' AS value, ${totals}
      FROM (FROM parts WHERE dimension = '') AS t CROSS JOIN names
      ANTI JOIN own ON own.part = t.part AND own.dimension = names.dimension
    ), sums AS (
      SELECT day, dimension, value, ${summed} FROM (FROM parts UNION ALL FROM lacking)
      GROUP BY day, dimension, value HAVING ${left}
    )
    FROM sums WHERE NOT starts_with(dimension, '${propPrefix}')
      OR dimension IN (SELECT dimension FROM sums WHERE value <> '${notSet}')
    ORDER BY dimension, day, value`;
}
