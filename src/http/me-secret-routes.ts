import { newStamp, type Passkey } from '../account/people.ts';
import { checkPassword } from '../account/sign-in/passwords.ts';
import { qrCode } from '../account/sign-in/totp.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { addressOf, goOn, noStore, placeOf, requireCode, requirePassword } from './signing-in.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const schemas = schemasOf(() => import('./schemas/sign-in.ts'));

const path = '/api/v1/me';

const api = { who: 'person', tag: 'Oneself' } as const;

const maxBytes = 16_384;

const maxCredentialBytes = 65_536;

/** `/api/v1/me/…`: what somebody signs in with. A change ends their other sessions. */
export const meSecretRoutes: readonly Route[] = [
  route({
    ...{ ...api, method: 'PUT', path: `${path}/password`, does: 'me.password' },
    summary: "Change one's password",
    description:
      '10 to 200 characters; not the e-mail address, and none of the commonest. `present` is the ' +
      'one until now, where there is one.',
    body: { as: 'json', maxBytes, schema: schemas.newPassword },
    answers: { 200: { description: 'it holds; other sessions have ended', schema: schemas.done } },
    errors: [429, 503],
    handle:
      (world) =>
      async ({ c, asker, body: { password, present } }) => {
        const before = asker.person!;
        await requirePassword(world, c, before, { field: 'present', password: present });
        checkPassword(password, before.email);
        const passwordHash = await world.signIn.passwords.hash(password, addressOf(world, c));
        const person = await world.people.change(before.id, (one) => ({
          ...{ ...one, passwordHash, stamp: newStamp(world.collect.random) },
        }));
        await goOn(world, c, person);
        return c.json({ done: true }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'POST', path: `${path}/second-step/begin` },
    summary: "A new secret for one's authenticator",
    description:
      'Nothing changes until it is confirmed with a code: `POST /api/v1/me/second-step`.',
    answers: { 200: { description: 'the secret', schema: schemas.secondStepBegun } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, asker }) => {
        const begun = world.signIn.secondSteps.begin(asker.person!);
        return c.json({ ...begun, qr: await qrCode(begun.uri) }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'POST', path: `${path}/second-step`, does: 'me.second-step.on' },
    summary: 'Turn the second step on',
    description: 'From now on a password is not enough. Other sessions end.',
    body: { as: 'json', maxBytes, schema: schemas.secondStepMade },
    answers: { 200: { description: 'it is on', schema: schemas.recoveryCodes } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, asker, body }) => {
        const { person, codes } = await world.signIn.secondSteps.turnOn(asker.person!.id, body);
        await goOn(world, c, person);
        return c.json({ recovery_codes: codes }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'POST', path: `${path}/second-step/recovery-codes` },
    ...{ summary: 'New recovery codes; those from before end', does: 'me.recovery-codes' },
    body: { as: 'json', maxBytes, schema: schemas.givenCode },
    answers: { 200: { description: 'the codes', schema: schemas.recoveryCodes } },
    errors: [404, 429],
    handle:
      (world) =>
      async ({ c, asker, body: { code } }) => {
        await requireCode(world, c, asker.person!, code);
        const codes = await world.signIn.secondSteps.renewCodes(asker.person!.id);
        return c.json({ recovery_codes: codes }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'POST', path: `${path}/second-step/end`, does: 'me.second-step.off' },
    ...{ summary: 'Turn the second step off' },
    body: { as: 'json', maxBytes, schema: schemas.givenCode },
    answers: { 200: { description: 'it is off; other sessions have ended', schema: schemas.done } },
    errors: [404, 429],
    handle:
      (world) =>
      async ({ c, asker, body: { code } }) => {
        await requireCode(world, c, asker.person!, code);
        await goOn(world, c, await world.signIn.secondSteps.turnOff(asker.person!.id));
        return c.json({ done: true }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'GET', path: `${path}/passkeys` },
    summary: "One's passkeys, and how many recovery codes are left",
    answers: { 200: { description: 'the oldest first', schema: schemas.passkeys } },
    handle:
      () =>
      ({ c, asker }) => {
        const { passkeys = [], totp, recoveryCodes = [] } = asker.person!;
        const left = totp === undefined ? null : recoveryCodes.length;
        return c.json({ passkeys: passkeys.map(show), recovery_codes_left: left }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'POST', path: `${path}/passkeys/options` },
    summary: 'Options to make a passkey',
    description: 'They hold for five minutes, once. `password`: of who has one.',
    body: { as: 'json', maxBytes, schema: schemas.makingPasskey },
    answers: { 200: { description: 'the options', schema: schemas.passkeyOptions } },
    errors: [409, 429, 503],
    handle:
      (world) =>
      async ({ c, asker, body: { password } }) => {
        await requirePassword(world, c, asker.person!, { field: 'password', password });
        const { passkeys } = world.signIn;
        const options = await passkeys.beginMaking(asker.person!, placeOf(world, c));
        return c.json({ options }, 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'POST', path: `${path}/passkeys`, does: 'me.passkey.add' },
    summary: 'Keep a passkey that the browser has made',
    body: { as: 'json', maxBytes: maxCredentialBytes, schema: schemas.newPasskey },
    answers: { 200: { description: 'the passkey', schema: schemas.passkey } },
    errors: [409],
    handle:
      (world) =>
      async ({ c, asker, body }) => {
        const { passkeys } = world.signIn;
        const made = await passkeys.keep(asker.person!.id, body, placeOf(world, c));
        return c.json(show(made), 200, noStore);
      },
  }),
  route({
    ...{ ...api, method: 'DELETE', path: `${path}/passkeys/:id`, does: 'me.passkey.end' },
    summary: 'End a passkey',
    answers: { 200: { description: 'it has ended, and other sessions', schema: deleted } },
    errors: [404],
    handle:
      (world) =>
      async ({ c, asker }) => {
        const person = await world.signIn.passkeys.end(asker.person!.id, c.req.param('id')!);
        await goOn(world, c, person);
        return c.json({ deleted: true }, 200, noStore);
      },
  }),
];

const show = ({ id, name, createdMs, lastUsedMs, isSynced, host }: Passkey) => ({
  ...{ id, name, host, synced: isSynced, created: new Date(createdMs).toISOString() },
  used: lastUsedMs === undefined ? null : new Date(lastUsedMs).toISOString(),
});
