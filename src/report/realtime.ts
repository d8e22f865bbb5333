import type { Days } from '../days/open-days.ts';
import { withHits } from '../days/read-days.ts';
import { minuteMs } from '../lib/clock.ts';
import { dayBounds } from '../lib/site-days.ts';
import { noTables } from '../visits/tables.ts';
import type { ReportSite } from './report.ts';

/** Current visitors are those of the last five minutes: the field's custom. */
const realtimeMs = 5 * minuteMs;

/** Visitors with a hit in the last five minutes. */
export async function realtimeVisitors(source: Days, site: ReportSite): Promise<number> {
  const sinceMs = source.clock() - realtimeMs;
  const { day: from } = dayBounds(site.zones, sinceMs);
  return withHits(source, site, [from, undefined], ({ days }) => {
    // No day is closed so soon, so all of them are mounted.
    const wanted = { relation: 'hits', days: days.map((day) => ({ day })) };
    return {
      scopes: [wanted],
      async compute(session, tables) {
        const { hits } = days.length === 0 ? noTables : tables(wanted);
        const text = `/* report.realtime */ SELECT coalesce(sum(visitors), 0)::DOUBLE FROM (
          SELECT count(DISTINCT visitor) AS visitors FROM ${hits}
          WHERE visit IS NOT NULL AND "time" >= $1::BIGINT GROUP BY day
        )`;
        const [[visitors] = [0]] = await session.rows(text, [BigInt(sinceMs)]);
        return Number(visitors);
      },
    };
  });
}
