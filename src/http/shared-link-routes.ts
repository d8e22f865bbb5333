import type { SharedLinkFields } from '../account/shared-link-fields.ts';
import { showSharedLink } from '../account/shared-link-fields.ts';
import {
  addSharedLink,
  changeSharedLink,
  endSharedLink,
  listSharedLinks,
  newSecret,
  secretFor,
  sharedLinkOf,
} from '../account/shared-links.ts';
import type { Site } from '../account/site.ts';
import { checkFixed } from '../report/query/filters.ts';
import { bearerOf } from './access.ts';
import { addressOfDaybook } from './own-origin.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import type { World } from './world.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const {
  foundLink,
  madeSharedLink,
  namedLink,
  newSharedLink,
  sharedLink,
  sharedLinkChange,
  sharedLinks,
} = schemasOf(() => import('./schemas/shared-links.ts'));

const site = { in: 'path', name: 'site' } as const;

const path = '/api/v1/sites/:site/shared-links';

const making = { tag: 'Shared links', does: 'link.make' } as const;

/** What is sent of a link, its filters checked by what the site has. */
const fieldsOf = (body: Readonly<Record<string, unknown>>, of: Site): SharedLinkFields => ({
  ...body,
  filters: body['filters'] === undefined ? undefined : checkFixed(body['filters'], of),
});

const makingOf = ({ clock, collect: { random } }: World) => ({ nowMs: clock(), random });

/**
 * `/api/v1/sites/:site/shared-links`: links to reports, for whoever has them; and as Plausible's
 * Sites API makes them. They stand before the sites themselves.
 */
export const sharedLinkRoutes: readonly Route[] = [
  route({
    ...{ method: 'PUT', path: '/api/v1/sites/shared-links', who: 'admin', ...making },
    summary: 'Find the shared link of that name, or make it',
    description:
      'As Plausible has it. The address is made with the owner key that is sent, so it is the ' +
      'same each time; that of a link made otherwise is not known any more (409).',
    site: { in: 'body', name: 'site_id' },
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: namedLink },
    answers: { 200: { description: 'the link', schema: foundLink } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, body: { name }, site: of }) => {
        const key = bearerOf(c);
        const secret =
          key === undefined || typeof name !== 'string'
            ? newSecret(of, world.collect.random)
            : secretFor(key, of, name);
        const known = await sharedLinkOf(world.home, secret, world.clock());
        const given = { ...makingOf(world), secret };
        const { name: own } = known?.link ?? (await addSharedLink(world.home, of, { name }, given));
        const place = `${encodeURIComponent(of.domain)}?auth=${secret}`;
        return c.json({ name: own, url: `${addressOfDaybook(world, c)}/share/${place}` });
      },
  }),
  route({
    ...{ method: 'GET', path, who: 'admin', tag: 'Shared links', site },
    summary: 'The shared links of a site, those that have expired too',
    answers: { 200: { description: 'them', schema: sharedLinks } },
    handle:
      ({ home }) =>
      async ({ c, site: of }) =>
        c.json({ shared_links: (await listSharedLinks(home, of.id)).map(showSharedLink) }),
  }),
  route({
    ...{ method: 'POST', path, who: 'admin', ...making, site },
    summary: 'Make a link to the reports of a site',
    description: 'Its address is shown this once. What follows it in the query is the view.',
    body: { as: 'json', maxBytes: maxFieldsBytes, schema: newSharedLink },
    answers: { 200: { description: 'the link, with its address', schema: madeSharedLink } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, site: of, body }) => {
        const given = makingOf(world);
        const secret = newSecret(of, given.random);
        const fields = fieldsOf(body, of);
        const link = await addSharedLink(world.home, of, fields, { ...given, secret });
        const url = `${addressOfDaybook(world, c)}/share/${secret}`;
        return c.json({ ...showSharedLink(link), secret, url });
      },
  }),
  route({
    ...{ method: 'PUT', path: `${path}/:id`, who: 'admin', tag: 'Shared links', site },
    does: 'link.change',
    summary: 'Change a shared link; what is not sent stays',
    body: { as: 'json', maxBytes: maxFieldsBytes, schema: sharedLinkChange },
    answers: { 200: { description: 'the link', schema: sharedLink } },
    errors: [404, 409],
    handle:
      (world) =>
      async ({ c, site: of, body }) => {
        const fields = { ...fieldsOf(body, of), id: c.req.param('id')! };
        return c.json(
          showSharedLink(await changeSharedLink(world.home, of, fields, makingOf(world))),
        );
      },
  }),
  route({
    ...{ method: 'DELETE', path: `${path}/:id`, who: 'admin', tag: 'Shared links', site },
    does: 'link.end',
    summary: 'End a shared link',
    description: 'From the next request on it shows nothing.',
    answers: { 200: { description: 'it is gone', schema: deleted } },
    errors: [404],
    handle:
      ({ home }) =>
      async ({ c, site: of }) => {
        await endSharedLink(home, of.id, c.req.param('id')!);
        return c.json({ deleted: true });
      },
  }),
];
