import type { Numbers } from './numbers.ts';
import type { Period } from './period.ts';
import { beforeName, count, dayName, listsOf, periodName, totalLines } from './words.ts';

const width = 62;

const barWidth = 24;

/** A summary as plain text, in columns, with bars. */
export function summaryText(numbers: Numbers, period: Period): string {
  const lines = totalLines(numbers);
  const nameWidth = Math.max(...lines.map(({ name }) => name.length));
  const valueWidth = Math.max(...lines.map(({ value }) => value.length));
  const most = Math.max(1, ...numbers.days.map(({ visitors }) => visitors));
  return [
    `${periodName(period)}, and before: ${beforeName(period)}`,
    '',
    ...lines.map(({ name, value, before, change }) =>
      [
        `${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}`,
        ...(change === '' ? [] : [`  ${change} (${before})`]),
      ].join(''),
    ),
    ...section('Visitors by day'),
    ...numbers.days.map(({ day, visitors }) => {
      const bar = '#'.repeat(Math.round((barWidth * visitors) / most));
      return `${dayName(period, day).padEnd(7)} ${bar.padEnd(barWidth)} ${count(visitors)}`;
    }),
    ...listsOf(numbers).flatMap(({ title, rows }) => [
      ...section(title),
      ...rows.map(({ name, value }) => `${name}${dots(name, value)}${value}`),
    ]),
  ].join('\n');
}

const section = (title: string) => ['', title, '-'.repeat(title.length)];

const dots = (name: string, value: string) =>
  ` ${'.'.repeat(Math.max(2, width - name.length - value.length - 2))} `;
