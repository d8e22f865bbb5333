import { DaybookError } from '../lib/errors.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import {
  addressOf,
  beginSession,
  isCodeOf,
  isPasswordOf,
  noStore,
  placeOf,
  requireOwnPage,
} from './signing-in.ts';

const { signedIn } = schemasOf(() => import('./schemas/sessions.ts'));
const { byPasskey, byPassword, passkeyOptions } = schemasOf(() => import('./schemas/sign-in.ts'));

const path = '/api/session';

const api = { who: 'anyone', tag: 'Session', method: 'POST' } as const;

/** Bytes that a passkey's JSON may have. */
const maxCredentialBytes = 65_536;

/** Signing in as somebody; `session-routes.ts` has the owner key. */
export const signInRoutes: readonly Route[] = [
  route({
    ...{ ...api, path: `${path}/password`, summary: 'Sign in by e-mail and password' },
    description:
      'Who has a second step gets 401 with `field: "code"` as long as the password is right and ' +
      'the code is missing or wrong: send all three. Too many tries: 429 with Retry-After. The ' +
      'answer is the same for who is not there, and takes as long.',
    body: { as: 'json', maxBytes: 16_384, schema: byPassword },
    answers: { 200: { description: 'signed in; a cookie says so', schema: signedIn } },
    errors: [401, 403, 429, 503],
    handle:
      (world) =>
      async ({ c, body: { email, password, code } }) => {
        requireOwnPage(world, c);
        const { people, signIn } = world;
        const one = { account: email.trim().toLowerCase(), address: addressOf(world, c) };
        const person = await people.byEmail(email);
        if (!(await isPasswordOf(world, one, person, password)) || person === undefined)
          throw refusal('this is not the e-mail and password of anybody here');
        if (person.totp !== undefined) {
          if (code === undefined) await signIn.tries.takeBack(one);
          if (code === undefined || !(await isCodeOf(world, c, person, code)))
            throw refusal(
              'code: expected the one that the authenticator shows now, or a recovery code',
              'code',
            );
        }
        await signIn.tries.succeed(one);
        await beginSession(world, c, person, 'password');
        return c.json({ signedIn: true }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, path: `${path}/passkey/options`, summary: 'Options to sign in with a passkey' },
    description: 'They hold for five minutes, once. Nothing is sent.',
    answers: { 200: { description: 'the options', schema: passkeyOptions } },
    handle:
      (world) =>
      async ({ c }) => {
        const options = await world.signIn.passkeys.beginSignIn(placeOf(world, c));
        return c.json({ options }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, path: `${path}/passkey`, summary: 'Sign in with a passkey' },
    description: 'It takes no second step: the device has asked for a finger, a face or a PIN.',
    body: { as: 'json', maxBytes: maxCredentialBytes, schema: byPasskey },
    answers: { 200: { description: 'signed in; a cookie says so', schema: signedIn } },
    errors: [401, 403],
    handle:
      (world) =>
      async ({ c, body: { credential } }) => {
        requireOwnPage(world, c);
        const person = await world.signIn.passkeys.personOf(credential, placeOf(world, c));
        if (person === undefined) throw refusal('this passkey is nobody’s here, or came too late');
        await beginSession(world, c, person, 'passkey');
        return c.json({ signedIn: true }, 200, noStore);
      },
  }),
];

const refusal = (message: string, field?: string) =>
  new DaybookError('not-signed-in', message, {
    ...(field !== undefined && { fields: { [field]: [message] } }),
  });
