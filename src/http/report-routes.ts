import { z } from 'zod';
import { DaybookError } from '../lib/errors.ts';
import { batchBody, queryBody } from './query-schema.ts';
import { type Route, route } from './route.ts';

/** A filter may list many values; a batch is a whole dashboard view. */
const maxBytes = 1_048_576;

/** Of what a stranger sends, more would be refused anyway. */
const maxStrangerBytes = 65_536;

const site = { in: 'body', name: 'site_id' } as const;

const shown = z
  .union([
    z.number(),
    z.null(),
    z.object({ value: z.number(), currency: z.string(), short: z.string(), long: z.string() }),
  ])
  .meta({ description: 'a metric; null where nothing is known; money names its currency' });

const answer = z.object({
  results: z.array(z.looseObject({ dimensions: z.array(z.string()), metrics: z.array(shown) })),
  meta: z.looseObject({}),
  query: z.looseObject({}),
});

const logged = z.object({
  ...{ atMs: z.number(), reason: z.string(), domain: z.string(), name: z.string() },
  page: z.string(),
});

/** Reports: Stats API v2, our batch of it, and why hits were not counted. */
export const reportRoutes: readonly Route[] = [
  route({
    ...{ method: 'POST', path: '/api/v2/query', who: 'reader', tag: 'Reports', site },
    summary: 'One report',
    description: "Plausible's Stats API v2. `docs/reports.md` says what may be asked.",
    body: { as: 'json', maxBytes, maxStrangerBytes, schema: queryBody },
    answers: { 200: { description: 'the report', schema: answer } },
    errors: [503],
    handle:
      (world) =>
      async ({ c, body, site: of, role }) =>
        c.json(await (await world.engine()).query(of, body, role)),
  }),
  route({
    ...{ method: 'POST', path: '/api/v2/batch', who: 'reader', tag: 'Reports', site },
    summary: 'Up to 50 reports of one site, all of one moment',
    body: { as: 'json', maxBytes, maxStrangerBytes, schema: batchBody },
    answers: {
      200: {
        description: 'the reports, in the order of their queries',
        schema: z.object({ results: z.array(answer) }),
      },
    },
    errors: [503],
    handle:
      (world) =>
      async ({ c, body, site: of, role }) => {
        const { site_id: siteId, queries, ...unknown } = body;
        const [field] = Object.keys(unknown);
        if (field !== undefined)
          throw new DaybookError('bad-input', `${field}: unknown; expected site_id and queries`);
        const own = ofSite(siteId, queries);
        return c.json({ results: await (await world.engine()).batch(of, own, role) });
      },
  }),
  route({
    ...{ method: 'GET', path: '/api/drops', who: 'owner', tag: 'Books' },
    ...{ site: { in: 'query', name: 'site', optional: true } },
    summary: 'The last hits that this process dropped, and why',
    answers: {
      200: {
        description: 'those of the site, and those of sites that there are not',
        schema: z.object({ drops: z.array(logged), unknown: z.array(logged) }),
      },
    },
    handle:
      ({ collect }) =>
      async ({ c, site: { domain: name } }) => {
        const { dropLog, sites } = collect;
        const known = new Set((await sites.list()).map((one) => one.domain));
        return c.json({
          drops: dropLog.last(name),
          unknown: dropLog.lastUnknown((other) => !known.has(other)),
        });
      },
  }),
];

/** Every query of a batch is of its one site, named or not. */
function ofSite(siteId: string, queries: unknown): unknown {
  if (!Array.isArray(queries)) return queries;
  return queries.map((query: unknown, i) => {
    if (typeof query !== 'object' || query === null || Array.isArray(query)) return query;
    const own = (query as Record<string, unknown>)['site_id'] ?? siteId;
    if (own !== siteId)
      throw new DaybookError(
        'bad-input',
        `queries[${i}].site_id: expected ${siteId}, the batch's site`,
      );
    return { ...query, site_id: siteId };
  });
}
