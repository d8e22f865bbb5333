import type { RawCondition } from '../../days/raw-hit-sql.ts';
import type { Relation } from '../../model/measures.ts';
import { asksForRobots, type Scope, type SpanDay } from '../plan/types.ts';
import type { Limits } from '../query/limits.ts';
import { parseQuery } from '../query/parse.ts';
import type { Query, QuerySite } from '../query/types.ts';
import { fromSql } from '../sql/rows-sql.ts';

/**
 * Filters of the query language, for what is not counted but shown. Throws `bad-input` as a query
 * does; `of`: what is shown, hits or whole visits.
 */
export const parseMatching = (
  filters: unknown,
  site: QuerySite,
  limits: Limits,
  of: 'events' | 'visits' = 'events',
): Query => parseQuery({ site_id: '', metrics: [of], date_range: 'all', filters }, site, limits);

/** The rows of some days that match. */
export const matchingScope = (
  query: Query,
  relation: Exclude<Relation, 'rolled'>,
  days: readonly SpanDay[],
): Scope & { readonly relation: Exclude<Relation, 'rolled'> } => ({
  ...{ relation, days, filters: query.filters },
  ...(query.pageGroups !== undefined && { pageGroups: query.pageGroups }),
});

/** Of those that reports count: no engagements, and robots' rows only where these are named. */
export const matchingHits =
  (query: Query): RawCondition =>
  (from, days, bind) => {
    const relation = asksForRobots(query) ? 'robots' : 'hits';
    const scope = matchingScope(
      query,
      relation,
      days.map((day) => ({ day })),
    );
    return `(day, id) IN (SELECT (h.day, h.id) ${fromSql(scope, { named: [], from }, bind)})`;
  };
