import { expect } from 'vitest';
import type { Place } from '../../src/journal/keys.ts';
import { changeZone, zonesFrom } from '../../src/lib/site-days.ts';
import type { Dimension } from '../../src/model/dimensions.ts';
import type { Answer } from '../../src/report/answer/answer.ts';
import type { Engine } from '../../src/report/engine.ts';
import type { Live } from '../../src/report/looks/live.ts';
import type { VisitPlace, VisitRow } from '../../src/report/looks/visits.ts';
import { rolledBy } from '../../src/report/plan/from-roll-ups.ts';
import { type MetricName, measuresOf } from '../../src/report/query/metrics.ts';
import { parseQuery } from '../../src/report/query/parse.ts';
import type { ReportSite } from '../../src/report/report.ts';
import { type Loop, type LoopQuery, type LoopSite, openLoop } from './loop.ts';
import { goalsAsked, onlyCurrency } from './loop-goals.ts';
import type { Mistake } from './mistakes.ts';
import type { Traffic } from './traffic.ts';

/** The bodies of queries for the engine, whose answers are compared with the loop's. */
export type Bodies = readonly Record<string, unknown>[];

export const bodiesOf = (queries: readonly LoopQuery[]): Bodies =>
  queries.map((query) => ({ site_id: 'example.com', ...query, include: includeOf(query) }));

function includeOf({ dimensions = [], date_range: range, include }: LoopQuery) {
  const short = typeof range !== 'string' || ['day', '24h', '7d'].includes(range);
  return {
    ...include,
    total_rows: true,
    time_labels: short && dimensions.some((name) => name.startsWith('time:')),
  };
}

/** The site of this traffic. */
export function siteOf(
  { zone: { name, changed }, weekStarts, goals }: Traffic,
  id: string,
): ReportSite {
  const zones = zonesFrom(name, 0);
  return {
    ...{ id, domain: 'example.com', weekStarts, goals },
    zones: changed === undefined ? zones : changeZone(zones, changed.to, changed.atMs),
  };
}

export const loopOf = (
  { zone, weekStarts, goals, came, nowMs }: Traffic,
  mistake?: Mistake,
  notKept?: ReadonlySet<string>,
): Loop => openLoop(came, { zone, weekStarts, goals, ...(notKept && { notKept }) }, nowMs, mistake);

/** Sends all queries in one batch, and one of them alone. Gives the number of compared reports. */
export async function expectSame(
  engine: Engine,
  site: ReportSite,
  queries: readonly LoopQuery[],
  loop: Loop,
  state: string,
): Promise<number> {
  const bodies = bodiesOf(queries);
  const answers = await engine.batch(site, bodies);
  for (const [i, query] of queries.entries()) expectAnswer(answers[i]!, query, loop, site, state);
  const [first] = bodies;
  if (first !== undefined)
    expect((await engine.query(site, first)).results).toEqual(answers[0]!.results);
  expect(await engine.realtime(site), state).toBe(loop.realtime());
  expectLive(await engine.look(site, 'live', undefined), loop, state);
  for (const { filters = [] } of queries.slice(0, 2))
    await expectRows(engine, site, filters, loop, state);
  return queries.length;
}

