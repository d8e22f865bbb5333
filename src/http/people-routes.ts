import { type Invitation, invitationDays } from '../account/invitations.ts';
import { type Person, showPerson } from '../account/people.ts';
import {
  isAtLeast,
  mostOf,
  type Rights,
  type Role,
  readRole,
  roleOn,
  withRole,
} from '../account/roles.ts';
import { DaybookError } from '../lib/errors.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { requireRole } from './access.ts';
import type { Asker } from './asker.ts';
import { addressOfDaybook } from './own-origin.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Call, type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { shownRights } from './shown-rights.ts';
import type { World } from './world.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const { invitationMade, invitations, newInvitation, newRole, people, personShown, reset } =
  schemasOf(() => import('./schemas/people.ts'));

const path = '/api/v1/people';

const api = { who: 'admin', tag: 'People' } as const;

/** `/api/v1/people`: who may sign in, and what each may. Of one site: its admins say so. */
export const peopleRoutes: readonly Route[] = [
  route({
    ...{ ...api, method: 'GET', path, isOfTheirs: true },
    summary: 'People, and what each may',
    description:
      'Who is admin of single sites sees those who have a role on them, and these roles alone.',
    answers: { 200: { description: 'them, the oldest first', schema: people } },
    handle:
      (world) =>
      async ({ c, asker }) => {
        const all = await world.people.list();
        const seen = all.map((one) => ({ ...one, rights: seenBy(asker, one.rights) }));
        const shown = seen.filter(({ rights }) => isAny(rights)).map((one) => show(world, one));
        return c.json({ people: await Promise.all(shown) });
      },
  }),
  route({
    ...{ ...api, method: 'GET', path: `${path}/invitations`, isOfTheirs: true },
    summary: 'Invitations that are good still',
    answers: { 200: { description: 'them, the oldest first', schema: invitations } },
    handle:
      (world) =>
      async ({ c, asker }) => {
        const all = (await world.invitations.list()).filter((one) => mayEnd(asker, one));
        return c.json({
          invitations: await Promise.all(all.map((one) => showInvitation(world, one))),
        });
      },
  }),
  route({
    ...{ ...api, method: 'POST', path: `${path}/invitations`, isOfTheirs: true },
    does: 'person.invite',
    summary: 'Invite somebody',
    description:
      `The link is shown this once, and good once, for ${invitationDays} days. Nobody can give ` +
      'more than they have.',
    body: { as: 'json', maxBytes: maxFieldsBytes, schema: newInvitation },
    answers: { 200: { description: 'the invitation, with its link', schema: invitationMade } },
    errors: [404],
    handle: (world) => async (call) => {
      const { c, body } = call;
      const { rights } = await giving(world, call, {}, body);
      const email = body.email === undefined ? {} : { email: body.email };
      const { token, facts } = await world.invitations.make({
        ...{ kind: 'invite', rights, ...email },
      });
      const url = `${addressOfDaybook(world, c)}/sign-up#${token}`;
      return c.json({ ...(await showInvitation(world, facts)), token, url });
    },
  }),
  route({
    ...{ ...api, method: 'DELETE', path: `${path}/invitations/:id`, isOfTheirs: true },
    ...{ summary: 'End an invitation', does: 'invitation.end' },
    answers: { 200: { description: 'it is good no more', schema: deleted } },
    errors: [404],
    handle:
      ({ invitations: all }) =>
      async ({ c, asker }) => {
        const id = c.req.param('id')!;
        const one = (await all.list()).find((invitation) => invitation.id === id);
        if (one !== undefined && !mayEnd(asker, one)) throw tooLittle();
        await all.end(id);
        return c.json({ deleted: true });
      },
  }),
  route({
    ...{ ...api, method: 'PUT', path: `${path}/:id/role`, isOfTheirs: true },
    ...{ summary: 'Give somebody another role, or none', does: 'person.role' },
    description: 'For all sites, or for the one that is named; `role` is null to take it away.',
    body: { as: 'json', maxBytes: maxFieldsBytes, schema: newRole },
    answers: { 200: { description: 'the person', schema: personShown } },
    errors: [404, 409],
    handle: (world) => async (call) => {
      const { c, asker, body } = call;
      const before = await personOf(world, c.req.param('id')!);
      const { siteId } = await giving(world, call, before.rights, body);
      const role = body.role === null ? undefined : readRole(body.role);
      const changed = await world.people.change(before.id, (person) => ({
        ...person,
        rights: withRole(person.rights, role, siteId),
      }));
      return c.json(await show(world, { ...changed, rights: seenBy(asker, changed.rights) }));
    },
  }),
  route({
    ...{ ...api, method: 'POST', path: `${path}/:id/reset` },
    ...{ summary: 'A link by which somebody sets a new password', does: 'person.reset' },
    description: 'It is shown this once, and good once.',
    answers: { 200: { description: 'the link', schema: reset } },
    errors: [404],
    handle:
      (world) =>
      async ({ c, asker }) => {
        const person = await personOf(world, c.req.param('id')!);
        // Else an admin would become an owner by it, if only of one site.
        requireRole(c, asker, mostOf(person.rights) ?? 'admin');
        const { token } = await world.invitations.make({ kind: 'reset', personId: person.id });
        return c.json({ token, url: `${addressOfDaybook(world, c)}/sign-up#${token}` });
      },
  }),
  route({
    ...{ ...api, method: 'DELETE', path: `${path}/:id` },
    ...{ summary: 'Remove somebody', does: 'person.remove' },
    description: 'Their sessions end at once.',
    answers: { 200: { description: 'they are gone', schema: deleted } },
    errors: [404, 409],
    handle:
      (world) =>
      async ({ c, asker }) => {
        const person = await personOf(world, c.req.param('id')!);
        requireRole(c, asker, mostOf(person.rights) ?? 'admin');
        await world.people.remove(person.id);
        return c.json({ deleted: true });
      },
  }),
];

