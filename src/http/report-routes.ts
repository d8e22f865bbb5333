import { roleOn } from '../account/roles.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { batchEverySite, queryEverySite } from '../report/every-site.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import type { World } from './world.ts';

const { batch, drops, report } = schemasOf(() => import('./schemas/reports.ts'));
const { batchBody, queryBody } = schemasOf(() => import('./schemas/queries.ts'));

/** A filter may list many values; a batch is a whole dashboard view. */
const maxBytes = 1_048_576;

/** Of what a stranger sends, more would be refused anyway. */
const maxStrangerBytes = 65_536;

const site = { in: 'body', name: 'site_id', every: true } as const;

/** Reports: Stats API v2, our batch of it, and why hits were not counted. */
export const reportRoutes: readonly Route[] = [
  route({
    ...{ method: 'POST', path: '/api/v2/query', who: 'reports', tag: 'Reports', site },
    summary: 'One report',
    description:
      "Plausible's Stats API v2. `docs/reports.md` says what may be asked. The owner may name " +
      'all sites together by `*`, and then group by `site`.',
    body: { as: 'json', maxBytes, maxStrangerBytes, schema: queryBody },
    answers: { 200: { description: 'the report', schema: report } },
    errors: [503],
    handle:
      (world) =>
      async ({ c, body, site: of, standing, isEverySite }) =>
        c.json(
          isEverySite
            ? await queryEverySite(await everySiteOf(world), body)
            : await (await world.engine()).query(of, body, standing),
        ),
  }),
  route({
    ...{ method: 'POST', path: '/api/v2/batch', who: 'reports', tag: 'Reports', site },
    summary: 'Up to 50 reports of one site, all of one moment',
    body: { as: 'json', maxBytes, maxStrangerBytes, schema: batchBody },
    answers: {
      200: {
        description: 'the reports, in the order of their queries',
        schema: batch,
      },
    },
    errors: [503],
    handle:
      (world) =>
      async ({ c, body, site: of, standing, isEverySite }) => {
        const { site_id: siteId, queries, ...unknown } = body;
        const [field] = Object.keys(unknown);
        if (field !== undefined) throw refusedField(field, 'unknown; expected site_id and queries');
        const own = ofSite(siteId, queries);
        const results = isEverySite
          ? await batchEverySite(await everySiteOf(world), own)
          : await (await world.engine()).batch(of, own, standing);
        return c.json({ results });
      },
  }),
  route({
    ...{ method: 'GET', path: '/api/drops', who: 'viewer', tag: 'Books' },
    ...{ site: { in: 'query', name: 'site', optional: true } },
    summary: 'The last hits that this process dropped, and why',
    answers: {
      200: {
        description: 'those of the site, and those of sites that there are not',
        schema: drops,
      },
    },
    handle:
      ({ collect }) =>
      async ({ c, asker, site: { domain: name } }) => {
        const { dropLog, sites } = collect;
        const known = new Set(
          (await sites.list()).flatMap(({ domain, aliases = [], formerDomains = [] }) => [
            domain,
            ...aliases,
            ...formerDomains.map((former) => former.domain),
          ]),
        );
        return c.json({
          drops: dropLog.last(name),
          unknown:
            roleOn(asker.rights) === undefined
              ? []
              : dropLog.lastUnknown((other) => !known.has(other)),
        });
      },
  }),
];

const everySiteOf = async ({ sites, engine }: World) => ({
  ...{ sites: await sites.list(), reports: engine },
});

/** Every query of a batch is of its one site, named or not. */
function ofSite(siteId: string, queries: unknown): unknown {
  if (!Array.isArray(queries)) return queries;
  return queries.map((query: unknown, i) => {
    if (typeof query !== 'object' || query === null || Array.isArray(query)) return query;
    const own = (query as Record<string, unknown>)['site_id'] ?? siteId;
    if (own !== siteId)
      throw refusedField(`queries[${i}].site_id`, `expected ${siteId}, the batch's site`);
    return { ...query, site_id: siteId };
  });
}
