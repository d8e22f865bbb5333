import { DaybookError } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import { openTurns } from '../../lib/turns.ts';
import { isCommon } from './common-passwords.ts';

export const minPasswordLength = 10;

export const maxPasswordLength = 200;

/**
 * The parameters of OWASP's Password Storage Cheat Sheet for Argon2id, the package's default: 19
 * MiB, two passes, one thread. Some 30 ms of a core.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash of nobody's, with these parameters: it is compared where there is none. */
export const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Egi0Oh2+F5nKV1Icppn4HQ' +
  '$Peeeeof3OPMA+lDbFx0H0Ow3XdwLCmOVUy+h3pZg+IA';

const maxWaiting = 64;

const maxWaitingOfOne = 4;

export type Passwords = {
  /** Argon2's own text: parameters, salt and hash. */
  hash(password: string, asker: string): Promise<string>;
  /** `stored`: undefined of who has no password, or is nobody. That is false, and takes as long. */
  isPassword(password: string, stored: string | undefined, asker: string): Promise<boolean>;
};

/**
 * One password is hashed at a time, so that many tries take no more memory than one. `asker`: the
 * address that asks; addresses take turns. Throws `too-many` where too many of its own wait,
 * `unavailable` where too many do at all.
 */
export function openPasswords(random: Random): Passwords {
  const turns = openTurns(1);
  let waiting = 0;

  async function inTurn<T>(asker: string, work: () => Promise<T>): Promise<T> {
    if (turns.waiting(asker) >= maxWaitingOfOne) throw busy('too-many');
    if (waiting >= maxWaiting) throw busy('unavailable');
    waiting++;
    const end = await turns.take(asker).finally(() => waiting--);
    try {
      return await work();
    } finally {
      end();
    }
  }

  return {
    hash: (password, asker) =>
      inTurn(asker, async () => {
        const { hash } = await import('@node-rs/argon2');
        return hash(spelled(password), { ...cost, salt: random(16) });
      }),
    isPassword: (password, stored, asker) =>
      inTurn(asker, async () => {
        const { verify } = await import('@node-rs/argon2');
        const isRight = await verify(stored ?? nobodysHash, spelled(password));
        return isRight && stored !== undefined;
      }),
  };
}

const busy = (fault: 'too-many' | 'unavailable') =>
  new DaybookError(fault, 'busy: too many are signing in; try again', { retryAfterS: 5 });

/** One spelling for what keyboards send in several. */
const spelled = (password: string) => password.normalize('NFKC');

/** Throws `bad-input` where a password may not be chosen. `field`: by which it was sent. */
export function checkPassword(password: string, email: string, field = 'password'): void {
  const { length } = [...password];
  if (length < minPasswordLength || length > maxPasswordLength)
    throw refusedField(
      field,
      `expected ${minPasswordLength} to ${maxPasswordLength} characters, got ${length}`,
    );
  const plain = password.trim().toLowerCase();
  const address = email.trim().toLowerCase();
  if (plain === address || plain === address.split('@')[0])
    throw refusedField(field, 'expected another one than the e-mail address');
  if (isCommon(password))
    throw refusedField(field, 'expected one that is not among the commonest: it is tried first');
}
