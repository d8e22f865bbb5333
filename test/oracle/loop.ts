import { dimensionOf } from './loop-dimensions.ts';
import { type LoopGoal, matchesAll } from './loop-goals.ts';
import { type Counted, countGroups, countRobots, type Group, newGroup } from './loop-groups.ts';
import { changeOf, type LoopValue, metricOf, numberOf } from './loop-metrics.ts';
import {
  type LoopCompare,
  type LoopRange,
  type LoopZone,
  otherRange,
  spanOf,
  timeName,
} from './loop-time.ts';
import { type Came, counts, cutVisits, type Dated } from './loop-visits.ts';
import type { Mistake } from './mistakes.ts';

/**
 * What a report must show, computed with plain loops over the hits. It is a second implementation,
 * and imports nothing of the first. `mistake` puts a mistake into it, to prove that a comparison
 * notices mistakes.
 */
export type Loop = {
  rows(query: LoopQuery): LoopRow[];
  /** How many rows there are without pagination. */
  total(query: LoopQuery): number;
  labels(query: LoopQuery): string[];
  realtime(): number;
  live(): LoopLive;
  /** The visits that match filters, from the newest. */
  visits(filters: readonly unknown[]): LoopVisit[];
  /** The ids of the hits that match filters, in any order. */
  hits(filters: readonly unknown[]): string[];
};
export type LoopQuery = {
  readonly metrics: readonly string[];
  readonly date_range: string | readonly [string, string];
  readonly dimensions?: readonly string[];
  readonly filters?: readonly unknown[];
  readonly order_by?: readonly (readonly [string, string])[];
  readonly pagination?: { readonly limit?: number; readonly offset?: number };
  readonly include?: { readonly compare?: LoopCompare };
};
export type LoopRow = {
  readonly dimensions: readonly string[];
  readonly metrics: readonly LoopValue[];
  readonly comparison?: {
    readonly dimensions: readonly (string | null)[];
    readonly metrics: readonly LoopValue[];
    readonly change: readonly (number | null)[];
  };
};
/** What a list of visits shows; `steps` are the names of its hits. */
export type LoopVisit = {
  readonly start: string;
  readonly pageviews: number;
  readonly events: number;
  readonly entry_page: string;
  readonly exit_page: string;
  readonly source: string;
  readonly country: string;
  readonly steps: readonly string[];
};
/** What happens now: the last 30 minutes, and the ten values of most visitors. */
export type LoopLive = {
  readonly minutes: readonly { readonly visitors: number; readonly pageviews: number }[];
  readonly pages: readonly LoopLiveRow[];
  readonly sources: readonly LoopLiveRow[];
  readonly countries: readonly LoopLiveRow[];
  readonly hits: readonly { readonly time: string; readonly page: string }[];
};
type LoopLiveRow = { readonly value: string; readonly visitors: number };
/** What the loop needs of a site. `weekStarts` is from 1 (Monday) to 7. */
export type LoopSite = {
  readonly zone: LoopZone;
  readonly weekStarts: number;
  readonly goals: readonly LoopGoal[];
  /** Days whose hits are not counted, though the loop has them. */
  readonly notKept?: ReadonlySet<string>;
};

/** A person is one of a day. */
const peopleOf = (hits: readonly Dated[]) =>
  new Set(hits.map(({ day, hit }) => `${day} ${hit.visitor}`)).size;

