import { dimensionOf, holds } from './loop-facts.ts';
import { clockOf, spanOf, timeName } from './loop-time.ts';

/**
 * What a report must say, as plain loops over the hits that came: a second implementation that imports nothing of the
 * first. `mistake` plants one, to prove that a comparison with it would notice.
 */
export type Came = { readonly receivedAtMs: number; readonly hit: LoopHit };
export type LoopHit = {
  readonly id: string;
  readonly time: number;
  readonly name: string;
  readonly visitor: string;
  readonly hostname: string;
  readonly page: string;
  readonly interactive?: false;
  readonly [fact: string]: unknown;
};
export type LoopQuery = {
  readonly metrics: readonly string[];
  readonly date_range: string | readonly [string, string];
  readonly dimensions?: readonly string[];
  readonly filters?: readonly unknown[];
  readonly order_by?: readonly (readonly [string, string])[];
  readonly pagination?: { readonly limit?: number; readonly offset?: number };
};
export type LoopRow = { readonly dimensions: string[]; readonly metrics: number[] };

export const mistakes = [
  'visitors: one person on two days is one',
  'visitors: the last one is forgotten',
  'visits: a gap of exactly 30 minutes parts them',
  'pageviews: custom events are some too',
  'events: engagements are some too',
  'bounces: two interactive hits are one too',
  'duration: up to the last hit but one',
  'views: one less for each visit of several',
  'percentage: of the greatest, not of all',
  'duplicates: the latest wins',
  'midnight: in UTC',
  'hours: in UTC',
  'weeks: from Monday',
  'ranges: without their last second',
] as const;
export type Mistake = (typeof mistakes)[number];

export type Visit = { readonly hits: Dated[]; readonly day: string; readonly key: string };
export type Dated = { readonly hit: LoopHit; readonly day: string; hour: string; visit?: Visit };

export type Loop = {
  rows(query: LoopQuery): LoopRow[];
  /** How many rows there are without pagination. */
  total(query: LoopQuery): number;
  labels(query: LoopQuery): string[];
  realtime(): number;
};

/** A site as the loop sees it; `weekStarts` from 1 (Monday) to 7. */
export type LoopSite = { readonly zone: string; readonly weekStarts: number };

