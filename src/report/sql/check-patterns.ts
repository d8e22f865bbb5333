import type { Session } from '../../duck/duck.ts';
import { messageOf } from '../../lib/errors.ts';
import { fail } from '../query/expect.ts';
import { operators } from '../query/operators.ts';
import { type Filter, innerOf, type Query } from '../query/types.ts';

/** Only RE2 itself knows what it takes: each pattern is tried before anything is computed. */
export async function checkPatterns(session: Session, queries: readonly Query[]): Promise<void> {
  for (const pattern of new Set(queries.flatMap(({ filters }) => patternsIn(filters)))) {
    try {
      await session.rows(`/* report.pattern */ SELECT regexp_matches('', $1)`, [pattern]);
    } catch (error) {
      if (!messageOf(error).startsWith('Invalid Input Error')) throw error;
      const why = messageOf(error).replace('Invalid Input Error: ', '');
      fail('filters', `a regular expression that RE2 takes (${why})`, pattern);
    }
  }
}

function patternsIn(filters: readonly Filter[]): string[] {
  return filters.flatMap((filter) => {
    if (filter.kind === 'test')
      return operators[filter.operator].comparison === 'matches' ? filter.values : [];
    return patternsIn(innerOf(filter));
  });
}
