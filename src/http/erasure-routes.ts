import { Hono } from 'hono';
import { eraseHits, showErasure } from '../close/erase-hits.ts';
import { readErasures } from '../journal/erasures.ts';
import { DaybookError } from '../lib/errors.ts';
import { requireOwner } from './access.ts';
import { isTrue, readFields } from './request-fields.ts';
import type { World } from './world.ts';

/** `/api/v1/sites/:site/erasures`: what the owner has erased, and wants erased. */
export function erasureRoutes(world: World): Hono {
  const routes = new Hono();
  const path = '/api/v1/sites/:site/erasures';

  routes.use(path, async (c, next) => {
    await requireOwner(world, c);
    await next();
  });
  routes.get(path, async (c) => {
    const domain = c.req.param('site');
    const site = await world.sites.find(domain);
    if (site === undefined)
      throw new DaybookError(
        'not-found',
        `there is no site ${JSON.stringify(domain.slice(0, 300))}`,
      );
    const erasures = await readErasures(world.home, site.id);
    return c.json({ erasures: erasures.map(showErasure) });
  });
  // The next closing pass closes those days again that contain such hits: soon, not now.
  routes.post(path, async (c) => {
    const { random } = world.collect;
    const { now, ...asked } = await readFields(c);
    const { erasure } = await eraseHits({ ...world, random }, c.req.param('site'), asked, {
      now: isTrue(now),
    });
    return c.json(showErasure(erasure), 202);
  });

  return routes;
}
