import type { Person } from '../account/people.ts';
import type { Site } from '../account/site.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';
import type { Fields, Notify } from '../notify/notify.ts';
import { mayHave, roleFor, type Subscription, thresholdsOf } from '../notify/subscription.ts';
import { noSubscription } from '../notify/subscriptions.ts';
import { ofTheirs, requireRole } from './access.ts';
import type { Asker } from './asker.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Call, type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import type { World } from './world.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const {
  newNotification,
  notificationChange,
  notificationMade,
  notificationShown,
  notifications,
  tested,
} = schemasOf(() => import('./schemas/notifications.ts'));

const site = { in: 'path', name: 'site' } as const;

const path = '/api/v1/sites/:site/notifications';

const api = { who: 'viewer', isPersonal: true, tag: 'Notifications' } as const;

const body = { as: 'json', maxBytes: maxFieldsBytes } as const;

/** What people have asked to be sent: summaries and alerts, each by one channel. */
export const notificationRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/v1/me/notifications', who: 'person', tag: 'Notifications' },
    summary: 'What one has asked for, of all sites',
    answers: { 200: { description: 'them, the oldest first', schema: notifications } },
    handle:
      (world) =>
      async ({ c, asker }) => {
        const sites = new Map((await world.sites.list()).map((one) => [one.id, one]));
        const own = (await notifyOf(world).list()).filter(
          ({ siteId, personId }) => personId === asker.person!.id && sites.has(siteId),
        );
        return c.json(await shown(world, asker, own));
      },
  }),
  route({
    ...{ ...api, method: 'GET', path, site },
    summary: 'What one has asked for of a site; for editors, also what goes to others than people',
    answers: { 200: { description: 'them, the oldest first', schema: notifications } },
    handle:
      (world) =>
      async ({ c, asker, site: of }) => {
        const seen = (await notifyOf(world).list(of.id)).filter((one) => maySee(asker, one));
        return c.json(await shown(world, asker, seen));
      },
  }),
  route<unknown, Fields>({
    ...{ ...api, method: 'POST', path, site, does: 'notification.add' },
    summary: 'Ask to be sent summaries or alerts',
    description:
      'A mail goes to one’s own address. The other channels take an editor. A webhook is signed ' +
      'as Standard Webhooks says, by a secret that is shown this once.',
    body: { ...body, schema: newNotification },
    answers: { 200: { description: 'what was asked for', schema: notificationMade } },
    handle:
      (world) =>
      async ({ c, asker, site: of, body: fields }) => {
        const wanted = fields.channel as Subscription['target']['channel'];
        requireRole(c, asker, roleFor(wanted), of);
        const made = await notifyOf(world).add(of, asker.person!, fields);
        const { target } = made;
        return c.json({
          ...showOne(made, { asker, site: of, person: asker.person! }),
          ...(target.channel === 'webhook' && { secret: target.secret }),
        });
      },
  }),
  route<unknown, Fields>({
    ...{ ...api, method: 'PUT', path: `${path}/:id`, site, does: 'notification.change' },
    summary: 'Change what is sent, or from when on',
    body: { ...body, schema: notificationChange },
    answers: { 200: { description: 'what is sent now', schema: notificationShown } },
    errors: [404],
    handle:
      (world) =>
      async ({ site: of, ...call }) => {
        const { id } = await named(world, of, call);
        const after = await notifyOf(world).change(of, id, call.body);
        const person = await world.people.find(after.personId);
        return call.c.json(showOne(after, { asker: call.asker, site: of, person }));
      },
  }),
  route({
    ...{ ...api, method: 'DELETE', path: `${path}/:id`, site, does: 'notification.end' },
    summary: 'End it',
    answers: { 200: { description: 'nothing more is sent', schema: deleted } },
    errors: [404],
    handle:
      (world) =>
      async ({ site: of, ...call }) => {
        const { id } = await named(world, of, call);
        await notifyOf(world).remove(of.id, id);
        return call.c.json({ deleted: true });
      },
  }),
  route({
    ...{ ...api, method: 'POST', path: `${path}/:id/test`, site, does: 'notification.test' },
    summary: 'Send a test at once',
    description: 'Whoever made it may: to others the address it goes to is not shown.',
    answers: { 200: { description: 'it was taken', schema: tested } },
    errors: [404, 409],
    handle:
      (world) =>
      async ({ site: of, ...call }) => {
        const one = await named(world, of, call);
        const person = call.asker.person!;
        if (one.personId !== person.id)
          throw new DaybookError('not-allowed', 'expected who has asked for it');
        try {
          await notifyOf(world).test(of, person, one);
        } catch (error) {
          // Somebody else's server has failed, not this one.
          throw new DaybookError('conflict', `it was not sent: ${messageOf(error)}`);
        }
        return call.c.json({ sent: true });
      },
  }),
];

export function notifyOf({ notify }: World): Notify {
  if (notify !== undefined) return notify;
  throw new DaybookError('not-found', 'this server sends no reports');
}

/** One's own, and for editors what goes to others than people. */
const maySee = ({ person, rights }: Asker, one: Subscription): boolean =>
  one.personId === person?.id ||
  (one.target.channel !== 'mail' && mayHave({ rights } as Person, one));

/** The subscription that the path names, if it is one that who asks may see. */
async function named(
  world: World,
  of: Site,
  { c, asker }: Pick<Call<unknown, unknown>, 'c' | 'asker'>,
): Promise<Subscription> {
  const id = c.req.param('id')!;
  const one = await notifyOf(world).find(of.id, id);
  if (one === undefined || !maySee(asker, one)) throw noSubscription(id);
  return one;
}

async function shown(world: World, asker: Asker, all: readonly Subscription[]) {
  const sites = new Map(ofTheirs(await world.sites.list(), asker).map((one) => [one.id, one]));
  const people = new Map((await world.people.list()).map((one) => [one.id, one]));
  return {
    notifications: all.flatMap((one) => {
      const of = sites.get(one.siteId);
      const person = people.get(one.personId);
      return of === undefined ? [] : [showOne(one, { asker, site: of, person })];
    }),
    mail: notifyOf(world).hasMail,
  };
}

type Around = {
  readonly asker: Asker;
  readonly site: Site;
  readonly person: Person | undefined;
};

/** Addresses of chats are secrets: whoever has one may write there. */
function showOne(one: Subscription, { asker, site: of, person }: Around) {
  const { id, whats, target, createdMs, personId } = one;
  const { times, percent, least, reached, goalId, silentHours, quietHours } = thresholdsOf(one);
  const isOwn = personId === asker.person?.id;
  return {
    ...{ id, site: of.domain, what: whats, channel: target.channel },
    to: target.channel === 'mail' ? (person?.email ?? '') : new URL(target.url).host,
    ...{ by: person?.name ?? '', own: isOwn, paused: !mayHave(person, one) },
    thresholds: {
      ...{ times, percent, least, reached, goal: goalId ?? null },
      ...{ silent_hours: silentHours, quiet_hours: quietHours },
    },
    created: new Date(createdMs).toISOString(),
  };
}
