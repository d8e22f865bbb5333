import { dayBounds } from '../lib/site-days.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { seenCount } from './shared-access.ts';
import { aggregate, breakdown, type Parameters, timeseries } from './stats-v1.ts';

const site = { in: 'query', name: 'site_id', optional: true } as const;

const { aggregateQuery, breakdownQuery, count, realtimeQuery, results, timeseriesQuery } =
  schemasOf(() => import('./schemas/stats-v1.ts'));

const asked = [
  {
    ...{ name: 'aggregate', translate: aggregate, summary: 'Numbers of a period' },
    query: aggregateQuery,
  },
  {
    ...{ name: 'timeseries', translate: timeseries, summary: 'Numbers by time' },
    query: timeseriesQuery,
  },
  {
    ...{ name: 'breakdown', translate: breakdown, summary: 'Numbers by a dimension' },
    query: breakdownQuery,
  },
];

/** Plausible's Stats API v1, as its clients still ask it: each request is one query of v2. */
export const statsV1Routes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/v1/stats/realtime/visitors', who: 'reports', site },
    ...{ tag: 'Stats API v1', summary: 'Current visitors' },
    query: realtimeQuery,
    answers: { 200: { description: 'how many there are', schema: count } },
    errors: [503],
    handle:
      (world) =>
      async ({ c, site: of, standing }) =>
        c.json(seenCount(of, await (await world.engine()).realtime(of, standing))),
  }),
  ...asked.map(({ name, translate, summary, query }) =>
    route<Parameters, unknown>({
      ...{ method: 'GET', path: `/api/v1/stats/${name}`, who: 'reports', site },
      ...{ tag: 'Stats API v1', summary, query },
      answers: { 200: { description: 'the numbers', schema: results } },
      errors: [503],
      handle:
        (world) =>
        async ({ c, query: given, site: of, standing }) => {
          const today = dayBounds(of.zones, world.clock()).day;
          const { query: asked, shape } = translate(given, today);
          const body = { ...asked, site_id: of.domain };
          return c.json({ results: shape(await (await world.engine()).query(of, body, standing)) });
        },
    }),
  ),
];
