import type { Site } from '../../account/site.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import type { Measure } from '../../model/measures.ts';
import type { Result } from '../../report/answer/answer.ts';
import type { Reports } from '../../report/engine.ts';
import { type MetricName, measuresOf } from '../../report/query/metrics.ts';
import { type Route, route } from '../route.ts';
import { schemasOf } from '../schemas-of.ts';
import type { SeenSite } from '../shared-access.ts';
import type { World } from '../world.ts';
import {
  type Asked,
  dimensionOf,
  filtersOf,
  isoSecond,
  otherSpan,
  rangeOf,
  type Span,
  spanOf,
  stepOf,
  timeOf,
  type Unit,
  unitOf,
} from './query.ts';

const { activeNow, asked, dataCounts, dates, expanded, listAsked, metrics, points, series, stats } =
  schemasOf(() => import('../schemas/umami.ts'));

const read = {
  method: 'GET',
  who: 'owner',
  site: { in: 'path', name: 'site' },
  tag: 'Umami API',
  shape: 'umami',
  errors: [503],
} as const;

const path = (name: string) => `/api/websites/:site/${name}`;

const mostRows = 10_000;

const notSet = '(not set)';

const direct = 'Direct / None';

/** Numbers of a website, as Umami's clients ask for them. */
export const umamiStatsRoutes: readonly Route[] = [
  route<Asked, unknown>({
    ...{ ...read, path: path('stats'), query: asked, summary: 'Numbers of a range' },
    answers: { 200: { description: 'them, and those compared with', schema: stats } },
    handle:
      (world) =>
      async ({ c, query, site }) => {
        const span = spanOf(query);
        const ask = asking(world, site, query);
        const spans = [span, otherSpan(span, query['compare'])];
        const [own, other] = await Promise.all(
          spans.map(async (one) => sumsOf(await ask.sums(one, []))[0] ?? nothing),
        );
        return c.json({ ...shown(own!), comparison: shown(other!) });
      },
  }),
  route<Asked, unknown>({
    ...{ ...read, path: path('pageviews'), query: asked, summary: 'Numbers by time' },
    answers: { 200: { description: 'pageviews and visitors of each step', schema: points } },
    handle:
      (world) =>
      async ({ c, query, site }) => {
        const span = spanOf(query);
        const unit = unitOf(query, span);
        const ask = asking(world, site, query);
        const of = async (one: Span) => {
          const rows = await ask.rows(one, {
            ...{ metrics: ['pageviews', 'visitors'], dimensions: [timeOf(unit)] },
          });
          return {
            pageviews: pointsOf(rows, 0, { unit, site }),
            sessions: pointsOf(rows, 1, { unit, site }),
          };
        };
        const own = await of(span);
        const { compare } = query;
        if (compare === undefined || compare === '') return c.json(own);
        const other = otherSpan(span, compare);
        return c.json({
          ...{ ...own, startDate: isoSecond(span.startMs), endDate: isoSecond(span.endMs) },
          compare: {
            ...(await of(other)),
            ...{ startDate: isoSecond(other.startMs), endDate: isoSecond(other.endMs) },
          },
        });
      },
  }),
  route<Asked, unknown>({
    ...{ ...read, path: path('metrics'), query: listAsked, summary: 'Visitors by a dimension' },
    description:
      '`type` names it. Events are counted, of referrers and their domains visits, of all else ' +
      'visitors.',
    answers: { 200: { description: 'its values, the most first', schema: metrics } },
    handle:
      (world) =>
      async ({ c, query, site }) => {
        const { type = '' } = query;
        const metric = type === 'event' ? 'events' : isReferrer(type) ? 'visits' : 'visitors';
        const body = { metrics: [metric], dimensions: [dimensionOf(type).name] };
        const ofType = type === 'event' ? { ...body, filters: [noPageview] } : body;
        const rows = await asking(world, site, query).rows(spanOf(query), {
          ...{ ...ofType, pagination: { limit: mostRows, offset: 0 } },
        });
        const all = named(
          type,
          rows,
          ({ metrics: [y] }) => Number(y),
          (a, b) => a + b,
        );
        return c.json(pageOf(query, all).map(([x, y]) => ({ x, y })));
      },
  }),
  route<Asked, unknown>({
    ...{ ...read, path: path('metrics/expanded'), query: listAsked },
    summary: 'All numbers by a dimension',
    answers: { 200: { description: 'its values, the most first', schema: expanded } },
    handle:
      (world) =>
      async ({ c, query, site }) => {
        const { type = '' } = query;
        const rows = await asking(world, site, query).sums(
          ...([spanOf(query), [dimensionOf(type).name]] as const),
        );
        const sums = sumsOf(rows);
        const all = named(type, rows, (row) => sums[rows.indexOf(row)]!, added);
        all.sort(([, a], [, b]) => b.visitors - a.visitors);
        return c.json(pageOf(query, all).map(([name, sum]) => ({ name, ...shown(sum) })));
      },
  }),
  route<Asked, unknown>({
    ...{ ...read, path: path('events/series'), query: asked, summary: 'Events by time' },
    answers: { 200: { description: 'each event of each step', schema: series } },
    handle:
      (world) =>
      async ({ c, query, site }) => {
        const span = spanOf(query);
        const unit = unitOf(query, span);
        const rows = await asking(world, site, query).rows(span, {
          ...{ metrics: ['events'], dimensions: [timeOf(unit), 'event:name'] },
          ...{ filters: [noPageview], pagination: { limit: mostRows, offset: 0 } },
        });
        const sums = new Map<string, { x: string; t: string; y: number }>();
        for (const {
          dimensions: [label, x],
          metrics: [y],
        } of rows) {
          const t = stepOf(label!, unit, site.zones);
          const key = `${t} ${x}`;
          sums.set(key, { x: x!, t, y: Number(y) + (sums.get(key)?.y ?? 0) });
        }
        return c.json([...sums.values()]);
      },
  }),
  route<Asked, unknown>({
    ...{ ...read, path: path('event-data/events'), query: asked },
    summary: 'Properties of events',
    answers: { 200: { description: 'how many events have each', schema: dataCounts } },
    handle:
      (world) =>
      async ({ c, query, site }) => {
        const rows = await asking(world, site, query).rows(spanOf(query), {
          ...{ metrics: ['events'], dimensions: ['event:name', 'event:property'] },
          ...{ filters: [noPageview], pagination: { limit: mostRows, offset: 0 } },
        });
        return c.json(
          rows.map(({ dimensions: [eventName, propertyName], metrics: [total] }) => ({
            ...{ eventName, propertyName, dataType: 1, total },
          })),
        );
      },
  }),
  route({
    ...{ ...read, path: path('active'), summary: 'Current visitors' },
    answers: { 200: { description: 'of the last five minutes', schema: activeNow } },
    handle:
      ({ engine }) =>
      async ({ c, site }) =>
        c.json({ visitors: await (await engine()).realtime(site, 'owner') }),
  }),
  route({
    ...{ ...read, path: path('daterange'), summary: 'The first and the last moment of a site' },
    answers: { 200: { description: 'them', schema: dates } },
    handle:
      ({ engine }) =>
      async ({ c, site }) => {
        const body = { site_id: site.domain, metrics: ['visitors'], date_range: 'all' };
        const { query } = await (await engine()).query(site, body, 'owner');
        const [first, last] = query['date_range'] as readonly [string, string];
        return c.json({
          startDate: isoSecond(Date.parse(first)),
          endDate: isoSecond(Date.parse(last)),
        });
      },
  }),
];

