import type { Context } from 'hono';
import { isPassOf } from '../account/link-passwords.ts';
import type { SharedLink } from '../account/shared-link.ts';
import { sharedLinkOf } from '../account/shared-links.ts';
import type { Site } from '../account/site.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Standing } from '../report/query/limits.ts';
import type { Narrowed } from '../report/query/types.ts';
import type { World } from './world.ts';

/**
 * A page that shows a link sends it in this header: `SECRET`, or `SECRET.PASS` once a password was
 * given. It is no cookie: within a frame of another site browsers send none. A request that has it
 * is never the owner's, whoever sends it.
 */
export const linkHeader = 'daybook-link';

/** A link, and the site whose reports it shows. */
export type Shared = { readonly site: Site; readonly link: SharedLink };

/** The site as it is seen through a link. */
export type SeenSite = Site & { readonly narrowed?: Narrowed };

/** One that never was, has ended or has expired: all look the same. */
const noLink = () =>
  new DaybookError('not-found', 'this link does not exist, or has ended: ask who gave it to you');

/** The link of a secret, whether its password was given or not. Throws `not-found`. */
export async function sharedBy({ home, clock, sites }: World, secret: string): Promise<Shared> {
  const found = await sharedLinkOf(home, secret, clock());
  if (found === undefined) throw noLink();
  const site = (await sites.list()).find(({ id }) => id === found.siteId);
  if (site === undefined) throw noLink();
  return { site, link: found.link };
}

/**
 * The same of a request's header, where it shows reports. Throws `not-signed-in` where its password
 * was not given.
 */
export async function openedLink(world: World, header: string): Promise<Shared> {
  const [secret = '', ...pass] = header.trim().split('.');
  const shared = await sharedBy(world, secret);
  const { link } = shared;
  if (link.badgeOnly) throw noLink();
  if (link.password === undefined || isPassOf(link, pass.join('.'), world.clock())) return shared;
  throw new DaybookError('not-signed-in', 'this link has a password', {
    fields: { password: ['expected the password of the link'] },
  });
}

/** The site that a request's link shows, as reports are asked of it. */
export async function siteSeen(
  world: World,
  c: Context,
): Promise<{ readonly site: SeenSite; readonly standing: Standing } | undefined> {
  const header = c.req.header(linkHeader);
  if (header === undefined) return undefined;
  const { site, link } = await openedLink(world, header);
  return { site: narrowedBy(site, link), standing: 'stranger' };
}

export const narrowedBy = (site: Site, { filters, hideBelow }: SharedLink): SeenSite => ({
  ...site,
  narrowed: { filters, leastVisitors: hideBelow },
});

/** A count of visitors, where it may be seen. */
export const seenCount = ({ narrowed }: SeenSite, count: number): number | null =>
  count < (narrowed?.leastVisitors ?? 0) ? null : count;
