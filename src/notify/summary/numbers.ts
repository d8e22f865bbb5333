import type { Site } from '../../account/site.ts';
import type { Reports } from '../../report/engine.ts';
import type { Period } from './period.ts';

/** A number, and what it was in the period before. */
export type Number2 = { readonly value: number; readonly before: number };

export type TopRow = { readonly name: string; readonly visitors: number };

export type GoalRow = { readonly name: string; readonly visitors: number; readonly rate: number };

/** What a summary shows: answers of the report engine, and nothing computed beside. */
export type Numbers = {
  readonly visitors: Number2;
  readonly visits: Number2;
  readonly pageviews: Number2;
  /** In per cent. */
  readonly bounceRate: Number2;
  readonly durationSeconds: Number2;
  readonly days: readonly { readonly day: string; readonly visitors: number }[];
  readonly pages: readonly TopRow[];
  readonly sources: readonly TopRow[];
  readonly countries: readonly TopRow[];
  readonly goals: readonly GoalRow[];
};

const rowsOfList = 5;

const totals = ['visitors', 'visits', 'pageviews', 'bounce_rate', 'visit_duration'];

const lists = ['event:page', 'visit:source', 'visit:country_name'];

export async function numbersOf(reports: Reports, site: Site, period: Period): Promise<Numbers> {
  const { domain: site_id, goals = [] } = site;
  const { first, last, beforeFirst, beforeLast } = period;
  const asked = { site_id, date_range: [first, last] };
  const compare = { mode: 'custom', date_range: [beforeFirst, beforeLast] };
  const queries = [
    { ...asked, metrics: totals, include: { compare } },
    {
      ...{ ...asked, metrics: ['visitors'], dimensions: ['time:day'] },
      include: { time_labels: true },
    },
    ...lists.map((dimension) => ({
      ...{ ...asked, metrics: ['visitors'], dimensions: [dimension] },
      pagination: { limit: rowsOfList },
    })),
    ...(goals.length === 0
      ? []
      : [
          {
            ...{ ...asked, metrics: ['visitors', 'conversion_rate'], dimensions: ['event:goal'] },
            pagination: { limit: rowsOfList },
          },
        ]),
  ];
  const [all, days, pages, sources, countries, reached] = await reports.batch(
    site,
    queries,
    'owner',
  );
  const { metrics = [], comparison } = all!.results[0] ?? {};
  const [visitors, visits, pageviews, bounceRate, durationSeconds] = totals.map((_, i) => ({
    value: Number(metrics[i] ?? 0),
    before: Number(comparison?.metrics[i] ?? 0),
  }));
  const ofDay = new Map(days!.results.map(({ dimensions, metrics: [n] }) => [dimensions[0]!, n]));
  const top = (answer: typeof all): TopRow[] =>
    answer!.results.map(({ dimensions, metrics: [n] }) => ({
      ...{ name: dimensions[0]!, visitors: Number(n) },
    }));
  return {
    ...{ visitors: visitors!, visits: visits!, pageviews: pageviews! },
    ...{ bounceRate: bounceRate!, durationSeconds: durationSeconds! },
    days: (days!.meta.time_labels ?? []).map((day) => ({
      ...{ day, visitors: Number(ofDay.get(day) ?? 0) },
    })),
    ...{ pages: top(pages), sources: top(sources), countries: top(countries) },
    goals: (reached?.results ?? []).map(({ dimensions, metrics: [n, rate] }) => ({
      ...{ name: dimensions[0]!, visitors: Number(n), rate: Number(rate) },
    })),
  };
}
