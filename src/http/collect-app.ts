import { Hono } from 'hono';
import { DaybookError } from '../lib/errors.ts';
import { chosenRoutes, collectRoutes } from './collect-routes.ts';
import { failure } from './failures.ts';
import { healthRoutes } from './health-routes.ts';
import { mount } from './route.ts';
import { visitorRoutes } from './visitor-route.ts';
import type { World } from './world.ts';

/**
 * The collecting part of `createApp` alone, for a process that has nothing else in it; and what
 * takes salts, which no other may read.
 */
export function createCollectApp(world: World): Hono {
  const app = new Hono();
  mount(app, world, [...collectRoutes, ...chosenRoutes(world), ...healthRoutes, ...visitorRoutes]);
  app.notFound((c) =>
    failure(
      c,
      new DaybookError('not-found', `nothing is collected at ${c.req.path}`),
      'error',
      world,
    ),
  );
  app.onError((error, c) => failure(c, error, 'error', world));
  return app;
}
