import { Hono } from 'hono';
import { DaybookError } from '../lib/errors.ts';
import { collectRoutes } from './collect-routes.ts';
import { erasureRoutes } from './erasure-routes.ts';
import { failure } from './failures.ts';
import { goalRoutes } from './goal-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { readRoutes } from './read-routes.ts';
import { removalRoutes } from './removal-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { siteRoutes } from './site-routes.ts';
import { statsV1Routes } from './stats-v1-routes.ts';
import { trackerRoutes } from './tracker-routes.ts';
import type { World } from './world.ts';

/** Daybook as one function from request to response; `entry/` gives it a runtime. */
export function createApp(world: World): Hono {
  const app = new Hono();
  app.route('/', collectRoutes(world));
  app.route('/', readRoutes(world));
  app.route('/', reportRoutes(world));
  app.route('/', statsV1Routes(world));
  app.route('/', sessionRoutes(world));
  app.route('/', goalRoutes(world));
  app.route('/', erasureRoutes(world));
  app.route('/', removalRoutes(world));
  app.route('/', siteRoutes(world));
  app.route('/', healthRoutes(world));
  app.route('/', trackerRoutes(world));
  app.route('/', pageRoutes(world));
  app.notFound((c) => {
    const methods = app.routes
      .filter(({ path }) => path === c.req.path)
      .map(({ method }) => method);
    if (methods.length === 0) {
      return failure(
        c,
        new DaybookError('not-found', `there is nothing at ${c.req.path}`),
        'error',
        world.log,
      );
    }
    const allowed = [...new Set(methods)].join(', ');
    return c.json({ error: `expected ${allowed}, got ${c.req.method}` }, 405, { Allow: allowed });
  });
  app.onError((error, c) => failure(c, error, 'error', world.log));
  return app;
}
