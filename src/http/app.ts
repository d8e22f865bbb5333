import { Hono } from 'hono';
import { DaybookError } from '../lib/errors.ts';
import { chosenRoutes } from './collect-routes.ts';
import { docsRoutes } from './docs-routes.ts';
import { failure } from './failures.ts';
import { pathBelow } from './own-origin.ts';
import { pageRoutes } from './page-routes.ts';
import { refuseOtherMethods } from './read-routes.ts';
import { mount } from './route.ts';
import { routes } from './routes.ts';
import { trackerRoutes } from './tracker-routes.ts';
import type { World } from './world.ts';

/** Daybook as one function from request to response; `entry/` gives it a runtime. */
export function createApp(world: World): Hono {
  const { base } = world;
  const app = base === undefined ? new Hono() : new Hono({ getPath: pathBelow(base) });
  mount(app, world, [...routes, ...chosenRoutes(world)]);
  refuseOtherMethods(app);
  app.route('/', docsRoutes(world));
  app.route('/', trackerRoutes(world));
  app.route('/', pageRoutes(world));
  app.notFound((c) => {
    const methods = app.routes
      .filter(({ path }) => path !== '/*' && patternOf(path).test(c.req.path))
      .map(({ method }) => method);
    if (methods.length === 0) {
      return failure(
        c,
        new DaybookError('not-found', `there is nothing at ${c.req.path}`),
        'error',
        world,
      );
    }
    const allowed = [...new Set(methods)].join(', ');
    return c.json({ error: `expected ${allowed}, got ${c.req.method}` }, 405, { Allow: allowed });
  });
  app.onError((error, c) => failure(c, error, 'error', world));
  return app;
}

/** What a route's path matches: `:name` is one segment. */
const patternOf = (path: string) =>
  new RegExp(`^${path.replace(/[.+*]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`);
