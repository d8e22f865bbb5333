import { oneLine } from '../one-line.ts';
import type { Number2, Numbers } from './numbers.ts';
import type { Period } from './period.ts';

/** Texts of summaries. They are in English, as all that the server itself writes. */

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

const dayOf = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
  return (day: string) => format.format(new Date(`${day}T00:00:00Z`));
};

const shortDay = dayOf({ day: 'numeric', month: 'short' });

const longDay = dayOf({ day: 'numeric', month: 'short', year: 'numeric' });

const monthAndYear = dayOf({ month: 'long', year: 'numeric' });

const weekday = dayOf({ weekday: 'short' });

export const count = (value: number) => wholeNumber.format(value);

const percent = (value: number) => `${value}%`;

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
}

export const periodName = ({ kind, first, last }: Period) =>
  kind === 'monthly' ? monthAndYear(first) : `${shortDay(first)} to ${longDay(last)}`;

export const beforeName = ({ kind, beforeFirst, beforeLast }: Period) =>
  kind === 'monthly'
    ? monthAndYear(beforeFirst)
    : `${shortDay(beforeFirst)} to ${longDay(beforeLast)}`;

export const dayName = ({ kind }: Period, day: string) =>
  kind === 'monthly' ? shortDay(day) : weekday(day);

export const summaryTitle = (domain: string, period: Period, { visitors }: Numbers) =>
  `${oneLine(domain)}: ${count(visitors.value)} visitor${visitors.value === 1 ? '' : 's'}, ` +
  periodName(period);

export type Line = {
  readonly name: string;
  readonly value: string;
  readonly before: string;
  /** Such as `+12%`; empty where there was nothing before. */
  readonly change: string;
};

/** The numbers at the top, in the order of the dashboard. */
export function totalLines(numbers: Numbers): Line[] {
  const line = (name: string, { value, before }: Number2, text: (value: number) => string) => ({
    ...{ name, value: text(value), before: text(before), change: changeText(value, before) },
  });
  const { bounceRate } = numbers;
  const points = bounceRate.value - bounceRate.before;
  return [
    line('Visitors', numbers.visitors, count),
    line('Visits', numbers.visits, count),
    line('Pageviews', numbers.pageviews, count),
    {
      ...line('Bounce rate', bounceRate, percent),
      // As in the dashboard: per cent change in points.
      change: bounceRate.before === 0 ? '' : `${signed(points)} points`,
    },
    line('Visit duration', numbers.durationSeconds, duration),
  ];
}

function changeText(value: number, before: number): string {
  if (before === 0) return '';
  return `${signed(Math.round((100 * (value - before)) / before))}%`;
}

const signed = (value: number) => (value > 0 ? `+${value}` : `${value}`.replace('-', '−'));

export type List = {
  readonly title: string;
  readonly rows: readonly { readonly name: string; readonly value: string; readonly of: number }[];
};

/** The lists, without those that are empty. `of`: a part of the greatest, for its bar. */
export function listsOf({ pages, sources, countries, goals }: Numbers): List[] {
  const list = (title: string, rows: Numbers['pages'], none: string): List => ({
    title,
    rows: rows.map(({ name, visitors }) => ({
      ...{ name: oneLine(name) || none, value: count(visitors) },
      of: visitors / Math.max(1, rows[0]!.visitors),
    })),
  });
  return [
    list('Top pages', pages, '(none)'),
    list('Sources', sources, 'Direct / None'),
    list('Countries', countries, '(not known)'),
    {
      title: 'Goals',
      rows: goals.map(({ name, visitors, rate }) => ({
        ...{ name: oneLine(name), value: `${count(visitors)} (${rate}%)` },
        of: visitors / Math.max(1, goals[0]!.visitors),
      })),
    },
  ].filter(({ rows }) => rows.length > 0);
}
