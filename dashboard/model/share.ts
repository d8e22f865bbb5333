import type { MadeLink } from '../api/types.ts';
import { linkTexts } from '../texts/texts.ts';
import type { View } from './address.ts';
import { writeAddress } from './address.ts';
import { dayAt } from './calendar.ts';
import { showDay } from './dates.ts';
import type { Filter } from './filters.ts';
import { showCount } from './numbers.ts';
import type { Moment } from './ranges.ts';

/** Segments are the owner's, so a link that shows one is fixed to it. */
export const mustFix = (filters: readonly Filter[]): boolean =>
  filters.some(({ dimension, or = [] }) =>
    [dimension, ...or.map((test) => test.dimension)].includes('segment'),
  );

/** The address of exactly this view behind a link; what the link is fixed to need not be said. */
export function sharedAddress(
  { origin, secret }: { readonly origin: string; readonly secret: string },
  view: View,
  isFixed: boolean,
): string {
  const own = { ...view, site: undefined, open: undefined, page: 'report' } as const;
  const [, query] = writeAddress({ ...own, filters: isFixed ? [] : view.filters }).split('?');
  return `${origin}/share/${secret}${query === undefined ? '' : `?${query}`}`;
}

/** What a page has to contain, so that it shows the link in a frame. */
export function frameSnippet(address: string, title: string): string {
  const source = `${address}${address.includes('?') ? '&' : '?'}embed=1`;
  const style = 'width: 100%; height: 900px; border: 0';
  const named = `src="${attribute(source)}" title="${attribute(title)}"`;
  return `<iframe ${named} loading="lazy" style="${style}"></iframe>`;
}

/** An image of a number of the site, for a page. */
export const imageSnippet = (address: string, image: 'badge' | 'counter', alt: string): string =>
  `<img src="${attribute(address.split('?')[0]!)}/${image}.svg" alt="${attribute(alt)}">`;

const attribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** What a link in the list is said to be. */
export function wordsOfLink(
  link: Omit<MadeLink, 'url' | 'secret'>,
  { nowMs, zone }: Moment,
): string {
  const { filters, expires, has_password, hide_below, embed_on, badge_only } = link;
  const lastDay = (end: string) => {
    const day = showDay(dayAt(Date.parse(end) - 1, zone), true);
    return Date.parse(end) <= nowMs ? linkTexts.ended(day) : linkTexts.until(day);
  };
  return [
    ...(badge_only ? [linkTexts.badgeOnly] : []),
    ...(filters.length > 0 ? [linkTexts.filters(filters.length)] : []),
    ...(has_password ? [linkTexts.password] : []),
    ...(hide_below === null ? [] : [linkTexts.hidesBelow(showCount(hide_below))]),
    ...(embed_on.length > 0 ? [linkTexts.embeddedOn(embed_on.join(', '))] : []),
    ...(expires === null ? [] : [lastDay(expires)]),
  ].join(' · ');
}

export const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);
