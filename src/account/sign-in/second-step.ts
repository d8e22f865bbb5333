import type { Home, Key } from '../../home/home.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import { hashSecret } from '../owner.ts';
import { signInPartition } from './rows.ts';
import { base32, newTotpSecret, stepOf } from './totp.ts';

export const recoveryCodeCount = 10;

/**
 * A person's second step: an authenticator's codes, and recovery codes for who has lost it. Codes
 * are made from the secret, so it is stored as it is; recovery codes only as hashes.
 */
type SecondStep = {
  readonly secret: string;
  readonly lastStep: number;
  readonly recovery: readonly string[];
  /** Absent: it was begun, and no code has shown yet that an authenticator has it. */
  readonly isOn?: true;
};

export type SecondSteps = {
  isOn(personId: string): Promise<boolean>;
  /** How many recovery codes are left; undefined where there is no second step. */
  codesLeft(personId: string): Promise<number | undefined>;
  /** Makes a secret that holds once it is confirmed. Throws `conflict` where one holds. */
  begin(personId: string): Promise<string>;
  /** Gives the recovery codes, shown once. Throws `bad-input` for a wrong code. */
  confirm(personId: string, code: string): Promise<string[]>;
  /** Takes a code of either kind; each is taken once. False for a wrong one. */
  take(personId: string, code: string): Promise<boolean>;
  /** New recovery codes; those from before end. Throws `not-found`. */
  renewCodes(personId: string): Promise<string[]>;
  remove(personId: string): Promise<void>;
};

export function openSecondSteps(
  { rows }: Pick<Home, 'rows'>,
  { clock, random }: { readonly clock: () => number; readonly random: Random },
): SecondSteps {
  const keyOf = (personId: string): Key => ({
    partition: signInPartition(personId),
    sort: 'second-step',
  });

  async function read(personId: string) {
    const { partition, sort } = keyOf(personId);
    const text = await rows.get(partition, sort);
    return { text, step: text === undefined ? undefined : (JSON.parse(text) as SecondStep) };
  }

  /** Changes the row by what `change` makes of it, read again where another was first. */
  async function alter<T>(
    personId: string,
    change: (step: SecondStep | undefined) => { readonly next?: SecondStep; readonly gives: T },
  ): Promise<T> {
    for (;;) {
      const { text, step } = await read(personId);
      const { next, gives } = change(step);
      if (next === undefined) return gives;
      const row = { ...keyOf(personId), value: JSON.stringify(next) };
      if (await rows.putIf(row, text)) return gives;
    }
  }

  const newCodes = () => Array.from({ length: recoveryCodeCount }, () => newCode(random));

  return {
    isOn: async (personId) => (await read(personId)).step?.isOn === true,
    async codesLeft(personId) {
      const { step } = await read(personId);
      return step?.isOn ? step.recovery.length : undefined;
    },
    begin: (personId) =>
      alter(personId, (step) => {
        if (step?.isOn) throw new DaybookError('conflict', 'there is a second step already');
        const secret = newTotpSecret(random);
        return { next: { secret, lastStep: 0, recovery: [] }, gives: secret };
      }),
    confirm: (personId, code) =>
      alter(personId, (step) => {
        if (step === undefined || step.isOn)
          throw new DaybookError('conflict', 'expected a second step that was begun');
        const lastStep = stepOf(step.secret, code, { nowMs: clock(), lastStep: 0 });
        if (lastStep === undefined) throw wrongCode();
        const codes = newCodes();
        return { next: { ...step, lastStep, isOn: true, recovery: hashed(codes) }, gives: codes };
      }),
    take: (personId, code) =>
      alter(personId, (step) => {
        const next = step?.isOn ? taken(step, code, clock()) : undefined;
        return { ...(next && { next }), gives: next !== undefined };
      }),
    renewCodes: (personId) =>
      alter(personId, (step) => {
        if (!step?.isOn) throw new DaybookError('not-found', 'there is no second step');
        const codes = newCodes();
        return { next: { ...step, recovery: hashed(codes) }, gives: codes };
      }),
    remove: (personId) => rows.remove([keyOf(personId)]),
  };
}

export const wrongCode = () =>
  new DaybookError('bad-input', 'code: expected the one that the authenticator shows now', {
    fields: { code: ['expected the one that the authenticator shows now'] },
  });

/** The step with this code taken; undefined for a wrong code. */
function taken(step: SecondStep, code: string, nowMs: number): SecondStep | undefined {
  const { secret, lastStep, recovery } = step;
  const now = stepOf(secret, code, { nowMs, lastStep });
  if (now !== undefined) return { ...step, lastStep: now };
  const left = recovery.filter((hash) => hash !== hashSecret(spelled(code)));
  return left.length < recovery.length ? { ...step, recovery: left } : undefined;
}

/** 80 random bits in Base32, which nobody can try out: `abcd-efgh-ijkl-mnop`. */
const newCode = (random: Random) =>
  base32(random(10))
    .toLowerCase()
    .replace(/(.{4})(?=.)/g, '$1-');

const spelled = (code: string) => code.toLowerCase().replace(/[^a-z2-7]/g, '');

const hashed = (codes: readonly string[]) => codes.map((code) => hashSecret(spelled(code)));
