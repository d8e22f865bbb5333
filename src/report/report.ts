import type { Site } from '../account/site.ts';
import { type HeldDays, sourceOf } from '../days/held-days.ts';
import { type World as Sources, withHits } from '../days/read-days.ts';
import type { Session, Value } from '../duck/duck.ts';
import { type Clock, minuteMs } from '../lib/clock.ts';
import { type Day, dayBounds } from '../lib/site-days.ts';
import { noTables } from '../visits/tables.ts';
import { type Answer, answerOf } from './answer/answer.ts';
import { withBases } from './plan/bases.ts';
import { comparedSpan } from './plan/compared-span.ts';
import { allBuckets, counterpart, otherQuery } from './plan/other-period.ts';
import { planQuery } from './plan/plan.ts';
import { daysOf, resolveRange } from './plan/span.ts';
import {
  groupOf,
  type Plan,
  type Scope,
  type Span,
  type SpanDay,
  type TablesOf,
} from './plan/types.ts';
import type { Query } from './query/types.ts';
import { checkPatterns } from './sql/check-patterns.ts';
import { rowsOf, rowsOfPlans } from './sql/run-plans.ts';
import { narrow } from './sql/shared-rows.ts';

export type World = Sources & { readonly clock: Clock };

export type ReportSite = Pick<
  Site,
  'id' | 'domain' | 'zones' | 'goals' | 'weekStarts' | 'erasedTo'
>;

/** Current visitors are those of the last so many ms: the field's five minutes. */
const realtimeMs = 5 * minuteMs;

export async function report(world: World, site: ReportSite, query: Query): Promise<Answer> {
  const [answer] = await reportBatch(world, site, [query]);
  return answer!;
}

/** Several queries, all answered from one moment's hits. */
export async function reportBatch(
  world: World,
  site: ReportSite,
  queries: readonly Query[],
): Promise<Answer[]> {
  const nowMs = world.clock();
  return withHits(world, site, reachOf(queries, site, nowMs), (held) => {
    const daysIn = openDaysIn(site, held);
    const asked = queries.map((query) => plan(query, site, nowMs, held, daysIn));
    const plans = asked.flatMap(({ plan, other }) =>
      other === undefined ? [plan] : [plan, other],
    );
    const compute = async (session: Session, all: TablesOf) => {
      await checkPatterns(session, queries);
      const tables = await narrow(session, plans, all);
      const own = await rowsOfPlans(
        session,
        asked.map(({ plan }) => plan),
        tables,
      );
      const both = asked.map(({ plan, other }) => {
        const rows = own.get(plan)!;
        return { plan, rows, beside: other && forGroups(other, plan, rows, site) };
      });
      const others = await rowsOfPlans(
        session,
        both.flatMap(({ beside }) => beside ?? []),
        tables,
      );
      const answers: Answer[] = [];
      for (const { plan, rows, beside } of both) {
        const total = await totalOf(session, plan, tables, rows);
        const other = beside && { plan: beside, rows: others.get(beside)! };
        answers.push(answerOf(plan, site, { rows, total, other }));
      }
      return answers;
    };
    return {
      scopes: plans.flatMap(withBases).flatMap(({ parts }) => parts.map(({ scope }) => scope)),
      compute,
    };
  });
}

/** Visitors with a hit in the last five minutes. */
export async function realtimeVisitors(world: World, site: ReportSite): Promise<number> {
  const sinceMs = world.clock() - realtimeMs;
  const { day: from } = dayBounds(site.zones, sinceMs);
  return withHits(world, site, [from, undefined], ({ days }) => {
    // No day is closed so soon, and later rows of other days than these cannot be there.
    const scope: Scope = { relation: 'hits', days: days.map((day) => ({ day })), filters: [] };
    const compute = async (session: Session, tables: TablesOf) => {
      const { hits } = days.length === 0 ? noTables : tables(scope);
      const text = `/* report.realtime */ SELECT coalesce(sum(visitors), 0)::DOUBLE FROM (
        SELECT count(DISTINCT visitor) AS visitors FROM ${hits} WHERE visit IS NOT NULL AND "time" >= $1::BIGINT GROUP BY day
      )`;
      const [[visitors] = [0]] = await session.rows(text, [BigInt(sinceMs)]);
      return Number(visitors);
    };
    return { scopes: [scope], compute };
  });
}

