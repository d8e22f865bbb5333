import type { Interval } from '../api/types.ts';
import { addDays, type Day, dayAt } from './calendar.ts';
import { isWithinDay, type Moment, type Period } from './ranges.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `22 Nov`, with the year if wanted. */
export function showDay(day: Day, withYear = false): string {
  const [year, month = '1', date = '1'] = day.split('-');
  return `${Number(date)} ${months[Number(month) - 1]}${withYear ? ` ${year}` : ''}`;
}

/** `24 Oct – 22 Nov`; a year is shown only where it is not this year. */
export function showDays(from: Day, to: Day, today: Day): string {
  const withYear = from.slice(0, 4) !== today.slice(0, 4) || to.slice(0, 4) !== today.slice(0, 4);
  if (from === to) return showDay(from, withYear);
  const fromYear = withYear && from.slice(0, 4) !== to.slice(0, 4);
  return `${showDay(from, fromYear)} – ${showDay(to, withYear)}`;
}

export function showPeriod(period: Period, { nowMs, zone }: Moment): string {
  const today = dayAt(nowMs, zone);
  if (period.kind === 'all') return 'All time';
  if (period.kind === 'days') return showDays(period.from, period.to, today);
  return showDays(dayAt(period.fromMs, zone), dayAt(period.toMs, zone), today);
}

/** A bucket's short label on the axis. */
export function showTick(label: string, interval: Interval): string {
  if (isWithinDay(interval)) return label.slice(11, 16);
  if (interval === 'month') return `${months[Number(label.slice(5, 7)) - 1]} ${label.slice(0, 4)}`;
  return showDay(label.slice(0, 10));
}

/**
 * A bucket's long label: `Sun 22 Nov`, `Sun 22 Nov, 14:00`, `16 Nov – 22 Nov`, or `Nov 2026`.
 */
export function showBucket(label: string, interval: Interval): string {
  const day = label.slice(0, 10);
  if (interval === 'month') return showTick(label, interval);
  if (interval === 'week') return `${showDay(day)} – ${showDay(endOfWeek(day))}`;
  const named = `${weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()]} ${showDay(day)}`;
  return isWithinDay(interval) ? `${named}, ${label.slice(11, 16)}` : named;
}

/** The last day of a week, a Sunday. The first week of a range may begin after Monday. */
function endOfWeek(day: Day): Day {
  return addDays(day, (7 - new Date(`${day}T00:00:00Z`).getUTCDay()) % 7);
}
