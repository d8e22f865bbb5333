import { computed, signal } from '@preact/signals';
import { base } from '../api/base.ts';
import { linkSecret } from '../api/link.ts';
import type { Shared } from '../api/types.ts';
import { readAddress, type View, writeAddress } from '../model/address.ts';
import type { Filter } from '../model/filters.ts';
import { readQueryFilter } from '../model/fixed-filters.ts';
import { partsOf } from '../model/parts.ts';

/** What the shared link shows; undefined until known, and on the owner's own page. */
export const shared = signal<Shared | undefined>(undefined);

/** Its password is asked for. */
export const isLocked = signal(false);

const asked = new URLSearchParams(linkSecret === undefined ? '' : location.search);

/** It stands within a page of somebody else's. */
export const isEmbedded = ['', '1', 'true'].includes(asked.get('embed') ?? 'none');

/** What the address says besides the view. */
const kept = ['auth', 'embed', 'theme', 'parts'].flatMap((name) => {
  const value = asked.get(name);
  return value === null ? [] : [`${name}=${encodeURIComponent(value)}`];
});

export const sharedTheme = computed(() => {
  const theme = asked.get('theme') ?? shared.value?.theme;
  return theme === 'light' || theme === 'dark' ? theme : undefined;
});

/** The parts that are drawn; undefined: all. */
export const parts = computed(() => partsOf(asked.get('parts'), shared.value?.parts));

export const shows = (part: string): boolean => parts.value?.includes(part) ?? true;

/** Numbers of fewer visitors are hidden; undefined: none are. */
export const hiddenBelow = computed(() => shared.value?.hide_below ?? undefined);

/** The filters that the link is fixed to, as far as a page could have made them. */
const fixed = computed(() => (shared.value?.filters ?? []).map(readQueryFilter));

/** Those that are shown as they were sent. */
export const strangeFilters = computed(() =>
  (shared.value?.filters ?? []).filter((_, i) => fixed.value[i] === undefined),
);

/** The filters of a view: the fixed ones first, whatever becomes of the others. */
export const withFixed = (filters: readonly Filter[]): readonly Filter[] => [
  ...fixed.value.filter((filter) => filter !== undefined),
  ...filters.filter((filter) => filter.fixed === undefined),
];

/** The view that an address names. A link is of one site, whose segments are not for all. */
export function readView(search: string): View {
  const view = readAddress(search);
  if (linkSecret === undefined) return view;
  const own = view.filters.filter(({ dimension }) => dimension !== 'segment');
  const { domain } = shared.value ?? {};
  if (domain === undefined) return view;
  return { ...view, page: 'report', site: domain, filters: withFixed(own) };
}

/** The address of a view, on this page. */
export function addressFor(view: View): string {
  const own = view.filters.filter((filter) => filter.fixed === undefined);
  if (linkSecret === undefined) return base + writeAddress(view);
  const [, query] = writeAddress({ ...view, site: undefined, filters: own }).split('?');
  const all = [...kept, ...(query === undefined ? [] : [query])].join('&');
  return location.pathname + (all && `?${all}`);
}