const noPageview = ['is_not', 'event:name', ['pageview']];

const isReferrer = (type: string) => type === 'referrer' || type === 'domain';

type Body = {
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
  readonly filters?: readonly unknown[];
  readonly pagination?: object;
};

/** Of one site, with the filters of a request. */
function asking({ engine }: Pick<World, 'engine'>, site: SeenSite, asked: Asked) {
  const filters = filtersOf(asked);
  const bodyOf = (span: Span, { filters: more = [], ...body }: Body) => ({
    ...{ ...body, site_id: site.domain, date_range: rangeOf(span) },
    filters: [...filters, ...more],
  });
  return {
    async rows(span: Span, body: Body): Promise<readonly Result[]> {
      return (await (await engine()).query(site, bodyOf(span, body), 'owner')).results;
    },
    async sums(span: Span, dimensions: readonly string[]): Promise<readonly Result[]> {
      const body = bodyOf(span, { metrics: summed, dimensions });
      const reports: Reports = await engine();
      const [answer] = await reports.sums(site, [body], 'owner');
      return answer!.results;
    },
  };
}

/** What Umami's numbers are made of, without rounding between. */
const summed: readonly MetricName[] = [
  ...(['pageviews', 'visitors', 'visits', 'bounce_rate', 'visit_duration'] as const),
];

