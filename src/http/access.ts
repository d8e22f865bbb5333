import type { Context } from 'hono';
import { isScoped, maySend, rightsOfKey } from '../account/keys.ts';
import type { Person } from '../account/people.ts';
import { isAtLeast, mostOf, type Role, roleOn } from '../account/roles.ts';
import type { Site } from '../account/site.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Standing } from '../report/query/limits.ts';
import { type Asker, nobody, whoHasOwnerKey } from './asker.ts';
import { isOwnPage, sessionToken } from './cookies.ts';
import { linkHeader, type SeenSite, siteSeen } from './shared-access.ts';
import type { World } from './world.ts';

/** The key of `Authorization: Bearer`, if the request has one. */
export function bearerOf(c: Context): string | undefined {
  const header = c.req.header('authorization');
  return header === undefined ? undefined : /^Bearer\s+(\S+)\s*$/i.exec(header)?.[1];
}

/** Who sends a request. Who shows a link is nobody else than who has it. */
export async function askerOf(world: World, c: Context): Promise<Asker> {
  if (c.req.header(linkHeader) !== undefined) return nobody;
  const key = bearerOf(c);
  if (key === undefined) {
    const token = sessionToken(world, c);
    return token === undefined || !isOwnPage(world, c) ? nobody : whoSignedIn(world, token);
  }
  if (isScoped(key)) {
    const facts = await world.keys.find(key);
    return facts === undefined ? nobody : { rights: rightsOfKey(facts), key: facts };
  }
  if (await world.owner.isKey(key)) return whoHasOwnerKey;
  // A client that has signed in sends its token as it would send a key.
  return whoSignedIn(world, key);
}

async function whoSignedIn({ sessions }: World, token: string): Promise<Asker> {
  const found = await sessions.of(token);
  if (found === undefined) return nobody;
  const { person } = found;
  return person === undefined ? whoHasOwnerKey : { rights: person.rights, person };
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
  if (isScoped(key)) {
    const facts = await world.keys.find(key);
    return facts !== undefined && maySend(facts) ? facts : undefined;
  }
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

/**
 * Throws `not-signed-in` for nobody, `not-allowed` for somebody whose role is too small: on the
 * site; without one, on all sites. A site on which they have no role looks as if it were not there.
 */
export function requireRole(c: Context, asker: Asker, least: Role, site?: Site): void {
  requireSomeRole(c, asker, 'viewer');
  const role = roleOn(asker.rights, site?.id);
  if (isAtLeast(role, least)) return;
  if (site !== undefined && role === undefined) throw noSite(site.domain);
  throw notAllowed(least, site);
}

/** The same of any site at all: whoever has none such need not be told what a route expects. */
export function requireSomeRole(c: Context, asker: Asker, least: Role): void {
  const most = mostOf(asker.rights);
  if (most === undefined) throw notSignedIn(c);
  if (!isAtLeast(most, least)) throw notAllowed(least);
}

/** Those of sites on which who asks has a role. */
export const ofTheirs = <S extends Site>(sites: readonly S[], { rights }: Asker): S[] =>
  sites.filter(({ id }) => roleOn(rights, id) !== undefined);

/** The person who asks. Keys are nobody's: with one, there is nothing of one's own. */
export function requirePerson(c: Context, { person, rights }: Asker): Person {
  if (person !== undefined) return person;
  if (mostOf(rights) === undefined) throw notSignedIn(c);
  throw new DaybookError('not-allowed', 'only people have this: sign in as one, not by a key');
}

function notSignedIn(c: Context): DaybookError {
  const key = bearerOf(c);
  if (key === undefined)
    return refusal('sign in, or send the owner key as Authorization: Bearer KEY');
  return refusal(
    isScoped(key)
      ? 'this key has ended, or can do nothing but send hits'
      : 'this key is not the owner key; `npm run daybook -- key new` makes another',
  );
}

const refusal = (message: string) => new DaybookError('not-signed-in', message);

const notAllowed = (least: Role, site?: Site) =>
  new DaybookError(
    'not-allowed',
    `expected at least the role ${least} ${site === undefined ? 'for all sites' : 'on this site'}`,
  );

const noSite = (domain: string) =>
  new DaybookError('not-found', `there is no site ${JSON.stringify(domain.slice(0, 300))}`);

/** A site, and as whom the sender of a request may read it. */
export type Readable = { readonly site: SeenSite; readonly standing: Standing };

/** How a site is named; `publishedBy`: the setting by which anyone may read what is asked for. */
type Named = {
  readonly domain: string | undefined;
  readonly parameter?: string;
  readonly publishedBy?: 'privacyPage' | undefined;
};

/** What is asked of a site: its reports, or all of it, rows too; else what a role may. */
export type Asked = 'reports' | 'rows' | Role;

/**
 * The site that a request names (absent: the default one), if the sender may ask that of it: anyone
 * may read the rows of an open site and the reports of a public one, who has a link the reports
 * that it shows; else it takes a role. To others a closed site looks like one that is not there.
 */
export async function siteAsked(
  world: World,
  c: Context,
  { domain, parameter = 'site', publishedBy }: Named,
  { asker, asked }: { readonly asker: Asker; readonly asked: Asked },
): Promise<Readable> {
  const seen = asked === 'reports' ? await siteSeen(world, c) : undefined;
  if (seen !== undefined && domain === undefined) return seen;
  const site =
    domain === undefined ? await world.sites.findDefault() : await world.sites.find(domain);
  if (seen !== undefined) {
    if (seen.site.id !== site?.id) throw notSignedIn(c);
    return seen;
  }
  const role = roleOn(asker.rights, site?.id);
  const isOpen =
    (publishedBy !== undefined && site?.[publishedBy]) ||
    (asked === 'rows' && site?.open) ||
    (asked === 'reports' && (site?.open || site?.public));
  if (role === undefined && site !== undefined && isOpen) return { site, standing: 'stranger' };
  requireSomeRole(c, asker, 'viewer');
  if (site === undefined)
    throw domain === undefined
      ? new DaybookError('not-found', `no site is marked default: name one with ?${parameter}=`)
      : noSite(domain);
  if (asked !== 'reports' && asked !== 'rows') requireRole(c, asker, asked, site);
  else requireRole(c, asker, 'viewer', site);
  return { site, standing: 'owner' };
}
