import { hitsBetween, type Moments } from '../days/hits-between.ts';
import type { Days } from '../days/open-days.ts';
import { readDays } from '../days/read-days.ts';
import { minuteMs } from '../lib/clock.ts';
import { dayBounds } from '../lib/site-days.ts';
import { type Hit, robotVisitor } from '../model/hit.ts';
import { clockSkewMs } from '../model/times.ts';
import { noTables } from '../visits/tables.ts';
import type { ReportSite } from './report.ts';

/** Current visitors are those of the last five minutes: the field's custom. */
const realtimeMs = 5 * minuteMs;

/** Visitors with a hit in the last five minutes. An engagement says only that one was there. */
export async function realtimeVisitors(days: Days, site: ReportSite): Promise<number> {
  const nowMs = days.clock();
  const present = { fromMs: nowMs - realtimeMs, toMs: nowMs + clockSkewMs };
  const found = await hitsBetween(days, site, present);
  if (found === undefined) return mountedVisitors(days, site, present);
  let visitors = 0;
  // A visitor is one of a day: around midnight those of both days count.
  for (const hits of found.values())
    visitors += new Set(hits.filter(isOfVisit).map(({ visitor }) => visitor)).size;
  return visitors;
}

/** The hits that visits are made of (`visits/cut.ts`). */
const isOfVisit = ({ name, visitor }: Hit) => name !== 'engagement' && visitor !== robotVisitor;

/** The same where a day was closed that still runs: its clock was wrong. */
async function mountedVisitors(
  source: Days,
  site: ReportSite,
  { fromMs, toMs }: Moments,
): Promise<number> {
  const [from, to] = [fromMs, toMs].map((ms) => dayBounds(site.zones, ms).day);
  return readDays(source, site, { from, to }, ({ days }) => {
    const wanted = { relation: 'hits', days: days.map((day) => ({ day })) };
    return {
      scopes: [wanted],
      async compute(session, tables) {
        const { hits } = days.length === 0 ? noTables : tables(wanted);
        const text = `/* report.realtime */ SELECT coalesce(sum(visitors), 0)::DOUBLE FROM (
          SELECT count(DISTINCT visitor) AS visitors FROM ${hits}
          WHERE visit IS NOT NULL AND "time" BETWEEN $1::BIGINT AND $2::BIGINT GROUP BY day
        )`;
        const [[visitors] = [0]] = await session.rows(text, [BigInt(fromMs), BigInt(toMs)]);
        return Number(visitors);
      },
    };
  });
}
