import { parquet } from '../duck/parquet.ts';
import {
  fieldDimensions,
  pageDimensions,
  rolledOfHits,
  rolledOfVisits,
} from '../model/dimensions.ts';
import { columnsSchema, notSet, textFields } from '../model/fields.ts';
import { type Measure, rolledMeasures, rolledOver } from '../model/measures.ts';
import { normalizedPageSql, sentWithPageSql } from '../visits/page-sql.ts';
import type { NamedFile } from './manifest.ts';

type Kind = 'hits' | 'visits' | 'rollup' | 'hours';

/** What was different when a file was written. */
type Written = Pick<NamedFile, 'schema' | 'normalized'>;

/** What came with later schemas, and is missing in files of earlier ones. */
export type Growth = {
  readonly columns: readonly { column: string; of: string; since: number }[];
  readonly dimensions: readonly { name: string; of: 'hit' | 'visit'; since: number }[];
};

const grown: Growth = {
  columns: textFields,
  dimensions: [...rolledOfHits, ...rolledOfVisits].map((name) => {
    const { of, since } = fieldDimensions[name];
    return { name, of, since };
  }),
};

/**
 * What reads files of one kind. Files of earlier versions are read as if they had been written now:
 * their pages in one spelling (`lib/page-path.ts`), and what has come since is there, empty.
 */
export function fileRows(
  kind: Kind,
  files: readonly NamedFile[],
  pathOf: (name: string) => string,
  growth = grown,
): string {
  const groups = new Map<string, NamedFile[]>();
  for (const file of files) {
    const written = `${file.schema} ${file.normalized}`;
    groups.set(written, [...(groups.get(written) ?? []), file]);
  }
  const parts = [...groups.values()].map((alike) => {
    const read = parquet(alike.map(({ name }) => pathOf(name)));
    return { read, now: asIfWrittenNow(kind, read, alike[0]!, growth) };
  });
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0 && first.read === first.now) return first.read;
  const selects = parts.map(({ read, now }) => (read === now ? `FROM ${read}` : now));
  return `(${selects.join(' UNION ALL BY NAME ')})`;
}

/** Whether it has all that a file has that is written now, in the same spelling. */
export const isWrittenNow = ({ schema, normalized }: Written) =>
  normalized && schema >= columnsSchema;

/** `from` reads rows that were so written; given back as it is where nothing has changed since. */
export function asIfWrittenNow(
  kind: Kind,
  from: string,
  { schema, normalized }: Written,
  growth = grown,
): string {
  const spelled = normalized || kind === 'hours' ? from : withNormalizedPages(kind, from);
  return withWhatCameSince(kind, spelled, schema, growth);
}

/** Types are said: of files alone that lack a column, none could be told. */
function withWhatCameSince(
  kind: Kind,
  from: string,
  schema: number,
  { columns, dimensions }: Growth,
): string {
  if (kind === 'hours') return from;
  const rows = from.startsWith('SELECT') ? `(${from})` : from;
  if (kind === 'rollup') {
    const newer = dimensions.filter(({ since }) => since > schema);
    if (newer.length === 0) return from;
    const unset = newer.map(
      ({ name, of }) => `SELECT * REPLACE ('${name}' AS dimension, '${notSet}' AS value
        ${zeroBut(of === 'hit' ? rolledOver('hits') : rolledOver('visits'))})
        FROM totals_of_earlier`,
    );
    return `SELECT * FROM (WITH earlier AS (FROM ${rows}),
      totals_of_earlier AS (FROM earlier WHERE dimension = '')
      FROM earlier UNION ALL ${unset.join(' UNION ALL ')})`;
  }
  const newer = columns.filter(
    ({ of, since }) => since > schema && (kind === 'hits' || of === 'visit'),
  );
  if (newer.length === 0) return from;
  const empty = newer.map(({ column }) => `NULL::VARCHAR AS ${column}`);
  return `SELECT *, ${empty.join(', ')} FROM ${rows}`;
}

const zeroBut = (kept: readonly Measure[]) =>
  rolledMeasures
    .filter((name) => !kept.includes(name))
    .map((name) => `, 0::BIGINT AS ${name}`)
    .join('');

/**
 * Of two spellings of one page, roll-ups are added up: a visitor who used both on one day counts
 * twice there. Nothing else is known of days whose hits are no longer kept.
 */
function withNormalizedPages(kind: Exclude<Kind, 'hours'>, from: string): string {
  switch (kind) {
    case 'hits':
      return `SELECT * REPLACE (${normalizedPageSql('page')} AS page,
        ${sentWithPageSql('sent', 'page')} AS sent) FROM ${from}`;
    case 'visits':
      return `SELECT * REPLACE (${normalizedPageSql('entry_page')} AS entry_page,
        ${normalizedPageSql('exit_page')} AS exit_page) FROM ${from}`;
    case 'rollup':
      return `SELECT * FROM ${from} WHERE dimension NOT IN (${pageNames})
        UNION ALL BY NAME
        SELECT * EXCLUDE (value, ${rolledMeasures.join(', ')}),
          ${normalizedPageSql('value')} AS value, ${summed}
          FROM ${from} WHERE dimension IN (${pageNames}) GROUP BY ALL`;
  }
}

const pageNames = pageDimensions.map((name) => `'${name}'`).join(', ');

const summed = rolledMeasures.map((name) => `sum(${name})::BIGINT AS ${name}`).join(', ');
