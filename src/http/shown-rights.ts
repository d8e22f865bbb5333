import type { Rights, Role } from '../account/roles.ts';
import type { World } from './world.ts';

export type ShownRights = {
  readonly all: Role | null;
  /** By domain. */
  readonly sites: Readonly<Record<string, Role>>;
};

/** Rights as they are shown: sites by their domains. Those of sites that are gone are left out. */
export async function shownRights({ sites }: World, { all, sites: own }: Rights) {
  const named = own === undefined ? [] : await sites.list();
  return {
    all: all ?? null,
    sites: Object.fromEntries(
      named.flatMap(({ id, domain }) => {
        const role = own?.[id];
        return role === undefined ? [] : [[domain, role]];
      }),
    ),
  } satisfies ShownRights;
}
