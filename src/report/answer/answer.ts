import type { Value } from '../../duck/duck.ts';
import type { Day, ZoneSpan } from '../../lib/site-days.ts';
import { isTime } from '../../model/dimensions.ts';
import { counterpart } from '../plan/other-period.ts';
import { isoOf, timeLabels } from '../plan/span.ts';
import { groupOf, type Plan } from '../plan/types.ts';
import { compareJson } from '../query/compare.ts';
import { isMoney, type MetricName, type SumName } from '../query/metrics.ts';
import { type Filter, includes } from '../query/types.ts';
import { changeOf } from './change.ts';
import { type Money, moneyOf } from './money.ts';
import { revenueWarnings, rowCurrency, type Warning } from './revenue.ts';

/**
 * The response of Stats API v2; `query` is the one that was answered, with all that was implied.
 */
export type Answer = {
  readonly results: readonly Result[];
  readonly meta: Meta;
  readonly query: Readonly<Record<string, unknown>>;
};

export type Result = {
  readonly dimensions: readonly string[];
  readonly metrics: readonly Shown[];
  /**
   * The same of the other period; null if that has no such bucket. `change` is that of `changeOf`.
   */
  readonly comparison?: {
    readonly dimensions: readonly (string | null)[];
    readonly metrics: readonly Shown[];
    readonly change: readonly (number | null)[];
  };
};

export type Meta = {
  readonly imports_included?: boolean;
  readonly time_labels?: readonly string[];
  readonly total_rows?: number;
  readonly metric_warnings?: Readonly<Record<string, Warning>>;
  /**
   * An erasure goes on: so many closed days of the answer still contain hits that are erased, and
   * they will not in about so many seconds once it has begun.
   */
  readonly erasing?: { readonly days: number; readonly seconds: number; readonly warning: string };
  /** What the results are compared with. */
  readonly comparison?: {
    readonly date_range: readonly [string, string];
    readonly time_labels?: readonly string[];
  };
};

/** A metric; null where nothing is known of it. */
export type Shown = number | Money | null;

/**
 * Rows of `querySql`; `total` counts them without pagination. `other`: what they are compared with.
 */
export type Rows = {
  readonly rows: readonly Value[][];
  readonly total: number;
  readonly other?: { readonly plan: Plan; readonly rows: readonly Value[][] } | undefined;
};

export function answerOf(
  plan: Plan,
  site: { domain: string; zones: readonly ZoneSpan[] },
  { rows, total, other }: Rows,
): Answer {
  const { query, dimensions, span } = plan;
  const time = dimensions.find(isTime);
  const found = rows.map(
    (row): Result => ({ dimensions: groupOf(row, plan), metrics: metricsOf(row, plan) }),
  );
  const isHidden =
    query.leastVisitors !== undefined && found.length + dimensions.length + query.offset === 0;
  const results = isHidden ? [{ dimensions: [], metrics: query.metrics.map(() => null) }] : found;
  const labelsOf = ({ span }: Plan) =>
    query.include.time_labels && time !== undefined
      ? { time_labels: timeLabels(time, span, site.zones, { weekStarts: plan.weekStarts }) }
      : {};
  return {
    results: other === undefined ? results : withComparison(results, plan, other, site.zones),
    meta: {
      // What was imported is hits like all others here; the format's separate imported figures do
      // not exist.
      ...(query.include.imports ? { imports_included: false } : {}),
      ...labelsOf(plan),
      ...(query.include.total_rows ? { total_rows: total } : {}),
      ...warningsOf(plan, other?.plan),
      ...(other === undefined
        ? {}
        : {
            comparison: { date_range: isoOf(other.plan.span, site.zones), ...labelsOf(other.plan) },
          }),
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
      include: {
        ...Object.fromEntries(
          includes.filter((name) => query.include[name]).map((name) => [name, true]),
        ),
        ...(query.compare === undefined ? {} : { compare: compareJson(query.compare) }),
      },
      pagination: { limit: query.limit, offset: query.offset },
    },
  };
}

const metricsOf = (row: readonly Value[], plan: Plan): Shown[] =>
  plan.query.metrics.map((name, i) => shownOf(name, row, row[plan.dimensions.length + i]!, plan));

function withComparison(
  results: readonly Result[],
  plan: Plan,
  other: { readonly plan: Plan; readonly rows: readonly Value[][] },
  zones: readonly ZoneSpan[],
): Result[] {
  const toOther = counterpart(plan, other.plan, zones);
  const byGroup = new Map(
    other.rows.map((row) => [JSON.stringify(groupOf(row, other.plan)), metricsOf(row, other.plan)]),
  );
  const { metrics: names } = plan.query;
  return results.map((result) => {
    const dimensions = toOther(result.dimensions);
    const metrics = byGroup.get(JSON.stringify(dimensions)) ?? names.map(() => null);
    const change = names.map((name, i) =>
      changeOf(name, numberOf(result.metrics[i]!), numberOf(metrics[i]!)),
    );
    return { ...result, comparison: { dimensions, metrics, change } };
  });
}

const numberOf = (shown: Shown) =>
  typeof shown === 'object' && shown !== null ? shown.value : shown;

/** What a metric leaves out, and why. */
function warningsOf(plan: Plan, other: Plan | undefined): Pick<Meta, 'metric_warnings'> {
  const missing = [...plan.missing, ...(other?.missing ?? [])].sort();
  const warnings = {
    ...(missing.length > 0 ? prunedWarnings(plan, missing) : {}),
    ...revenueWarnings(plan.query),
  };
  return Object.keys(warnings).length === 0 ? {} : { metric_warnings: warnings };
}

function prunedWarnings({ query }: Plan, missing: readonly Day[]): Record<string, Warning> {
  const [first, last] = [missing[0]!, missing[missing.length - 1]!];
  const which =
    first === last ? `of ${first} are` : `of ${missing.length} days from ${first} to ${last} are`;
  const warning = {
    code: 'hits_not_kept',
    warning:
      `The hits ${which} no longer kept, ` +
      `and what is kept of them does not answer this query: all other days are counted.`,
  };
  return Object.fromEntries(query.metrics.map((name) => [name, warning]));
}

/** Time, where there is one, and the first metric; what follows only settles ties. */
const defaultOrder = ({ dimensions }: Plan) => (dimensions.some(isTime) ? 2 : 1);

function shownOf(
  name: MetricName | SumName,
  row: readonly Value[],
  value: Value,
  plan: Plan,
): Shown {
  if (value === null) return null;
  return isMoney(name) ? moneyOf(BigInt(value), rowCurrency(plan, row)) : Number(value);
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
