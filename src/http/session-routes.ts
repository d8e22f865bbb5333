import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { sessionDays } from '../account/sessions.ts';
import { DaybookError } from '../lib/errors.ts';
import { isOwner, sessionCookie } from './access.ts';
import { requestText } from './request-text.ts';
import type { World } from './world.ts';

/**
 * `/api/session`: signing in with the owner key, and out; and where browsers reach this Daybook.
 */
export function sessionRoutes(world: World): Hono {
  const routes = new Hono();

  const { publicUrl, hasCities } = world;
  routes.get('/api/session', async (c) =>
    c.json({
      signedIn: await isOwner(world, c),
      ...(publicUrl !== undefined && { publicUrl }),
      ...(hasCities && { hasCities }),
    }),
  );

  routes.post('/api/session', async (c) => {
    const token = await world.sessions.start(readKey(await requestText(c, 1_024)));
    if (token === undefined) {
      throw new DaybookError(
        'not-signed-in',
        'this is not the owner key; `npm run daybook -- key new` makes another',
      );
    }
    setCookie(c, sessionCookie, token, {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      maxAge: sessionDays * 86_400,
      secure: isHttps(c.req.url, c.req.header('x-forwarded-proto')),
    });
    return c.json({ signedIn: true });
  });

  routes.delete('/api/session', async (c) => {
    const token = getCookie(c, sessionCookie);
    if (token !== undefined) await world.sessions.end(token);
    deleteCookie(c, sessionCookie, { path: '/' });
    return c.json({ signedIn: false });
  });

  return routes;
}

function readKey(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    const key =
      typeof body === 'object' && body !== null
        ? (body as Record<string, unknown>)['key']
        : undefined;
    if (typeof key === 'string') return key.trim();
  } catch {
    // said below
  }
  throw new DaybookError('bad-input', 'key: expected {"key": "…"} with the owner key');
}

/** A forged header only makes the cookie stricter, so any sender's is believed. */
function isHttps(url: string, forwardedProto: string | undefined): boolean {
  return url.startsWith('https:') || forwardedProto?.split(',')[0]?.trim() === 'https';
}
