import { dimensionOf } from './loop-dimensions.ts';
import {
  type Context,
  earned,
  goalsAsked,
  type LoopGoal,
  matchesAll,
  reaches,
  withoutConversions,
} from './loop-goals.ts';
import { type LoopRange, timeName } from './loop-time.ts';
import { counts, type Dated, type Visit } from './loop-visits.ts';

/** What is counted for one group of a report. */
export type Group = {
  readonly key: readonly string[];
  readonly visitors: Set<string>;
  readonly visits: Set<string>;
  views: number;
  events: number;
  readonly stays: Visit[];
  /** The engagements of each visit and page. */
  readonly readings: Map<string, { depths: number[]; engaged: number[] }>;
  earned: bigint;
  payments: number;
};
export const newGroup = (key: readonly string[]): Group => ({
  ...{
    key,
    visitors: new Set(),
    visits: new Set(),
    views: 0,
    events: 0,
    stays: [],
    readings: new Map(),
  },
  ...{ earned: 0n, payments: 0 },
});

export type Counted = {
  readonly groups: Map<string, Group>;
  /** Visitors of all hits that match. */
  readonly whole: number;
  /** The visitors that conversion rates are of: all, and those of each group without its goal. */
  readonly everyone: number;
  peersOf(key: readonly string[]): number;
  readonly goals: readonly LoopGoal[];
};

type Asked = {
  readonly metrics: readonly string[];
  readonly dimensions?: readonly string[];
  readonly filters?: readonly unknown[];
};

/** What of a hit that may have several a group is about. */
type Of = { readonly goal?: string; readonly property?: string };