const isAny = ({ all, sites = {} }: Rights) => all !== undefined || Object.keys(sites).length > 0;

/** What an admin of single sites sees of somebody's rights. */
function seenBy({ rights }: Asker, { all, sites = {} }: Rights): Rights {
  if (isAtLeast(roleOn(rights), 'admin')) return { ...(all !== undefined && { all }), sites };
  const own = Object.entries(sites).filter(([id]) => isAtLeast(roleOn(rights, id), 'admin'));
  return { sites: Object.fromEntries(own) };
}

async function personOf({ people: all }: World, id: string): Promise<Person> {
  const person = await all.find(id);
  if (person !== undefined) return person;
  throw new DaybookError('not-found', `there is no person ${JSON.stringify(id.slice(0, 40))}`);
}

const show = async (world: World, person: Person) => ({
  ...showPerson(person),
  rights: await shownRights(world, person.rights),
});

const showInvitation = async (world: World, one: Invitation) => ({
  ...{ id: one.id, kind: one.kind, email: one.email ?? null },
  ...{ rights: await shownRights(world, one.rights ?? {}) },
  expires: new Date(one.endsMs).toISOString(),
});

/** Whoever could make it may end it. */
const mayEnd = ({ rights }: Asker, { rights: given = {} }: Invitation) =>
  given.all === undefined && given.sites !== undefined
    ? Object.entries(given.sites).every(([id, role]) => isAtLeast(roleOn(rights, id), most(role)))
    : isAtLeast(roleOn(rights), most(given.all ?? 'admin'));

/** To give or take it, one must be admin at least, and have as much. */
const most = (role: Role): Role => (role === 'owner' ? 'owner' : 'admin');

const tooLittle = () =>
  new DaybookError('not-allowed', 'expected an admin, who has the role that is given or taken');

/** What is given by a request, to somebody who has `before`. */
async function giving(
  world: World,
  { c, asker }: Pick<Call<unknown, unknown>, 'c' | 'asker'>,
  before: Rights,
  { role, site: domain }: { readonly role?: unknown; readonly site?: string | undefined },
): Promise<{ readonly rights: Rights; readonly siteId: string | undefined }> {
  const site = domain === undefined ? undefined : await world.sites.find(domain);
  if (domain !== undefined && site === undefined)
    throw refusedField('site', `there is no site ${JSON.stringify(domain.slice(0, 300))}`);
  const given = role === null || role === undefined ? undefined : readRole(role);
  if (given === undefined && role !== null) throw refusedField('role', 'expected a role');
  const had = site === undefined ? before.all : before.sites?.[site.id];
  for (const one of [given, had])
    requireRole(c, asker, one === undefined ? 'admin' : most(one), site);
  return { rights: withRole(before, given, site?.id), siteId: site?.id };
}
