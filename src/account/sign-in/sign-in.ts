import type { Home } from '../../home/home.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import type { People } from '../people.ts';
import { openChallenges } from './challenges.ts';
import { type Oidc, openOidc } from './oidc.ts';
import type { OidcSettings } from './oidc-settings.ts';
import { openOwnSecret } from './own-secret.ts';
import { openPasskeys, type Passkeys } from './passkeys.ts';
import { openPasswords, type Passwords } from './passwords.ts';
import { openSecondSteps, type SecondSteps } from './second-step.ts';
import { openTries, type Tries } from './tries.ts';

/** The ways to show who one is. */
export type SignIn = {
  readonly passwords: Passwords;
  readonly secondSteps: SecondSteps;
  readonly passkeys: Passkeys;
  readonly tries: Tries;
  /** Where the owner has chosen a provider. */
  readonly oidc?: Oidc;
  /** Forgets what holds no more. */
  sweep(nowMs: number): Promise<void>;
};

type Parts = {
  readonly people: People;
  readonly clock: Clock;
  readonly random: Random;
  readonly oidc?: OidcSettings | undefined;
};

export function openSignIn(home: Pick<Home, 'rows'>, parts: Parts): SignIn {
  const { clock, random, oidc } = parts;
  const secret = openOwnSecret(home, random);
  const challenges = openChallenges(home, { clock, random, secret });
  const tries = openTries(home, { clock, secret });
  return {
    passwords: openPasswords(random),
    secondSteps: openSecondSteps(parts),
    passkeys: openPasskeys({ ...parts, challenges }),
    tries,
    ...(oidc !== undefined && { oidc: openOidc(oidc, parts) }),
    async sweep(nowMs) {
      await challenges.sweep(nowMs);
      await tries.sweep(nowMs);
    },
  };
}
