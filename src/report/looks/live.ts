import { type HeldDays, hitsOfDay } from '../../days/held-days.ts';
import type { Days } from '../../days/open-days.ts';
import { readDays } from '../../days/read-days.ts';
import type { Wanted } from '../../days/wanted.ts';
import type { Session, Value } from '../../duck/duck.ts';
import { minuteMs } from '../../lib/clock.ts';
import { dayBounds } from '../../lib/site-days.ts';
import { fieldDimensions } from '../../model/dimensions.ts';
import { clockSkewMs } from '../../model/times.ts';
import type { Tables } from '../../visits/tables.ts';
import { realtimeMs } from '../realtime.ts';
import type { ReportSite } from '../report.ts';

/** What happens on a site now: no person is named, not even by an id. */
export type Live = {
  /** When it was looked at. */
  readonly now: string;
  /** Of the last five minutes, as `realtimeVisitors` counts them. */
  readonly current_visitors: number;
  /** The last 30 minutes, ascending; the last one is not over. */
  readonly minutes: readonly LiveMinute[];
  /** By visitors of these 30 minutes, the most first. */
  readonly pages: readonly LiveRow[];
  readonly sources: readonly LiveRow[];
  readonly countries: readonly LiveRow[];
  /** The newest first. */
  readonly hits: readonly LiveHit[];
};

export type LiveMinute = {
  readonly start: string;
  readonly visitors: number;
  readonly pageviews: number;
};

export type LiveRow = { readonly value: string; readonly visitors: number };

export type LiveHit = {
  readonly time: string;
  readonly name: string;
  readonly page: string;
  readonly source: string;
  readonly country: string;
  readonly browser: string;
};

export const liveMinutes = 30;

const mostRows = 10;

const mostHits = 20;

/** Read of the hits and their visits, all at one moment. */
export async function lookLive(days: Days, site: ReportSite): Promise<Live> {
  const nowMs = days.clock();
  const lastMs = Math.floor(nowMs / minuteMs) * minuteMs;
  const span = { fromMs: lastMs - (liveMinutes - 1) * minuteMs, toMs: nowMs + clockSkewMs };
  const [from, to] = [span.fromMs, span.toMs].map((ms) => dayBounds(site.zones, ms).day);
  return readDays(days, site, { from, to }, (held) => {
    const scopes = scopesOf(held);
    return {
      scopes,
      async compute(session, tables) {
        const counted = newCounted();
        const hits: LiveHit[] = [];
        for (const scope of scopes) {
          const asked = { day: scope.days[0]!.day, nowMs, ...span };
          await count(session, tables(scope), asked, counted);
          hits.push(...(await newest(session, tables(scope), asked)));
        }
        hits.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
        return liveOf(nowMs, span.fromMs, counted, hits.slice(0, mostHits));
      },
    };
  });
}

/** Each day by itself; one has ended around midnight, and may be closed if a clock was wrong. */
const scopesOf = (held: HeldDays): Wanted[] =>
  held.days.flatMap((day): Wanted[] => {
    const wanted = hitsOfDay(held, day);
    return wanted === undefined ? [] : [{ relation: 'hits', days: wanted.days }];
  });

type Asked = {
  readonly day: string;
  readonly nowMs: number;
  readonly fromMs: number;
  readonly toMs: number;
};

/** Sums by value. A visitor is one of a day: around midnight those of both days count. */
type Sums = Map<string, { visitors: number; pageviews: number }>;

const groups = ['minute', 'page', 'source', 'country'] as const;

type Counted = { now: number } & Record<(typeof groups)[number], Sums>;

const newCounted = (): Counted => ({
  ...{ now: 0, minute: new Map(), page: new Map(), source: new Map(), country: new Map() },
});

const sourceSql = fieldDimensions['visit:source'].sql;
const countrySql = fieldDimensions['visit:country'].sql;

const joined = ({ hits, visits }: Tables) =>
  `${hits} AS h JOIN ${visits} AS v ON v.day = h.day AND v.visit = h.visit
    WHERE h.day = $1::DATE AND h."time" BETWEEN $2::BIGINT AND $3::BIGINT`;

const bound = ({ day, fromMs, toMs }: Asked): Value[] => [day, BigInt(fromMs), BigInt(toMs)];

async function count(
  session: Session,
  tables: Tables,
  asked: Asked,
  counted: Counted,
): Promise<void> {
  const rows = await session.rows(
    `/* look.live */ WITH seen AS (
      SELECT h.visitor, h.pageview, h."time", h.page,
        least(h."time", $4::BIGINT) // ${minuteMs} AS minute,
        ${sourceSql} AS source, ${countrySql} AS country
      FROM ${joined(tables)}
    )
    SELECT grouping(minute, page, source, country)::INTEGER, minute::VARCHAR, page, source,
      country, count(DISTINCT visitor)::DOUBLE, (count(*) FILTER (pageview))::DOUBLE,
      (count(DISTINCT visitor) FILTER ("time" >= $5::BIGINT))::DOUBLE
    FROM seen GROUP BY GROUPING SETS ((minute), (page), (source), (country), ())`,
    [...bound(asked), BigInt(asked.nowMs), BigInt(asked.nowMs - realtimeMs)],
  );
  for (const [grouping, ...row] of rows) {
    const [visitors, pageviews, now] = row.slice(groups.length).map(Number);
    // The bits of the columns that are not grouped by, the first being the highest.
    const at = [0b0111, 0b1011, 0b1101, 0b1110].indexOf(Number(grouping));
    if (at < 0) counted.now += now!;
    else add(counted[groups[at]!], String(row[at]), visitors!, pageviews!);
  }
}

function add(sums: Sums, value: string, visitors: number, pageviews: number): void {
  const known = sums.get(value) ?? { visitors: 0, pageviews: 0 };
  sums.set(value, {
    visitors: known.visitors + visitors,
    pageviews: known.pageviews + pageviews,
  });
}

async function newest(session: Session, tables: Tables, asked: Asked): Promise<LiveHit[]> {
  const rows = await session.rows(
    `/* look.newest */ SELECT h."time"::DOUBLE, h.name, h.page, ${sourceSql}, ${countrySql},
      ${fieldDimensions['visit:browser'].sql}
    FROM ${joined(tables)} ORDER BY h."time" DESC, h.id DESC LIMIT ${mostHits}`,
    bound(asked),
  );
  return rows.map(([time, ...texts]) => {
    const [name, page, source, country, browser] = texts.map(String) as LiveTexts;
    return { time: new Date(Number(time)).toISOString(), name, page, source, country, browser };
  });
}

type LiveTexts = [string, string, string, string, string];

function liveOf(
  nowMs: number,
  fromMs: number,
  { now, minute, page, source, country }: Counted,
  hits: readonly LiveHit[],
): Live {
  const minutes = Array.from({ length: liveMinutes }, (_, i) => fromMs + i * minuteMs);
  return {
    ...{ now: new Date(nowMs).toISOString(), current_visitors: now },
    minutes: minutes.map((ms) => ({
      start: new Date(ms).toISOString(),
      ...(minute.get(String(ms / minuteMs)) ?? { visitors: 0, pageviews: 0 }),
    })),
    ...{ pages: most(page), sources: most(source), countries: most(country), hits },
  };
}

/** Ties go by the value. */
const most = (sums: Sums): LiveRow[] =>
  [...sums]
    .map(([value, { visitors }]) => ({ value, visitors }))
    .sort((a, b) => b.visitors - a.visitors || (a.value < b.value ? -1 : 1))
    .slice(0, mostRows);
