import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { isScoped } from '../account/keys.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Role } from '../report/query/limits.ts';
import { linkHeader, type SeenSite, siteSeen } from './shared-access.ts';
import type { World } from './world.ts';

export const sessionCookie = 'daybook_session';

/** The key of `Authorization: Bearer`, if the request has one. */
export function bearerOf(c: Context): string | undefined {
  const header = c.req.header('authorization');
  return header === undefined ? undefined : /^Bearer\s+(\S+)\s*$/i.exec(header)?.[1];
}

/** The owner, by key or by session. Who shows a link is nobody else than who has it. */
export async function isOwner(world: World, c: Context): Promise<boolean> {
  if (c.req.header(linkHeader) !== undefined) return false;
  const key = bearerOf(c);
  // A client that has signed in sends its token as it would send a key.
  if (key !== undefined)
    return (await world.owner.isKey(key)) || (await world.sessions.isSignedIn(key));
  const token = getCookie(c, sessionCookie);
  return token !== undefined && world.sessions.isSignedIn(token);
}

/** Who vouches for the hits of a request. */
export type Sender = {
  /** Of this site alone; absent: of every one. */
  readonly siteId?: string | undefined;
};

/** The owner by the key, or who has one that may write. No session: no page may send as either. */
export async function senderOf(world: World, c: Context): Promise<Sender | undefined> {
  const key = bearerOf(c);
  if (key === undefined || c.req.header(linkHeader) !== undefined) return undefined;
  if (isScoped(key)) return world.keys.find(key);
  return (await world.owner.isKey(key)) ? {} : undefined;
}

/** Throws `not-signed-in` unless somebody vouches for what is sent. */
export async function requireSender(world: World, c: Context): Promise<Sender> {
  const sender = await senderOf(world, c);
  if (sender !== undefined) return sender;
  throw refusal(
    'send a key that may write as Authorization: Bearer KEY; ' +
      '`npm run daybook -- key new --scope write` makes one',
  );
}

/** Throws `not-signed-in` unless the owner asks. */
export async function requireOwner(world: World, c: Context): Promise<void> {
  if (!(await isOwner(world, c))) throw notSignedIn(c);
}

function notSignedIn(c: Context): DaybookError {
  const key = bearerOf(c);
  if (key === undefined)
    return refusal('sign in, or send the owner key as Authorization: Bearer KEY');
  return refusal(
    isScoped(key)
      ? 'this is not the owner key: it can do nothing but send hits'
      : 'this key is not the owner key; `npm run daybook -- key new` makes another',
  );
}

const refusal = (message: string) => new DaybookError('not-signed-in', message);

/** A site, and as whom the sender of a request may read it. */
export type Readable = { readonly site: SeenSite; readonly role: Role };

/** How a site is named; `publishedBy`: the setting by which anyone may read what is asked for. */
type Named = {
  readonly domain: string | undefined;
  readonly parameter?: string;
  readonly publishedBy?: 'privacyPage' | undefined;
};

/** What is asked of a site: its reports, or all of it, rows too. */
export type Asked = 'reports' | 'all';

/**
 * The site that a request names (absent: the default one), if the sender may read it: anyone may
 * read all of an open site and the reports of a public one, who has a link the reports that it
 * shows, else only the owner. To others a closed site looks like one that is not there.
 */
export async function readableSite(
  world: World,
  c: Context,
  { domain, parameter = 'site', publishedBy }: Named,
  asked: Asked,
): Promise<Readable> {
  const seen = asked === 'reports' ? await siteSeen(world, c) : undefined;
  if (seen !== undefined && domain === undefined) return seen;
  const site =
    domain === undefined ? await world.sites.findDefault() : await world.sites.find(domain);
  if (seen !== undefined) {
    if (seen.site.id !== site?.id) throw notSignedIn(c);
    return seen;
  }
  const role = (await isOwner(world, c)) ? 'owner' : 'stranger';
  const isPublished = publishedBy !== undefined && site?.[publishedBy] === true;
  const isOpen = site?.open || isPublished || (asked === 'reports' && site?.public);
  if (role === 'stranger' && !isOpen) throw notSignedIn(c);
  if (site !== undefined) return { site, role };
  throw new DaybookError(
    'not-found',
    domain === undefined
      ? `no site is marked default: name one with ?${parameter}=`
      : `there is no site ${JSON.stringify(domain.slice(0, 300))}`,
  );
}
