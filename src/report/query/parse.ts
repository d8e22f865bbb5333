import {
  type Dimension,
  entryDimensions,
  isGrouped,
  isOfRobots,
  isTime,
  isValueDimension,
  manyDimensionNames,
  ofHits,
  times,
  type ValueDimension,
  valueDimensionNames,
} from '../../model/dimensions.ts';
import { countsVisits, isCountedOver, type Measure } from '../../model/measures.ts';
import { parseCompare } from './compare.ts';
import { parseDateRange } from './date-range.ts';
import { fail, fieldsOf, inList, listOf, oneOf, shown } from './expect.ts';
import { behaviours, parseFilters } from './filters.ts';
import { goalsOf } from './goals.ts';
import { type Limits, limitsOf } from './limits.ts';
import { isMetric, type MetricName, measuresOf, metricOf, metrics } from './metrics.ts';
import {
  type Filter,
  type Include,
  includes,
  innerOf,
  maxLimit,
  type Order,
  type Query,
  type QuerySite,
  timeOf,
} from './types.ts';

const maxOffset = 10_000_000;

const fields = [
  'site_id',
  'metrics',
  'date_range',
  'dimensions',
  'filters',
  'order_by',
  'include',
  'pagination',
];

const metricNames = Object.keys(metrics);

const dimensionNames = [
  ...[...valueDimensionNames, ...manyDimensionNames],
  ...['time', ...Object.keys(times)],
];

/**
 * Parses a query's JSON for a site. Throws a `DaybookError` of fault `bad-input` that says what was
 * expected, and where. `limits`: what the asker may ask for, by default all that
 * the owner may.
 */
export function parseQuery(
  body: unknown,
  site: QuerySite = {},
  limits: Limits = limitsOf.owner,
): Query {
  const given = fieldsOf(body, '', fields);
  if (typeof given['site_id'] !== 'string')
    fail('site_id', 'the domain of a site', given['site_id']);
  const dimensions = parseDimensions(given['dimensions'], limits);
  const { goals = [] } = site;
  const filters = parseFilters(given['filters'], site, limits);
  const byGoal = dimensions.includes('event:goal') || filters.some(({ kind }) => kind === 'goal');
  const query: Query = {
    metrics: parseMetrics(given['metrics']),
    dateRange: parseDateRange(given['date_range']),
    dimensions,
    filters,
    goals: byGoal ? goalsOf(filters, goals) : undefined,
    ...([...dimensions, ...testedIn(filters)].some(isGrouped) && {
      pageGroups: site.pageGroups ?? [],
    }),
    leastVisitors: site.narrowed?.leastVisitors,
    orderBy: parseOrder(given['order_by']),
    ...parseInclude(given['include']),
    ...parsePagination(given['pagination']),
  };
  checkTogether(query);
  return query;
}

function parseMetrics(given: unknown): MetricName[] {
  const parsed = listOf(given, 'metrics', metricNames.length, (name, at) =>
    typeof name === 'string' && isMetric(name) ? name : fail(at, oneOf(metricNames), name),
  );
  if (parsed.length === 0) fail('metrics', 'at least one metric', given);
  return unique(parsed, 'metrics');
}

function parseDimensions(given: unknown, limits: Limits): (Dimension | 'time')[] {
  const parsed = listOf(given ?? [], 'dimensions', limitsOf.owner.dimensions, parseDimension);
  if (parsed.length > limits.dimensions)
    fail('dimensions', `at most ${limits.dimensions} entries${limits.of}`, parsed.length);
  return unique(parsed, 'dimensions');
}

function parseDimension(name: unknown, at: string): Dimension | 'time' {
  if (typeof name === 'string' && (name === 'time' || isTime(name) || isValueDimension(name)))
    return name;
  return fail(at, oneOf(dimensionNames), name);
}

function parseOrder(given: unknown): Order[] | undefined {
  if (given === undefined) return undefined;
  const order = listOf(given, 'order_by', 16, (entry, at): Order => {
    if (!Array.isArray(entry) || entry.length !== 2)
      return fail(at, 'a pair such as ["visitors", "desc"]', entry);
    const [by, direction] = entry as unknown[];
    if (direction !== 'asc' && direction !== 'desc')
      return fail(`${at}[1]`, '"asc" or "desc"', direction);
    return {
      by: typeof by === 'string' && isMetric(by) ? by : parseDimension(by, `${at}[0]`),
      direction,
    };
  });
  return order.length === 0 ? undefined : order;
}

