import { type Context, Hono } from 'hono';
import { encodingFor } from './compress.ts';
import { isHttps } from './cookies.ts';
import type { Page, World } from './world.ts';

/** It loads nothing from anywhere else, and only pages of these sites may show it in a frame. */
const policy = (embedOn: readonly string[]) =>
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
  `frame-ancestors ${embedOn.length === 0 ? "'none'" : embedOn.join(' ')}`;

/** Of every page. */
export const pageHeaders = {
  'Content-Security-Policy': policy([]),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
};

/** The built pages. They hold no data: what they show they ask the API for. */
export function pageRoutes({ pages, prepareEngine }: World): Hono {
  const routes = new Hono();
  routes.get('*', async (c, next) => {
    const page =
      pages.get(c.req.path) ?? pages.get(`${c.req.path === '/' ? '/index' : c.req.path}.html`);
    if (page === undefined) return next();
    // What it shows first are reports. Its scripts and pictures are kept by the browser.
    if (page.type.startsWith('text/html')) prepareEngine?.();
    return sendPage(c, page);
  });
  return routes;
}

export function sendPage(c: Context, page: Page, embedOn: readonly string[] = []): Response {
  const { type, immutable } = page;
  const { body, headers } = encodedBody(c, page);
  return c.body(body, 200, {
    ...pageHeaders,
    ...(isHttps(c) && { 'Strict-Transport-Security': 'max-age=31536000' }),
    'Content-Security-Policy': policy(embedOn),
    ...headers,
    'Content-Type': type,
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
}

/** The body of a built file as the browser takes it, and the headers that say so. */
export function encodedBody(
  c: Context,
  { body, encoded }: Pick<Page, 'body' | 'encoded'>,
): { readonly body: Page['body']; readonly headers: Readonly<Record<string, string>> } {
  if (encoded.size === 0) return { body, headers: {} };
  const encoding = encodingFor(c.req.header('accept-encoding'));
  const short = encoding && encoded.get(encoding);
  const vary = { Vary: 'Accept-Encoding' };
  return short === undefined
    ? { body, headers: vary }
    : { body: short, headers: { ...vary, 'Content-Encoding': encoding! } };
}
