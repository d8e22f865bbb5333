import type { Site } from '../../account/site.ts';
import { zoneAt } from '../../lib/site-days.ts';
import { oneLine } from '../one-line.ts';
import { count } from '../summary/words.ts';
import type { Fact } from './judge.ts';

export type AlertWords = { readonly title: string; readonly text: string };

/** An alert as a title and a sentence or two. */
export function alertWords({ domain, zones }: Pick<Site, 'domain' | 'zones'>, fact: Fact) {
  const { what, value, usual = 0, fromMs, untilMs = fromMs, isRunning, goal } = fact;
  const zone = zoneAt(zones, fromMs);
  const clock = (ms: number) => timeIn(zone, ms);
  const hours = isRunning ? `since ${clock(fromMs)}` : `from ${clock(fromMs)} to ${clock(untilMs)}`;
  const site = oneLine(domain);
  const usually = (things: string) =>
    `Usual ${things} in that hour of the week: ${count(usual)}, the median of the weeks before. ` +
    `Times are those of ${zone}.`;
  const words: Readonly<Record<Fact['what'], AlertWords>> = {
    spike: {
      title: `${site}: ${count(value)} visitors ${hours}`,
      text: `Many more than usual. ${usually('visitors')}`,
    },
    drop: {
      title: `${site}: only ${count(value)} visitors ${hours}`,
      text: `Far fewer than usual. ${usually('visitors')}`,
    },
    silence: {
      title: `${site}: no hit ${hours}`,
      text:
        'There were hits at that time in each of the last four weeks. The site may be down, or ' +
        `its tracker may have been lost. ${usually('pageviews')}`,
    },
    'not-found': {
      title: `${site}: ${count(value)} pages not found ${hours}`,
      text: `Something may link to pages that are gone. ${usually('ones')}`,
    },
    goal: {
      title: `${site}: goal “${oneLine(goal?.name ?? '')}” reached`,
      text: `It was reached ${value === 1 ? 'once' : `${count(value)} times`} today.`,
    },
  };
  return words[what];
}

const timeIn = (timeZone: string, ms: number) =>
  new Intl.DateTimeFormat('en', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(new Date(ms));
