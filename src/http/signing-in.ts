import type { Context } from 'hono';
import type { Person } from '../account/people.ts';
import type { PasskeyPlace } from '../account/sign-in/passkeys.ts';
import { wrongCode } from '../account/sign-in/second-step.ts';
import type { Try } from '../account/sign-in/tries.ts';
import { DaybookError } from '../lib/errors.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { bearerOf } from './access.ts';
import { clientAddress } from './client-address.ts';
import { clientOf } from './client-name.ts';
import { isHttps, isOwnPage, setSession } from './cookies.ts';
import type { World } from './world.ts';

/** No answer of these routes may be kept. */
export const noStore = { 'Cache-Control': 'no-store' };

/** Begins a session, and says so in the audit log. `by`: how it was shown who it is. */
export async function beginSession(
  world: World,
  c: Context,
  person: Person,
  by: 'password' | 'passkey' | 'openid',
): Promise<void> {
  setSession(world, c, await world.sessions.startFor(person, clientOf(c)));
  const { id, name } = person;
  await world.auditLog.write({
    ...{ what: 'session.begin', by: { kind: 'person', id, name }, about: by },
  });
}

/** After a change that has ended all sessions of a person: the one that asked for it goes on. */
export async function goOn(world: World, c: Context, person: Person): Promise<void> {
  if (bearerOf(c) === undefined)
    setSession(world, c, await world.sessions.startFor(person, clientOf(c)));
}

/** Where from somebody signs in: tries are counted by it. */
export const addressOf = ({ peerAddress, trust }: World, c: Context): string =>
  clientAddress(c.req.header('x-forwarded-for'), peerAddress(c), trust, false);

/** No page of another origin may sign a browser in, as somebody whom its author chose. */
export function requireOwnPage(world: World, c: Context): void {
  if (isOwnPage(world, c)) return;
  throw new DaybookError('not-allowed', 'expected a page of this Daybook, not of another origin');
}

/** Where a browser has this Daybook; passkeys are bound to it. */
export function placeOf({ publicUrl }: World, c: Context): PasskeyPlace {
  const url = new URL(publicUrl ?? c.req.url);
  if (publicUrl === undefined && isHttps(c)) url.protocol = 'https:';
  return { origin: url.origin, host: url.hostname };
}

/** Whether it is somebody's password; each try counts. `person`: undefined for who is not there. */
export async function isPasswordOf(
  { signIn: { tries, passwords } }: World,
  one: Try,
  person: Person | undefined,
  password: string,
): Promise<boolean> {
  await tries.begin(one);
  return passwords.isPassword(password, person?.passwordHash, one.address);
}

/** Throws `bad-input` unless somebody who has signed in gives their password, if they have one. */
export async function requirePassword(
  world: World,
  c: Context,
  person: Person,
  { field, password }: { readonly field: string; readonly password: string | undefined },
): Promise<void> {
  if (person.passwordHash === undefined) return;
  if (password === undefined) throw refusedField(field, 'expected your present password');
  const one = { account: person.email, address: addressOf(world, c) };
  if (!(await isPasswordOf(world, one, person, password)))
    throw refusedField(field, 'expected your present password');
  await world.signIn.tries.succeed(one);
}

/** Whether it is a code of somebody's second step; each try counts, beside those of passwords. */
export async function isCodeOf(
  world: World,
  c: Context,
  person: Person,
  code: string,
): Promise<boolean> {
  const { tries, secondSteps } = world.signIn;
  const one = { account: `code of ${person.id}`, address: addressOf(world, c) };
  await tries.begin(one);
  const isRight = await secondSteps.take(person.id, code);
  if (isRight) await tries.succeed(one);
  return isRight;
}

/** Throws `bad-input` unless it is one. */
export async function requireCode(world: World, c: Context, person: Person, code: string) {
  if (person.totp === undefined)
    throw new DaybookError('not-found', 'there is no second step: it was not turned on');
  if (!(await isCodeOf(world, c, person, code))) throw wrongCode();
}