/**
 * The number of rows stands in every row; behind the last page there is none, so the first is
 * asked.
 */
async function totalOf(
  session: Session,
  plan: Plan,
  tables: TablesOf,
  rows: readonly Value[][],
): Promise<number> {
  const { query } = plan;
  if (!query.include.total_rows) return 0;
  const first = rows.length > 0 || query.offset === 0;
  const from = first
    ? rows
    : await rowsOf(session, { ...plan, query: { ...query, limit: 1, offset: 0 } }, tables);
  return Number(from[0]?.at(-1) ?? 0);
}

/**
 * The first and the last day that any of the queries may need; of a range that begins with the
 * first hits, all days.
 */
function reachOf(
  queries: readonly Query[],
  site: ReportSite,
  nowMs: number,
): readonly [Day | undefined, Day | undefined] {
  const spans = queries.flatMap((query) => {
    const { span, other } = spansOf(query, site, nowMs, undefined);
    return other === undefined ? [span] : [span, other];
  });
  const ofAll = queries.some(({ dateRange }) => dateRange.kind === 'all');
  const first = ofAll ? undefined : spans.map(({ firstDay }) => firstDay).sort()[0];
  const lasts = spans.map(({ lastDay }) => lastDay).sort();
  return [first, lasts[lasts.length - 1]];
}

/** The span of a query, and that of the period that it is compared with. */
function spansOf(
  { dateRange, include, compare }: Query,
  { zones }: ReportSite,
  nowMs: number,
  firstHits: Day | undefined,
): { readonly span: Span; readonly other: Span | undefined } {
  const span = resolveRange(dateRange, zones, nowMs, firstHits, include.trim_relative_date_range);
  return { span, other: compare && comparedSpan(compare, span, zones, nowMs) };
}

/** `other` is the same query of the period that it is compared with, if there is one. */
type Asked = { readonly plan: Plan; readonly other?: Plan };

/** The days of a span, told once for all queries of a batch. */
function openDaysIn({ zones }: ReportSite, held: HeldDays): (span: Span) => readonly SpanDay[] {
  const known = new Map<string, readonly SpanDay[]>();
  return (span) => {
    const key = `${span.startMs} ${span.endMs}`;
    const days =
      known.get(key) ??
      daysOf(span, zones, held.days).map(
        (one): SpanDay => ({ ...one, ...sourceOf(held, one.day) }),
      );
    known.set(key, days);
    return days;
  };
}

function plan(
  query: Query,
  site: ReportSite,
  nowMs: number,
  held: HeldDays,
  daysIn: (span: Span) => readonly SpanDay[],
): Asked {
  const { zones, weekStarts } = site;
  const { span, other } = spansOf(query, site, nowMs, firstOf(held));
  const plan = planQuery(query, span, daysIn(span), weekStarts);
  if (other === undefined) return { plan };
  return {
    plan: { ...plan, groups: allBuckets(plan, zones) },
    other: planQuery(otherQuery(query, plan.dimensions), other, daysIn(other), weekStarts),
  };
}

/** The first day of which anything is kept. */
const firstOf = (held: HeldDays) => held.days.find((day) => sourceOf(held, day).source !== 'gone');

/** The plan of the other period, for the groups that are beside these rows. */
function forGroups(other: Plan, plan: Plan, rows: readonly Value[][], { zones }: ReportSite): Plan {
  if (plan.dimensions.length === 0) return other;
  const toOther = counterpart(plan, other, zones);
  const groups = rows.map((row) => toOther(groupOf(row, plan)));
  return { ...other, groups: groups.filter((group): group is string[] => !group.includes(null)) };
}
