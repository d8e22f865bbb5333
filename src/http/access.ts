import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Site } from '../account/site.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Role } from '../report/query/limits.ts';
import type { World } from './world.ts';

export const sessionCookie = 'daybook_session';

/** The key of `Authorization: Bearer`, if the request has one. */
export function bearerOf(c: Context): string | undefined {
  const header = c.req.header('authorization');
  return header === undefined ? undefined : /^Bearer\s+(\S+)\s*$/i.exec(header)?.[1];
}

/** The owner, by key or by session. */
export async function isOwner(world: World, c: Context): Promise<boolean> {
  const key = bearerOf(c);
  if (key !== undefined) return world.owner.isKey(key);
  const token = getCookie(c, sessionCookie);
  return token !== undefined && world.sessions.isSignedIn(token);
}

/** Throws `not-signed-in` unless the owner asks. */
export async function requireOwner(world: World, c: Context): Promise<void> {
  if (!(await isOwner(world, c))) throw notSignedIn(c);
}

function notSignedIn(c: Context): DaybookError {
  return new DaybookError(
    'not-signed-in',
    bearerOf(c) === undefined
      ? 'sign in, or send the owner key as Authorization: Bearer KEY'
      : 'this key is not the owner key; `npm run daybook -- key new` makes another',
  );
}

/** A site, and as whom the sender of a request may read it. */
export type Readable = { readonly site: Site; readonly role: Role };

/**
 * The site that a request names (absent: the default one), if the sender may read it: anyone may
 * read an open site, else only the owner. To others a closed site looks like one that is not there.
 */
export async function readableSite(
  world: World,
  c: Context,
  domain: string | undefined,
  parameter = 'site',
): Promise<Readable> {
  const site =
    domain === undefined ? await world.sites.findDefault() : await world.sites.find(domain);
  const role = (await isOwner(world, c)) ? 'owner' : 'stranger';
  if (role === 'stranger' && !site?.open) throw notSignedIn(c);
  if (site !== undefined) return { site, role };
  throw new DaybookError(
    'not-found',
    domain === undefined
      ? `no site is marked default: name one with ?${parameter}=`
      : `there is no site ${JSON.stringify(domain.slice(0, 300))}`,
  );
}