/** Visits and hits that match, page after page, and what the newest visits did. */
async function expectRows(
  engine: Engine,
  site: ReportSite,
  filters: readonly unknown[],
  loop: Loop,
  state: string,
): Promise<void> {
  const about = `${state}: ${JSON.stringify(filters)}`;
  const ids: string[] = [];
  for (let after: Place | undefined; ; ) {
    const page = await engine.hits(site, { filters, after, limit: 25 });
    ids.push(...page.hits.map(({ hit }) => (JSON.parse(hit) as { id: string }).id));
    after = page.next;
    if (after === undefined) break;
  }
  expect(ids.sort(), about).toEqual(loop.hits(filters).sort());
  if (JSON.stringify(filters).includes('event:robot')) return;

  const found: VisitRow[] = [];
  for (let before: VisitPlace | undefined; ; ) {
    const asked = { within: {}, filters, limit: 7, ...(before && { before }) };
    const page = await engine.look(site, 'visits', asked);
    found.push(...page.visits);
    before = page.next;
    if (before === undefined) break;
  }
  const starts = found.map(({ start }) => start);
  expect(starts, about).toEqual([...starts].sort().reverse());
  const steps = await Promise.all(
    found.slice(0, 5).map(async ({ id }) => {
      const [day = '', visit = ''] = id.split('.');
      return (await engine.look(site, 'visit', { day, visit }))!.steps.map(({ name }) => name);
    }),
  );
  const plain = found.map(({ start, pageviews, events, entry_page, exit_page, source, country }) =>
    JSON.stringify({ start, events, pageviews, entry_page, exit_page, source, country }),
  );
  const wanted = loop.visits(filters).map(({ steps: did, ...visit }) => ({
    ...{ text: JSON.stringify(visit), did: JSON.stringify(did) },
  }));
  expect([...plain].sort(), about).toEqual(wanted.map(({ text }) => text).sort());
  for (const [i, did] of steps.entries())
    expect(
      wanted.some((one) => one.text === plain[i] && one.did === JSON.stringify(did)),
      about,
    ).toBe(true);
}

function expectLive(live: Live, loop: Loop, state: string): void {
  const { hits, ...wanted } = loop.live();
  expect(live.current_visitors, state).toBe(loop.realtime());
  const minutes = live.minutes.map(({ start: _, ...sums }) => sums);
  const { pages, sources, countries } = live;
  expect({ minutes, pages, sources, countries }, state).toEqual(wanted);
  // Those of one instant are in no order that the loop would know.
  const times = (of: readonly { readonly time: string }[]) => of.map(({ time }) => time);
  expect(times(live.hits), state).toEqual(times(hits));
}

/** Whether roll-ups answer a part of the query, where the days are closed. */
export function asksRollUps(query: LoopQuery, site: ReportSite): boolean {
  const [body] = bodiesOf([query]);
  const { date_range: range, metrics } = query;
  const isWhole = typeof range === 'string' ? range !== '24h' : range[0].length === 10;
  const parsed = parseQuery(body, site);
  const dimensions = parsed.dimensions as readonly Dimension[];
  return (
    isWhole &&
    measuresOf(metrics as MetricName[]).some(
      (one) => rolledBy(one, parsed, dimensions) !== undefined,
    )
  );
}

/** Expects that the answer equals the loop's, and warns only of revenue that it does not show. */
export function expectAnswer(
  { results, meta }: Answer,
  query: LoopQuery,
  loop: Loop,
  { goals = [] }: ReportSite,
  state: string,
): void {
  const about = `${state}: ${JSON.stringify(query)}`;
  expect(results.map(plain), about).toEqual(loop.rows(query));
  expect(meta.total_rows, about).toBe(loop.total(query));
  if (meta.time_labels !== undefined) expect(meta.time_labels, about).toEqual(loop.labels(query));
  const asked = goalsAsked(query.filters ?? [], goals as LoopSite['goals']);
  const isShown = query.dimensions?.includes('event:goal') || onlyCurrency(asked) !== undefined;
  const revenue = query.metrics.filter((name) => name.endsWith('_revenue'));
  if (isShown && asked.some((goal) => 'currency' in goal))
    expect(meta.metric_warnings, about).toBeUndefined();
  else expect(Object.keys(meta.metric_warnings ?? {}), about).toEqual(revenue);
}

/** Money without its texts, which another test checks. */
function plain<
  T extends { metrics: readonly unknown[]; comparison?: { metrics: readonly unknown[] } },
>(row: T) {
  const { comparison } = row;
  return {
    ...row,
    metrics: row.metrics.map(amount),
    ...(comparison && { comparison: { ...comparison, metrics: comparison.metrics.map(amount) } }),
  };
}

function amount(shown: unknown): unknown {
  if (typeof shown !== 'object' || shown === null) return shown;
  const { value, currency } = shown as { value: number; currency: string };
  return { value, currency };
}
