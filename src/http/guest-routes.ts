import type { Invitation } from '../account/invitations.ts';
import { type Person, readEmail } from '../account/people.ts';
import { type Role, withRole } from '../account/roles.ts';
import { DaybookError } from '../lib/errors.ts';
import { requireRole } from './access.ts';
import { addressOfDaybook } from './own-origin.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import type { World } from './world.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const { guestAdded, guestAsked, guests, newGuest } = schemasOf(() => import('./schemas/guests.ts'));

const path = '/api/v1/sites/guests';

const api = { who: 'admin', tag: 'People' } as const;

/**
 * `/api/v1/sites/guests`: who has a role on a site, as Plausible's Sites API keeps them. They stand
 * before the sites themselves.
 */
export const guestRoutes: readonly Route[] = [
  route({
    ...{ ...api, method: 'GET', path, site: { in: 'query', name: 'site_id' } },
    summary: 'Who has a role on a site, and who is invited to it',
    answers: { 200: { description: 'them', schema: guests } },
    handle:
      (world) =>
      async ({ c, site: { id } }) => {
        const accepted = (await world.people.list()).flatMap(({ email, rights }) => {
          const role = rights.sites?.[id];
          return role === undefined ? [] : [{ email, role, status: 'accepted' }];
        });
        const invited = (await invitedTo(world, id)).map(({ email, rights }) => ({
          ...{ email, role: rights!.sites![id]!, status: 'invited' },
        }));
        const all = [...accepted, ...invited];
        const meta = { after: null, before: null, limit: all.length };
        return c.json({ guests: all, meta });
      },
  }),
  route({
    ...{ ...api, method: 'PUT', path, site: { in: 'body', name: 'site_id' } },
    ...{ summary: 'Give somebody a role on a site, or invite them', does: 'person.invite' },
    description:
      'Who is there already has it at once. Else the answer has a `url` to send to them, as no ' +
      'mail is sent: it is good once, for seven days.',
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: newGuest },
    answers: { 200: { description: 'the guest', schema: guestAdded } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, asker, site, body }) => {
        const { role } = body;
        const email = readEmail(body.email);
        const known = await world.people.byEmail(email);
        if (known !== undefined) {
          // Who is more than an admin here is made less by an owner alone.
          requireRole(c, asker, known.rights.sites?.[site.id] ?? 'admin', site);
          await give(world, known, role, site.id);
          return c.json({ status: 'accepted', email, role });
        }
        for (const { id } of await invitedTo(world, site.id, email))
          await world.invitations.end(id);
        const rights = withRole({}, role, site.id);
        const { token } = await world.invitations.make({ kind: 'invite', email, rights });
        const url = `${addressOfDaybook(world, c)}/sign-up#${token}`;
        return c.json({ status: 'invited', email, role, url });
      },
  }),
  route({
    ...{ ...api, method: 'DELETE', path: `${path}/:email`, query: guestAsked },
    ...{ site: { in: 'query', name: 'site_id' }, does: 'person.role' },
    summary: "Take somebody's role on a site away, or end their invitation to it",
    answers: { 200: { description: 'they have none', schema: deleted } },
    errors: [404, 409],
    handle:
      (world) =>
      async ({ c, asker, site }) => {
        const email = readEmail(c.req.param('email'));
        const known = await world.people.byEmail(email);
        const role = known === undefined ? undefined : known.rights.sites?.[site.id];
        const waiting = await invitedTo(world, site.id, email);
        if (role === undefined && waiting.length === 0)
          throw new DaybookError('not-found', `there is no guest ${JSON.stringify(email)}`);
        requireRole(c, asker, role ?? 'admin', site);
        if (known !== undefined) await give(world, known, undefined, site.id);
        for (const { id } of waiting) await world.invitations.end(id);
        return c.json({ deleted: true });
      },
  }),
];

const give = ({ people }: World, { id }: Person, role: Role | undefined, siteId: string) =>
  people.change(id, (person) => ({ ...person, rights: withRole(person.rights, role, siteId) }));

/** Invitations to one site alone, of an e-mail if one is given. */
async function invitedTo({ invitations }: World, siteId: string, email?: string) {
  return (await invitations.list()).filter(
    (one): one is Invitation & { readonly email: string } =>
      one.email !== undefined &&
      (email === undefined || one.email === email) &&
      one.rights?.sites?.[siteId] !== undefined,
  );
}
