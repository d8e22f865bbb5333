import { Hono } from 'hono';
import { version } from '../model/release.ts';
import { pageHeaders } from './page-routes.ts';
import { routes } from './routes.ts';
import type { World } from './world.ts';

/**
 * The API described: `/api/openapi.json` for machines, `/docs/api` for people. Loaded and made when
 * somebody asks first.
 */
export function docsRoutes({ base }: Pick<World, 'base'>): Hono {
  const app = new Hono();
  let made: { readonly json: string; readonly page: string } | undefined;
  const describe = async () => {
    if (made === undefined) {
      const { openApi } = await import('./openapi.ts');
      const { apiPage } = await import('./api-page.ts');
      const api = {
        ...(await openApi(routes, version)),
        ...(base !== undefined && { servers: [{ url: base }] }),
      };
      made = { json: JSON.stringify(api), page: apiPage(api) };
    }
    return made;
  };
  const headers = { 'Cache-Control': 'no-cache', 'Access-Control-Allow-Origin': '*' };
  app.get('/api/openapi.json', async (c) =>
    c.body((await describe()).json, 200, { ...headers, 'Content-Type': 'application/json' }),
  );
  app.get('/docs/api', async (c) => c.html((await describe()).page, 200, pageHeaders));
  return app;
}
