import type { Interval } from '../api/types.ts';
import { tabNamed } from '../panels/panels.ts';
import { isDay, isTime } from './calendar.ts';
import { type Filter, readFilter, writeFilter } from './filters.ts';
import { isShownMetric, type ShownMetric } from './metrics.ts';
import {
  type Compare,
  compareNames,
  defaultRange,
  type Range,
  type RangeName,
  rangeMenu,
  type Span,
} from './ranges.ts';

/**
 * What is on the screen. All of it is in the address, so that a person can save it, send it, and go
 * back to it.
 */
export type View = {
  /** Undefined in the list of sites. */
  readonly site: string | undefined;
  readonly page: 'report' | 'sites' | 'add' | 'setup' | 'settings' | 'live';
  /** Of the settings: of a site, or without one of this Daybook. */
  readonly section?: string | undefined;
  readonly range: Range;
  readonly filters: readonly Filter[];
  readonly metric: ShownMetric;
  /** Undefined: the interval that suits the range. */
  readonly interval: Interval | undefined;
  readonly compare: Compare;
  /** The chosen tab of each panel, by the panel's name; absent: its first tab. */
  readonly tabs: Readonly<Record<string, string>>;
  /** The chosen column of each panel; absent: its tab's first. */
  readonly columns: Readonly<Record<string, ShownMetric>>;
  /** The chart has bars in place of lines. */
  readonly hasBars: boolean;
  /** What is open over the page. */
  readonly open: Overlay | undefined;
};

export type Overlay =
  | { readonly name: 'list'; readonly tab: string }
  | { readonly name: 'why' }
  | { readonly name: 'robots' }
  | { readonly name: 'table' }
  | { readonly name: 'download' }
  /** A list of visits, or one of them by its id. */
  | { readonly name: 'visits'; readonly visit?: string };

export const firstView: View = {
  site: undefined,
  page: 'sites',
  range: defaultRange,
  filters: [],
  metric: 'visitors',
  interval: undefined,
  compare: 'weekdays',
  tabs: {},
  columns: {},
  hasBars: false,
  open: undefined,
};

const intervals: readonly Interval[] = ['minute', 'hour', 'day', 'week', 'month'];
const tabPrefix = 'tab.';
const columnPrefix = 'column.';

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
    ...(params.get('settings') && { section: params.get('settings')! }),
    range: rangeOf(params),
    filters: params
      .getAll('f')
      .map(readFilter)
      .filter((filter) => filter !== undefined),
    metric: metricOf(params.get('metric')) ?? firstView.metric,
    interval: intervals.find((name) => name === params.get('by')),
    compare: compareOf(params.get('compare')),
    tabs: named(params, tabPrefix, (key) => tabNamed(key)?.key),
    columns: named(params, columnPrefix, metricOf),
    hasBars: params.get('chart') === 'bars',
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
  if (view.page === 'live') put('live', '');
  if (view.page === 'settings') put('settings', view.section ?? '');
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
    const { compare } = view;
    if (typeof compare === 'object') put('compare', `${compare.from},${compare.to}`);
    else if (compare !== firstView.compare) put('compare', compare);
    if (view.hasBars) put('chart', 'bars');
    for (const [panel, key] of Object.entries(view.tabs)) put(`${tabPrefix}${panel}`, key);
    for (const [panel, metric] of Object.entries(view.columns))
      put(`${columnPrefix}${panel}`, metric);
    if (view.open !== undefined) put('open', overlayText(view.open));
  }
  return parts.length === 0 ? '/' : `/?${parts.join('&')}`;
}

function pageOf(params: URLSearchParams, site: string | undefined): View['page'] {
  if (params.has('add')) return 'add';
  if (params.has('settings')) return 'settings';
  if (site === undefined) return 'sites';
  if (params.has('live')) return 'live';
  return params.has('setup') ? 'setup' : 'report';
}

function rangeOf(params: URLSearchParams): Range {
  const from = params.get('from');
  const to = params.get('to');
  const span = spanOf(from ?? '', to ?? '');
  if (span !== undefined) return span;
  const named = rangeMenu.find(({ name }) => name === params.get('range'));
  return named?.name ?? (defaultRange as RangeName);
}

/** From one day to another, or from one moment to a later one, however they were typed. */
export function spanOf(one: string, other: string): Span | undefined {
  const [from, to] = one <= other ? [one, other] : [other, one];
  if (isDay(from) && isDay(to)) return { from, to };
  return isTime(from) && isTime(to) && from < to ? { from, to } : undefined;
}

function overlayText(open: Overlay): string {
  if (open.name === 'list') return `list,${open.tab}`;
  return open.name === 'visits' && open.visit !== undefined ? `visits,${open.visit}` : open.name;
}

const plainOverlays = ['why', 'robots', 'table', 'download'] as const;

type Plain = (typeof plainOverlays)[number];

function overlayOf(text: string | null): Overlay | undefined {
  const [name, ...rest] = text?.split(',') ?? [];
  const key = rest.join(',');
  if (plainOverlays.includes(name as Plain)) return { name: name as Plain };
  if (name === 'visits') return key === '' ? { name } : { name, visit: key };
  const tab = tabNamed(key)?.key;
  return name === 'list' && tab !== undefined ? { name, tab } : undefined;
}

const metricOf = (text: string | null): ShownMetric | undefined =>
  text !== null && isShownMetric(text) ? text : undefined;

function compareOf(text: string | null): Compare {
  const [from = '', to = ''] = text?.split(',') ?? [];
  if (isDay(from) && isDay(to)) return spanOf(from, to)!;
  return compareNames.find((name) => name === text) ?? firstView.compare;
}

/** The parameters with a prefix, without it, whose values are understood. */
function named<T>(
  params: URLSearchParams,
  prefix: string,
  read: (text: string) => T | undefined,
): Record<string, T> {
  const found: Record<string, T> = {};
  for (const [name, text] of params) {
    const value = name.startsWith(prefix) ? read(text) : undefined;
    if (value !== undefined) found[name.slice(prefix.length)] = value;
  }
  return found;
}

/** Encodes only what a query needs encoded: slashes, commas and colons stay readable. */
function readable(value: string): string {
  return encodeURIComponent(value).replace(/%(2C|2F|3A)/g, (code) => decodeURIComponent(code));
}
