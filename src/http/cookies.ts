import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { sessionDays } from '../account/sessions.ts';
import type { World } from './world.ts';

export const sessionCookie = 'daybook_session';

/** Where TLS is: browsers keep a cookie of this name only from this very host, and for it alone. */
export const secureSessionCookie = `__Host-${sessionCookie}`;

/** Tells the browser its session's token. */
export function setSession(c: Context, token: string): void {
  const secure = isHttps(c);
  // One that was begun otherwise would stand beside it.
  const other = secure ? sessionCookie : secureSessionCookie;
  if (getCookie(c, other) !== undefined) forget(c, other);
  setCookie(c, secure ? secureSessionCookie : sessionCookie, token, {
    ...{ httpOnly: true, sameSite: 'Lax', path: '/', maxAge: sessionDays * 86_400, secure },
  });
}

export function forgetSession(c: Context): void {
  for (const name of [sessionCookie, secureSessionCookie])
    if (getCookie(c, name) !== undefined) forget(c, name);
}

const forget = (c: Context, name: string) =>
  deleteCookie(c, name, { path: '/', secure: name === secureSessionCookie });

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
