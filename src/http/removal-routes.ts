import { Hono } from 'hono';
import { listRemovals, type Removal, restoreRemoval } from '../close/removals.ts';
import { requireOwner } from './access.ts';
import type { World } from './world.ts';

/** `/api/v1/removals`: what the owner has removed and can still take back. */
export function removalRoutes(world: World): Hono {
  const routes = new Hono();

  routes.use('/api/v1/removals/*', async (c, next) => {
    await requireOwner(world, c);
    await next();
  });
  routes.get('/api/v1/removals', async (c) => {
    const removals = await listRemovals(world);
    return c.json({ removals: removals.map(showRemoval) });
  });
  // Closed days get erased hits back in the next closing pass: soon, not now.
  routes.post('/api/v1/removals/:id/restore', async (c) =>
    c.json({ restored: true, ...showRemoval(await restoreRemoval(world, c.req.param('id'))) }),
  );

  return routes;
}

const showRemoval = ({ id, site, kind, what, destroyMs }: Removal) => ({
  ...{ id, site, kind, what },
  destroyed: new Date(destroyMs).toISOString(),
});
