import type { Category } from './source-table.ts';

/** An advertiser's network, and the kinds of source on which its ads are clicked. */
export type ClickId = { readonly source: string; readonly categories: readonly Category[] };

const google: ClickId = { source: 'Google', categories: ['search', 'video', 'display'] };

const microsoft: ClickId = { source: 'Bing', categories: ['search'] };

/**
 * URL parameters that networks add to clicks on *ads* only. Those that also mark unpaid clicks
 * (`fbclid`, `igsh`, `ysclid`, `srsltid`) say nothing about money and are not here.
 */
const clickIds: ReadonlyMap<string, ClickId> = new Map([
  ['gclid', google],
  ['gbraid', google],
  ['wbraid', google],
  ['gad_source', google],
  ['dclid', { source: 'Google Display Network', categories: ['display', 'video'] }],
  ['msclkid', microsoft],
  ['yclid', { source: 'Yandex', categories: ['search'] }],
  ['ttclid', { source: 'TikTok', categories: ['social'] }],
  ['twclid', { source: 'Twitter', categories: ['social'] }],
  ['li_fat_id', { source: 'LinkedIn', categories: ['social'] }],
  ['rdt_cid', { source: 'Reddit', categories: ['social'] }],
  ['ScCid', { source: 'Snapchat', categories: ['social'] }],
]);

/** The network whose click id has this URL parameter. */
export function clickIdOf(parameter: string): ClickId | undefined {
  return clickIds.get(parameter);
}
