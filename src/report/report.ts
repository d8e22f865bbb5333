import type { Site } from '../account/site.ts';
import type { Home } from '../home/home.ts';
import { type Duck, queryTimeoutMs, type Session, type Value } from '../journal/duckdb.ts';
import type { Mounts } from '../journal/mount.ts';
import type { Tables } from '../journal/mount-tables.ts';
import { listDays } from '../journal/read.ts';
import { type Clock, minuteMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { type Day, dayBounds } from '../lib/site-days.ts';
import { type Answer, answerOf } from './answer.ts';
import { allBuckets, counterpart, groupOf, otherQuery } from './compare.ts';
import { comparedSpan } from './compared-span.ts';
import { checkPatterns } from './patterns.ts';
import { type Plan, planQuery } from './plan.ts';
import type { Query } from './query.ts';
import { daysOf, resolveRange } from './ranges.ts';
import { shareScopes } from './share.ts';
import { noTables, querySql, type TableOf } from './sql.ts';

export type World = {
  readonly home: Pick<Home, 'rows' | 'shards'>;
  readonly duck: Duck;
  readonly mounts: Mounts;
  readonly clock: Clock;
  /** A report that takes longer is given up with fault `unavailable`. */
  readonly timeoutMs?: number;
};
export type ReportSite = Pick<Site, 'id' | 'domain' | 'zones' | 'goals' | 'weekStarts'>;

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
  const present = await listDays(world.home, site.id);
  const asked = queries.map((query) => plan(query, site, nowMs, present));
  const plans = asked.flatMap(({ plan, other }) => (other === undefined ? [plan] : [plan, other]));
  return withDays(world, site, daysOfAll(plans), async (session, tables) => {
    await checkPatterns(session, queries);
    const tableOf = await shareScopes(session, plans, tables);
    const answers: Answer[] = [];
    for (const { plan, other } of asked) {
      const rows = await rowsOf(session, plan, tables, tableOf);
      const total = await totalOf(session, plan, tables, tableOf, rows);
      const beside = other && forGroups(other, plan, rows, site);
      answers.push(
        answerOf(plan, site, {
          ...{ rows, total },
          other: beside && { plan: beside, rows: await rowsOf(session, beside, tables, tableOf) },
        }),
      );
    }
    return answers;
  });
}

/** Visitors with a hit in the last five minutes. */
export async function realtimeVisitors(world: World, site: ReportSite): Promise<number> {
  const sinceMs = world.clock() - realtimeMs;
  const { day: from } = dayBounds(site.zones, sinceMs);
  const days = await listDays(world.home, site.id, { from });
  return withDays(world, site, days, async (session, tables) => {
    // Later rows of other days than these cannot be there: the tables hold days, and these are the last ones.
    const { hits } = days.length === 0 ? noTables : tables;
    const text = `/* report.realtime */ SELECT coalesce(sum(visitors), 0)::DOUBLE FROM (
      SELECT count(DISTINCT visitor) AS visitors FROM ${hits} WHERE visit IS NOT NULL AND "time" >= $1::BIGINT GROUP BY day
    )`;
    const values = [BigInt(sinceMs)];
    const [[visitors] = [0]] = await session.rows(text, values);
    return Number(visitors);
  });
}

function rowsOf(session: Session, plan: Plan, tables: Tables, tableOf: TableOf): Promise<Value[][]> {
  const { text, values } = querySql(plan, tables, tableOf);
  return session.rows(text, values);
}

/** The number of rows stands in every row; behind the last page there is none, so the first is asked. */
async function totalOf(
  session: Session,
  plan: Plan,
  tables: Tables,
  tableOf: TableOf,
  rows: readonly Value[][],
): Promise<number> {
  const { query } = plan;
  if (!query.include.total_rows) return 0;
  const first = rows.length > 0 || query.offset === 0;
  const from = first
    ? rows
    : await rowsOf(session, { ...plan, query: { ...query, limit: 1, offset: 0 } }, tables, tableOf);
  return Number(from[0]?.at(-1) ?? 0);
}

/** `other` is the same query of the period that it is compared with, if there is one. */
type Asked = { readonly plan: Plan; readonly other?: Plan };

function plan(query: Query, site: ReportSite, nowMs: number, present: readonly Day[]): Asked {
  const { zones, weekStarts } = site;
  const trim = query.include.trim_relative_date_range;
  const span = resolveRange(query.dateRange, zones, nowMs, present[0], trim);
  const plan = planQuery(query, span, daysOf(span, zones, present), weekStarts);
  if (query.compare === undefined) return { plan };
  const otherSpan = comparedSpan(query.compare, span, zones, nowMs);
  const otherDays = daysOf(otherSpan, zones, present);
  return {
    plan: { ...plan, groups: allBuckets(plan, zones) },
    other: planQuery(otherQuery(query, plan.dimensions), otherSpan, otherDays, weekStarts),
  };
}

/** The plan of the other period, for the groups that are beside these rows. */
function forGroups(other: Plan, plan: Plan, rows: readonly Value[][], { zones }: ReportSite): Plan {
  if (plan.dimensions.length === 0) return other;
  const toOther = counterpart(plan, other, zones);
  const groups = rows.map((row) => toOther(groupOf(row, plan)));
  return { ...other, groups: groups.filter((group): group is string[] => !group.includes(null)) };
}

const daysOfAll = (plans: readonly Plan[]): Day[] => [
  ...new Set(plans.flatMap(({ days }) => days.map(({ day }) => day))),
];

/** Mounts the days up to this moment and computes over them; both together in `timeoutMs`. */
async function withDays<T>(
  world: World,
  site: ReportSite,
  days: readonly Day[],
  compute: (session: Session, tables: Tables) => Promise<T>,
): Promise<T> {
  const timeoutMs = world.timeoutMs ?? queryTimeoutMs;
  const startedMs = performance.now();
  const refreshing = world.mounts.refresh(site, days);
  const lease = await inTime(refreshing, timeoutMs).catch((error: unknown) => {
    refreshing.then(({ release }) => release()).catch(() => {}); // it goes on without us
    throw error;
  });
  try {
    const leftMs = Math.max(1, timeoutMs - (performance.now() - startedMs));
    return await world.duck.read((session) => compute(session, lease.tables), leftMs);
  } finally {
    lease.release();
  }
}

function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new DaybookError(
          'unavailable',
          `the hits were not ready to be counted within ${timeoutMs / 1000} s; ask again`,
        ),
      );
    }, timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
