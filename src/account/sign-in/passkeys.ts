import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { DaybookError } from '../../lib/errors.ts';
import { isPlainLine } from '../../lib/plain-text.ts';
import type { Random } from '../../lib/random.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import { newStamp, type Passkey, type People, type Person } from '../people.ts';
import type { Challenges } from './challenges.ts';

export const maxPasskeys = 10;

const maxNameLength = 80;

/** EdDSA, ES256 and RS256: what every version of Node can verify. */
const algorithms = [-8, -7, -257];

/** Where passkeys are used: they hold for this host alone. */
export type PasskeyPlace = { readonly origin: string; readonly host: string };

/** Options as `navigator.credentials` takes them, in JSON. */
export type PasskeyOptions = Readonly<Record<string, unknown>>;

export type Passkeys = {
  /** Options to make one. Throws `conflict` where there are too many. */
  beginMaking(person: Person, place: PasskeyPlace): Promise<PasskeyOptions>;
  /** Keeps what a browser made. Throws `bad-input` that names the field, or `conflict`. */
  keep(personId: string, made: Made, place: PasskeyPlace): Promise<Passkey>;
  /** Options to sign in with any passkey of this host. */
  beginSignIn(place: PasskeyPlace): Promise<PasskeyOptions>;
  /** Whose passkey has signed; undefined for anything that is wrong with it. */
  personOf(credential: unknown, place: PasskeyPlace): Promise<Person | undefined>;
  /** It ends at once, and all sessions of its person's. Throws `not-found`. */
  end(personId: string, id: string): Promise<Person>;
};

/** `credential`: what the browser gave, in JSON. */
export type Made = { readonly name: unknown; readonly credential: unknown };

type Parts = {
  readonly people: People;
  readonly clock: () => number;
  readonly random: Random;
  readonly challenges: Challenges;
};

export function openPasskeys({ people, clock, random, challenges }: Parts): Passkeys {
  async function beginMaking(person: Person, { host }: PasskeyPlace) {
    const { passkeys = [] } = person;
    expectRoom(passkeys);
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    const made = await generateRegistrationOptions({
      ...{ rpName: 'Daybook', rpID: host, userName: person.email, userDisplayName: person.name },
      userID: new Uint8Array(Buffer.from(person.id)),
      challenge: bytesOf(await challenges.make(makingFor(person.id))),
      attestationType: 'none',
      excludeCredentials: passkeys.filter((one) => one.host === host).map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: algorithms,
    });
    return made as unknown as PasskeyOptions;
  }

  async function keep(personId: string, { name, credential }: Made, place: PasskeyPlace) {
    if (!isPlainLine(name, maxNameLength))
      throw refusedField('name', `expected one line of at most ${maxNameLength} characters`);
    const made = await verifiedMaking(credential, place, (challenge) =>
      challenges.isGood(challenge, makingFor(personId)),
    );
    if (made === undefined || !(await challenges.take(made.challenge)))
      throw refusedField('credential', 'expected what the browser made of the options, in time');
    const { challenge: _, ...kept } = made;
    const passkey: Passkey = { ...kept, name, createdMs: clock(), host: place.host };
    await people.change(personId, ({ passkeys = [], ...person }) => {
      expectRoom(passkeys);
      if (passkeys.some(({ id }) => id === passkey.id))
        throw new DaybookError('conflict', 'this passkey is kept already');
      return { ...person, passkeys: [...passkeys, passkey] };
    });
    return passkey;
  }

  async function beginSignIn({ host }: PasskeyPlace) {
    const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
    const made = await generateAuthenticationOptions({
      ...{ rpID: host, userVerification: 'required' },
      challenge: bytesOf(await challenges.make(signingIn)),
    });
    return made as unknown as PasskeyOptions;
  }

  async function personOf(credential: unknown, place: PasskeyPlace): Promise<Person | undefined> {
    const named = namedBy(credential);
    const person = named && (await people.find(named.personId));
    const passkey = person?.passkeys?.find(({ id }) => id === named!.id);
    if (person === undefined || passkey === undefined) return undefined;
    const used = await verifiedUse(credential, { place, passkey }, (challenge) =>
      challenges.isGood(challenge, signingIn),
    );
    if (used === undefined || !(await challenges.take(used.challenge))) return undefined;
    let isUsed = false;
    const after = await people.change(person.id, (present) => {
      const passkeys = present.passkeys ?? [];
      // Ended meanwhile, or used twice at the same moment: then its counter tells no copy.
      isUsed = passkeys.some(({ id, counter }) => id === passkey.id && counter === passkey.counter);
      const next = { ...passkey, counter: used.counter, lastUsedMs: clock() };
      const own = passkeys.map((one) => (one.id === passkey.id ? next : one));
      return isUsed ? { ...present, passkeys: own } : present;
    });
    return isUsed ? after : undefined;
  }

  return {
    ...{ beginMaking, keep, beginSignIn, personOf },
    end: (personId, id) =>
      people.change(personId, ({ passkeys = [], ...person }) => {
        const left = passkeys.filter((one) => one.id !== id);
        if (left.length === passkeys.length)
          throw new DaybookError(
            'not-found',
            `there is no passkey ${JSON.stringify(id.slice(0, 40))}`,
          );
        return { ...person, passkeys: left, stamp: newStamp(random) };
      }),
  };
}

