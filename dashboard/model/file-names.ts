import { fileTexts } from '../texts/texts.ts';
import type { View } from './address.ts';
import { dayAt } from './calendar.ts';
import { everySite } from './every-site.ts';
import { lastDayOf, type Moment, periodOf } from './ranges.ts';

/** `shop.test 2026-11-01 to 2026-11-28 pages.csv`: the days are those of the view's range. */
export function fileName(
  { site = '', range }: Pick<View, 'site' | 'range'>,
  moment: Moment,
  what: string,
  ending: string,
): string {
  const name = site === everySite ? fileTexts.everySite : site.replaceAll('/', '-');
  return `${[name, daysOf(range, moment), what].filter(Boolean).join(' ')}.${ending}`;
}

function daysOf(range: View['range'], moment: Moment): string {
  const period = periodOf(range, moment);
  if (period.kind === 'all') return fileTexts.allTime;
  const from = period.kind === 'days' ? period.from : dayAt(period.fromMs, moment.zone);
  const to = lastDayOf(period, moment);
  return from === to ? from : fileTexts.days(from, to);
}
