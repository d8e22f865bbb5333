import { z } from 'zod';
import { dayBounds } from '../lib/site-days.ts';
import { type Route, route } from './route.ts';
import { documentedAs } from './schemas.ts';
import { aggregate, breakdown, type Parameters, timeseries } from './stats-v1.ts';

const site = { in: 'query', name: 'site_id', optional: true } as const;

const text = z.string().optional();

const common = {
  site_id: text.meta({ description: "the site's domain; absent: the default site" }),
  period: text.meta({
    description: '`day`, `7d`, `30d`, `month`, `6mo`, `12mo`, `year`, `custom`',
  }),
  date: text.meta({ description: 'the last day, or with `custom` two days with a comma between' }),
  metrics: text.meta({ description: 'with commas between', example: 'visitors,pageviews' }),
  filters: text.meta({ description: '`visit:country==DE|AT`, with `;` between' }),
  with_imported: text,
};

/** `stats-v1.ts` reads them, and says what was expected. */
const parameters = (more: Record<string, z.ZodType>) =>
  documentedAs(z.record(z.string(), z.string()), z.object({ ...common, ...more }));

const results = z.object({ results: z.unknown() });

const asked = [
  {
    ...{ name: 'aggregate', translate: aggregate, summary: 'Numbers of a period' },
    query: parameters({ compare: z.literal('previous_period').optional() }),
  },
  {
    ...{ name: 'timeseries', translate: timeseries, summary: 'Numbers by time' },
    query: parameters({ interval: z.enum(['hour', 'day', 'date', 'week', 'month']).optional() }),
  },
  {
    ...{ name: 'breakdown', translate: breakdown, summary: 'Numbers by a dimension' },
    query: parameters({ property: z.string(), limit: text, page: text }),
  },
];

/** Plausible's Stats API v1, as its clients still ask it: each request is one query of v2. */
export const statsV1Routes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/v1/stats/realtime/visitors', who: 'reader', site },
    ...{ tag: 'Stats API v1', summary: 'Current visitors' },
    query: z.object({ site_id: common.site_id }),
    answers: { 200: { description: 'how many there are', schema: z.number() } },
    errors: [503],
    handle:
      (world) =>
      async ({ c, site: of, role }) =>
        c.json(await (await world.engine()).realtime(of, role)),
  }),
  ...asked.map(({ name, translate, summary, query }) =>
    route<Parameters, unknown>({
      ...{ method: 'GET', path: `/api/v1/stats/${name}`, who: 'reader', site },
      ...{ tag: 'Stats API v1', summary, query },
      answers: { 200: { description: 'the numbers', schema: results } },
      errors: [503],
      handle:
        (world) =>
        async ({ c, query: given, site: of, role }) => {
          const today = dayBounds(of.zones, world.clock()).day;
          const { query: asked, shape } = translate(given, today);
          const body = { ...asked, site_id: of.domain };
          return c.json({ results: shape(await (await world.engine()).query(of, body, role)) });
        },
    }),
  ),
];
