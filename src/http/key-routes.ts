import { type KeyFacts, rightsOfKey } from '../account/keys.ts';
import { isAtLeast, mostOf, roleOn } from '../account/roles.ts';
import { DaybookError } from '../lib/errors.ts';
import { instantOf } from '../lib/instant.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { requireRole } from './access.ts';
import type { Asker } from './asker.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import type { World } from './world.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const { keyMade, keys, newKey } = schemasOf(() => import('./schemas/keys.ts'));

const path = '/api/v1/keys';

const api = { who: 'admin', tag: 'Keys', isOfTheirs: true } as const;

/** `/api/v1/keys`: keys for less than everything, of all sites or of one. */
export const keyRoutes: readonly Route[] = [
  route({
    ...{ ...api, method: 'GET', path, summary: 'Keys, without their secrets' },
    answers: { 200: { description: 'them, the oldest first', schema: keys } },
    handle:
      (world) =>
      async ({ c, asker }) => {
        const own = (await world.keys.list()).filter((one) => mayEnd(asker, one));
        return c.json({ keys: await shown(world, own) });
      },
  }),
  route({
    ...{ ...api, method: 'POST', path, summary: 'Make a key', does: 'key.make' },
    description:
      '`write` may only send hits, `read` reads as a viewer does, `manage` does what an admin ' +
      'may, `all` everything. It is shown this once. Nobody can make one that may do more than ' +
      'they themselves.',
    body: { as: 'json', maxBytes: maxFieldsBytes, schema: newKey },
    answers: { 200: { description: 'the key', schema: keyMade } },
    handle:
      (world) =>
      async ({ c, asker, body: { name, scope, site: domain, expires } }) => {
        const site = domain === undefined ? undefined : await world.sites.find(domain);
        if (domain !== undefined && site === undefined)
          throw refusedField('site', `there is no site ${JSON.stringify(domain.slice(0, 300))}`);
        requireRole(c, asker, scope === 'all' ? 'owner' : 'admin', site);
        const endsMs = expires === undefined ? undefined : instantOf(expires);
        if (expires !== undefined && endsMs === undefined)
          throw refusedField('expires', 'expected a moment such as 2027-01-01T00:00:00Z');
        const { key, facts } = await world.keys.make({
          ...{ name, scope },
          ...(site !== undefined && { siteId: site.id }),
          ...(endsMs !== undefined && { endsMs }),
        });
        const [one] = await shown(world, [facts]);
        return c.json({ ...one, key });
      },
  }),
  route({
    ...{ ...api, method: 'DELETE', path: `${path}/:id`, summary: 'End a key' },
    does: 'key.end',
    description: 'From the next request on it opens nothing.',
    answers: { 200: { description: 'it is no key any more', schema: deleted } },
    errors: [404],
    handle:
      (world) =>
      async ({ c, asker }) => {
        const id = c.req.param('id')!;
        const one = (await world.keys.list()).find((key) => key.id === id);
        if (one !== undefined && !mayEnd(asker, one))
          throw new DaybookError('not-allowed', 'expected who could make such a key');
        await world.keys.end(id);
        return c.json({ deleted: true });
      },
  }),
];

/** Whoever could make it. */
const mayEnd = ({ rights }: Asker, key: KeyFacts) =>
  isAtLeast(roleOn(rights, key.siteId), mostOf(rightsOfKey(key)) === 'owner' ? 'owner' : 'admin');

async function shown({ sites }: World, all: readonly KeyFacts[]) {
  const named = new Map((await sites.list()).map(({ id, domain }) => [id, domain]));
  const at = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  return all.map(({ id, name, scope, siteId, createdMs, endsMs, usedMs }) => ({
    ...{ id, name, scope },
    ...(siteId !== undefined && { site: named.get(siteId) ?? null }),
    ...{ created: at(createdMs), expires: at(endsMs), last_used: at(usedMs) },
  }));
}
