import { hourMs } from '../../lib/clock.ts';
import type { Thresholds, What } from '../subscription.ts';

export type Alert = Exclude<What, 'weekly' | 'monthly'>;

export type Counts = {
  readonly visitors: number;
  readonly pageviews: number;
  /** Events named 404. */
  readonly notFound: number;
};

/** An hour, and the same one of the weeks before: those in which the site was there. */
export type Hour = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly counts: Counts;
  readonly before: readonly Counts[];
};

/** What alerts are judged by. */
export type Seen = {
  /** The last whole hour. */
  readonly whole: Hour;
  /** The present one, until now: what is too much already need not wait for its end. */
  readonly running: Hour;
  /** The last whole hours, by how many they are: for who asks about more than one. */
  readonly last?: ReadonlyMap<number, Hour>;
  /** How often each goal was reached today. */
  readonly today: {
    readonly fromMs: number;
    readonly goals: readonly ReachedGoal[];
  };
};

export type ReachedGoal = { readonly id: string; readonly name: string; readonly reached: number };

/** What was found. `value` is beside what is `usual`; `fromMs` names it: nothing is told twice. */
export type Fact = {
  readonly what: Alert;
  readonly fromMs: number;
  readonly untilMs?: number;
  readonly value: number;
  readonly usual?: number;
  readonly goal?: Pick<ReachedGoal, 'id' | 'name'>;
  readonly isRunning?: true;
};

/** Fewer weeks show nothing usual. */
const leastWeeks = 2;

/** "There always is a hit in these hours": in all of these weeks. */
export const weeksBefore = 4;

type Judge = (seen: Seen, thresholds: Thresholds) => readonly Fact[];

/** What is found of each kind. */
export const judges: Readonly<Record<Alert, Judge>> = {
  spike: ({ running, whole }, limits) =>
    [running, whole].flatMap((hour) => muchMore('spike', hour, limits)).slice(0, 1),
  'not-found': ({ running, whole }, limits) =>
    [running, whole].flatMap((hour) => muchMore('not-found', hour, limits)).slice(0, 1),
  drop({ whole }, { percent, least }) {
    const usual = usualOf(whole, 'visitors');
    const { fromMs, untilMs, counts } = whole;
    const value = counts.visitors;
    // Nothing at all is silence; here too, for who asked for this alone.
    if (usual === undefined || usual < least || value > usual * (1 - percent / 100)) return [];
    return [{ what: 'drop', fromMs, untilMs, value, usual }];
  },
  silence({ whole, last }, { silentHours }) {
    const hours = silentHours === 1 ? whole : last?.get(silentHours);
    if (hours === undefined) return [];
    const { fromMs, untilMs, counts, before } = hours;
    const always = before.length === weeksBefore && before.every(({ pageviews }) => pageviews > 0);
    if (!always || counts.pageviews > 0) return [];
    return [{ what: 'silence', fromMs, untilMs, value: 0, usual: usualOf(hours, 'pageviews')! }];
  },
  goal: ({ today: { fromMs, goals } }, { goalId, reached: least }) =>
    goals
      .filter(({ id, reached }) => (goalId === undefined || id === goalId) && reached >= least)
      .map(({ id, name, reached }) => ({
        ...{ what: 'goal', fromMs, value: reached, goal: { id, name } },
      })),
};

function muchMore(
  what: 'spike' | 'not-found',
  hour: Hour,
  { times, least }: Thresholds,
): readonly Fact[] {
  const name = what === 'spike' ? 'visitors' : 'notFound';
  const usual = usualOf(hour, name);
  const value = hour.counts[name];
  if (usual === undefined || value < least || value < usual * times) return [];
  const { fromMs, untilMs } = hour;
  const isRunning = hour.untilMs - hour.fromMs < hourMs;
  return [{ what, fromMs, untilMs, value, usual, ...(isRunning && { isRunning }) }];
}

/** The median of the weeks before. */
function usualOf({ before }: Hour, name: keyof Counts): number | undefined {
  if (before.length < leastWeeks) return undefined;
  const sorted = before.map((counts) => counts[name]).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
