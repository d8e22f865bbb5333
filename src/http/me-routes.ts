import { showPerson } from '../account/people.ts';
import { type SessionFacts, sessionId } from '../account/sessions.ts';
import { bearerOf } from './access.ts';
import { sessionToken } from './cookies.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { shownRights } from './shown-rights.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const { ownChange, sessions } = schemasOf(() => import('./schemas/me.ts'));
const { personShown } = schemasOf(() => import('./schemas/people.ts'));

const path = '/api/v1/me';

const api = { who: 'person', tag: 'Oneself' } as const;

const noStore = { 'Cache-Control': 'no-store' };

/** `/api/v1/me`: what somebody who has signed in sees and changes of themselves. */
export const meRoutes: readonly Route[] = [
  route({
    ...{ ...api, method: 'GET', path, summary: 'Who one is, and what one may' },
    answers: { 200: { description: 'oneself', schema: personShown } },
    handle:
      (world) =>
      async ({ c, asker: { person, rights } }) =>
        c.json({ ...showPerson(person!), rights: await shownRights(world, rights) }, 200, noStore),
  }),
  route({
    ...{ ...api, method: 'PUT', path, summary: "Change one's name or e-mail", does: 'me.change' },
    body: { as: 'json', maxBytes: maxFieldsBytes, schema: ownChange },
    answers: { 200: { description: 'oneself', schema: personShown } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, asker, body: { name, email } }) => {
        const changed = await world.people.change(asker.person!.id, (person) => ({
          ...person,
          ...(name !== undefined && { name }),
          ...(email !== undefined && { email }),
        }));
        const rights = await shownRights(world, changed.rights);
        return c.json({ ...showPerson(changed), rights }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'GET', path: `${path}/sessions`, summary: "One's sessions" },
    answers: { 200: { description: 'the newest first', schema: sessions } },
    handle:
      (world) =>
      async ({ c, asker }) => {
        const token = bearerOf(c) ?? sessionToken(world, c);
        const present = token === undefined ? undefined : sessionId(token);
        const own = await world.sessions.list(asker.person!.id);
        return c.json({ sessions: own.map((one) => show(one, present)) }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'DELETE', path: `${path}/sessions/:id` },
    ...{ summary: "End one of one's sessions, on every server at once", does: 'session.end' },
    answers: { 200: { description: 'it has ended', schema: deleted } },
    errors: [404],
    handle:
      (world) =>
      async ({ c, asker }) => {
        await world.sessions.endOne(asker.person!.id, c.req.param('id')!);
        return c.json({ deleted: true });
      },
  }),
];

const at = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

const show = (
  { id, client, createdMs, seenMs, endsMs }: SessionFacts,
  present: string | undefined,
) => ({
  ...{ id, client: client ?? null, is_this_one: id === present },
  ...{ began: at(createdMs), seen: at(seenMs), expires: at(endsMs) },
});
