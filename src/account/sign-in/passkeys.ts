import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { type Home, type Row, scanAll } from '../../home/home.ts';
import { DaybookError } from '../../lib/errors.ts';
import { isPlainLine } from '../../lib/plain-text.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import { hashSecret } from '../owner.ts';
import type { Challenges } from './challenges.ts';
import { signInPartition } from './rows.ts';

export const maxPasskeys = 20;

const maxNameLength = 80;

/** EdDSA, ES256 and RS256: what every version of Node can verify. */
const algorithms = [-8, -7, -257];

/** Where passkeys are used: they hold for this host alone. */
export type PasskeyPlace = { readonly origin: string; readonly host: string };

export type PasskeyOwner = { readonly id: string; readonly email: string; readonly name: string };

/** What is shown of a passkey. */
export type PasskeyFacts = {
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly lastUsedMs?: number;
  /** It is kept by a service of its maker's, and may be on several devices. */
  readonly isSynced: boolean;
};

/** What is stored of it; nothing of this is secret. */
type Passkey = PasskeyFacts & {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly host: string;
};

/** Options as `navigator.credentials` takes them, in JSON. */
export type PasskeyOptions = Readonly<Record<string, unknown>>;

export type Passkeys = {
  /** Options to make one. Throws `conflict` where there are too many. */
  beginMaking(owner: PasskeyOwner, place: PasskeyPlace): Promise<PasskeyOptions>;
  /** Keeps what a browser made. Throws `bad-input` that names the field. */
  keep(personId: string, made: Made, place: PasskeyPlace): Promise<PasskeyFacts>;
  /** Options to sign in with any passkey of this host. */
  beginSignIn(place: PasskeyPlace): Promise<PasskeyOptions>;
  /** Whose passkey has signed; undefined for anything that is wrong with it. */
  personOf(credential: unknown, place: PasskeyPlace): Promise<string | undefined>;
  /** The oldest first. */
  list(personId: string): Promise<PasskeyFacts[]>;
  /** It ends at once. Throws `not-found`. */
  end(personId: string, id: string): Promise<PasskeyFacts>;
};

/** `credential`: what the browser gave, in JSON. */
export type Made = { readonly name: unknown; readonly credential: unknown };

