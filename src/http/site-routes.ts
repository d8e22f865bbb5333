import { Hono } from 'hono';
import type { Site } from '../account/site.ts';
import { showSite } from '../account/site-settings.ts';
import { removeSite } from '../close/remove-site.ts';
import { DaybookError } from '../lib/errors.ts';
import { isOwner, readableSite, requireOwner } from './access.ts';
import { readFields } from './request-fields.ts';
import type { World } from './world.ts';

/** `/api/v1/sites`: the owner's sites and their settings. A site's id in a path is its domain. */
export function siteRoutes(world: World): Hono {
  const routes = new Hono();
  const { sites, clock } = world;
  const show = (site: Site) => showSite(site, clock());

  // A stranger may see which settings the reports of an open site depend on, and no other ones.
  routes.get('/api/v1/sites/:site', async (c) => {
    const site = await readableSite(world, c, c.req.param('site'));
    if (await isOwner(world, c)) return c.json(show(site));
    const { domain, timezone, week_starts } = show(site);
    return c.json({ domain, timezone, week_starts });
  });

  routes.use('/api/v1/sites/*', async (c, next) => {
    await requireOwner(world, c);
    await next();
  });
  routes.get('/api/v1/sites', async (c) => {
    const all = await sites.list();
    return c.json({ sites: all.map(show), meta: { after: null, before: null, limit: all.length } });
  });
  routes.post('/api/v1/sites', async (c) => {
    const { domain, ...settings } = await readFields(c);
    if (typeof domain !== 'string')
      throw new DaybookError('bad-input', 'domain: expected a domain such as example.com');
    return c.json(show(await sites.add(domain, settings)));
  });
  routes.put('/api/v1/sites/:site', async (c) => {
    const { domain } = await siteNamed(c.req.param('site'));
    return c.json(show(await sites.set(domain, await readFields(c))));
  });
  routes.delete('/api/v1/sites/:site', async (c) => {
    const { home } = world;
    await removeSite({ home, sites, clock }, c.req.param('site'), {
      later: home.manyServers,
    });
    return c.json({ deleted: true });
  });

  async function siteNamed(domain: string): Promise<Site> {
    const site = await sites.find(domain);
    if (site === undefined)
      throw new DaybookError(
        'not-found',
        `there is no site ${JSON.stringify(domain.slice(0, 300))}`,
      );
    return site;
  }

  return routes;
}
