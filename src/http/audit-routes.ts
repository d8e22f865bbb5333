import { isAtLeast, roleOn } from '../account/roles.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { auditAsked, auditLog } = schemasOf(() => import('./schemas/audit.ts'));

/** `/api/v1/audit`: who did what, when. */
export const auditRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/v1/audit', who: 'admin', tag: 'People', isOfTheirs: true },
    summary: 'What was done to sites, people and keys, and by whom',
    description:
      'The newest first. Who is admin of single sites sees what was done to these. Entries are ' +
      'kept for two years. Older ones begin at `next`: ask again with it as `before`.',
    query: auditAsked,
    answers: { 200: { description: 'the entries', schema: auditLog } },
    handle:
      (world) =>
      async ({ c, asker: { rights }, query: { site: domain, limit, before } }) => {
        const site = domain === undefined ? undefined : await world.sites.find(domain);
        const seen = await world.auditLog.read({
          isWanted: ({ site: of }) =>
            (domain === undefined || (site !== undefined && of?.id === site.id)) &&
            isAtLeast(roleOn(rights, of?.id), 'admin'),
          ...(limit !== undefined && { limit: Number(limit) }),
          ...(before !== undefined && { before }),
        });
        const entries = seen.entries.map(({ atMs, by, what, site: of, about }) => ({
          ...{ at: new Date(atMs).toISOString(), by, what },
          ...(of !== undefined && { site: of.domain }),
          ...(about !== undefined && { about }),
        }));
        return c.json({ entries, ...(seen.next !== undefined && { next: seen.next }) });
      },
  }),
];
