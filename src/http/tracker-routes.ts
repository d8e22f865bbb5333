import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { encodedBody } from './page-routes.ts';
import type { World } from './world.ts';

/** Trackers by version. A published one keeps its URL and its meaning for good. */
const trackerPaths = ['/js/daybook.v1.js'];

/**
 * The tracker as pages of any site load it: small, cached for an hour, then asked for by its tag.
 */
export function trackerRoutes({ pages }: World): Hono {
  const routes = new Hono();
  for (const path of trackerPaths) {
    const script = pages.get(path);
    if (script === undefined) continue; // not built
    const hash = createHash('sha256').update(script.body).digest('base64url').slice(0, 22);
    routes.get(path, (c) => {
      const { body, headers: encoding } = encodedBody(c, script);
      // Each encoding has a tag of its own, since its bytes are others.
      const tag = `"${[hash, encoding['Content-Encoding']].filter(Boolean).join('-')}"`;
      const headers = {
        Vary: 'Accept-Encoding',
        'Access-Control-Allow-Origin': '*',
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Cache-Control': 'public, max-age=3600',
        'X-Content-Type-Options': 'nosniff',
        ETag: tag,
      };
      const known = c.req.header('if-none-match')?.split(',');
      if (known?.some((one) => one.trim().replace(/^W\//, '') === tag))
        return c.body(null, 304, headers);
      return c.body(body, 200, {
        ...headers,
        ...encoding,
        'Content-Type': 'text/javascript; charset=utf-8',
      });
    });
  }
  return routes;
}
