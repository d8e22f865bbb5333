import type { Answer } from '../api/types.ts';
import { amountOf } from './metrics.ts';

/** By weekday (Monday first), then by the 24 hours of the site's clock: the sums of a metric. */
export type WeekHours = readonly (readonly number[])[];

/** Of a report by hour, whose labels are `2026-11-22 14:00:00`. */
export function weekHoursOf({ results }: Answer): WeekHours {
  const sums = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const {
    dimensions: [label = ''],
    metrics: [value],
  } of results) {
    const weekday = (new Date(`${label.slice(0, 10)}T00:00:00Z`).getUTCDay() + 6) % 7;
    const hours = sums[weekday]!;
    const hour = Number(label.slice(11, 13));
    hours[hour] = hours[hour]! + (amountOf(value) ?? 0);
  }
  return sums;
}
