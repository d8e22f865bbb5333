import { showDomain } from '../account/domain.ts';
import { everySite } from '../account/site.ts';
import { eachAtOnce } from '../lib/each-at-once.ts';
import { isTime } from '../model/dimensions.ts';
import type { Measure } from '../model/measures.ts';
import { addUp, type Groups } from './answer/add-up.ts';
import type { Answer, Meta, Shown } from './answer/answer.ts';
import { metricValue } from './answer/metric-values.ts';
import type { Reports } from './engine.ts';
import { fail } from './query/expect.ts';
import { limitsOf } from './query/limits.ts';
import { type MetricName, measuresOf } from './query/metrics.ts';
import { parseQuery } from './query/parse.ts';
import { parseBatch } from './query/parse-batch.ts';
import type { Query } from './query/types.ts';
import type { ReportSite } from './report.ts';

/** The dimension that only reports over all sites have. */
const bySite = 'site';

const sitesAtOnce = 4;

type Source = {
  readonly reports: () => Promise<Pick<Reports, 'sums'>>;
  readonly sites: readonly ReportSite[];
};

/** A query over all sites: as it was asked, and what each site is asked for it. */
type Asked = {
  readonly body: Readonly<Record<string, unknown>>;
  readonly metrics: readonly MetricName[];
  readonly dimensions: readonly string[];
  readonly query: Query;
};

/**
 * Reports over all sites: those of the sites, added up. Each site has its own days and its own
 * visitors: one of two sites counts twice. Throws `bad-input` as a query of one site does, and
 * where something is asked for that only one site has (goals, segments, another period).
 */
export async function queryEverySite(source: Source, body: unknown): Promise<Answer> {
  const own = askedOfEach(body);
  const query = parseQuery(own, {}, limitsOf.owner);
  const [answer] = await answersTo(source, [askedOf(body, query, '')]);
  return answer!;
}

export async function batchEverySite(source: Source, bodies: unknown): Promise<Answer[]> {
  const own = Array.isArray(bodies) ? bodies.map(askedOfEach) : bodies;
  const queries = parseBatch(own, {}, limitsOf.owner);
  const asked = queries.map((query, i) =>
    askedOf((bodies as unknown[])[i], query, `queries[${i}].`),
  );
  return answersTo(source, asked);
}

/** What each site is asked: without the dimension that is its own, and shares of itself. */
function askedOfEach(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { dimensions, metrics, order_by: order, ...rest } = body as Record<string, unknown>;
  const own = Array.isArray(metrics)
    ? [...new Set(metrics.map((name) => (name === 'percentage' ? 'visitors' : name)))]
    : metrics;
  return {
    ...rest,
    metrics: own,
    ...(dimensions !== undefined && {
      dimensions: Array.isArray(dimensions)
        ? dimensions.filter((name) => name !== bySite)
        : dimensions,
    }),
    ...(order !== undefined && {
      order_by: Array.isArray(order) ? order.filter((entry) => !isOwn(entry)) : order,
    }),
  };
}

const isOwn = (entry: unknown) =>
  Array.isArray(entry) && (entry[0] === bySite || entry[0] === 'percentage');

function askedOf(given: unknown, query: Query, at: string): Asked {
  const body = given as Asked['body'];
  const metrics = body['metrics'] as readonly MetricName[];
  const dimensions = (body['dimensions'] ?? []) as readonly string[];
  const twice = (names: readonly string[]) => new Set(names).size < names.length;
  if (twice(metrics)) fail(`${at}metrics`, 'each name once', metrics);
  if (twice(dimensions)) fail(`${at}dimensions`, 'each name once', dimensions);
  if (metrics.includes('percentage') && dimensions.length === 0)
    fail(`${at}dimensions`, 'at least one dimension with the metric percentage', dimensions);
  if (query.goals !== undefined)
    fail(`${at}filters`, 'no goals with all sites together: each site has its own', 'event:goal');
  if (query.compare !== undefined)
    fail(`${at}include.compare`, 'none with all sites together', body['include']);
  if (query.dateRange.kind === 'all' && query.dimensions.includes('time'))
    fail(
      `${at}dimensions`,
      'time:day, time:week or time:month with all sites and all time',
      'time',
    );
  const names: readonly string[] = [...metrics, ...dimensions];
  for (const [i, entry] of ((body['order_by'] ?? []) as unknown[]).entries()) {
    if (!isOwn(entry)) continue;
    const [by, direction] = entry as unknown[];
    if (!names.includes(by as string) || (direction !== 'asc' && direction !== 'desc'))
      fail(`${at}order_by[${i}]`, "one of the query's own metrics and dimensions", entry);
  }
  return { body, metrics, dimensions, query };
}

async function answersTo({ reports, sites }: Source, asked: readonly Asked[]): Promise<Answer[]> {
  const shares = asked.filter(({ metrics }) => metrics.includes('percentage'));
  const bodies = [...asked.map(rowsBody), ...shares.map(wholeBody)];
  const found = new Map<ReportSite, readonly Answer[]>();
  const engine = sites.length === 0 || asked.length === 0 ? undefined : await reports();
  await eachAtOnce(sites, sitesAtOnce, async (site) => {
    const answers: Answer[] = [];
    // A batch may have so many queries, and these are up to twice as many.
    for (let i = 0; i < bodies.length; i += limitsOf.owner.queries)
      answers.push(
        ...(await engine!.sums(site, bodies.slice(i, i + limitsOf.owner.queries), 'owner')),
      );
    found.set(site, answers);
  });
  return asked.map((one, i) => {
    const own = sites.map((site) => ({ site, answer: found.get(site)![i]! }));
    const at = asked.length + shares.indexOf(one);
    const whole = shares.includes(one)
      ? sites.map((site) => numberIn(found.get(site)![at]!.results[0]!.metrics[0]!))
      : [];
    return answerTo(
      one,
      own,
      whole.reduce((sum, visitors) => sum + visitors, 0),
    );
  });
}

