import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { sessionDays } from '../account/sessions.ts';
import type { World } from './world.ts';

const sessionCookie = 'daybook_session';

type Base = Pick<World, 'base'>;

/**
 * The name of a cookie where TLS is: browsers keep `__Host-` only from this very host, and for all
 * of it alone. Below a path there is no such prefix; `__Secure-` still needs TLS.
 */
export const secureCookie = ({ base }: Base, name: string): string =>
  `${base === undefined ? '__Host-' : '__Secure-'}${name}`;

/** Where a cookie is sent: to what is below the base alone. */
export const cookiePath = ({ base = '/' }: Base): string => base;

/** The token of the session that the browser is in. */
export const sessionToken = (world: Base, c: Context): string | undefined =>
  getCookie(c, secureCookie(world, sessionCookie)) ?? getCookie(c, sessionCookie);

/** All tokens that it has: one of them may be of a session that was begun without TLS. */
export const sessionTokens = (world: Base, c: Context): string[] =>
  [secureCookie(world, sessionCookie), sessionCookie]
    .map((name) => getCookie(c, name))
    .filter((token) => token !== undefined);

/** Tells the browser its session's token. */
export function setSession(world: Base, c: Context, token: string): void {
  const secure = isHttps(c);
  const named = secureCookie(world, sessionCookie);
  // One that was begun otherwise would stand beside it.
  const other = secure ? sessionCookie : named;
  if (getCookie(c, other) !== undefined) forget(world, c, other);
  setCookie(c, secure ? named : sessionCookie, token, {
    ...{ httpOnly: true, sameSite: 'Lax', path: cookiePath(world), secure },
    maxAge: sessionDays * 86_400,
  });
}

export function forgetSession(world: Base, c: Context): void {
  for (const name of [sessionCookie, secureCookie(world, sessionCookie)])
    if (getCookie(c, name) !== undefined) forget(world, c, name);
}

const forget = (world: Base, c: Context, name: string) =>
  deleteCookie(c, name, { path: cookiePath(world), secure: name !== sessionCookie });

/** A forged header only makes the cookie stricter, so any sender's is believed. */
export const isHttps = (c: Context): boolean =>
  c.req.url.startsWith('https:') ||
  c.req.header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';

/**
 * Whether a cookie counts: a page of another origin, which makes a browser send one, is not
 * Daybook's own. Browsers say where a request comes from, and no page can say otherwise.
 */
export function isOwnPage({ publicUrl }: World, c: Context): boolean {
  const from = c.req.header('sec-fetch-site');
  if (from !== undefined) return from === 'same-origin' || from === 'none';
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  if (publicUrl !== undefined && new URL(publicUrl).origin === origin) return true;
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host');
}
