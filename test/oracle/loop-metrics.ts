import { currencyOf, type Money, onlyCurrency } from './loop-goals.ts';
import type { Counted, Group } from './loop-groups.ts';
import type { Visit } from './loop-visits.ts';
import type { Mistake } from './mistakes.ts';

export type LoopValue = number | Money | null;

/** A metric of a group, as a report shows it. */
export function metricOf(
  name: string,
  group: Group,
  counted: Counted,
  dimensions: readonly string[],
  mistake?: Mistake,
): LoopValue {
  const { stays } = group;
  const byHit = dimensions.some((one) => one.startsWith('event:'));
  const ratioOrNull = (factor: number, part: number, of: number) =>
    of === 0 ? null : Math.round((factor * part) / of);
  const ratio = (factor: number, part: number, of: number) => ratioOrNull(factor, part, of) ?? 0;
  const sum = (each: (visit: Visit) => number) =>
    stays.reduce((total, visit) => total + each(visit), 0);
  const readings = [...group.readings.values()];
  const visitors =
    group.visitors.size - (mistake === 'visitors: one too few' && group.visitors.size > 1 ? 1 : 0);
  switch (name) {
    case 'visitors':
      return visitors;
    case 'visits':
      return byHit ? group.visits.size : stays.length;
    case 'pageviews':
      return group.views;
    case 'events':
      return group.events;
    case 'percentage': {
      const sizes = [...counted.groups.values()].map((one) => one.visitors.size);
      const of =
        mistake === 'percentage: of the greatest, not of all'
          ? Math.max(0, ...sizes)
          : counted.whole;
      return ratio(1000, group.visitors.size, of) / 10;
    }
    case 'views_per_visit': {
      const views = sum(({ hits }) => hits.filter(({ hit }) => hit.name === 'pageview').length);
      const less =
        mistake === 'views: one too few for each visit of several hits'
          ? sum(({ hits }) => Number(hits.length > 1))
          : 0;
      return ratio(100, views - less, stays.length) / 100;
    }
    case 'bounce_rate': {
      const most = mistake === 'bounces: two interactive hits count as one' ? 2 : 1;
      const bounced = ({ hits }: Visit) =>
        hits.filter(({ hit }) => hit.interactive !== false).length <= most;
      return ratio(
        100,
        sum((visit) => Number(bounced(visit))),
        stays.length,
      );
    }
    case 'visit_duration': {
      const before = mistake === 'duration: without the last hit' ? 2 : 1;
      const ms = sum(
        ({ hits }) => hits[Math.max(0, hits.length - before)]!.hit.time - hits[0]!.hit.time,
      );
      return ratio(1, ms, stays.length * 1000);
    }
    case 'scroll_depth': {
      const deep = readings.filter(({ depths }) => depths.length > 0);
      const depthOf = ({ depths }: { depths: number[] }) =>
        mistake === 'scroll depth: the last of a visit, not the greatest'
          ? depths.at(-1)!
          : Math.max(...depths) - (mistake === 'scroll depth: one per cent too little' ? 1 : 0);
      return ratioOrNull(
        1,
        deep.reduce((total, one) => total + depthOf(one), 0),
        deep.length,
      );
    }
    case 'time_on_page': {
      const msOf = ({ engaged }: { engaged: number[] }) =>
        mistake === 'time on page: the longest engagement, not their sum'
          ? Math.max(0, ...engaged)
          : engaged.reduce((total, ms) => total + ms, 0);
      const all = mistake === 'time on page: readings without a time count too';
      const read = readings.filter((one) => all || msOf(one) > 0);
      return ratioOrNull(
        1,
        read.reduce((total, one) => total + msOf(one), 0),
        read.length * 1000,
      );
    }
    case 'engaged_time': {
      const engaged = readings.flatMap((one) => one.engaged);
      if (engaged.every((ms) => ms === 0)) return null;
      const all = mistake === 'engaged time: of each page, not of each visit';
      return ratioOrNull(
        1,
        engaged.reduce((total, ms) => total + ms, 0),
        (all ? readings.length : byHit ? group.visits.size : stays.length) * 1000,
      );
    }
    case 'conversion_rate':
      return ratio(10_000, visitors, counted.everyone) / 100;
    case 'group_conversion_rate':
      return ratio(10_000, visitors, counted.peersOf(group.key)) / 100;
    default:
      return revenueOf(name, group, counted, dimensions, mistake);
  }
}

function revenueOf(
  name: string,
  { key, earned, payments }: Group,
  { goals }: Counted,
  dimensions: readonly string[],
  mistake?: Mistake,
): Money | null {
  const i = dimensions.indexOf('event:goal');
  const goal = goals.find((one) => one.name === key[i]);
  const currency = i < 0 ? onlyCurrency(goals, mistake) : goal && currencyOf(goal);
  if (currency === undefined) return null;
  if (name === 'total_revenue') return { value: Number(earned) / 1000, currency };
  if (payments === 0) return null;
  const size = (earned < 0n ? -earned : earned) * 2n;
  const half = mistake === 'average revenue: halves are rounded towards 0' ? 0n : BigInt(payments);
  const rounded = (size + half) / (2n * BigInt(payments));
  return { value: Number(earned < 0n ? -rounded : rounded) / 1000, currency };
}

export const numberOf = (value: LoopValue) =>
  typeof value === 'object' && value !== null ? value.value : value;

/** The change in whole per cent; of rates, in points; from 0 to more, 100. */
export function changeOf(
  name: string,
  now: LoopValue,
  before: LoopValue,
  mistake?: Mistake,
): number | null {
  const [a, b] = [numberOf(now), numberOf(before)];
  if (a === null || b === null) return null;
  if (name === 'bounce_rate' && b === 0) return null;
  const rates = [
    'bounce_rate',
    'percentage',
    'scroll_depth',
    'conversion_rate',
    'group_conversion_rate',
  ];
  if (rates.includes(name) && mistake !== 'change: of a rate is in per cent')
    return Number((a - b).toFixed(2));
  if (b === 0) return a === 0 ? 0 : a > 0 ? 100 : -100;
  const change = ((a - b) * 100) / Math.abs(b);
  const size = Math.abs(change);
  return (
    (change < 0 ? -1 : 1) *
    (mistake === 'change: cut, not rounded' ? Math.floor(size) : Math.round(size))
  );
}
