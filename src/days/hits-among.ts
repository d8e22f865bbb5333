import { toUnsigned } from '../duck/parquet.ts';
import type { Day } from '../lib/site-days.ts';
import { type DaysSite, hitsOfDay } from './held-days.ts';
import type { Days } from './open-days.ts';
import { readDays } from './read-days.ts';

/** Ids that one statement looks for. */
const idsAtOnce = 500;

/**
 * Those of some ids (16 hex digits) that hits of a site-day have, in the journal or in the ledger.
 * A day of which no hits are kept has none.
 */
export function hitsAmong(
  days: Days,
  site: DaysSite,
  day: Day,
  ids: readonly string[],
): Promise<string[]> {
  return readDays(days, site, { from: day, to: day }, (held) => {
    const wanted = hitsOfDay(held, day);
    return {
      scopes: wanted === undefined ? [] : [wanted],
      async compute(session, tables) {
        const found: string[] = [];
        for (let i = 0; wanted !== undefined && i < ids.length; i += idsAtOnce) {
          const some = ids.slice(i, i + idsAtOnce);
          const places = some.map((_, nth) => `$${nth + 2}::UBIGINT`).join(', ');
          const text = `/* hits.among */ SELECT DISTINCT format('{:016x}', uid) FROM (
            SELECT ${toUnsigned('id')} AS uid FROM ${tables(wanted).hits} WHERE day = $1::DATE)
            WHERE uid IN (${places})`;
          const rows = await session.rows(text, [day, ...some.map((id) => BigInt(`0x${id}`))]);
          found.push(...rows.map(([id]) => String(id)));
        }
        return found;
      },
    };
  });
}