function rowsBody({ body }: Asked): unknown {
  const { order_by: _, pagination: __, ...rows } = askedOfEach(body) as Asked['body'];
  return rows;
}

/** The visitors of the same query without its dimensions: what shares are of. */
function wholeBody({ body }: Asked): unknown {
  const { site_id, date_range, filters } = body;
  return { site_id, date_range, filters, metrics: ['visitors'] };
}

const numberIn = (shown: Shown) => (typeof shown === 'number' ? shown : 0);

type OfSite = { readonly site: ReportSite; readonly answer: Answer };

function answerTo(asked: Asked, own: readonly OfSite[], wholeVisitors: number): Answer {
  const { body, metrics, dimensions, query } = asked;
  const measures = measuresOf(query.metrics);
  const at = dimensions.indexOf(bySite);
  const groups: Groups = new Map();
  for (const { site, answer } of own)
    for (const { dimensions: values, metrics: sums } of answer.results) {
      const key = at < 0 ? values : values.toSpliced(at, 0, showDomain(site.domain));
      addUp(groups, key, sums.map(numberIn));
    }
  if (dimensions.length === 0 && groups.size === 0)
    addUp(
      groups,
      [],
      measures.map(() => 0),
    );
  const rows = [...groups.values()]
    // A site in which nothing was has sums of nothing.
    .filter(({ sums }) => dimensions.length === 0 || sums.some((sum) => sum !== 0))
    .map(({ group, sums }) => {
      const of = (measure: Measure) => sums[measures.indexOf(measure)]!;
      return {
        dimensions: group,
        metrics: metrics.map((name) => metricValue(name, of, wholeVisitors)),
      };
    });
  const order = orderOf(asked);
  rows.sort(comparing(order, asked));
  const { limit, offset, include } = query;
  return {
    results: rows.slice(offset, offset + limit),
    meta: {
      ...metaOf(
        asked,
        own.map(({ answer }) => answer.meta),
      ),
      ...(include.total_rows ? { total_rows: rows.length } : {}),
    },
    query: {
      site_id: everySite,
      ...{ metrics, date_range: body['date_range'], filters: body['filters'] ?? [], dimensions },
      ...{ order_by: order, include: body['include'] ?? {}, pagination: { limit, offset } },
    },
  };
}

type Order = readonly [by: string, direction: 'asc' | 'desc'];

/** As of one site: by default time, then the first metric, the highest first. */
function orderOf({ body, metrics, dimensions }: Asked): readonly Order[] {
  const given = (body['order_by'] ?? []) as readonly Order[];
  if (given.length > 0) return given;
  const time = dimensions.find((name) => name === 'time' || isTime(name));
  return [...(time === undefined ? [] : [[time, 'asc'] as const]), [metrics[0]!, 'desc']];
}

type Row = { readonly dimensions: readonly string[]; readonly metrics: readonly Shown[] };

/** Ties go by the dimensions; what is not known comes last. */
function comparing(order: readonly Order[], { metrics, dimensions }: Asked) {
  const names: readonly string[] = metrics;
  const all = [...order, ...dimensions.map((name): Order => [name, 'asc'])];
  return (one: Row, other: Row): number => {
    for (const [by, direction] of all) {
      const [i, sign] = [names.indexOf(by), direction === 'asc' ? 1 : -1];
      const [a, b] = [one, other].map((row) =>
        i < 0 ? row.dimensions[dimensions.indexOf(by)]! : row.metrics[i]!,
      );
      if (a === b) continue;
      if (a === null) return 1;
      if (b === null) return -1;
      const isLess = typeof a === 'string' ? inBytes(a, b as string) < 0 : a! < b!;
      return isLess ? -sign : sign;
    }
    return 0;
  };
}

/** As the engine orders texts. */
const inBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function metaOf({ query, metrics }: Asked, metas: readonly Meta[]): Meta {
  const labels = new Set(metas.flatMap(({ time_labels = [] }) => time_labels));
  const warned = metas.flatMap(({ metric_warnings = {} }) => Object.values(metric_warnings));
  const erasing = metas.flatMap((meta) => meta.erasing ?? []);
  const [warning] = warned;
  return {
    ...(query.include.imports ? { imports_included: false } : {}),
    ...(query.include.time_labels ? { time_labels: [...labels].sort() } : {}),
    ...(warning === undefined
      ? {}
      : { metric_warnings: Object.fromEntries(metrics.map((name) => [name, warning])) }),
    ...(erasing.length === 0
      ? {}
      : {
          erasing: {
            days: erasing.reduce((sum, { days }) => sum + days, 0),
            seconds: erasing.reduce((sum, { seconds }) => sum + seconds, 0),
            warning: erasing[0]!.warning,
          },
        }),
  };
}