type Sums = Readonly<Record<'pageviews' | 'visitors' | 'visits' | 'bounces' | 'ms', number>>;

const nothing: Sums = { pageviews: 0, visitors: 0, visits: 0, bounces: 0, ms: 0 };

function sumsOf(rows: readonly Result[]): readonly Sums[] {
  const names = measuresOf(summed);
  return rows.map(({ metrics }) => {
    const value = (name: Measure) => Number(metrics[names.indexOf(name)] ?? 0);
    return {
      ...{ pageviews: value('pageviews'), visitors: value('visitors'), visits: value('visits') },
      ...{ bounces: value('bounces'), ms: value('duration_ms') },
    };
  });
}

const added = (a: Sums, b: Sums): Sums => ({
  ...{ pageviews: a.pageviews + b.pageviews, visitors: a.visitors + b.visitors },
  ...{ visits: a.visits + b.visits, bounces: a.bounces + b.bounces, ms: a.ms + b.ms },
});

const shown = ({ ms, ...sums }: Sums) => ({ ...sums, totaltime: Math.round(ms / 1_000) });

/** Steps of a row each; several of a year are one. */
function pointsOf(
  rows: readonly Result[],
  metric: number,
  { unit, site }: { readonly unit: Unit; readonly site: Pick<Site, 'zones'> },
): readonly { readonly x: string; readonly y: number }[] {
  const sums = new Map<string, number>();
  for (const {
    dimensions: [label],
    metrics: values,
  } of rows) {
    const x = stepOf(label!, unit, site.zones);
    sums.set(x, (sums.get(x) ?? 0) + Number(values[metric]));
  }
  return [...sums].map(([x, y]) => ({ x, y }));
}

/** Rows by Umami's name of their value: of referrers the host alone. */
function named<T>(
  type: string,
  rows: readonly Result[],
  numberOf: (row: Result) => T,
  add: (a: T, b: T) => T,
): [string | null, T][] {
  const { small } = dimensionOf(type);
  const all = new Map<string | null, T>();
  for (const row of rows) {
    const [given] = row.dimensions;
    if (given === direct) continue;
    const host = isReferrer(type) ? given!.split('/')[0]! : given!;
    const name = given === notSet ? null : small ? host.toLowerCase() : host;
    // What a page or an event has not got is in no list of Umami's.
    if (name === null && !ofVisitors.includes(type)) continue;
    const before = all.get(name);
    all.set(name, before === undefined ? numberOf(row) : add(before, numberOf(row)));
  }
  const found = [...all];
  if (isReferrer(type) && found.every(([, value]) => typeof value === 'number'))
    found.sort(([, a], [, b]) => Number(b) - Number(a));
  return found;
}

const ofVisitors = ['country', 'region', 'city', 'browser', 'os', 'device', 'language', 'screen'];

function pageOf<T>({ limit, offset }: Asked, rows: readonly T[]): readonly T[] {
  const whole = (name: string, text: string | undefined, otherwise: number) => {
    if (text === undefined || text === '') return otherwise;
    if (/^\d{1,6}$/.test(text)) return Number(text);
    throw refusedField(name, `expected a whole number, got ${text.slice(0, 60)}`);
  };
  const first = whole('offset', offset, 0);
  return rows.slice(first, first + whole('limit', limit, 500));
}