export function openLoop(
  came: readonly Came[],
  { zone, weekStarts: startOfWeek }: LoopSite,
  nowMs: number,
  mistake?: Mistake,
): Loop {
  const weekStarts = mistake === 'weeks: from Monday' ? 1 : startOfWeek;
  const clock = clockOf(zone);
  const utc = clockOf('UTC');
  const dayOf = (ms: number) => (mistake === 'midnight: in UTC' ? utc(ms) : clock(ms)).day;
  const hourOf = (ms: number) =>
    `${dayOf(ms)} ${(mistake === 'hours: in UTC' ? utc(ms) : clock(ms)).hour}:00:00`;

  // Of one id on one day, the one that came first.
  const kept = new Map<string, Came>();
  for (const one of came) {
    const key = `${dayOf(one.hit.time)} ${one.hit.id}`;
    const other = kept.get(key);
    const earlier = other === undefined || one.receivedAtMs < other.receivedAtMs;
    if (mistake === 'duplicates: the latest wins' ? other === undefined || !earlier : earlier)
      kept.set(key, one);
  }
  const all: Dated[] = [...kept.values()].map(({ hit }) => ({
    hit,
    day: dayOf(hit.time),
    hour: hourOf(hit.time),
  }));
  const countsAsHit = ({ hit }: Dated) => hit.name !== 'engagement';

  const byVisitor = new Map<string, Dated[]>();
  for (const one of all.filter(countsAsHit)) {
    const key = `${one.day} ${one.hit.visitor}`;
    byVisitor.set(key, [...(byVisitor.get(key) ?? []), one]);
  }
  const visits: Visit[] = [];
  for (const [key, hits] of byVisitor) {
    hits.sort(
      (a, b) => a.hit.time - b.hit.time || (BigInt(`0x${a.hit.id}`) < BigInt(`0x${b.hit.id}`) ? -1 : 1),
    );
    let present: Visit | undefined;
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const one of hits) {
      const gap = one.hit.time - lastMs;
      const parted =
        mistake === 'visits: a gap of exactly 30 minutes parts them' ? gap >= 30 * 60_000 : gap > 30 * 60_000;
      if (present === undefined || parted) {
        present = { hits: [], day: one.day, key: `${key} ${visits.length}` };
        visits.push(present);
      }
      present.hits.push(one);
      one.visit = present;
      lastMs = one.hit.time;
    }
  }

  const rangeOf = ({ date_range: range }: LoopQuery) => {
    const firstDay = all.map(({ day }) => day).sort()[0];
    return spanOf(range, nowMs, dayOf, firstDay, mistake === 'ranges: without their last second' ? 0 : 1000);
  };

  type Group = {
    key: string[];
    visitors: Set<string>;
    visits: Set<string>;
    views: number;
    events: number;
    stays: Visit[];
  };

  function groupsOf(query: LoopQuery): { groups: Group[]; whole: number } {
    const { metrics, dimensions = [], filters = [] } = query;
    const range = rangeOf(query);
    const matches = (one: Dated) => range.has(one.hit.time) && filters.every((filter) => holds(filter, one));
    const byHit = dimensions.some((name) => name.startsWith('event:'));
    const asks = (...names: string[]) => names.some((name) => metrics.includes(name));
    const groups = new Map<string, Group>();
    const groupOf = (one: Dated): Group => {
      const key = dimensions.map((name) => dimensionOf(name, one, range.first, weekStarts));
      const text = JSON.stringify(key);
      const group = groups.get(text) ?? {
        ...{ key, visitors: new Set(), visits: new Set(), views: 0, events: 0, stays: [] },
      };
      groups.set(text, group);
      return group;
    };
    const people = new Set<string>();
    for (const one of all) {
      const counted = countsAsHit(one);
      if (!counted || !matches(one)) {
        if (!counted && mistake === 'events: engagements are some too' && dimensions.length === 0) {
          if (asks('events') && filters.length === 0 && range.has(one.hit.time)) groupOf(one).events++;
        }
        continue;
      }
      const person =
        mistake === 'visitors: one person on two days is one'
          ? one.hit.visitor
          : `${one.day} ${one.hit.visitor}`;
      people.add(person);
      if (!asks('visitors', 'pageviews', 'events', 'percentage') && !(byHit && asks('visits'))) continue;
      const group = groupOf(one);
      group.visitors.add(person);
      group.visits.add(one.visit!.key);
      group.events++;
      if (one.hit.name === 'pageview' || mistake === 'pageviews: custom events are some too') group.views++;
    }
    if (asks('bounce_rate', 'visit_duration', 'views_per_visit') || (!byHit && asks('visits'))) {
      for (const visit of visits) {
        // By page, a visit stands where its first pageview stands; else at its beginning, if any of its hits matches.
        const stand = byHit ? visit.hits.find(({ hit }) => hit.name === 'pageview') : visit.hits[0];
        if (stand === undefined || !range.has(stand.hit.time)) continue;
        if (byHit ? matches(stand) : visit.hits.some(matches)) groupOf(stand).stays.push(visit);
      }
    }
    if (dimensions.length === 0 && groups.size === 0) {
      groups.set('[]', { key: [], visitors: new Set(), visits: new Set(), views: 0, events: 0, stays: [] });
    }
    return { groups: [...groups.values()], whole: people.size };
  }

  function metricOf(name: string, group: Group, whole: number, byHit: boolean): number {
    const { stays } = group;
    const ratio = (factor: number, part: number, of: number) =>
      of === 0 ? 0 : Math.round((factor * part) / of);
    const sum = (each: (visit: Visit) => number) => stays.reduce((total, visit) => total + each(visit), 0);
    const visitors =
      group.visitors.size -
      (mistake === 'visitors: the last one is forgotten' && group.visitors.size > 1 ? 1 : 0);
    switch (name) {
      case 'visitors':
        return visitors;
      case 'visits':
        return byHit ? group.visits.size : stays.length;
      case 'pageviews':
        return group.views;
      case 'events':
        return group.events;
      case 'percentage':
        return ratio(1000, group.visitors.size, whole) / 10;
      case 'views_per_visit': {
        const views = sum(({ hits }) => hits.filter(({ hit }) => hit.name === 'pageview').length);
        const less =
          mistake === 'views: one less for each visit of several'
            ? sum(({ hits }) => Number(hits.length > 1))
            : 0;
        return ratio(100, views - less, stays.length) / 100;
      }
      case 'bounce_rate': {
        const most = mistake === 'bounces: two interactive hits are one too' ? 2 : 1;
        const bounced = ({ hits }: Visit) =>
          hits.filter(({ hit }) => hit.interactive !== false).length <= most;
        return ratio(
          100,
          sum((visit) => Number(bounced(visit))),
          stays.length,
        );
      }
      default: {
        const before = mistake === 'duration: up to the last hit but one' ? 2 : 1;
        const ms = sum(({ hits }) => hits[Math.max(0, hits.length - before)]!.hit.time - hits[0]!.hit.time);
        return ratio(1, ms, stays.length * 1000);
      }
    }
  }

  function sorted(query: LoopQuery): LoopRow[] {
    const { metrics, dimensions = [] } = query;
    const byHit = dimensions.some((name) => name.startsWith('event:'));
    const { groups, whole } = groupsOf(query);
    const of =
      mistake === 'percentage: of the greatest, not of all'
        ? Math.max(...groups.map((g) => g.visitors.size))
        : whole;
    const rows = groups.map(
      (group): LoopRow => ({
        dimensions: group.key,
        metrics: metrics.map((name) => metricOf(name, group, of, byHit)),
      }),
    );
    const time = dimensions.find((name) => name.startsWith('time'));
    const order: (readonly [string, string])[] = [
      ...(query.order_by ?? [
        ...(time === undefined ? [] : [[time, 'asc'] as const]),
        [metrics[0]!, 'desc'] as const,
      ]),
      ...dimensions.map((name) => [name, 'asc'] as const),
    ];
    return rows.sort((a, b) => {
      for (const [by, direction] of order) {
        const m = metrics.indexOf(by);
        const d = dimensions.indexOf(by);
        const less =
          m >= 0
            ? a.metrics[m]! - b.metrics[m]!
            : Buffer.compare(Buffer.from(a.dimensions[d]!), Buffer.from(b.dimensions[d]!));
        if (less !== 0) return direction === 'asc' ? less : -less;
      }
      return 0;
    });
  }

  return {
    rows(query) {
      const { limit = 10_000, offset = 0 } = query.pagination ?? {};
      return sorted(query).slice(offset, offset + limit);
    },
    total: (query) => sorted(query).length,
    labels(query) {
      const range = rangeOf(query);
      const time = query.dimensions!.find((name) => name.startsWith('time:'))!;
      const steps = [...range.edges];
      const fromMs = Date.parse(range.first) - 2 * 86_400_000;
      for (let ms = fromMs; ms < Date.parse(range.last) + 3 * 86_400_000; ms += 5 * 60_000) steps.push(ms);
      const shown = steps.filter(range.has).sort((a, b) => a - b);
      return [...new Set(shown.map((ms) => timeName(time, dayOf(ms), hourOf(ms), range.first, weekStarts)))];
    },
    realtime() {
      const present = all.filter((one) => countsAsHit(one) && one.hit.time >= nowMs - 5 * 60_000);
      return new Set(present.map(({ day, hit }) => `${day} ${hit.visitor}`)).size;
    },
  };
}
