import { escaped, heading, link } from '../html-parts.ts';
import { oneLine } from '../one-line.ts';
import type { Numbers } from './numbers.ts';
import type { Period } from './period.ts';
import {
  beforeName,
  count,
  dayName,
  type Line,
  type List,
  listsOf,
  periodName,
  totalLines,
} from './words.ts';

/** A summary as the body of a mail: tables and bars that need no picture. */
export function summaryHtml(
  domain: string,
  { numbers, period, url }: { numbers: Numbers; period: Period; url?: string | undefined },
): string {
  const most = Math.max(1, ...numbers.days.map(({ visitors }) => visitors));
  const days: List = {
    title: 'Visitors by day',
    rows: numbers.days.map(({ day, visitors }) => ({
      ...{ name: dayName(period, day), value: count(visitors), of: visitors / most },
    })),
  };
  return [
    heading(oneLine(domain)),
    `<p class="soft" style="margin:4px 0 20px;color:#6d685e">${escaped(periodName(period))}, ` +
      `beside ${escaped(beforeName(period))}</p>`,
    table(totalLines(numbers).map(totalRow)),
    ...[days, ...listsOf(numbers)].map(
      ({ title, rows }) =>
        `<h2 style="margin:28px 0 6px;font-size:15px;font-weight:600">${escaped(title)}</h2>` +
        table(rows.map(barRow)),
    ),
    ...(url === undefined
      ? []
      : [`<p style="margin:28px 0 0">${link(url, 'See the whole report')}</p>`]),
  ].join('\n');
}

const table = (rows: readonly string[]) =>
  '<table width="100%" cellpadding="0" cellspacing="0" border="0" ' +
  `style="width:100%;border-collapse:collapse">\n${rows.join('\n')}\n</table>`;

const cell = 'padding:7px 0;border-top:1px solid #e7e2d6;font-size:15px';

const number = 'white-space:nowrap;font-variant-numeric:tabular-nums';

function totalRow({ name, value, before, change }: Line): string {
  return (
    `<tr><td class="rule" style="${cell}">${escaped(name)}</td>` +
    `<td class="rule" align="right" style="${cell};${number};font-weight:600">${escaped(value)}` +
    `</td><td class="rule soft" align="right" style="${cell};${number};color:#6d685e;width:45%">` +
    `${change === '' ? '' : escaped(`${change} (${before})`)}</td></tr>`
  );
}

/** The bar is a cell with a background below the name; its width is a part of the row's. */
function barRow({ name, value, of }: List['rows'][number]): string {
  const part = Math.max(0, Math.min(100, Math.round(of * 100)));
  const bar = (width: number, look: string) =>
    width === 0
      ? ''
      : `<td width="${width}%" ${look};height:5px;line-height:5px;font-size:0">&nbsp;</td>`;
  return (
    `<tr><td style="padding:5px 0 1px;word-break:break-word">${escaped(name)}</td>` +
    `<td align="right" style="padding:5px 0 1px 12px;${number}">${escaped(value)}</td></tr>` +
    '<tr><td colspan="2" style="padding:0 0 4px"><table role="presentation" width="100%" ' +
    'cellpadding="0" cellspacing="0" border="0" style="width:100%"><tr>' +
    bar(part, 'class="bar" style="background:#0f6b5c') +
    bar(100 - part, 'class="track" style="background:#eeeae0') +
    '</tr></table></td></tr>'
  );
}
