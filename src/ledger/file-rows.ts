import { parquet } from '../duck/parquet.ts';
import { pageDimensions } from '../model/dimensions.ts';
import { rolledMeasures } from '../model/measures.ts';
import { normalizedPageSql, sentWithPageSql } from '../visits/page-sql.ts';
import type { NamedFile } from './manifest.ts';

type Kind = 'hits' | 'visits' | 'rollup' | 'hours';

/**
 * What reads files of one kind. Files of earlier versions hold pages as they were sent: they are
 * read as if they held them normalized (`lib/page-path.ts`).
 */
export function fileRows(
  kind: Kind,
  files: readonly NamedFile[],
  pathOf: (name: string) => string,
): string {
  const read = (some: readonly NamedFile[]) => parquet(some.map(({ name }) => pathOf(name)));
  const earlier = kind === 'hours' ? [] : files.filter(({ normalized }) => !normalized);
  if (earlier.length === 0) return read(files);
  const parts = [withNormalizedPages(kind, read(earlier))];
  if (earlier.length < files.length)
    parts.push(`FROM ${read(files.filter((file) => !earlier.includes(file)))}`);
  return `(${parts.join(' UNION ALL BY NAME ')})`;
}

/**
 * Of two spellings of one page, roll-ups are added up: a visitor who used both on one day counts
 * twice there. Nothing else is known of days whose hits are no longer kept.
 */
export function withNormalizedPages(kind: Kind, from: string): string {
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
    case 'hours':
      return `FROM ${from}`;
  }
}

const pageNames = pageDimensions.map((name) => `'${name}'`).join(', ');

const summed = rolledMeasures.map((name) => `sum(${name})::BIGINT AS ${name}`).join(', ');
