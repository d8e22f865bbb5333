import type { Interval, MetricName, Query } from '../api/types.ts';
import { type Panel, type Tab, withShare } from '../panels/panel.ts';
import { panelsOf, tabIn } from '../panels/panels.ts';
import type { View } from './address.ts';
import { addDays } from './calendar.ts';
import { dimensionOf } from './dimensions.ts';
import { everySite } from './every-site.ts';
import { asksGoals, type Filter, queryFilters } from './filters.ts';
import { numbersFor, type ShownMetric, withDenominator } from './metrics.ts';
import {
  areByMinute,
  dateRangeOf,
  intervalsFor,
  lastDayOf,
  lengthInDays,
  type Moment,
  type Period,
  periodCompared,
  periodOf,
  periodToCompare,
} from './ranges.ts';

/** How many rows a panel shows. */
export const panelRows = 8;

/** A map has a row for each country, and some for what is none. */
const mapRows = 300;

export type Plan = {
  readonly period: Period;
  /** The period to compare with; undefined where nothing is compared. */
  readonly before: Period | undefined;
  readonly interval: Interval;
  readonly intervals: readonly Interval[];
  /** The metrics of the numbers row. */
  readonly numbers: readonly ShownMetric[];
  /** The one that the chart shows. */
  readonly metric: ShownMetric;
  /** The queries, by the place on the page that shows the answer. */
  readonly queries: Readonly<Record<string, Query>>;
};

/** What a view is planned with, besides itself. */
type Given = {
  /** The number of days in the range `all`, where it is known. */
  readonly allDays?: number | undefined;
  /** What the owner wants in the numbers row. */
  readonly numbers?: readonly ShownMetric[] | undefined;
};

/** All queries of a view, sent as one batch. */
export function planView(view: View, moment: Moment, { allDays, numbers }: Given = {}): Plan {
  const period = periodOf(view.range, moment);
  const before =
    view.site === everySite ? undefined : periodCompared(view.compare, view.range, period);
  const intervals = intervalsFor(lengthInDays(period) ?? allDays ?? 1_000).filter(
    (name) => name !== 'minute' || areByMinute(period, before),
  );
  const interval = intervals.find((name) => name === view.interval) ?? intervals[0]!;
  const filters = queryFilters(view.filters);
  const shown = numbersFor(view.filters, numbers);
  const totals = (of: Period): Query => ({
    metrics: withDenominator(shown),
    date_range: dateRangeOf(of),
    filters,
  });
  const series = (of: Period): Query => ({
    ...totals(of),
    dimensions: [`time:${interval}`],
    include: { time_labels: true },
  });
  const compared = { ...totals(period), ...besideBefore({ before, period }, moment) };
  const queries: Record<string, Query> = { totals: compared, series: series(period) };
  if (before !== undefined) queries['seriesBefore'] = series(before);
  for (const panel of panelsOf(view.site)) {
    queries[panel.name] = panelQuery(view, moment, panel);
  }
  queries['heat'] = heatQuery(view, moment);
  const metric = shown.find((name) => name === view.metric) ?? shown[0]!;
  return { period, before, interval, intervals, numbers: shown, metric, queries };
}

/** What of a query asks for the same of the period before, too, where one is compared. */
export function besideBefore(
  { before, period }: Pick<Plan, 'before' | 'period'>,
  moment: Moment,
): Pick<Query, 'include'> {
  const range = before && dateRangeOf(periodToCompare(before, period, moment));
  if (typeof range !== 'object') return {};
  return { include: { compare: { mode: 'custom', date_range: range } } };
}

export function chosenTab(view: View, panel: Panel): Tab {
  return tabIn(panel, view.tabs[panel.name] ?? '') ?? panel.tabs[0]!;
}

/** The metric that a panel's column shows: the view's choice, where its tab has that. */
export function chosenMetric({ columns, filters }: View, panel: Panel, tab: Tab): ShownMetric {
  const metrics = metricsOf(tab, filters);
  return metrics.find((name) => name === columns[panel.name]) ?? metrics[0];
}

/**
 * What the column of a tab can show. With a goal among the filters, only hits that reached it are
 * counted: they have no bounce and no duration, but may have earned something.
 */
export const metricsOf = ({ dimension, metrics }: Tab, filters: readonly Filter[]) =>
  asksGoals(filters) && dimension !== 'goal' ? ofConversions : metrics;

const ofConversions: Tab['metrics'] = ['visitors', 'events', 'total_revenue', 'average_revenue'];

/** The second column: what part the first is of all. */
export function shareBeside(
  { filters }: View,
  tab: Tab,
  metric: ShownMetric,
): MetricName | undefined {
  if (tab.dimension === 'goal') return metric === 'conversion_rate' ? undefined : 'conversion_rate';
  if (metric === 'visitors' && asksGoals(filters)) return 'group_conversion_rate';
  return withShare(metric, tab.dimension) ? 'percentage' : undefined;
}

/** What is asked for a panel's rows. */
export function panelColumns(view: View, tab: Tab, metric: ShownMetric): readonly MetricName[] {
  const share = shareBeside(view, tab, metric);
  return withDenominator(share === undefined ? [metric] : [metric, share]);
}

function panelQuery(view: View, moment: Moment, panel: Panel): Query {
  const tab = chosenTab(view, panel);
  const metric = chosenMetric(view, panel, tab);
  return rowsQuery(view, moment, tab, {
    ...{ columns: panelColumns(view, tab, metric), order: metric, isFalling: true },
    ...{ limit: tab.isMap ? mapRows : panelRows + 1, offset: 0, search: '' },
  });
}

/** Hours of more days than these are not asked for: the last ones show as much. */
const mostHeatDays = 91;

/** Visitors by hour. */
function heatQuery(view: View, moment: Moment): Query {
  const period = periodOf(view.range, moment);
  const days = lengthInDays(period) ?? Number.POSITIVE_INFINITY;
  const last = lastDayOf(period, moment);
  const date_range =
    days <= mostHeatDays ? dateRangeOf(period) : ([addDays(last, 1 - mostHeatDays), last] as const);
  const filters = queryFilters(view.filters);
  return { metrics: ['visitors'], date_range, dimensions: ['time:hour'], filters };
}

/** The columns of a tab's whole list. */
export function listColumns(view: View, tab: Tab): readonly MetricName[] {
  const share = shareBeside(view, tab, 'visitors');
  const all = metricsOf(tab, view.filters).flatMap((name): MetricName[] =>
    name === 'visitors' && share !== undefined ? [name, share] : [name],
  );
  return [...new Set(all)];
}

type RowsOptions = {
  readonly columns: readonly MetricName[];
  readonly order: MetricName;
  readonly isFalling: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Only rows whose value contains this text. */
  readonly search: string;
};

/** The query for rows of a tab. */
export function rowsQuery(view: View, moment: Moment, tab: Tab, options: RowsOptions): Query {
  const { name } = dimensionOf(tab.dimension);
  const { columns, order, isFalling, limit, offset, search } = options;
  const filters = [...queryFilters(view.filters), ...(tab.only ?? [])];
  if (search !== '') filters.push(['contains', name, [search], { case_sensitive: false }]);
  return {
    metrics: columns,
    date_range: dateRangeOf(periodOf(view.range, moment)),
    dimensions: [name],
    filters,
    order_by: [
      [order, isFalling ? 'desc' : 'asc'],
      [name, 'asc'],
    ],
    pagination: { limit, offset },
  };
}