export function openLoop(
  came: readonly Came[],
  site: LoopSite,
  nowMs: number,
  mistake?: Mistake,
): Loop {
  const weekStarts = mistake === 'weeks: always begin on Monday' ? 1 : site.weekStarts;
  const context = { goals: site.goals, mistake };
  const { all, robots, firstDay, visits, dayOf, shownAt } = cutVisits(came, site.zone, mistake);
  const isKept = ({ day }: Dated) => !site.notKept?.has(day);
  const hits = {
    all: all.filter(isKept),
    robots: robots.filter(isKept),
    visits: visits.filter((visit) => isKept(visit.hits[0]!)),
  };

  const rangeOf = ({ date_range: range }: LoopQuery) => {
    return spanOf(
      range,
      nowMs,
      dayOf,
      firstDay,
      mistake === 'ranges: without their last second' ? 0 : 1000,
    );
  };
  const countedIn = (query: LoopQuery, range: LoopRange) =>
    JSON.stringify(query).includes('event:robot')
      ? countRobots(query, range, hits.robots, weekStarts, context)
      : countGroups(query, range, hits, weekStarts, context);
  const valuesOf = ({ metrics, dimensions = [] }: LoopQuery, group: Group, counted: Counted) =>
    metrics.map((name) => metricOf(name, group, counted, dimensions, mistake));

  function labelsIn(range: LoopRange, time: string): string[] {
    const steps = [...range.edges];
    const fromMs = Date.parse(range.first) - 2 * 86_400_000;
    const stepMs = (time === 'time:minute' ? 1 : 15) * 60_000;
    for (let ms = fromMs; ms < Date.parse(range.last) + 3 * 86_400_000; ms += stepMs)
      steps.push(ms);
    const shown = steps.filter(range.has).sort((a, b) => a - b);
    return [...new Set(shown.map((ms) => timeName(time, shownAt(ms), range.first, weekStarts)))];
  }

  function allRows(query: LoopQuery): LoopRow[] {
    const { dimensions = [], include } = query;
    const range = rangeOf(query);
    const counted = countedIn(query, range);
    const time = dimensions.find((name) => name.startsWith('time:'));
    const everyBucket =
      include?.compare !== undefined && time !== undefined && dimensions.length === 1;
    if (everyBucket && mistake !== 'compare: empty buckets are left out') {
      for (const label of labelsIn(range, time)) {
        const key = JSON.stringify([label]);
        if (!counted.groups.has(key)) counted.groups.set(key, newGroup([label]));
      }
    }
    return [...counted.groups.values()].map((group) => ({
      dimensions: group.key,
      metrics: valuesOf(query, group, counted),
    }));
  }

  function sorted(query: LoopQuery): LoopRow[] {
    const { metrics, dimensions = [] } = query;
    const time = dimensions.find((name) => name.startsWith('time'));
    const order: (readonly [string, string])[] = [
      ...(query.order_by ?? [
        ...(time === undefined ? [] : [[time, 'asc'] as const]),
        [metrics[0]!, 'desc'] as const,
      ]),
      ...dimensions.map((name) => [name, 'asc'] as const),
    ];
    return allRows(query).sort((a, b) => {
      for (const [by, direction] of order) {
        const m = metrics.indexOf(by);
        const d = dimensions.indexOf(by);
        const [one, other] = [numberOf(a.metrics[m] ?? null), numberOf(b.metrics[m] ?? null)];
        // Unknown values come last in both directions.
        if (m >= 0 && (one === null || other === null)) {
          if (one !== other) return one === null ? 1 : -1;
          continue;
        }
        const less =
          m >= 0
            ? one! - other!
            : Buffer.compare(Buffer.from(a.dimensions[d]!), Buffer.from(b.dimensions[d]!));
        if (less !== 0) return direction === 'asc' ? less : -less;
      }
      return 0;
    });
  }

  /** Adds to each row the values of the other period. */
  function compared(query: LoopQuery, compare: LoopCompare, rows: readonly LoopRow[]): LoopRow[] {
    const { metrics, dimensions = [] } = query;
    const range = rangeOf(query);
    const other = otherRange(compare, range, nowMs, dayOf, mistake);
    const counted = countedIn(query, other);
    const timeAt = dimensions.findIndex((name) => name.startsWith('time:'));
    const labels = timeAt < 0 ? [] : labelsIn(range, dimensions[timeAt]!);
    const otherLabels = timeAt < 0 ? [] : labelsIn(other, dimensions[timeAt]!);
    return rows.map((row) => {
      const key = row.dimensions.map((value, i) =>
        i === timeAt ? (otherLabels[labels.indexOf(value)] ?? null) : value,
      );
      const known = key.filter((value) => value !== null);
      const group = counted.groups.get(JSON.stringify(key)) ?? newGroup(known);
      const values =
        known.length < key.length ? metrics.map(() => null) : valuesOf(query, group, counted);
      const change = metrics.map((name, i) => changeOf(name, row.metrics[i]!, values[i]!, mistake));
      return { ...row, comparison: { dimensions: key, metrics: values, change } };
    });
  }

  return {
    rows(query) {
      const { limit = 10_000, offset = 0 } = query.pagination ?? {};
      const rows = sorted(query).slice(offset, offset + limit);
      const compare = query.include?.compare;
      return compare === undefined ? rows : compared(query, compare, rows);
    },
    total: (query) => sorted(query).length,
    labels: (query) =>
      labelsIn(rangeOf(query), query.dimensions!.find((name) => name.startsWith('time:'))!),
    realtime() {
      // A minute ahead is a clock's difference; what is later is not now.
      const isNow = (ms: number) => ms >= nowMs - 5 * 60_000 && ms <= nowMs + 60_000;
      const present = all.filter((one) => counts(one) && isNow(one.hit.time));
      return peopleOf(present);
    },
    visits(filters) {
      const visits = hits.visits.filter(({ hits: own }) =>
        own.some((one) => matchesAll(filters, one, context)),
      );
      return visits.map((visit): LoopVisit => {
        const [first] = visit.hits as [Dated];
        const value = (name: string) => dimensionOf(name, first, '', 1);
        return {
          ...{ start: new Date(first.hit.time).toISOString(), events: visit.hits.length },
          pageviews: visit.hits.filter(({ hit }) => hit.name === 'pageview').length,
          ...{ entry_page: value('visit:entry_page'), exit_page: value('visit:exit_page') },
          ...{ source: value('visit:source'), country: value('visit:country') },
          steps: visit.hits.map(({ hit }) => hit.name),
        };
      });
    },
    hits: (filters) =>
      (JSON.stringify(filters).includes('event:robot') ? hits.robots : hits.all.filter(counts))
        .filter((one) => matchesAll(filters, one, context))
        .map(({ hit }) => hit.id),
    live() {
      const lastMs = Math.floor(nowMs / 60_000) * 60_000;
      const firstMs = lastMs - 29 * 60_000;
      const seen = all.filter(
        (one) => counts(one) && one.hit.time >= firstMs && one.hit.time <= nowMs + 60_000,
      );
      const rows = (name: string) => {
        const values = new Set(seen.map((one) => dimensionOf(name, one, '', 1)));
        return [...values]
          .map((value) => ({
            value,
            visitors: peopleOf(seen.filter((one) => dimensionOf(name, one, '', 1) === value)),
          }))
          .sort((a, b) => b.visitors - a.visitors || (a.value < b.value ? -1 : 1))
          .slice(0, 10);
      };
      const minutes = Array.from({ length: 30 }, (_, i) => {
        const fromMs = firstMs + i * 60_000;
        // What a clock is ahead counts in the present minute.
        const own = seen.filter(({ hit }) =>
          i === 29 ? hit.time >= fromMs : hit.time >= fromMs && hit.time < fromMs + 60_000,
        );
        const views = own.filter(({ hit }) => hit.name === 'pageview');
        return { visitors: peopleOf(own), pageviews: views.length };
      });
      const newest = [...seen].sort((a, b) => b.hit.time - a.hit.time).slice(0, 20);
      return {
        ...{ minutes, pages: rows('event:page'), sources: rows('visit:source') },
        countries: rows('visit:country'),
        hits: newest.map(({ hit }) => ({
          time: new Date(hit.time).toISOString(),
          page: hit.page,
        })),
      };
    },
  };
}
