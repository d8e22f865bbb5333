import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { sessionDays } from '../account/sessions.ts';
import { DaybookError } from '../lib/errors.ts';
import { isOwner, sessionCookie } from './access.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { session, signedIn, signingIn } = schemasOf(() => import('./schemas/sessions.ts'));

const path = '/api/session';

/**
 * `/api/session`: signing in with the owner key, and out; and where browsers reach this Daybook.
 */
export const sessionRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'anyone', tag: 'Session' },
    summary: 'Whether the sender is signed in',
    answers: {
      200: {
        description: 'it, and what a page has to know of this Daybook',
        schema: session,
      },
    },
    handle: (world) => async (call) =>
      call.c.json({
        signedIn: await isOwner(world, call.c),
        ...(world.publicUrl !== undefined && { publicUrl: world.publicUrl }),
        ...(world.hasCities && { hasCities: true }),
      }),
  }),
  route({
    ...{ method: 'POST', path, who: 'anyone', tag: 'Session' },
    summary: 'Sign in with the owner key',
    body: {
      ...{ as: 'json', maxBytes: 1_024 },
      schema: signingIn,
    },
    answers: { 200: { description: 'signed in; a cookie says so', schema: signedIn } },
    errors: [401],
    handle:
      ({ sessions }) =>
      async ({ c, body: { key } }) => {
        const token = await sessions.start(key.trim());
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
      },
  }),
  route({
    ...{ method: 'DELETE', path, who: 'anyone', tag: 'Session' },
    summary: 'Sign out',
    answers: { 200: { description: 'signed out', schema: signedIn } },
    handle:
      ({ sessions }) =>
      async ({ c }) => {
        const token = getCookie(c, sessionCookie);
        if (token !== undefined) await sessions.end(token);
        deleteCookie(c, sessionCookie, { path: '/' });
        return c.json({ signedIn: false });
      },
  }),
];

/** A forged header only makes the cookie stricter, so any sender's is believed. */
function isHttps(url: string, forwardedProto: string | undefined): boolean {
  return url.startsWith('https:') || forwardedProto?.split(',')[0]?.trim() === 'https';
}
