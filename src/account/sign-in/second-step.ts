import { DaybookError } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import { hashSecret } from '../owner.ts';
import { newStamp, type People, type Person } from '../people.ts';
import { base32, isTotpSecret, newTotpSecret, stepOf, totpUri } from './totp.ts';

export const recoveryCodeCount = 10;

/**
 * A person's second step: an authenticator's codes, and recovery codes for who has lost it. Codes
 * are made from the secret, so it is stored as it is; recovery codes only as hashes.
 */
export type SecondSteps = {
  /** A new secret, and what a QR code shows of it. Nothing is stored. Throws `conflict`. */
  begin(person: Person): { readonly secret: string; readonly uri: string };
  /**
   * It holds from now on, as a code shows that an authenticator has the secret; other sessions end.
   * The recovery codes are shown once. Throws `bad-input` that names the field, and `conflict`.
   */
  turnOn(
    personId: string,
    made: { readonly secret: string; readonly code: string },
  ): Promise<TurnedOn>;
  /** Takes a code of either kind; each is taken once. False for a wrong one. */
  take(personId: string, code: string): Promise<boolean>;
  /** Those from before end. */
  renewCodes(personId: string): Promise<string[]>;
  turnOff(personId: string): Promise<Person>;
};

export type TurnedOn = { readonly person: Person; readonly codes: string[] };

type Parts = { readonly people: People; readonly clock: () => number; readonly random: Random };

export function openSecondSteps({ people, clock, random }: Parts): SecondSteps {
  const newCodes = () => Array.from({ length: recoveryCodeCount }, () => newCode(random));

  return {
    begin(person) {
      expectNone(person);
      const secret = newTotpSecret(random);
      return { secret, uri: totpUri(secret, { name: person.email, issuer: 'Daybook' }) };
    },
    async turnOn(personId, { secret, code }) {
      if (!isTotpSecret(secret)) throw refusedField('secret', 'expected the one that was given');
      const lastStep = stepOf(secret, code, { nowMs: clock(), lastStep: 0 });
      if (lastStep === undefined) throw wrongCode();
      const codes = newCodes();
      const person = await people.change(personId, (before) => {
        expectNone(before);
        const own = { totp: { secret, lastStep }, recoveryCodes: hashed(codes) };
        return { ...before, ...own, stamp: newStamp(random) };
      });
      return { person, codes };
    },
    async take(personId, code) {
      let isTaken = false;
      await people.change(personId, (person) => {
        const after = withTaken(person, code, clock());
        isTaken = after !== undefined;
        return after ?? person;
      });
      return isTaken;
    },
    async renewCodes(personId) {
      const codes = newCodes();
      await people.change(personId, (person) => ({ ...person, recoveryCodes: hashed(codes) }));
      return codes;
    },
    turnOff: (personId) =>
      people.change(personId, ({ totp: _, recoveryCodes: __, ...person }) => ({
        ...person,
        stamp: newStamp(random),
      })),
  };
}

function expectNone({ totp }: Person): void {
  if (totp !== undefined) throw new DaybookError('conflict', 'there is a second step already');
}

export const wrongCode = () =>
  refusedField('code', 'expected the one that the authenticator shows now, or a recovery code');

/** The person with this code taken; undefined for a wrong code. */
function withTaken(person: Person, code: string, nowMs: number): Person | undefined {
  const { totp, recoveryCodes = [] } = person;
  if (totp === undefined) return undefined;
  const step = stepOf(totp.secret, code, { nowMs, lastStep: totp.lastStep });
  if (step !== undefined) return { ...person, totp: { ...totp, lastStep: step } };
  const left = recoveryCodes.filter((hash) => hash !== hashSecret(spelled(code)));
  return left.length < recoveryCodes.length ? { ...person, recoveryCodes: left } : undefined;
}

/** 80 random bits in Base32, which nobody can try out: `abcd-efgh-ijkl-mnop`. */
const newCode = (random: Random) =>
  base32(random(10))
    .toLowerCase()
    .replace(/(.{4})(?=.)/g, '$1-');

const spelled = (code: string) => code.toLowerCase().replace(/[^a-z2-7]/g, '');

const hashed = (codes: readonly string[]) => codes.map((code) => hashSecret(spelled(code)));
