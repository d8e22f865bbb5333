import type { Context } from 'hono';

/** Of answers that pages of any origin may read. */
export const openToAllOrigins = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'retry-after, x-daybook-dropped, x-plausible-dropped',
};

/** The answer to a browser that asks whether a page may send; `origins` says which may. */
export function preflight(c: Context, origins: Readonly<Record<string, string>>): Response {
  c.header('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  c.header('Access-Control-Allow-Headers', c.req.header('access-control-request-headers') ?? '*');
  c.header('Access-Control-Max-Age', '86400');
  return c.body(null, 204, origins);
}
