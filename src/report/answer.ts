import type { Value } from '../journal/duckdb.ts';
import type { ZoneSpan } from '../lib/site-days.ts';
import { isTime } from './dimensions.ts';
import type { MetricName } from './metrics.ts';
import { type Money, moneyOf } from './money.ts';
import type { Plan } from './plan.ts';
import { type Filter, includes } from './query.ts';
import { isoOf, timeLabels } from './ranges.ts';
import { isRevenue, rowCurrency, type Warning, warningsOf } from './revenue.ts';

/** The response of Stats API v2; `query` is the one that was answered, with all that was implied. */
export type Answer = {
  readonly results: readonly {
    readonly dimensions: readonly string[];
    readonly metrics: readonly Shown[];
  }[];
  readonly meta: Meta;
  readonly query: Readonly<Record<string, unknown>>;
};
export type Meta = {
  readonly imports_included?: boolean;
  readonly time_labels?: readonly string[];
  readonly total_rows?: number;
  readonly metric_warnings?: Readonly<Record<string, Warning>>;
};
/** A metric; null where nothing is known of it. */
export type Shown = number | Money | null;

/** `rows` are those of `querySql`; `total` counts them without pagination. */
export function answerOf(
  plan: Plan,
  site: { domain: string; zones: readonly ZoneSpan[] },
  rows: readonly Value[][],
  total: number,
): Answer {
  const { query, dimensions, span } = plan;
  const keys = dimensions.length;
  const time = dimensions.find(isTime);
  return {
    results: rows.map((row) => ({
      dimensions: row.slice(0, keys).map(String),
      metrics: query.metrics.map((name, i) => shownOf(name, row, row[keys + i]!, plan)),
    })),
    meta: {
      // What was imported is hits like all others here; the format's separate imported figures do not exist.
      ...(query.include.imports ? { imports_included: false } : {}),
      ...(query.include.time_labels && time !== undefined
        ? { time_labels: timeLabels(time, span, site.zones, plan.weekStarts) }
        : {}),
      ...(query.include.total_rows ? { total_rows: total } : {}),
      ...warningsOf(query),
    },
    query: {
      site_id: site.domain,
      metrics: query.metrics,
      date_range: isoOf(span, site.zones),
      filters: query.filters.map(filterJson),
      dimensions,
      order_by: plan.order
        .slice(0, query.orderBy?.length ?? defaultOrder(plan))
        .map(({ by, direction }) => [by, direction]),
      include: Object.fromEntries(includes.filter((name) => query.include[name]).map((name) => [name, true])),
      pagination: { limit: query.limit, offset: query.offset },
    },
  };
}

/** Time, where there is one, and the first metric; what follows only settles ties. */
const defaultOrder = ({ dimensions }: Plan) => (dimensions.some(isTime) ? 2 : 1);

function shownOf(name: MetricName, row: readonly Value[], value: Value, plan: Plan): Shown {
  if (value === null) return null;
  return isRevenue(name) ? moneyOf(BigInt(value), rowCurrency(plan, row)) : Number(value);
}

function filterJson(filter: Filter): unknown[] {
  switch (filter.kind) {
    case 'goal':
    case 'test': {
      const { operator, values, caseSensitive } = filter;
      const dimension = filter.kind === 'goal' ? 'event:goal' : filter.dimension;
      return caseSensitive
        ? [operator, dimension, values]
        : [operator, dimension, values, { case_sensitive: false }];
    }
    case 'not':
      return ['not', filterJson(filter.filter)];
    case 'done':
      return [filter.negated ? 'has_not_done' : 'has_done', filterJson(filter.filter)];
    default:
      return [filter.kind, filter.filters.map(filterJson)];
  }
}
