import type { Interval } from '../api/types.ts';
import { isDay } from './calendar.ts';
import { type Dimension, isDimension } from './dimensions.ts';
import { type Filter, readFilter, writeFilter } from './filters.ts';
import { metricNames, type ShownMetric } from './metrics.ts';
import { defaultRange, type Range, type RangeName, rangeMenu } from './ranges.ts';

/**
 * What is on the screen. All of it is in the address, so that a person can save it, send it, and go
 * back to it.
 */
export type View = {
  /** Undefined in the list of sites. */
  readonly site: string | undefined;
  readonly page: 'report' | 'sites' | 'add' | 'setup';
  readonly range: Range;
  readonly filters: readonly Filter[];
  readonly metric: ShownMetric;
  /** Undefined: the interval that suits the range. */
  readonly interval: Interval | undefined;
  readonly compare: boolean;
  /** The chosen tab of each panel, by the panel's name; absent: its first tab. */
  readonly tabs: Readonly<Record<string, Dimension>>;
  /** What is open over the page. */
  readonly open: Overlay | undefined;
};

export type Overlay =
  | { readonly name: 'list'; readonly dimension: Dimension }
  | { readonly name: 'why' };

export const firstView: View = {
  site: undefined,
  page: 'sites',
  range: defaultRange,
  filters: [],
  metric: 'visitors',
  interval: undefined,
  compare: true,
  tabs: {},
  open: undefined,
};

const intervals: readonly Interval[] = ['hour', 'day', 'week', 'month'];
const tabPrefix = 'tab.';

/**
 * Reads the query of an address. Parts that are not understood are ignored, so that an old or
 * broken link still shows something.
 */
export function readAddress(search: string): View {
  const params = new URLSearchParams(search);
  const site = params.get('site') || undefined;
  return {
    site,
    page: pageOf(params, site),
    range: rangeOf(params),
    filters: params
      .getAll('f')
      .map(readFilter)
      .filter((filter) => filter !== undefined),
    metric: metricNames.find((name) => name === params.get('metric')) ?? firstView.metric,
    interval: intervals.find((name) => name === params.get('by')),
    compare: params.get('compare') !== 'none',
    tabs: Object.fromEntries(
      [...params]
        .filter(
          (entry): entry is [string, Dimension] =>
            entry[0].startsWith(tabPrefix) && isDimension(entry[1]),
        )
        .map(([name, dimension]) => [name.slice(tabPrefix.length), dimension]),
    ),
    open: overlayOf(params.get('open')),
  };
}

/** The address of a view, from `/`, without the parts that have their default values. */
export function writeAddress(view: View): string {
  const parts: string[] = [];
  const put = (name: string, value: string) =>
    parts.push(value === '' ? name : `${name}=${readable(value)}`);
  if (view.site !== undefined) put('site', view.site);
  if (view.page === 'add') put('add', '');
  if (view.page === 'setup') put('setup', '');
  if (view.page === 'sites') put('sites', '');
  if (view.page === 'report') {
    const { range } = view;
    if (typeof range === 'object') {
      put('from', range.from);
      put('to', range.to);
    } else if (range !== defaultRange) put('range', range);
    for (const filter of view.filters) put('f', writeFilter(filter));
    if (view.metric !== firstView.metric) put('metric', view.metric);
    if (view.interval !== undefined) put('by', view.interval);
    if (!view.compare) put('compare', 'none');
    for (const [panel, dimension] of Object.entries(view.tabs))
      put(`${tabPrefix}${panel}`, dimension);
    if (view.open !== undefined)
      put('open', view.open.name === 'list' ? `list,${view.open.dimension}` : view.open.name);
  }
  return parts.length === 0 ? '/' : `/?${parts.join('&')}`;
}

function pageOf(params: URLSearchParams, site: string | undefined): View['page'] {
  if (params.has('add')) return 'add';
  if (site === undefined) return 'sites';
  return params.has('setup') ? 'setup' : 'report';
}

function rangeOf(params: URLSearchParams): Range {
  const from = params.get('from');
  const to = params.get('to');
  if (from !== null && to !== null && isDay(from) && isDay(to))
    return from <= to ? { from, to } : { from: to, to: from };
  const named = rangeMenu.find(({ name }) => name === params.get('range'));
  return named?.name ?? (defaultRange as RangeName);
}

function overlayOf(text: string | null): Overlay | undefined {
  const [name, dimension = ''] = text?.split(',') ?? [];
  if (name === 'why') return { name };
  return name === 'list' && isDimension(dimension) ? { name, dimension } : undefined;
}

/** Encodes only what a query needs encoded: slashes, commas and colons stay readable. */
function readable(value: string): string {
  return encodeURIComponent(value).replace(/%(2C|2F|3A)/g, (code) => decodeURIComponent(code));
}
