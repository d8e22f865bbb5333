import type { Day } from '../../lib/site-days.ts';
import { inertText } from '../../lib/spreadsheet-text.ts';
import type { Hit } from '../../model/hit.ts';

/** The format's version stands before the first name. */
const header =
  '2Path,Title,Event,UserAgent,Browser,System,Session,Bot,Referrer,Referrer scheme,' +
  'Screen size,Location,FirstVisit,Date';

type Placed = { readonly day: Day; readonly hit: Hit };

/**
 * GoatCounter's CSV, version 2, as its help describes it, of the pageviews and events from a moment
 * on. The hits begin with their day, so that it is known which is a visitor's first. No agent and
 * no size of a screen is kept; robots' rows and engagements are none of its hits.
 */
export async function* goatcounterCsv(
  hits: AsyncIterable<Placed>,
  fromMs: number,
): AsyncGenerator<string> {
  yield `${header}\n`;
  let today: Day | undefined;
  let seen = new Set<string>();
  for await (const { day, hit } of hits) {
    if (hit.name === 'engagement' || hit.robot !== undefined) continue;
    if (day !== today) seen = new Set();
    today = day;
    const isFirst = !seen.has(hit.visitor);
    seen.add(hit.visitor);
    if (hit.time >= fromMs) yield `${rowOf(hit, isFirst).map(cell).join(',')}\n`;
  }
}

function rowOf(hit: Hit, isFirst: boolean): string[] {
  const isEvent = hit.name !== 'pageview';
  return [
    ...[isEvent ? hit.name : hit.page, hit.title ?? '', String(isEvent), ''],
    ...[named(hit.browser, hit.browserVersion), named(hit.os, hit.osVersion), hit.visitor, '0'],
    ...[hit.referrer ?? hit.utmSource ?? '', schemeOf(hit), '', hit.region ?? hit.country ?? ''],
    ...[String(isFirst), new Date(hit.time).toISOString().replace(/\.\d+/, '')],
  ];
}

const named = (name: string | undefined, version: string | undefined) =>
  [name, version].filter((part) => part !== undefined).join(' ');

/** A link, a campaign, or nothing. */
function schemeOf({ referrer, utmSource }: Hit): string {
  if (referrer !== undefined) return 'h';
  return utmSource === undefined ? '' : 'c';
}

function cell(text: string): string {
  const inert = inertText(text);
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
