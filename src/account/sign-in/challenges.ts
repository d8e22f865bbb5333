import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Home, scanAll } from '../../home/home.ts';
import { minuteMs, secondMs } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import type { OwnSecret } from './own-secret.ts';
import { takenPartition } from './rows.ts';

const challengeMs = 5 * minuteMs;

const nonceBytes = 16;

const endBytes = 4;

/**
 * What a passkey has to sign: it holds for five minutes, for one purpose, once. It says itself when
 * it ends and is sealed with Daybook's secret, so nothing is stored for strangers who only ask:
 * just the taken ones are rows.
 */
export type Challenges = {
  make(purpose: string): Promise<string>;
  isGood(challenge: string, purpose: string): Promise<boolean>;
  /** False where it was taken before. Only for one that is good. */
  take(challenge: string): Promise<boolean>;
  sweep(nowMs: number): Promise<void>;
};

type Parts = {
  readonly clock: () => number;
  readonly random: Random;
  readonly secret: OwnSecret;
};

export function openChallenges(
  { rows }: Pick<Home, 'rows'>,
  { clock, random, secret }: Parts,
): Challenges {
  const sealOf = async (purpose: string, head: Buffer) =>
    createHmac('sha256', await secret())
      .update(`challenge\n${purpose}\n`)
      .update(head)
      .digest()
      .subarray(0, nonceBytes);

  return {
    async make(purpose) {
      const end = Buffer.alloc(endBytes);
      end.writeUInt32BE(Math.floor((clock() + challengeMs) / secondMs));
      const head = Buffer.concat([random(nonceBytes), end]);
      return Buffer.concat([head, await sealOf(purpose, head)]).toString('base64url');
    },
    async isGood(challenge, purpose) {
      const bytes = Buffer.from(challenge, 'base64url');
      if (bytes.length !== nonceBytes + endBytes + nonceBytes) return false;
      const head = bytes.subarray(0, nonceBytes + endBytes);
      const seal = await sealOf(purpose, head);
      return timingSafeEqual(bytes.subarray(head.length), seal) && clock() < endOf(challenge);
    },
    take(challenge) {
      const endsMs = endOf(challenge);
      const row = {
        ...{ partition: takenPartition, sort: spelled(challenge) },
        ...{ value: JSON.stringify({ endsMs }), expiresAtMs: endsMs },
      };
      return rows.putIf(row, undefined);
    },
    async sweep(nowMs) {
      for await (const { partition, sort } of scanAll(rows, takenPartition))
        if (endOf(sort) <= nowMs) await rows.remove([{ partition, sort }]);
    },
  };
}

const endOf = (challenge: string) =>
  Buffer.from(challenge, 'base64url').readUInt32BE(nonceBytes) * secondMs;

/** One spelling: the last letter of Base64 may have bits that mean nothing. */
const spelled = (challenge: string) => Buffer.from(challenge, 'base64url').toString('base64url');
