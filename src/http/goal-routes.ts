import { Hono } from 'hono';
import { addGoal, removeGoal, showGoal } from '../account/goals.ts';
import type { Goal } from '../account/site.ts';
import { DaybookError } from '../lib/errors.ts';
import { requireOwner } from './access.ts';
import { readFields } from './request-fields.ts';
import type { World } from './world.ts';

const fieldNames = ['site_id', 'goal_type', 'event_name', 'page_path', 'display_name', 'currency'];

/**
 * `/api/v1/sites/goals`: what the owner wants reached. To be routed before the sites themselves.
 */
export function goalRoutes(world: World): Hono {
  const routes = new Hono();
  const { sites } = world;

  routes.use('/api/v1/sites/goals/*', async (c, next) => {
    await requireOwner(world, c);
    await next();
  });
  routes.get('/api/v1/sites/goals', async (c) => {
    const domain = siteIdOf(c.req.query('site_id'));
    const site = await sites.find(domain);
    if (site === undefined)
      throw new DaybookError(
        'not-found',
        `there is no site ${JSON.stringify(domain.slice(0, 300))}`,
      );
    const goals = (site.goals ?? []).map(showGoal);
    return c.json({ goals, meta: { after: null, before: null, limit: goals.length } });
  });
  routes.put('/api/v1/sites/goals', async (c) => {
    const fields = await readFields(c);
    const unknown = Object.keys(fields).find((name) => !fieldNames.includes(name));
    if (unknown !== undefined)
      throw new DaybookError('bad-input', `${unknown}: unknown; expected ${fieldNames.join(', ')}`);
    const domain = siteIdOf(fields['site_id']);
    const asked = goalOf(fields);
    let found: Goal | undefined;
    await sites.change(domain, (site) => {
      const added = addGoal(site, asked);
      found = added.goal;
      return added.site;
    });
    return c.json({ domain, ...showGoal(found!) });
  });
  routes.delete('/api/v1/sites/goals/:id', async (c) => {
    const id = c.req.param('id');
    const named = c.req.query('site_id') ?? (await readFields(c))['site_id'];
    await sites.change(siteIdOf(named), (site) => removeGoal(site, id).site);
    return c.json({ deleted: true });
  });

  return routes;
}

function siteIdOf(given: unknown): string {
  if (typeof given === 'string' && given !== '') return given;
  throw new DaybookError('bad-input', 'site_id: expected the domain of a site');
}

/** The format's fields as ours; one that is null or empty was not said. */
function goalOf(fields: Readonly<Record<string, unknown>>) {
  const said = (name: string) =>
    fields[name] === null || fields[name] === '' ? undefined : fields[name];
  const [type, event, page] = [said('goal_type'), said('event_name'), said('page_path')];
  const [needed, other] = type === 'event' ? [event, page] : [page, event];
  if (type !== 'event' && type !== 'page')
    throw new DaybookError(
      'bad-input',
      `goal_type: expected event or page, got ${JSON.stringify(type) ?? 'nothing'}`,
    );
  if (needed === undefined || other !== undefined) {
    const [field, beside] =
      type === 'event' ? ['event_name', 'page_path'] : ['page_path', 'event_name'];
    throw new DaybookError(
      'bad-input',
      `expected ${field} and no ${beside} with goal_type ${type}`,
    );
  }
  return { event, page, name: said('display_name'), currency: said('currency') };
}
