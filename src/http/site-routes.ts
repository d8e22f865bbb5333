import { showDomain } from '../account/domain.ts';
import { formerDomainsAt, type Site } from '../account/site.ts';
import { showSite } from '../account/site-settings.ts';
import { daysToClose, markPruned } from '../close/prune-site.ts';
import { prunedId, siteRemovalId } from '../close/removals.ts';
import { removeSite } from '../close/remove-site.ts';
import { takeBackMs } from '../model/times.ts';
import { ofTheirs } from './access.ts';
import { isTrue, maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import type { World } from './world.ts';

const { newSite, removed, removing, settings, siteInPart, siteShown, sites } = schemasOf(
  () => import('./schemas/sites.ts'),
);

function show({ clock }: World, site: Site): Record<string, unknown> {
  const former = formerDomainsAt(site, clock()).map(({ domain, untilMs }) => ({
    ...{ domain: showDomain(domain), until: new Date(untilMs).toISOString() },
  }));
  return { ...showSite(site, clock()), ...(former.length > 0 && { former_domains: former }) };
}

const site = { in: 'path', name: 'site' } as const;

const path = '/api/v1/sites/:site';

/** `/api/v1/sites`: the owner's sites and their settings. A site's id in a path is its domain. */
export const siteRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/v1/sites', who: 'viewer', tag: 'Sites', isOfTheirs: true },
    summary: 'The sites that one may see, with their settings',
    answers: {
      200: { description: 'the sites', schema: sites },
    },
    handle: (world) => async (call) => {
      const all = ofTheirs(await world.sites.list(), call.asker);
      const sites = all.map((one) => show(world, one));
      return call.c.json({ sites, meta: { after: null, before: null, limit: all.length } });
    },
  }),
  route({
    ...{ method: 'POST', path: '/api/v1/sites', who: 'admin', tag: 'Sites', does: 'site.add' },
    summary: 'Add a site',
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: newSite },
    answers: { 200: { description: 'the site', schema: siteShown } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, body }) => {
        const { domain: name, ...values } = body;
        return c.json(show(world, await world.sites.add(name, values)));
      },
  }),
  route({
    ...{ method: 'GET', path, who: 'reports', tag: 'Sites', site },
    summary: 'One site',
    description: 'Others than the owner see what its reports depend on.',
    answers: { 200: { description: 'the site', schema: siteInPart } },
    handle:
      (world) =>
      ({ c, site: found, standing }) => {
        const shown = show(world, found);
        if (standing === 'owner') return c.json(shown);
        const { domain: name, timezone, open, week_starts, currency } = shown;
        return c.json({ domain: name, timezone, open, week_starts, currency });
      },
  }),
  route({
    ...{ method: 'PUT', path, who: 'admin', tag: 'Sites', site, does: 'site.set' },
    summary: 'Change settings of a site',
    description:
      'What is kept for a shorter time from now on is pruned; it can be taken back. `domain` ' +
      'renames the site: the old domain still means it for 72 hours, and no other site can have ' +
      'it.',
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: settings },
    answers: { 200: { description: 'the site', schema: siteShown } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, body, site: { domain: name } }) => {
        const changed = await world.sites.set(name, body);
        return c.json({ ...show(world, changed), ...(await prunedBy(world, changed)) });
      },
  }),
  route({
    ...{ method: 'DELETE', path, who: 'owner', tag: 'Sites', site, does: 'site.remove' },
    summary: 'Remove a site',
    description: 'It is destroyed 24 hours later; with `now`, at once.',
    query: removing,
    answers: {
      200: {
        description: 'when it is destroyed, and what takes it back',
        schema: removed,
      },
    },
    errors: [404],
    handle:
      (world) =>
      async ({ c, query, site: of }) => {
        const now = isTrue(query.now);
        const removed = await removeSite(world, of.domain, {
          ...{ now, later: world.home.writers === 'many' },
        });
        const destroyed = new Date(removed.destroyMs).toISOString();
        const taking = now ? {} : { removal: siteRemovalId(removed.site) };
        return c.json({ deleted: true, destroyed, ...taking });
      },
  }),
];

/**
 * What a change of settings has removed. Days that are closed are pruned at once, others when they
 * were closed.
 */
async function prunedBy({ home, careful }: World, changed: Site): Promise<Record<string, unknown>> {
  if (changed.keepHitsDays === undefined) return {};
  const waiting = await daysToClose(home, changed.id);
  const days = await markPruned({ home, clock: careful.now }, changed, waiting);
  if (days.length === 0) return {};
  const destroyed = new Date(careful.now() + takeBackMs).toISOString();
  const hits = days.reduce((sum, { hits: own }) => sum + own, 0);
  return { pruned: { days: days.length, hits, destroyed, removal: prunedId(changed) } };
}
