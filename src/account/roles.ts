import { refusedField } from '../lib/refused-fields.ts';

/**
 * What somebody may do with a site, from least to most; each may what those before it may.
 *
 * - `viewer` reads reports, rows, visits and what is live;
 * - `editor` changes goals, named properties, segments and annotations;
 * - `admin` changes settings, shares links, erases hits, and says who may what on the site;
 * - `owner` removes the site; of all sites, everything.
 */
export const roles = ['viewer', 'editor', 'admin', 'owner'] as const;

export type Role = (typeof roles)[number];

/** Roles for all sites, also those to come, and for single ones by their ids. */
export type Rights = {
  readonly all?: Role;
  readonly sites?: Readonly<Record<string, Role>>;
};

export const everything: Rights = { all: 'owner' };

export const isAtLeast = (role: Role | undefined, least: Role): boolean =>
  role !== undefined && roles.indexOf(role) >= roles.indexOf(least);

/** The greater of a role for all sites and the one for this; without a site, that for all. */
export function roleOn({ all, sites = {} }: Rights, siteId?: string): Role | undefined {
  const own = siteId !== undefined && Object.hasOwn(sites, siteId) ? sites[siteId] : undefined;
  if (own === undefined || all === undefined) return own ?? all;
  return isAtLeast(own, all) ? own : all;
}

/** The greatest role, of whatever site. */
export const mostOf = ({ all, sites = {} }: Rights): Role | undefined =>
  [all, ...Object.values(sites)].reduce(
    (most, role) => (role !== undefined && isAtLeast(role, most ?? role) ? role : most),
    undefined,
  );

/** Throws `bad-input` that names the field. */
export function readRole(value: unknown, field = 'role'): Role {
  const role = roles.find((one) => one === value);
  if (role === undefined) throw refusedField(field, `expected one of ${roles.join(', ')}`);
  return role;
}

/** The same rights with another role for one site, or for all; `undefined` takes it away. */
export function withRole(rights: Rights, role: Role | undefined, siteId?: string): Rights {
  if (siteId === undefined) {
    const { all: _, ...others } = rights;
    return role === undefined ? others : { ...others, all: role };
  }
  const { [siteId]: _, ...others } = rights.sites ?? {};
  return { ...rights, sites: role === undefined ? others : { ...others, [siteId]: role } };
}