function expectRoom(passkeys: readonly Passkey[]): void {
  if (passkeys.length >= maxPasskeys)
    throw new DaybookError('conflict', `expected at most ${maxPasskeys} passkeys`);
}

const signingIn = 'sign-in';

const makingFor = (personId: string) => `make ${personId}`;

const bytesOf = (base64url: string) => new Uint8Array(Buffer.from(base64url, 'base64url'));

/** Whose passkey a browser says that it is: it has to tell both. */
function namedBy(credential: unknown) {
  const { id, response } = (credential ?? {}) as {
    id?: unknown;
    response?: { userHandle?: unknown };
  };
  if (typeof id !== 'string' || typeof response?.userHandle !== 'string') return undefined;
  const personId = Buffer.from(response.userHandle, 'base64url').toString();
  return { personId, id };
}

type IsGood = (challenge: string) => Promise<boolean>;

/** Notes the challenge that a check was asked about. */
function noting(isGood: IsGood) {
  const noted = { challenge: '' };
  const check: IsGood = (challenge) => {
    noted.challenge = challenge;
    return isGood(challenge);
  };
  return { noted, check };
}

async function verifiedMaking(credential: unknown, place: PasskeyPlace, isGood: IsGood) {
  const { noted, check } = noting(isGood);
  try {
    const response = credential as RegistrationResponseJSON;
    await expectNoCertificates(response.response.attestationObject);
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...{ response, expectedChallenge: check, expectedOrigin: place.origin },
      ...{ expectedRPID: place.host, supportedAlgorithmIDs: algorithms },
    });
    if (!verified) return undefined;
    const { id, publicKey, counter } = registrationInfo.credential;
    return {
      ...{ challenge: noted.challenge, id, counter },
      publicKey: Buffer.from(publicKey).toString('base64url'),
      isSynced: registrationInfo.credentialBackedUp,
    };
  } catch {
    return undefined; // whatever it is, it is not what a browser makes of the options
  }
}

/**
 * No certificates were asked for. To check some, the package would ask for lists of revoked ones at
 * addresses that they name: Daybook asks nobody whom its owner has not named.
 */
async function expectNoCertificates(attestation: string): Promise<void> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  const statement = decodeAttestationObject(bytesOf(attestation)).get('attStmt');
  if (statement.get('x5c') !== undefined || statement.get('response') !== undefined)
    throw new DaybookError('bad-input', 'expected an attestation without certificates');
}

async function verifiedUse(
  credential: unknown,
  { place, passkey }: { readonly place: PasskeyPlace; readonly passkey: Passkey },
  isGood: IsGood,
) {
  const { noted, check } = noting(isGood);
  try {
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...{ response: credential as AuthenticationResponseJSON, expectedChallenge: check },
      ...{ expectedOrigin: place.origin, expectedRPID: place.host },
      credential: {
        ...{ id: passkey.id, counter: passkey.counter },
        publicKey: bytesOf(passkey.publicKey),
      },
    });
    // A counter that did not go on is an error there: somebody has a copy.
    return verified
      ? { challenge: noted.challenge, counter: authenticationInfo.newCounter }
      : undefined;
  } catch {
    return undefined;
  }
}
