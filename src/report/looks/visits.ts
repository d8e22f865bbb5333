import { type HeldDays, sourceOf } from '../../days/held-days.ts';
import type { Days } from '../../days/open-days.ts';
import { readDays } from '../../days/read-days.ts';
import type { Wanted } from '../../days/wanted.ts';
import type { Value } from '../../duck/duck.ts';
import { secondMs } from '../../lib/clock.ts';
import type { Day } from '../../lib/site-days.ts';
import { type FieldDimension, fieldDimensions } from '../../model/dimensions.ts';
import { visitInItsDay } from '../../visits/tables.ts';
import type { SpanDay } from '../plan/types.ts';
import type { Query } from '../query/types.ts';
import type { ReportSite } from '../report.ts';
import { binder, type Statement } from '../sql/bind.ts';
import { fromSql } from '../sql/rows-sql.ts';
import { matchingScope } from './matching.ts';

/** Days, both included, and moments that cut the first and the last. All may be open. */
export type Within = {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  readonly fromMs?: number | undefined;
  /** Not included. */
  readonly toMs?: number | undefined;
};

export type VisitsAsked = {
  readonly within: Within;
  /** In the query language. */
  readonly filters?: unknown;
  /** Only visits before this one, in the order from the newest. */
  readonly before?: VisitPlace | undefined;
  readonly limit: number;
};

/** Where a visit stands: `visit` is its id, 16 hex digits. */
export type VisitPlace = { readonly day: Day; readonly ms: number; readonly visit: string };

/** The newest first; `next`: the last place that was looked at, if there may be more. */
export type VisitPage = { readonly visits: readonly VisitRow[]; readonly next?: VisitPlace };

/** What a visit was: nothing says who. */
export type VisitRow = {
  /** Of its day, and of that alone. */
  readonly id: string;
  readonly start: string;
  /** Seconds. */
  readonly duration: number;
  readonly pageviews: number;
  readonly events: number;
  readonly entry_page: string;
  readonly exit_page: string;
  readonly source: string;
  readonly country: string;
  readonly device: string;
  readonly browser: string;
  readonly os: string;
};

/** As many days are looked at in one reading as have about so many hits. */
const hitsAtOnce = 300_000;

/** After this no more days are looked at: what was found is given. */
const enoughMs = 4_000;

/**
 * The visits that match, those that began last first. One that a moment cuts belongs to the range
 * in which it began, as reports count it. Days whose hits are no longer kept have none.
 */
export async function lookVisits(
  days: Days,
  site: ReportSite,
  query: Query,
  { within, before, limit }: VisitsAsked,
): Promise<VisitPage> {
  const endMs = days.monotonicMs() + enoughMs;
  const visits: VisitRow[] = [];
  let place = before;
  for (;;) {
    const found = await readVisits(days, site, query, {
      ...{ within, limit: limit - visits.length },
      ...(place !== undefined && { before: place }),
    });
    visits.push(...found.visits);
    place = found.next;
    const isEnough = visits.length >= limit || days.monotonicMs() > endMs;
    if (place === undefined || isEnough)
      return { visits, ...(place !== undefined && { next: place }) };
  }
}

function readVisits(
  source: Days,
  site: ReportSite,
  query: Query,
  { within, before, limit }: Omit<VisitsAsked, 'filters'>,
): Promise<VisitPage> {
  const last = [within.to, before?.day].filter((day) => day !== undefined).sort()[0];
  return readDays(source, site, { from: within.from, to: last }, (held) => {
    const { days, next } = newestDays(held);
    const scopes = scopesOf(held, days);
    return {
      scopes,
      async compute(session, tables) {
        const rows: (readonly Value[])[] = [];
        for (const scope of scopes) {
          if (rows.length >= limit) break;
          const own = scope.days.map((one) => cut(one, within));
          const matching = matchingScope(query, 'visits', own);
          const { text, values } = visitsSql(
            (bind) => fromSql(matching, { named: [], from: tables(scope) }, bind),
            before,
            limit - rows.length,
          );
          rows.push(...(await session.rows(text, values)));
        }
        const older = next === undefined ? undefined : beginning(next);
        const end = rows.length < limit ? older : placeOf(rows[rows.length - 1]!);
        return { visits: rows.map(visitOf), ...(end !== undefined && { next: end }) };
      },
    };
  });
}

