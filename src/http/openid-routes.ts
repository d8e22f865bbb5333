import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Oidc } from '../account/sign-in/oidc.ts';
import { personFor } from '../account/sign-in/oidc-people.ts';
import { DaybookError, type Fault } from '../lib/errors.ts';
import { cookiePath, isHttps, secureCookie } from './cookies.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { beginSession, placeOf } from './signing-in.ts';
import type { World } from './world.ts';

const { openIdAsked } = schemasOf(() => import('./schemas/sign-in.ts'));

const path = '/api/session/openid';

const api = { who: 'anyone', tag: 'Session', method: 'GET', query: openIdAsked } as const;

/** What the page of signing in is told, where it went wrong: `/sign-in?openid=…`. */
const problems: Partial<Readonly<Record<Fault, string>>> = {
  'not-signed-in': 'not-signed-in',
  'not-allowed': 'not-allowed',
  unavailable: 'unavailable',
  conflict: 'not-allowed',
  'bad-input': 'not-allowed',
};

/** Signing in by OpenID Connect: to the provider, and back. */
export const openIdRoutes: readonly Route[] = [
  route({
    ...{ ...api, path, summary: 'Sign in by OpenID Connect: a browser goes to the provider' },
    description:
      'A page that a browser goes to; it comes back at `/api/session/openid/callback`, and goes ' +
      'on at `to`. Where it went wrong it goes on at `/sign-in?openid=PROBLEM`: `not-signed-in` ' +
      '(turned away there, or too late), `not-allowed` (nobody here, and no group has a role) or ' +
      '`unavailable` (the provider does not answer as it should).',
    answers: { 302: { description: 'to the provider' } },
    errors: [404],
    handle:
      (world) =>
      async ({ c, query: { to } }) => {
        const oidc = oidcOf(world);
        const begun = await oidc.begin(redirectUri(world, c)).catch(problemOf(world));
        if (typeof begun === 'string') return c.redirect(begun);
        keep(world, c, `${begun.kept}.${Buffer.from(pathHere(world, to)).toString('base64url')}`);
        c.header('Cache-Control', 'no-store');
        return c.redirect(begun.url);
      },
  }),
  route({
    ...{ ...api, path: `${path}/callback`, summary: 'Where the provider sends a browser back to' },
    answers: { 302: { description: 'to where signing in was begun for' } },
    errors: [404],
    handle:
      (world) =>
      async ({ c }) => {
        const oidc = oidcOf(world);
        const cookie = getCookie(c, cookieName(world, c)) ?? '';
        deleteCookie(c, cookieName(world, c), {
          ...{ path: cookiePath(world), secure: isHttps(c) },
        });
        const at = cookie.lastIndexOf('.');
        const to = pathHere(world, Buffer.from(cookie.slice(at + 1), 'base64url').toString());
        const { search } = new URL(c.req.url);
        const end = finish(world, c, oidc, { search, kept: cookie.slice(0, Math.max(at, 0)) });
        c.header('Cache-Control', 'no-store');
        return c.redirect((await end.catch(problemOf(world))) ?? to);
      },
  }),
];

async function finish(
  world: World,
  c: Context,
  oidc: Oidc,
  { search, kept }: { readonly search: string; readonly kept: string },
): Promise<undefined> {
  const from = await oidc.finish(redirectUri(world, c), search, kept);
  await beginSession(world, c, await personFor(world.people, from), 'openid');
}

/** The page that says what went wrong. What nobody has foreseen is thrown on. */
const problemOf =
  ({ log, base = '' }: World) =>
  (error: unknown): string => {
    const problem = error instanceof DaybookError ? problems[error.fault] : undefined;
    if (problem === undefined) throw error;
    log.warn({ err: error }, 'somebody could not sign in by OpenID Connect');
    return `${base}/sign-in?openid=${problem}`;
  };

function oidcOf({ signIn: { oidc } }: World): Oidc {
  if (oidc !== undefined) return oidc;
  throw new DaybookError('not-found', 'no OpenID Connect provider was chosen: see --oidc-issuer');
}

const redirectUri = (world: World, c: Context) =>
  `${placeOf(world, c).origin}${world.base ?? ''}${path}/callback`;

const keptMinutes = 10;

/** What the browser keeps until it comes back; a page of another origin brings it along. */
const keep = (world: World, c: Context, value: string) =>
  setCookie(c, cookieName(world, c), value, {
    ...{ httpOnly: true, sameSite: 'Lax', path: cookiePath(world), secure: isHttps(c) },
    maxAge: keptMinutes * 60,
  });

const cookieName = (world: World, c: Context) =>
  isHttps(c) ? secureCookie(world, 'daybook_openid') : 'daybook_openid';

/** A path of this origin: `//elsewhere` and `/\elsewhere` are none. */
const pathHere = ({ base = '' }: World, to: string | undefined) =>
  to !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(to) ? to : `${base}/`;
