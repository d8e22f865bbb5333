import { normalizedPage } from '../../lib/page-path.ts';
import { pagePattern } from '../../lib/page-patterns.ts';
import type { Tables } from '../../visits/tables.ts';
import type { Scope } from '../plan/types.ts';
import type { Bind } from './bind.ts';
import { daysFilterSql, valuesIn } from './days-filter.ts';

/** So many patterns of each hit take longer than finding all pages, and testing each once. */
const mostInHits = 2;

/**
 * What makes a page its group: the first pattern that fits, in the spelling of pages; else the page
 * itself.
 */
export function groupSqlOf(
  { pageGroups = [], days }: Pick<Scope, 'pageGroups' | 'days'>,
  tables: Tables,
  bind: Bind,
): (page: string) => string {
  if (pageGroups.length === 0) return (page) => page;
  const groupOf = (page: string) => {
    const fits = pageGroups.map((pattern) => {
      const test = `regexp_matches(${page}, ${bind(pagePattern(pattern))})`;
      return `WHEN ${test} THEN ${bind(normalizedPage(pattern))}`;
    });
    return `CASE ${fits.join(' ')} ELSE ${page} END`;
  };
  if (pageGroups.length <= mostInHits) return groupOf;
  return (page) => {
    const pages = valuesIn(tables, daysFilterSql(days, bind))('event:page', page);
    return `(SELECT page_group FROM (SELECT value, ${groupOf('value')} AS page_group
      FROM (${pages})) AS grouped WHERE grouped.value = ${page})`;
  };
}
