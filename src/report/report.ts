import type { Site } from '../account/site.ts';
import type { Days } from '../days/open-days.ts';
import { readDays, type Work } from '../days/read-days.ts';
import { withinBounds } from '../days/unerased.ts';
import type { Session } from '../duck/duck.ts';
import type { Day } from '../lib/site-days.ts';
import { type Answer, answerOf } from './answer/answer.ts';
import { withErasing } from './answer/erasing.ts';
import { withBases } from './plan/bases.ts';
import { checkCost } from './plan/cost.ts';
import { dayRangeOf } from './plan/day-range.ts';
import { type PlannedQuery, planQueries } from './plan/plan-queries.ts';
import type { Scope, SpanDay, TablesOf } from './plan/types.ts';
import { type Limits, limitsOf } from './query/limits.ts';
import type { Query, QuerySite } from './query/types.ts';
import { checkPatterns } from './sql/check-patterns.ts';
import { readRows, totalRows } from './sql/read-rows.ts';
import { openRoom, type Room } from './sql/room.ts';
import { shareRolls } from './sql/shared-rolls.ts';
import { type Counted, sumByDays } from './sql/sum-by-days.ts';
import { sumTogether } from './sql/sum-together.ts';

export type ReportSite = Pick<Site, 'id' | 'domain' | 'zones' | 'weekStarts'> & QuerySite;

/**
 * The answers to several queries, all from the hits of one moment, within an asker's limits. The
 * steps, in running order:
 *
 *   parse    `query/parse.ts` has made the queries, before anything is opened
 *   range    which days may be needed (`plan/day-range.ts`)
 *   days     where each of them is held, at one moment (`days/read-days.ts`)
 *   plan     what answers each query on each day (`plan/plan-queries.ts`, pure)
 *   cost     whether that costs too much (`plan/cost.ts`, pure); again when days are mounted
 *   read     files are opened, and the other days mounted (`days/read-days.ts`)
 *   compute  SQL over what was opened (`sql/`)
 *   answer   ratios, names and texts (`answer/`)
 */
export async function reportBatch(
  days: Days,
  site: ReportSite,
  queries: readonly Query[],
  limits: Limits = limitsOf.owner,
): Promise<Answer[]> {
  const nowMs = days.clock();
  const [from, to] = dayRangeOf(queries, site, nowMs);
  return readDays(days, site, { from, to }, (all): Work<Answer[]> => {
    const { held, waiting } = withinBounds(all);
    const planned = planQueries(queries, { site, nowMs, held });
    const scopes = scopesOf(planned);
    const inFiles = ({ day, source }: SpanDay) =>
      (source === 'amended' ? held.bases : held.closed).get(day)?.closed.hits ?? 0;
    const inFilesAlone = (one: SpanDay) => (isMounted(one) ? 0 : inFiles(one));
    checkCost(planned, limits, inFilesAlone);
    return {
      scopes,
      async compute(session, tables) {
        const mounted = await mountedHits(session, tables, scopes);
        const inMounts = ({ day }: SpanDay) => mounted.get(day) ?? 0;
        const hitsOf = (one: SpanDay) =>
          inFilesAlone(one) + (one.source === 'files' ? 0 : inMounts(one));
        checkCost(planned, limits, hitsOf);
        const room = openRoom(limits.answers, queries.length);
        const counted = { tables, hitsOf, hitsAtOnce: days.hitsAtOnce, room };
        const answers = await compute(session, counted, site, planned);
        return answers.map((answer, i) => withErasing(answer, planned[i]!, { held, waiting }));
      },
    };
  });
}

/** All rows that the plans read. */
const scopesOf = (planned: readonly PlannedQuery[]) =>
  plansOf(planned)
    .flatMap(withBases)
    .flatMap(({ parts }) => parts.map(({ scope }) => scope));

const isMounted = ({ source }: SpanDay) => source === undefined || source === 'before';

/** The hits of the days that are mounted: what these hold is known only now. */
async function mountedHits(
  session: Session,
  tables: TablesOf,
  scopes: readonly Scope[],
): Promise<ReadonlyMap<Day, number>> {
  const mounted = scopes.find(({ days }) => days.length > 0 && days[0]!.source === undefined);
  if (mounted === undefined) return new Map();
  const text = `/* report.mounted */ SELECT day::VARCHAR, count(*)::DOUBLE
    FROM ${tables(mounted).hits} GROUP BY day`;
  const rows = await session.rows(text);
  return new Map(rows.map(([day, hits]) => [String(day), Number(hits)]));
}

const plansOf = (planned: readonly PlannedQuery[]) =>
  planned.flatMap(({ plan, compared }) => (compared === undefined ? [plan] : [plan, compared]));

async function compute(
  session: Session,
  { room, ...counted }: Counted & { readonly room: Room },
  site: ReportSite,
  planned: readonly PlannedQuery[],
): Promise<Answer[]> {
  await checkPatterns(
    session,
    planned.map(({ plan }) => plan.query),
  );
  const plans = plansOf(planned);
  const byDays = await sumByDays(session, plans, counted);
  const together = await sumTogether(session, plans, { ...counted, tables: byDays });
  const tables = await shareRolls(session, plans, together);
  const answers: Answer[] = [];
  const asked = { zones: site.zones, planned, room };
  for (const { plan, rows, other } of await readRows(session, tables, asked)) {
    const total = await totalRows(session, tables, plan, rows);
    const answer = answerOf(plan, site, { rows, total, other });
    room.takeLabels(answer.meta.time_labels?.length ?? 0);
    answers.push(answer);
  }
  return answers;
}
