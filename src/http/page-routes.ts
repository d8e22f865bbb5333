import { type Context, Hono } from 'hono';
import type { Page, World } from './world.ts';

const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
    "img-src 'self' data:; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
};

/** The built pages. They hold no data: what they show they ask the API for. */
export function pageRoutes({ pages }: World): Hono {
  const routes = new Hono();
  routes.get('*', async (c, next) => {
    const page =
      pages.get(c.req.path) ?? pages.get(`${c.req.path === '/' ? '/index' : c.req.path}.html`);
    return page === undefined ? next() : send(c, page);
  });
  return routes;
}

function send(c: Context, { body, type, immutable }: Page): Response {
  return c.body(body, 200, {
    ...pageHeaders,
    'Content-Type': type,
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
}
