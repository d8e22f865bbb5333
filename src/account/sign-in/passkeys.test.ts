import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { openMemoryHome } from '../../../test/support/memory-home.ts';
import { type SoftwarePasskey, softwarePasskey } from '../../../test/support/software-passkey.ts';
import { minuteMs } from '../../lib/clock.ts';
import { openPeople, type People, type Person } from '../people.ts';
import { openChallenges } from './challenges.ts';
import { openOwnSecret } from './own-secret.ts';
import { maxPasskeys, openPasskeys, type Passkeys } from './passkeys.ts';

const place = { origin: 'https://stats.example.com', host: 'stats.example.com' };
const elsewhere = { origin: 'https://evil.example', host: 'evil.example' };

let people: People;
let passkeys: Passkeys;
let ann: Person;
let bob: Person;
let device: SoftwarePasskey;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.parse('2026-11-28T12:00:00Z');
  const home = openMemoryHome();
  const parts = { clock: () => nowMs, random: randomBytes };
  people = openPeople(home, parts);
  const secret = openOwnSecret(home, randomBytes);
  const challenges = openChallenges(home, { ...parts, secret });
  passkeys = openPasskeys({ ...parts, people, challenges });
  device = softwarePasskey(place);
  ann = await people.add({ email: 'ann@example.com', name: 'Ann', rights: { all: 'owner' } });
  bob = await people.add({ email: 'bob@example.com', name: 'Bob', rights: { all: 'viewer' } });
});

async function make(by = device, name: unknown = 'my phone') {
  const present = (await people.find(ann.id))!;
  const credential = by.create(await passkeys.beginMaking(present, place));
  return passkeys.keep(ann.id, { name, credential }, place);
}

const signIn = async (by = device, at = place) =>
  (await passkeys.personOf(by.get(await passkeys.beginSignIn(at)), at))?.id;

test('a passkey that was made signs its person in', async () => {
  const made = await make();
  expect(made).toMatchObject({
    ...{ name: 'my phone', createdMs: nowMs, isSynced: false, host: 'stats.example.com' },
    counter: 1,
  });
  nowMs += 1_000;
  expect(await signIn()).toBe(ann.id);
  const after = (await people.find(ann.id))!;
  expect(after).toEqual({ ...ann, passkeys: [{ ...made, counter: 2, lastUsedMs: nowMs }] });
});

