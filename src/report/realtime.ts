import { hitsOfDay } from '../days/held-days.ts';
import { hitsBetween, type Moments } from '../days/hits-between.ts';
import type { Days } from '../days/open-days.ts';
import { readDays } from '../days/read-days.ts';
import { minuteMs } from '../lib/clock.ts';
import { dayBounds } from '../lib/site-days.ts';
import { type Hit, robotVisitor } from '../model/hit.ts';
import { clockSkewMs } from '../model/times.ts';
import type { ReportSite } from './report.ts';

/** Current visitors are those of the last five minutes: the field's custom. */
export const realtimeMs = 5 * minuteMs;

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

/** The same as a query, where not all visitors may be seen. */
export const presentQuery = (site: ReportSite, nowMs: number) => ({
  ...{ site_id: site.domain, metrics: ['visitors'] },
  date_range: [nowMs - realtimeMs, nowMs].map((ms) => new Date(ms).toISOString()),
});

/** The hits that visits are made of (`visits/cut.ts`). */
const isOfVisit = ({ name, visitor }: Hit) => name !== 'engagement' && visitor !== robotVisitor;

/** The same where a day was closed that still runs: its clock was wrong. */
async function mountedVisitors(
  source: Days,
  site: ReportSite,
  { fromMs, toMs }: Moments,
): Promise<number> {
  const [from, to] = [fromMs, toMs].map((ms) => dayBounds(site.zones, ms).day);
  return readDays(source, site, { from, to }, (held) => {
    const scopes = held.days.flatMap((day) => hitsOfDay(held, day) ?? []);
    return {
      scopes,
      async compute(session, tables) {
        let visitors = 0;
        for (const wanted of scopes) {
          const [[count] = [0]] = await session.rows(
            `/* report.realtime */ SELECT count(DISTINCT visitor) FROM ${tables(wanted).hits}
            WHERE day = $1::DATE AND visit IS NOT NULL
              AND "time" BETWEEN $2::BIGINT AND $3::BIGINT`,
            [wanted.days[0]!.day, BigInt(fromMs), BigInt(toMs)],
          );
          visitors += Number(count);
        }
        return visitors;
      },
    };
  });
}
