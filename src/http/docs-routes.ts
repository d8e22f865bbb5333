import { Hono } from 'hono';
import { version } from '../model/release.ts';
import { apiPage } from './api-page.ts';
import { openApi } from './openapi.ts';
import { pageHeaders } from './page-routes.ts';
import { routes } from './routes.ts';

/**
 * The API described: `/api/openapi.json` for machines, `/docs/api` for people. Made when somebody
 * asks first.
 */
export function docsRoutes(): Hono {
  const app = new Hono();
  let made: { readonly json: string; readonly page: string } | undefined;
  const describe = () => {
    if (made === undefined) {
      const api = openApi(routes, version);
      made = { json: JSON.stringify(api), page: apiPage(api) };
    }
    return made;
  };
  const headers = { 'Cache-Control': 'no-cache', 'Access-Control-Allow-Origin': '*' };
  app.get('/api/openapi.json', (c) =>
    c.body(describe().json, 200, { ...headers, 'Content-Type': 'application/json' }),
  );
  app.get('/docs/api', (c) => c.html(describe().page, 200, pageHeaders));
  return app;
}
