import type { LimitName, Limits, What } from '../api/notifications.ts';

type Limit = {
  readonly of: readonly What[];
  readonly usual: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
};

const ofAll: readonly What[] = ['spike', 'drop', 'goal', 'silence', 'not-found'];

/** As `src/notify/` has them: which alert each is of, and what holds where nobody has said. */
export const limits: Readonly<Record<LimitName, Limit>> = {
  times: { of: ['spike', 'not-found'], usual: 3, min: 1.1, max: 1_000, step: 0.1 },
  percent: { of: ['drop'], usual: 60, min: 1, max: 100 },
  least: { of: ['spike', 'drop', 'not-found'], usual: 30, min: 1, max: 1_000_000_000 },
  reached: { of: ['goal'], usual: 1, min: 1, max: 1_000_000_000 },
  silent_hours: { of: ['silence'], usual: 1, min: 1, max: 24 },
  quiet_hours: { of: ofAll.filter((what) => what !== 'goal'), usual: 6, min: 1, max: 23 },
};

export const limitNames = Object.keys(limits) as LimitName[];

/** What the chosen alerts are judged by, where it is not what is usual. */
export function limitsFor(what: readonly What[], given: Limits): Limits {
  const changed = limitNames.filter(
    (name) => isAsked(name, what) && (given[name] ?? limits[name].usual) !== limits[name].usual,
  );
  return Object.fromEntries(changed.map((name) => [name, given[name]]));
}

export const isAsked = (name: LimitName, what: readonly What[]) =>
  limits[name].of.some((one) => what.includes(one));
