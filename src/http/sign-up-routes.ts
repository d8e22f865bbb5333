import type { Context } from 'hono';
import { type Invitation, noInvitation } from '../account/invitations.ts';
import { newStamp, type Person, readEmail } from '../account/people.ts';
import { checkPassword } from '../account/sign-in/passwords.ts';
import { DaybookError } from '../lib/errors.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { shownRights } from './shown-rights.ts';
import { addressOf, beginSession, noStore, requireOwnPage } from './signing-in.ts';
import type { World } from './world.ts';

const { signedIn } = schemasOf(() => import('./schemas/sessions.ts'));
const { invitationAsked, invitationShown, signingUp } = schemasOf(
  () => import('./schemas/sign-in.ts'),
);

const path = '/api/session';

const api = { who: 'anyone', tag: 'Session', method: 'POST' } as const;

const maxBytes = 16_384;

/** What a link to `/sign-up#TOKEN` is good for: to become somebody, or to set a new password. */
export const signUpRoutes: readonly Route[] = [
  route({
    ...{ ...api, path: `${path}/invitation`, summary: 'What a link to sign up is for' },
    description:
      '`setup`: the first owner signs up; `invite`: somebody else does; `reset`: `email` sets a ' +
      'new password.',
    body: { as: 'json', maxBytes, schema: invitationAsked },
    answers: { 200: { description: 'it is good still', schema: invitationShown } },
    errors: [404],
    handle:
      (world) =>
      async ({ c, body: { token } }) => {
        const { kind, email, rights, personId, endsMs } = await goodOne(world, token);
        const person = personId === undefined ? undefined : await personOf(world, personId);
        const shown = {
          ...{
            kind,
            email: person?.email ?? email ?? null,
            expires: new Date(endsMs).toISOString(),
          },
          rights: await shownRights(world, person?.rights ?? rights ?? {}),
        };
        return c.json(shown, 200, noStore);
      },
  }),
  route({
    ...{ ...api, path: `${path}/sign-up`, summary: 'Sign up by a link, or set a new password' },
    description:
      'The link is good once. `name` and `email` are needed but for a new password, which ends ' +
      'all sessions. Who has a second step is not signed in by it (`signedIn: false`): they sign ' +
      'in with it.',
    body: { as: 'json', maxBytes, schema: signingUp },
    answers: { 200: { description: 'signed in; a cookie says so', schema: signedIn } },
    errors: [403, 404, 409, 429, 503],
    handle:
      (world) =>
      async ({ c, body }) => {
        requireOwnPage(world, c);
        const invitation = await goodOne(world, body.token);
        const person =
          invitation.kind === 'reset'
            ? await reset(world, c, invitation, body)
            : await signUp(world, c, invitation, body);
        if (person.totp !== undefined) return c.json({ signedIn: false }, 200, noStore);
        await beginSession(world, c, person, 'password');
        return c.json({ signedIn: true }, 200, noStore);
      },
  }),
];

type Sent = {
  readonly token: string;
  readonly password: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
};

async function goodOne({ invitations }: World, token: string): Promise<Invitation> {
  const found = await invitations.find(token);
  if (found === undefined) throw noInvitation();
  return found;
}

/** The link of somebody who was removed meanwhile is good for nothing. */
async function personOf({ people }: World, id: string): Promise<Person> {
  const person = await people.find(id);
  if (person === undefined) throw noInvitation();
  return person;
}

/** All that may be refused is, before the link is taken: it is good once. */
async function signUp(world: World, c: Context, { rights = {} }: Invitation, sent: Sent) {
  const { token, password, name } = sent;
  const email = readEmail(sent.email);
  if (name === undefined || name.trim() === '') throw refusedField('name', 'expected a name');
  checkPassword(password, email);
  if ((await world.people.byEmail(email)) !== undefined)
    throw new DaybookError('conflict', `email: somebody has ${email} already`, {
      fields: { email: ['somebody has it already'] },
    });
  const passwordHash = await world.signIn.passwords.hash(password, addressOf(world, c));
  await world.invitations.use(token);
  const person = await world.people.add({ email, name, rights, passwordHash });
  await write(world, person, 'person.sign-up');
  return person;
}

async function reset(
  world: World,
  c: Context,
  { personId }: Invitation,
  { token, password }: Sent,
) {
  const { id, email } = await personOf(world, personId!);
  checkPassword(password, email);
  const passwordHash = await world.signIn.passwords.hash(password, addressOf(world, c));
  await world.invitations.use(token);
  const stamp = newStamp(world.collect.random);
  const person = await world.people.change(id, (one) => ({ ...one, passwordHash, stamp }));
  await write(world, person, 'me.password');
  return person;
}

const write = ({ auditLog }: World, { id, name }: Person, what: string) =>
  auditLog.write({ what, by: { kind: 'person', id, name }, about: 'by a link' });