export function openPasskeys(
  { rows }: Pick<Home, 'rows'>,
  { clock, challenges }: { readonly clock: () => number; readonly challenges: Challenges },
): Passkeys {
  async function list(personId: string): Promise<Passkey[]> {
    const found: Passkey[] = [];
    const range = { from: passkeyStart, to: passkeyEnd };
    for await (const { value } of scanAll(rows, signInPartition(personId), range))
      found.push(JSON.parse(value) as Passkey);
    return found.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  async function beginMaking(owner: PasskeyOwner, { host }: PasskeyPlace) {
    const known = await list(owner.id);
    if (known.length >= maxPasskeys)
      throw new DaybookError('conflict', `expected at most ${maxPasskeys} passkeys`);
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    const made = await generateRegistrationOptions({
      ...{ rpName: 'Daybook', rpID: host, userName: owner.email, userDisplayName: owner.name },
      userID: new Uint8Array(Buffer.from(owner.id)),
      challenge: bytesOf(await challenges.make(makingFor(owner.id))),
      attestationType: 'none',
      excludeCredentials: known
        .filter((one) => one.host === host)
        .map(({ credentialId }) => ({ id: credentialId })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: algorithms,
    });
    return made as unknown as PasskeyOptions;
  }

  async function keep(
    personId: string,
    { name, credential }: Made,
    place: PasskeyPlace,
  ): Promise<PasskeyFacts> {
    if (!isPlainLine(name, maxNameLength))
      throw refusedField('name', `expected one line of at most ${maxNameLength} characters`);
    const made = await verifiedMaking(credential, place, (challenge) =>
      challenges.isGood(challenge, makingFor(personId)),
    );
    if (made === undefined || !(await challenges.take(made.challenge)))
      throw refusedField('credential', 'expected what the browser made of the options, in time');
    const passkey: Passkey = {
      ...{ id: idOf(made.credentialId), name, createdMs: clock() },
      ...{ isSynced: made.isSynced, host: place.host, credentialId: made.credentialId },
      ...{ publicKey: made.publicKey, counter: made.counter },
    };
    if (!(await rows.putIf(rowOf(personId, passkey), undefined)))
      throw new DaybookError('conflict', 'this passkey is kept already');
    return shown(passkey);
  }

  async function beginSignIn({ host }: PasskeyPlace) {
    const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
    const made = await generateAuthenticationOptions({
      ...{ rpID: host, userVerification: 'required' },
      challenge: bytesOf(await challenges.make(signingIn)),
    });
    return made as unknown as PasskeyOptions;
  }

  async function personOf(credential: unknown, place: PasskeyPlace): Promise<string | undefined> {
    const named = namedBy(credential);
    if (named === undefined) return undefined;
    const { personId, credentialId } = named;
    const { partition, sort } = keyOf(personId, credentialId);
    const text = await rows.get(partition, sort);
    if (text === undefined) return undefined;
    const passkey = JSON.parse(text) as Passkey;
    const used = await verifiedUse(credential, { place, passkey }, (challenge) =>
      challenges.isGood(challenge, signingIn),
    );
    if (used === undefined || !(await challenges.take(used.challenge))) return undefined;
    const next = { ...passkey, counter: used.counter, lastUsedMs: clock() };
    // Used twice at the same moment, its counter cannot tell a copy: then neither is taken for it.
    return (await rows.putIf(rowOf(personId, next), text)) ? personId : undefined;
  }

  return {
    beginMaking,
    keep,
    beginSignIn,
    personOf,
    list: async (personId) => (await list(personId)).map(shown),
    async end(personId, id) {
      const passkey = (await list(personId)).find((one) => one.id === id);
      if (passkey === undefined)
        throw new DaybookError(
          'not-found',
          `there is no passkey ${JSON.stringify(id.slice(0, 40))}`,
        );
      await rows.remove([keyOf(personId, passkey.credentialId)]);
      return shown(passkey);
    },
  };
}

const signingIn = 'sign-in';

const makingFor = (personId: string) => `make ${personId}`;

const passkeyStart = 'passkey/';

/** The first text behind all that start so. */
const passkeyEnd = 'passkey0';

const idOf = (credentialId: string) => hashSecret(credentialId).slice(0, 16);

const keyOf = (personId: string, credentialId: string) => ({
  partition: signInPartition(personId),
  sort: passkeyStart + hashSecret(credentialId),
});

const rowOf = (personId: string, passkey: Passkey): Row => ({
  ...keyOf(personId, passkey.credentialId),
  value: JSON.stringify(passkey),
});

const shown = ({ id, name, createdMs, lastUsedMs, isSynced }: Passkey): PasskeyFacts => ({
  ...{ id, name, createdMs, isSynced },
  ...(lastUsedMs !== undefined && { lastUsedMs }),
});

const bytesOf = (base64url: string) => new Uint8Array(Buffer.from(base64url, 'base64url'));

/** Whose passkey a browser says that it is: it has to tell both. */
function namedBy(credential: unknown) {
  const { id, response } = (credential ?? {}) as {
    id?: unknown;
    response?: { userHandle?: unknown };
  };
  if (typeof id !== 'string' || typeof response?.userHandle !== 'string') return undefined;
  const personId = Buffer.from(response.userHandle, 'base64url').toString();
  return /^[\w-]{1,64}$/.test(personId) ? { personId, credentialId: id } : undefined;
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
      ...{ challenge: noted.challenge, credentialId: id, counter },
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
        ...{ id: passkey.credentialId, counter: passkey.counter },
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