export function countGroups(
  { metrics, dimensions = [], filters = [] }: Asked,
  range: LoopRange,
  { all, visits }: { readonly all: readonly Dated[]; readonly visits: readonly Visit[] },
  weekStarts: number,
  context: Context,
): Counted {
  const { mistake } = context;
  const goals = goalsAsked(filters, context.goals, mistake);
  const byHit = dimensions.some((name) => name.startsWith('event:'));
  const asks = (...names: string[]) => names.some((name) => metrics.includes(name));
  const matches = (one: Dated) => range.has(one.hit.time) && matchesAll(filters, one, context);
  const keyOf = (one: Dated, { goal = '', property = '' }: Of, names = dimensions) =>
    names.map((name) => {
      if (name === 'event:goal') return goal;
      if (name === 'event:property') return property;
      return dimensionOf(name, one, range.first, weekStarts, mistake);
    });
  const propertiesOf = (one: Dated): readonly Of[] => {
    if (!dimensions.includes('event:property')) return [{}];
    const own = Object.entries((one.hit['props'] ?? {}) as Readonly<Record<string, string>>);
    return own.flatMap(([property, value]) =>
      value === '' || value === '(not set)' ? [] : [{ property }],
    );
  };
  const personOf = (one: Dated) =>
    mistake === 'visitors: a person on two days counts once'
      ? one.hit.visitor
      : `${one.day} ${one.hit.visitor}`;

  const groups = new Map<string, Group>();
  const groupOf = (one: Dated, of: Of = {}): Group => {
    const key = keyOf(one, of);
    const group = groups.get(JSON.stringify(key)) ?? newGroup(key);
    groups.set(JSON.stringify(key), group);
    return group;
  };

  const people = new Set<string>();
  const visitMetrics = ['bounce_rate', 'visit_duration', 'views_per_visit'];
  const hitMetrics = [
    'visitors',
    'pageviews',
    'events',
    'percentage',
    'scroll_depth',
    'time_on_page',
    'engaged_time',
  ];
  const goalMetrics = [
    'conversion_rate',
    'group_conversion_rate',
    'total_revenue',
    'average_revenue',
  ];
  const known = ['visits', ...visitMetrics, ...hitMetrics, ...goalMetrics];
  const unknown = metrics.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`what is ${unknown} counted for? say it here`);
  for (const one of all) {
    if (!counts(one)) {
      const engagements = mistake === 'events: engagements count too' && dimensions.length === 0;
      if (engagements && asks('events') && filters.length === 0 && range.has(one.hit.time))
        groupOf(one).events++;
      continue;
    }
    if (!matches(one)) continue;
    people.add(personOf(one));
    if (!asks(...hitMetrics, ...goalMetrics) && !(byHit && asks('visits'))) continue;
    const both = goalsOf(one).flatMap((goal) => propertiesOf(one).map((of) => ({ goal, of })));
    for (const { goal, of } of both) {
      const group = groupOf(one, { ...of, ...(goal && { goal: goal.name }) });
      group.visitors.add(personOf(one));
      group.visits.add(one.visit!.key);
      group.events++;
      if (one.hit.name === 'pageview' || mistake === 'pageviews: custom events count too')
        group.views++;
      const each = mistake === 'scroll depth: by view, not by visit' ? one.hit.id : '';
      const page = `${one.visit!.key} ${each} ${one.day} ${one.hit.page}`;
      const time = ['time:minute', 'time:hour']
        .filter((name) => dimensions.includes(name))
        .map((name) => timeName(name, one.shown, range.first, weekStarts))
        .join();
      const reading = group.readings.get(page + time) ?? { depths: [], engaged: [] };
      group.readings.set(page + time, reading);
      reading.depths.push(...one.depths);
      reading.engaged.push(...one.engaged);
      const amount = earned(one, goals, goal, mistake);
      group.earned += amount ?? 0n;
      if (amount !== undefined || mistake === 'average revenue: hits without revenue count too')
        group.payments++;
    }
  }

  /** The goals that a hit counts for; undefined where the report is not grouped by goal. */
  function goalsOf(one: Dated): readonly (LoopGoal | undefined)[] {
    if (!dimensions.includes('event:goal')) return [undefined];
    const reached = goals.filter((goal) => reaches(goal, one, mistake));
    return mistake === 'goals: a hit reaches only the first' ? reached.slice(0, 1) : reached;
  }

  if (asks(...visitMetrics) || (!byHit && asks('visits', 'engaged_time'))) {
    for (const visit of visits) {
      // Grouped by page, a visit counts in the group of its first pageview; else in that of its
      // first hit, if any of its hits matches.
      const viewed = visit.hits.find(({ hit }) => hit.name === 'pageview');
      const place = byHit ? viewed : visit.hits[0];
      if (viewed === undefined && mistake === 'visits: one without a pageview is not counted')
        continue;
      if (place === undefined || !range.has(place.hit.time)) continue;
      if (!(byHit ? matches(place) : visit.hits.some(matches))) continue;
      for (const of of propertiesOf(place)) groupOf(place, of).stays.push(visit);
    }
  }
  if (dimensions.length === 0 && groups.size === 0) groups.set('[]', newGroup([]));

  const others = withoutConversions(filters, mistake);
  const names = dimensions.filter((name) => name !== 'event:goal');
  const everyone = new Set<string>();
  const peers = new Map<string, Set<string>>();
  for (const one of all.filter(counts)) {
    if (!range.has(one.hit.time) || !matchesAll(others, one, context)) continue;
    everyone.add(personOf(one));
    for (const of of propertiesOf(one)) {
      const key = JSON.stringify(keyOf(one, of, names));
      peers.set(key, (peers.get(key) ?? new Set()).add(personOf(one)));
    }
  }
  return {
    ...{ groups, goals, whole: people.size, everyone: everyone.size },
    peersOf(key) {
      if (mistake === 'group conversion rate: of all, not of the group') return everyone.size;
      const own = key.filter((_, i) => dimensions[i] !== 'event:goal');
      return peers.get(JSON.stringify(own))?.size ?? 0;
    },
  };
}

/** What is asked of robots: only how many rows there are. */
export function countRobots(
  { dimensions = [], filters = [] }: Asked,
  range: LoopRange,
  robots: readonly Dated[],
  weekStarts: number,
  context: Context,
): Counted {
  const groups = new Map<string, Group>();
  if (dimensions.length === 0) groups.set('[]', newGroup([]));
  for (const one of robots) {
    if (!range.has(one.hit.time) || !matchesAll(filters, one, context)) continue;
    const key = dimensions.map((name) => dimensionOf(name, one, range.first, weekStarts));
    const group = groups.get(JSON.stringify(key)) ?? newGroup(key);
    groups.set(JSON.stringify(key), group);
    group.events++;
    if (one.hit.name === 'pageview') group.views++;
  }
  return { groups, goals: [], whole: 0, everyone: 0, peersOf: () => 0 };
}
