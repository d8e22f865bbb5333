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
      'kept for two years.',
    query: auditAsked,
    answers: { 200: { description: 'the entries', schema: auditLog } },
    handle:
      (world) =>
      async ({ c, asker: { rights }, query: { site: domain, limit } }) => {
        const site = domain === undefined ? undefined : await world.sites.find(domain);
        const all = await world.auditLog.read({
          ...(domain !== undefined && { siteId: site?.id ?? '' }),
          ...(limit !== undefined && { limit: Number(limit) }),
        });
        const seen = all.filter(({ site: of }) => isAtLeast(roleOn(rights, of?.id), 'admin'));
        const entries = seen.map(({ atMs, by, what, site: of, about }) => ({
          ...{ at: new Date(atMs).toISOString(), by, what },
          ...(of !== undefined && { site: of.domain }),
          ...(about !== undefined && { about }),
        }));
        return c.json({ entries });
      },
  }),
];
