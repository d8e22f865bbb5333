import { type Context, Hono } from 'hono';
import { DaybookError } from '../lib/errors.ts';
import { isDeeper } from '../lib/json-depth.ts';
import { isOwner, readableSite, requireOwner } from './access.ts';
import { requestText } from './request-text.ts';
import type { World } from './world.ts';

/** A filter may list many values; a batch is a whole dashboard view. */
const maxQueryBytes = 1_048_576;

/** Of what a stranger sends, more would be refused anyway. */
const maxStrangerBytes = 65_536;

/** A batch of queries whose filters are as deep as they may be has some 25 levels. */
const maxQueryDepth = 50;

/** Reports: Stats API v2, our batch of it, and why hits were not counted. */
export function reportRoutes(world: World): Hono {
  const routes = new Hono();

  routes.post('/api/v2/query', async (c) => {
    const body = await readJson(world, c);
    const { site, role } = await readableSite(world, c, siteIdOf(body));
    return c.json(await (await world.engine()).query(site, body, role));
  });

  routes.post('/api/v2/batch', async (c) => {
    const body = await readJson(world, c);
    const siteId = siteIdOf(body);
    const { site, role } = await readableSite(world, c, siteId);
    const { site_id: _, queries, ...unknown } = body;
    const [field] = Object.keys(unknown);
    if (field !== undefined)
      throw new DaybookError('bad-input', `${field}: unknown; expected site_id and queries`);
    const own = ofSite(siteId, queries);
    return c.json({ results: await (await world.engine()).batch(site, own, role) });
  });

  routes.get('/api/drops', async (c) => {
    await requireOwner(world, c);
    const { domain } = (await readableSite(world, c, c.req.query('site'))).site;
    const { dropLog, sites } = world.collect;
    const known = new Set((await sites.list()).map((site) => site.domain));
    return c.json({
      drops: dropLog.last(domain),
      unknown: dropLog.lastUnknown((name) => !known.has(name)),
    });
  });

  return routes;
}

async function readJson(world: World, c: Context): Promise<Record<string, unknown>> {
  const text = await requestText(c, maxQueryBytes);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxStrangerBytes && !(await isOwner(world, c))) {
    const most = `at most ${maxStrangerBytes} bytes without the owner key`;
    const problem = `expected ${most}; got ${bytes}`;
    throw new DaybookError('too-large', problem, { fields: { body: [problem] } });
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new DaybookError(
      'bad-input',
      `body: expected a JSON object, got ${(error as Error).message}`,
    );
  }
  if (isDeeper(body, maxQueryDepth))
    throw new DaybookError(
      'bad-input',
      `body: expected objects and lists at most ${maxQueryDepth} deep`,
    );
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new DaybookError('bad-input', 'body: expected a JSON object with site_id');
}

function siteIdOf({ site_id: siteId }: Record<string, unknown>): string {
  if (typeof siteId === 'string' && siteId !== '') return siteId;
  throw new DaybookError('bad-input', 'site_id: expected the domain of a site');
}

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