/** The last days, and the one that is next before them. */
function newestDays(held: HeldDays): { readonly days: readonly Day[]; readonly next?: Day } {
  const kept = held.days.filter((day) => !isGone(held, day)).reverse();
  let sum = 0;
  for (const [i, day] of kept.entries()) {
    const files = held.bases.get(day) ?? held.closed.get(day);
    // How many hits an open day has is not known.
    sum += files?.closed.hits ?? hitsAtOnce;
    const next = kept[i + 1];
    if (sum >= hitsAtOnce && next !== undefined) return { days: kept.slice(0, i + 1), next };
  }
  return { days: kept };
}

const isGone = (held: HeldDays, day: Day) =>
  ['rolled', 'gone'].includes(sourceOf(held, day).source!);

/** Before all visits of a day, in the order from the newest. */
const beginning = (day: Day): VisitPlace => ({ day, ms: 999_999_999_999_999, visit: '0' });

/** Neighbouring days of one source together, the last first; each in its order. */
function scopesOf(held: HeldDays, days: readonly Day[]): Wanted[] {
  const scopes: (Wanted & { readonly days: { day: Day }[] })[] = [];
  for (const day of days) {
    const { source } = sourceOf(held, day);
    const one = { day, ...(source !== undefined && { source }) };
    const last = scopes[scopes.length - 1];
    if (last !== undefined && last.days[0]!.source === one.source) last.days.unshift(one);
    else scopes.push({ relation: 'visits', days: [one] });
  }
  return scopes;
}

const cut = (one: Wanted['days'][number], { from, to, fromMs, toMs }: Within): SpanDay => ({
  ...one,
  ...(fromMs !== undefined && one.day === from && { fromMs }),
  ...(toMs !== undefined && one.day === to && { toMs }),
});

const shown = [
  ...(['visit:entry_page', 'visit:exit_page', 'visit:source', 'visit:country'] as const),
  ...(['visit:device', 'visit:browser', 'visit:os'] as const),
] satisfies readonly FieldDimension[];

/** What `visitOf` reads, of `v`. */
export const visitColumnsSql = `v.day::VARCHAR, v."time"::DOUBLE,
  format('{:016x}', ${visitInItsDay('v')}), v.duration_ms::DOUBLE, v.pageviews::DOUBLE,
  v.events::DOUBLE, ${shown.map((name) => fieldDimensions[name].sql).join(', ')}`;

function visitsSql(
  from: (bind: (value: Value) => string) => string,
  before: VisitPlace | undefined,
  limit: number,
): Statement {
  const { values, bind } = binder();
  const rows = from(bind);
  const uid = visitInItsDay('v');
  const day = before && `${bind(before.day)}::DATE`;
  const ms = before && `${bind(BigInt(before.ms))}::BIGINT`;
  const older =
    before === undefined
      ? ''
      : ` AND (v.day < ${day} OR (v.day = ${day} AND (v."time" < ${ms} OR (v."time" = ${ms}
        AND ${uid} < ${bind(BigInt(`0x${before.visit}`))}::UBIGINT))))`;
  const text = `/* look.visits */ SELECT ${visitColumnsSql} ${rows}${older}
    ORDER BY v.day DESC, v."time" DESC, ${uid} DESC LIMIT ${limit}`;
  return { text, values };
}

const placeOf = ([day, ms, visit]: readonly Value[]): VisitPlace => ({
  ...{ day: String(day), ms: Number(ms), visit: String(visit) },
});

export function visitOf(row: readonly Value[]): VisitRow {
  const { day, ms, visit } = placeOf(row);
  const [durationMs, pageviews, events] = row.slice(3, 6).map(Number);
  const [entry_page, exit_page, source, country, device, browser, os] = row.slice(6).map(String);
  return {
    ...{ id: `${day}.${visit}`, start: new Date(ms).toISOString() },
    ...{ duration: Math.round(durationMs! / secondMs), pageviews: pageviews!, events: events! },
    ...{ entry_page: entry_page!, exit_page: exit_page!, source: source!, country: country! },
    ...{ device: device!, browser: browser!, os: os! },
  };
}
