import { Hono } from 'hono';
import { dayBounds } from '../lib/site-days.ts';
import { readableSite } from './access.ts';
import { aggregate, breakdown, timeseries } from './stats-v1.ts';
import type { World } from './world.ts';

/** Plausible's Stats API v1, as its clients still ask it: each request is one query of v2. */
export function statsV1Routes(world: World): Hono {
  const routes = new Hono();

  routes.get('/api/v1/stats/realtime/visitors', async (c) => {
    const { site, role } = await readableSite(world, c, c.req.query('site_id'), 'site_id');
    return c.json(await (await world.engine()).realtime(site, role));
  });

  for (const [name, translate] of Object.entries({ aggregate, timeseries, breakdown })) {
    routes.get(`/api/v1/stats/${name}`, async (c) => {
      const { site, role } = await readableSite(world, c, c.req.query('site_id'), 'site_id');
      const today = dayBounds(site.zones, world.clock()).day;
      const { query, shape } = translate(c.req.query(), today);
      const body = { ...query, site_id: site.domain };
      const answer = await (await world.engine()).query(site, body, role);
      return c.json({ results: shape(answer) });
    });
  }
  return routes;
}
