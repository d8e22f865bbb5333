import type { Site } from '../account/site.ts';
import { applySettings } from '../account/site-settings.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import type { World } from './world.ts';

const { created, customProps, namedProp, ofSite } = schemasOf(
  () => import('./schemas/custom-props.ts'),
);
const { deleted } = schemasOf(() => import('./schemas/common.ts'));

const path = '/api/v1/sites/custom-props';

const api = { who: 'editor', tag: 'Custom properties' } as const;

const inQuery = { in: 'query', name: 'site_id' } as const;

/**
 * `/api/v1/sites/custom-props`: the properties that a site has named, as Plausible's Sites API
 * keeps them. All properties are counted here, named or not.
 */
export const customPropsRoutes: readonly Route[] = [
  route({
    ...{ ...api, method: 'GET', path, who: 'viewer', site: inQuery },
    summary: 'The properties that a site has named',
    answers: { 200: { description: 'the properties', schema: customProps } },
    handle:
      () =>
      ({ c, site: { customProperties = [] } }) =>
        c.json({
          custom_props: customProperties.map((property) => ({ property })),
          meta: { after: null, before: null, limit: customProperties.length },
        }),
  }),
  route({
    ...{ ...api, method: 'PUT', path, does: 'property.name' },
    ...{ summary: 'Name a property', site: { in: 'body', name: 'site_id' } },
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: namedProp },
    answers: { 200: { description: 'it is named', schema: created } },
    errors: [404],
    handle:
      (world) =>
      async ({ c, site: of, body: { property } }) => {
        await change(world, of, (names) => [...names, property]);
        return c.json({ created: true });
      },
  }),
  route({
    ...{ ...api, method: 'DELETE', path: `${path}/:property`, query: ofSite },
    ...{ site: inQuery, does: 'property.forget' },
    summary: 'Name a property no longer; nothing that was collected changes',
    answers: { 200: { description: 'it is not named', schema: deleted } },
    errors: [404],
    handle:
      (world) =>
      async ({ c, site: of }) => {
        const property = c.req.param('property');
        await change(world, of, (names) => names.filter((name) => name !== property));
        return c.json({ deleted: true });
      },
  }),
];

const change = (
  { sites, clock }: World,
  { domain }: Site,
  make: (names: readonly string[]) => readonly string[],
): Promise<Site> =>
  sites.change(domain, (site) =>
    applySettings(site, { custom_properties: make(site.customProperties ?? []) }, clock()),
  );
