import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { unsubscribePath } from '../notify/notify.ts';
import { oneLine } from '../notify/one-line.ts';
import { notifyOf } from './notification-routes.ts';
import { type Route, route } from './route.ts';
import type { World } from './world.ts';

const style = `
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#fbfaf6, #14161a); color: light-dark(#1d1c1a, #ece8df);
  font: 15px/1.55 system-ui, sans-serif; }
main { max-width: 36rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
h1 { font-size: 22px; font-weight: 600; line-height: 1.25; overflow-wrap: anywhere; }
button { font: inherit; padding: .5rem 1rem; border: 0; border-radius: 6px; cursor: pointer;
  background: light-dark(#0f6b5c, #63c7b0); color: light-dark(#fff, #14161a); }
`;

/** It runs no script, loads nothing, and sends its form to its own address. */
const policy =
  "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

const path = `${unsubscribePath}/:token`;

const answers = { 200: { description: 'a page', type: 'text/html' } } as const;

/**
 * Where the link in a mail leads. To look at the page ends nothing: programs that read mails follow
 * links. Its button does, and so do mail programs, by one POST (RFC 8058).
 */
export const unsubscribeRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'anyone', tag: 'Notifications', answers },
    summary: 'The page where a mail that comes regularly is ended',
    handle: (world) => async (call) => {
      const domain = await domainOf(world, call.c.req.param('token')!);
      return page(
        domain === undefined
          ? html`<h1>This has ended already</h1>
<p>Nothing more is sent by it.</p>`
          : html`<h1>End the mails about ${domain}?</h1>
<p>Summaries and alerts of this one kind end; you can ask for them again in Daybook.</p>
<form method="post"><button>End them</button></form>`,
      );
    },
  }),
  route({
    ...{ method: 'POST', path, who: 'anyone', tag: 'Notifications', answers },
    summary: 'End a mail that comes regularly',
    handle: (world) => async (call) => {
      const one = await notifyOf(world).byToken(call.c.req.param('token')!);
      if (one !== undefined) await notifyOf(world).remove(one.siteId, one.id);
      return page(html`<h1>It has ended</h1>
<p>Nothing more is sent by it.</p>`);
    },
  }),
];

async function domainOf(world: World, token: string): Promise<string | undefined> {
  const one = await notifyOf(world).byToken(token);
  if (one === undefined) return undefined;
  const site = (await world.sites.list()).find(({ id }) => id === one.siteId);
  return site === undefined ? undefined : oneLine(site.domain);
}

const page = (body: ReturnType<typeof html>) =>
  new Response(
    String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Mails of Daybook</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`),
    {
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': policy,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-store',
      },
    },
  );
