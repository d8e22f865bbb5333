import type { Interval, MetricName, Query } from '../api/types.ts';
import type { Panel, Tab } from '../panels/panel.ts';
import { panels } from '../panels/panels.ts';
import type { View } from './address.ts';
import { dimensions, notSet } from './dimensions.ts';
import { queryFilters } from './filters.ts';
import { metricNames, withDenominator } from './metrics.ts';
import {
  dateRangeOf,
  intervalsFor,
  lengthInDays,
  type Moment,
  type Period,
  periodBefore,
  periodOf,
  periodToCompare,
} from './ranges.ts';

/** How many rows a panel shows. */
export const panelRows = 8;

export type Plan = {
  readonly period: Period;
  /** The period to compare with; undefined where nothing is compared. */
  readonly before: Period | undefined;
  readonly interval: Interval;
  readonly intervals: readonly Interval[];
  /** The queries, by the place on the page that shows the answer. */
  readonly queries: Readonly<Record<string, Query>>;
};

/**
 * All queries of a view, sent as one batch. `allDays` is the number of days in the range `all`,
 * where it is known.
 */
export function planView(view: View, moment: Moment, allDays: number | undefined): Plan {
  const period = periodOf(view.range, moment);
  const before = view.compare ? periodBefore(view.range, period) : undefined;
  const intervals = intervalsFor(lengthInDays(period) ?? allDays ?? 1_000);
  const interval = intervals.find((name) => name === view.interval) ?? intervals[0]!;
  const filters = queryFilters(view.filters);
  const totals = (of: Period): Query => ({
    metrics: metricNames,
    date_range: dateRangeOf(of),
    filters,
  });
  const series = (of: Period): Query => ({
    ...totals(of),
    dimensions: [`time:${interval}`],
    include: { time_labels: true },
  });
  const beside = before && dateRangeOf(periodToCompare(before, period, moment));
  const compared: Query =
    typeof beside === 'object'
      ? { ...totals(period), include: { compare: { mode: 'custom', date_range: beside } } }
      : totals(period);
  const queries: Record<string, Query> = { totals: compared, series: series(period) };
  if (before !== undefined) queries['seriesBefore'] = series(before);
  for (const panel of panels) {
    queries[panel.name] = listQuery(view, moment, chosenTab(view, panel), {
      limit: panelRows + 1,
      offset: 0,
    });
  }
  return { period, before, interval, intervals, queries };
}

export function chosenTab(view: View, panel: Panel): Tab {
  return panel.tabs.find(({ dimension }) => dimension === view.tabs[panel.name]) ?? panel.tabs[0]!;
}

type ListOptions = {
  readonly limit: number;
  readonly offset: number;
  /** Only rows whose value contains this text. */
  readonly search?: string;
  /** Whether to ask for all columns of the whole list. */
  readonly whole?: boolean;
};

/** The columns to ask for in a whole list: those it shows, and one that recognises empty ratios. */
export function listColumns(tab: Tab): readonly MetricName[] {
  return withDenominator([...tab.metrics, ...tab.more]);
}

/** The query for the rows of a tab, most visitors first. */
export function listQuery(view: View, moment: Moment, tab: Tab, options: ListOptions): Query {
  const { name } = dimensions[tab.dimension];
  const { limit, offset, search = '', whole = false } = options;
  const filters = queryFilters(view.filters);
  if (tab.onlySet === true) filters.push(['is_not', name, [notSet]]);
  if (search !== '') filters.push(['contains', name, [search], { case_sensitive: false }]);
  return {
    metrics: whole ? listColumns(tab) : tab.metrics,
    date_range: dateRangeOf(periodOf(view.range, moment)),
    dimensions: [name],
    filters,
    order_by: [
      [tab.metrics[0], 'desc'],
      [name, 'asc'],
    ],
    pagination: { limit, offset },
  };
}
