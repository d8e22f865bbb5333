import { type Route, route } from '../route.ts';
import { schemasOf } from '../schemas-of.ts';
import {
  added,
  asking,
  isReferrer,
  named,
  nothing,
  pageOf,
  pointsOf,
  shown,
  sumsOf,
} from './numbers.ts';
import {
  type Asked,
  dimensionOf,
  isoSecond,
  otherSpan,
  read,
  type Span,
  spanOf,
  stepOf,
  timeOf,
  unitOf,
} from './query.ts';

const { activeNow, asked, dataCounts, dates, expanded, listAsked, metrics, points, series, stats } =
  schemasOf(() => import('../schemas/umami.ts'));

const path = (name: string) => `/api/websites/:site/${name}`;

const mostRows = 10_000;

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
        const counts = rows.map(({ metrics: [y] }) => Number(y));
        const all = named(type, rows, counts, (a, b) => a + b);
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
        const all = named(type, rows, sumsOf(rows), added);
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
