import { toUnsigned } from '../duck/parquet.ts';
import type { Day } from '../lib/site-days.ts';
import { sourceOf } from './held-days.ts';
import type { Days } from './open-days.ts';
import { withHits } from './read-days.ts';

/** Whether a site-day has a hit of that id (16 hex digits), in the journal or in the ledger. */
export function hasHit(
  days: Days,
  site: Parameters<typeof withHits>[1],
  day: Day,
  id: string,
): Promise<boolean> {
  return withHits(days, site, [day, day], (held) => {
    const { source } = sourceOf(held, day);
    const isReadable = held.days.includes(day) && (source === undefined || source === 'files');
    const scope = {
      relation: 'hits',
      days: isReadable ? [{ day, ...(source !== undefined && { source }) }] : [],
    };
    return {
      scopes: isReadable ? [scope] : [],
      async compute(session, tables) {
        if (!isReadable) return false;
        const text = `/* hits.has */ SELECT 1 FROM ${tables(scope).hits}
          WHERE day = $1::DATE AND ${toUnsigned('id')} = $2::UBIGINT LIMIT 1`;
        return (await session.rows(text, [day, BigInt(`0x${id}`)])).length > 0;
      },
    };
  });
}