test('options ask for a passkey that names its person, and for a finger or PIN', async () => {
  expect(await passkeys.beginMaking(ann, place)).toMatchObject({
    rp: { id: 'stats.example.com', name: 'Daybook' },
    user: { name: 'ann@example.com', displayName: 'Ann' },
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  expect(await passkeys.beginSignIn(place)).toMatchObject({
    rpId: 'stats.example.com',
    userVerification: 'required',
  });
});

test('who has two is asked not to make a third on the same device', async () => {
  await make();
  const options = await passkeys.beginMaking((await people.find(ann.id))!, place);
  expect(options['excludeCredentials']).toHaveLength(1);
});

test.each<[string, (credential: ReturnType<SoftwarePasskey['get']>) => unknown]>([
  ['nothing', () => undefined],
  ['a text', () => 'x'],
  ['no response', ({ id }) => ({ id })],
  [
    'another’s handle',
    (one) => ({
      ...one,
      response: {
        ...(one['response'] as object),
        userHandle: Buffer.from(bob.id).toString('base64url'),
      },
    }),
  ],
  [
    'a handle that is no id',
    (one) => ({ ...one, response: { ...(one['response'] as object), userHandle: 'L2Eg' } }),
  ],
  [
    'no handle',
    (one) => ({ ...one, response: { ...(one['response'] as object), userHandle: undefined } }),
  ],
  [
    'another signature',
    (one) => ({ ...one, response: { ...(one['response'] as object), signature: 'MEUCIQ' } }),
  ],
  ['another id', (one) => ({ ...one, id: 'AAAA', rawId: 'AAAA' })],
])('%s signs nobody in', async (_, change) => {
  await make();
  const credential = device.get(await passkeys.beginSignIn(place));
  expect(await passkeys.personOf(change(credential), place)).toBeUndefined();
});

test('what was signed for another page signs nobody in', async () => {
  await make();
  const phished = softwarePasskey(elsewhere);
  const credential = phished.create(await passkeys.beginMaking(ann, place));
  await expect(passkeys.keep(ann.id, { name: 'x', credential }, place)).rejects.toMatchObject({
    fault: 'bad-input',
  });
  expect(await signIn(device, elsewhere)).toBeUndefined();
});

test('a challenge is answered once, within five minutes, and for its own purpose', async () => {
  await make();
  const credential = device.get(await passkeys.beginSignIn(place));
  expect(await passkeys.personOf(credential, place)).toMatchObject({ id: ann.id });
  expect(await passkeys.personOf(credential, place)).toBeUndefined();
  const late = device.get(await passkeys.beginSignIn(place));
  nowMs += 5 * minuteMs;
  expect(await passkeys.personOf(late, place)).toBeUndefined();
  const other = device.get(await passkeys.beginMaking(ann, place));
  expect(await passkeys.personOf(other, place)).toBeUndefined();
});

test('a challenge that another person was given makes no passkey', async () => {
  const credential = device.create(await passkeys.beginMaking(ann, place));
  await expect(passkeys.keep(bob.id, { name: 'x', credential }, place)).rejects.toMatchObject({
    fields: { credential: [expect.any(String)] },
  });
});

test('a counter that did not go on is that of a copy', async () => {
  await make();
  device.counter = 8;
  expect(await signIn()).toBe(ann.id);
  device.counter = 8;
  expect(await signIn()).toBeUndefined();
  device.counter = 9;
  expect(await signIn()).toBe(ann.id);
});

test('a device that asks for no finger and no PIN is not enough', async () => {
  device.isVerifying = false;
  await expect(make()).rejects.toMatchObject({ fault: 'bad-input' });
  device.isVerifying = true;
  await make();
  device.isVerifying = false;
  expect(await signIn()).toBeUndefined();
});

test('an attestation with certificates is refused before anything is asked of their makers', async () => {
  const credential = device.create(await passkeys.beginMaking(ann, place));
  const response = credential['response'] as Record<string, string>;
  // CBOR of attStmt { x5c: [h''] } in the place of {}.
  const hex = Buffer.from(response['attestationObject']!, 'base64url').toString('hex');
  const attestationObject = Buffer.from(
    hex.replace('6761747453746d74a0', '6761747453746d74a163783563' + '8140'),
    'hex',
  ).toString('base64url');
  const changed = { ...credential, response: { ...response, attestationObject } };
  await expect(
    passkeys.keep(ann.id, { name: 'x', credential: changed }, place),
  ).rejects.toMatchObject({ fault: 'bad-input' });
});

test('a passkey that was ended signs nobody in, and others still do', async () => {
  const other = softwarePasskey(place);
  const { id } = await make();
  await make(other, 'a key');
  await passkeys.end(ann.id, id);
  expect(await signIn()).toBeUndefined();
  expect(await signIn(other)).toBe(ann.id);
  await expect(passkeys.end(ann.id, id)).rejects.toMatchObject({ fault: 'not-found' });
  await expect(
    passkeys.end(bob.id, (await people.find(ann.id))!.passkeys![0]!.id),
  ).rejects.toMatchObject({ fault: 'not-found' });
});

test.each(['', 'a\nb', 7, 'x'.repeat(81)])('the name %j is refused', async (name) => {
  await expect(make(device, name)).rejects.toMatchObject({
    fields: { name: [expect.any(String)] },
  });
});

test('there are only so many', async () => {
  for (let i = 0; i < maxPasskeys; i++) await make(softwarePasskey(place));
  await expect(make()).rejects.toMatchObject({ fault: 'conflict' });
});
