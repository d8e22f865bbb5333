import type { Site } from '../../account/site.ts';
import { hourMs } from '../../lib/clock.ts';
import {
  addDays,
  type Day,
  dayBounds,
  dayStart,
  previousDay,
  weekdayOf,
} from '../../lib/site-days.ts';

export type Summary = 'weekly' | 'monthly';

/** Days of a site, both inclusive, and those before that they are compared with. */
export type Period = {
  readonly kind: Summary;
  readonly first: Day;
  readonly last: Day;
  readonly beforeFirst: Day;
  readonly beforeLast: Day;
  /** When it is sent. */
  readonly dueMs: number;
};

/** In the site's zone: its days are complete then, and people begin to read their mails. */
const sentAtHour = 7;

/**
 * The last period that is due at a moment: a week from Monday to Sunday, sent on Monday; a month,
 * sent on the first.
 */
export function lastPeriod(kind: Summary, { zones }: Pick<Site, 'zones'>, nowMs: number): Period {
  const dueOn = (day: Day) => dayStart(zones, day) + sentAtHour * hourMs;
  const { day: today } = dayBounds(zones, nowMs);
  let begins = startOf(kind, today);
  if (nowMs < dueOn(begins)) begins = startOf(kind, previousDay(begins));
  const first = startOf(kind, previousDay(begins));
  const beforeFirst = startOf(kind, previousDay(first));
  return {
    ...{ kind, first, last: previousDay(begins) },
    ...{ beforeFirst, beforeLast: previousDay(first), dueMs: dueOn(begins) },
  };
}

/** The first day of the week or month that a day is in. */
const startOf = (kind: Summary, day: Day): Day =>
  kind === 'monthly' ? `${day.slice(0, 8)}01` : addDays(day, 1 - weekdayOf(day));
