import type { Site } from '../account/site.ts';
import type { Reports } from '../report/engine.ts';
import type { Fact } from './alerts/judge.ts';
import { alertWords } from './alerts/words.ts';
import { escaped, heading, link } from './html-parts.ts';
import type { Message } from './message.ts';
import { oneLine } from './one-line.ts';
import { summaryHtml } from './summary/html.ts';
import { numbersOf } from './summary/numbers.ts';
import type { Period } from './summary/period.ts';
import { summaryText } from './summary/text.ts';
import { summaryTitle } from './summary/words.ts';

export type Composing = {
  readonly id: string;
  readonly site: Site;
  readonly atMs: number;
  /** Where browsers reach this Daybook. */
  readonly publicUrl?: string | undefined;
};

const reportUrl = ({ site, publicUrl }: Composing, query = '') =>
  publicUrl && `${publicUrl}/?site=${encodeURIComponent(site.domain)}${query}`;

const withUrl = (url: string | undefined) => (url === undefined ? {} : { url });

export async function composeSummary(
  reports: Reports,
  composing: Composing,
  period: Period,
): Promise<Message> {
  const { id, site, atMs } = composing;
  const { kind, first, last } = period;
  const numbers = await numbersOf(reports, site, period);
  const url = reportUrl(composing, `&from=${first}&to=${last}`);
  return {
    ...{ id, what: kind, site: site.domain, atMs, ...withUrl(url) },
    title: summaryTitle(site.domain, period, numbers),
    text: summaryText(numbers, period),
    html: summaryHtml(site.domain, { numbers, period, url }),
    data: { first, last, before: [period.beforeFirst, period.beforeLast], ...numbers },
  };
}

export function composeAlert(composing: Composing, fact: Fact): Message {
  const { id, site, atMs } = composing;
  const url = reportUrl(composing);
  const { title, text } = alertWords(site, fact);
  const at = (ms: number) => new Date(ms).toISOString();
  const { what, fromMs, untilMs, value, usual, goal } = fact;
  return {
    ...{ id, what, site: site.domain, atMs, title, text, ...withUrl(url) },
    html: alertHtml(title, text, url),
    data: {
      ...{ from: at(fromMs), ...(untilMs !== undefined && { until: at(untilMs) }), value },
      ...(usual !== undefined && { usual }),
      ...(goal !== undefined && { goal: goal.name }),
    },
  };
}

export function composeTest(composing: Composing): Message {
  const { id, site, atMs } = composing;
  const url = reportUrl(composing);
  const title = `${oneLine(site.domain)}: a test of Daybook's`;
  const text = 'Somebody pressed the button. Messages of this site will look like this one.';
  return {
    ...{ id, what: 'test', site: site.domain, atMs, title, text, ...withUrl(url) },
    ...{ html: alertHtml(title, text, url), data: {} },
  };
}

const alertHtml = (title: string, text: string, url: string | undefined) =>
  `${heading(title)}\n<p style="margin:12px 0 0">${escaped(text)}</p>` +
  (url === undefined
    ? ''
    : `\n<p style="margin:20px 0 0">${link(url, 'See what is going on')}</p>`);
