import { Hono } from 'hono';
import type { Site } from '../account/site.ts';
import { showSite } from '../account/site-settings.ts';
import { daysToClose, markPruned } from '../close/prune-site.ts';
import { prunedId, siteRemovalId } from '../close/removals.ts';
import { removeSite } from '../close/remove-site.ts';
import { DaybookError } from '../lib/errors.ts';
import { takeBackMs } from '../model/times.ts';
import { isOwner, readableSite, requireOwner } from './access.ts';
import { isTrue, readFields } from './request-fields.ts';
import type { World } from './world.ts';

/** `/api/v1/sites`: the owner's sites and their settings. A site's id in a path is its domain. */
export function siteRoutes(world: World): Hono {
  const routes = new Hono();
  const { home, sites, clock, careful } = world;
  const show = (site: Site) => showSite(site, clock());

  // A stranger may see which settings the reports of an open site depend on, and no other ones.
  routes.get('/api/v1/sites/:site', async (c) => {
    const { site } = await readableSite(world, c, c.req.param('site'));
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
    const site = await sites.set(domain, await readFields(c));
    return c.json({ ...show(site), ...(await prunedBy(site)) });
  });
  routes.delete('/api/v1/sites/:site', async (c) => {
    const now = isTrue(c.req.query('now'));
    const { site, destroyMs } = await removeSite({ home, sites, clock }, c.req.param('site'), {
      ...{ now, later: home.writers === 'many' },
    });
    const destroyed = new Date(destroyMs).toISOString();
    return c.json({ deleted: true, destroyed, ...(!now && { removal: siteRemovalId(site) }) });
  });

  /**
   * What a change of settings has removed. Days that are closed are pruned at once, others when
   * they were closed.
   */
  async function prunedBy(site: Site): Promise<Record<string, unknown>> {
    if (site.keepHitsDays === undefined) return {};
    const waiting = await daysToClose(home, site.id);
    const days = await markPruned({ home, clock: careful.now }, site, waiting);
    if (days.length === 0) return {};
    const destroyed = new Date(careful.now() + takeBackMs).toISOString();
    const hits = days.reduce((sum, day) => sum + day.hits, 0);
    return { pruned: { days: days.length, hits, destroyed, removal: prunedId(site) } };
  }

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