function parseInclude(given: unknown): Pick<Query, 'include' | 'compare'> {
  const { compare, ...asked } = fieldsOf(given ?? {}, 'include', [...includes, 'compare']);
  for (const [name, value] of Object.entries(asked)) {
    if (typeof value !== 'boolean') fail(`include.${name}`, 'true or false', value);
  }
  const include = Object.fromEntries(
    includes.map((name) => [name, asked[name] === true]),
  ) as Include;
  return { include, compare: parseCompare(compare) };
}

function parsePagination(given: unknown): { limit: number; offset: number } {
  const { limit = maxLimit, offset = 0 } = fieldsOf(given ?? {}, 'pagination', ['limit', 'offset']);
  return {
    limit: whole(limit, 'pagination.limit', 1, maxLimit),
    offset: whole(offset, 'pagination.offset', 0, maxOffset),
  };
}

function whole(given: unknown, at: string, from: number, to: number): number {
  const fits = typeof given === 'number' && Number.isInteger(given) && given >= from && given <= to;
  return fits ? given : fail(at, `a whole number from ${from} to ${to}`, given);
}

/** What each field allows for itself may not fit together. */
function checkTogether(query: Query): void {
  const { dimensions, orderBy = [], include } = query;
  for (const [i, { by }] of orderBy.entries()) {
    const asked: readonly string[] = [...query.metrics, ...dimensions];
    if (!asked.includes(by))
      fail(`order_by[${i}]`, `one of the query's own metrics and dimensions`, by);
  }
  if (include.time_labels && timeOf(query) === undefined) {
    fail(
      'include.time_labels',
      `false without a time dimension (${inList(['time', ...Object.keys(times)])})`,
      true,
    );
  }
  const stretches = dimensions.filter((name) => name === 'time' || isTime(name));
  if (query.compare !== undefined && stretches.length > 1) {
    fail('include.compare', `at most one time dimension in what is compared`, stretches);
  }
  if (query.metrics.includes('percentage') && dimensions.length === 0) {
    fail('dimensions', 'at least one dimension with the metric percentage', dimensions);
  }
  for (const [i, name] of query.metrics.entries()) {
    const { needs } = metricOf(name);
    if (needs !== undefined && query.goals === undefined)
      fail(`metrics[${i}]`, `${name} only with a filter or dimension ${needs}`, name);
  }
  checkRobots(query);
  const unfit = dimensions.find(
    (name) => isValueDimension(name) && ofHits(name) && !entryDimensions.includes(name),
  );
  if (unfit !== undefined) {
    const session = query.metrics.find((name) => measuresOf([name]).some(countsVisits));
    if (session !== undefined) {
      fail(
        'metrics',
        `no metric of whole visits beside the dimension ${unfit}, which is of single hits`,
        session,
      );
    }
  }
}

/** Robots make no visits and reach no goals: their rows are only counted. */
function checkRobots(query: Query): void {
  const { metrics: asked, dimensions, filters, goals, leastVisitors } = query;
  const tested = testedIn(filters);
  const about = [...dimensions, ...tested].find(isOfRobots);
  if (about === undefined) return;
  if (leastVisitors !== undefined)
    fail('dimensions', 'no robots, which are no visitors, where small numbers are hidden', about);
  const metric = asked.find((name) => !measuresOf([name]).every(isOfRobotRows));
  if (metric !== undefined) fail('metrics', `only pageviews and events beside ${about}`, metric);
  if (goals !== undefined) fail('filters', `no goals beside ${about}`, 'event:goal');
  const unfit = [...dimensions, ...tested].find((name) => isValueDimension(name) && !ofHits(name));
  if (unfit !== undefined)
    fail('dimensions', `only dimensions of hits (event:…) beside ${about}`, unfit);
  if (filters.some(asksOfVisits))
    fail('filters', `no ${inList(behaviours)} beside ${about}, which makes no visits`, 'one');
}

const isOfRobotRows = (measure: Measure) => isCountedOver(measure, 'robots');

/** All dimensions that filters name. */
const testedIn = (filters: readonly Filter[]): ValueDimension[] =>
  filters.flatMap((filter) =>
    filter.kind === 'test' ? [filter.dimension] : testedIn(innerOf(filter)),
  );

const asksOfVisits = (filter: Filter): boolean =>
  filter.kind === 'done' || innerOf(filter).some(asksOfVisits);

function unique<T extends string>(names: T[], at: string): T[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? names : fail(at, 'each name once', `${shown(twice)} twice`);
}
