import {
  isAtLeast,
  mostOf,
  type Rights,
  type Role,
  roleOn,
  roles,
} from '../../src/account/roles.ts';

/** What a person may: roles for all sites, and for single ones by their domains. */
export type ShownRights = {
  readonly all: Role | null;
  readonly sites: Readonly<Record<string, Role>>;
};

export const noRights: ShownRights = { all: null, sites: {} };

/**
 * What the pages offer to do, each with the entry of the table of routes that does it, and the role
 * that it asks for: on the site, for all sites, or on any site. A test compares them.
 */
export const needs = {
  addSite: { route: 'POST /api/v1/sites', who: 'admin', on: 'all' },
  readRows: { route: 'GET /api/v1/sites/:site/visits', who: 'viewer', on: 'site' },
  changeSettings: { route: 'PUT /api/v1/sites/:site', who: 'admin', on: 'site' },
  removeSite: { route: 'DELETE /api/v1/sites/:site', who: 'owner', on: 'site' },
  changeGoals: { route: 'PUT /api/v1/sites/goals', who: 'editor', on: 'site' },
  changeSegments: { route: 'POST /api/v1/sites/:site/segments', who: 'editor', on: 'site' },
  keepOwnSegments: {
    ...{ route: 'POST /api/v1/sites/:site/own-segments', who: 'viewer', on: 'site' },
  },
  askForReports: {
    ...{ route: 'POST /api/v1/sites/:site/notifications', who: 'viewer', on: 'site' },
  },
  annotate: { route: 'POST /api/v1/sites/:site/annotations', who: 'editor', on: 'site' },
  share: { route: 'POST /api/v1/sites/:site/shared-links', who: 'admin', on: 'site' },
  erase: { route: 'POST /api/v1/sites/:site/erasures', who: 'admin', on: 'site' },
  takeBack: { route: 'POST /api/v1/removals/:id/restore', who: 'admin', on: 'all' },
  seePeople: { route: 'GET /api/v1/people', who: 'admin', on: 'any' },
  resetPeople: { route: 'POST /api/v1/people/:id/reset', who: 'admin', on: 'all' },
  removePeople: { route: 'DELETE /api/v1/people/:id', who: 'admin', on: 'all' },
  seeKeys: { route: 'GET /api/v1/keys', who: 'admin', on: 'any' },
  seeAudit: { route: 'GET /api/v1/audit', who: 'admin', on: 'any' },
} as const satisfies Readonly<Record<string, Need>>;

type Need = { readonly route: string; readonly who: Role; readonly on: 'site' | 'all' | 'any' };

export type Action = keyof typeof needs;

const plain = ({ all, sites }: ShownRights): Rights => ({ ...(all !== null && { all }), sites });

/** Whether who has these rights may do it; `domain` for what is done on a site. */
export function mayDo(rights: ShownRights, action: Action, domain?: string): boolean {
  const { who, on }: Need = needs[action];
  if (on === 'any') return isAtLeast(mostOf(plain(rights)), who);
  return isAtLeast(roleOn(plain(rights), on === 'site' ? domain : undefined), who);
}

/** The roles that an admin may give for a site, or for all: as much as they have. */
export function givenBy(rights: ShownRights, domain?: string): readonly Role[] {
  const own = roleOn(plain(rights), domain);
  return isAtLeast(own, 'admin') ? roles.filter((role) => isAtLeast(own, role)) : [];
}
