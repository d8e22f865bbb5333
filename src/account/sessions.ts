import { type Home, scanAll } from '../home/home.ts';
import { type Clock, dayMs } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { hashSecret, type Owner } from './owner.ts';

export const sessionDays = 30;

const sessionsPartition = 'sessions';

type Session = { readonly keyHash: string; readonly endsMs: number };

export type Sessions = {
  /** Signs in with the owner key; gives the session's token, or undefined for a wrong key. */
  start(key: string): Promise<string | undefined>;
  isSignedIn(token: string): Promise<boolean>;
  end(token: string): Promise<void>;
  /** Forgets the sessions that have run out. */
  sweep(nowMs: number): Promise<void>;
};

/**
 * A token is stored only as its hash, bound to the hash of the key it was made with: a new key ends
 * it.
 */
export function openSessions(
  home: Pick<Home, 'rows'>,
  owner: Owner,
  clock: Clock,
  random: Random,
): Sessions {
  const { rows } = home;

  async function start(key: string): Promise<string | undefined> {
    if (!(await owner.isKey(key))) return undefined;
    const token = random(32).toString('base64url');
    const session: Session = { keyHash: hashSecret(key), endsMs: clock() + sessionDays * dayMs };
    await rows.append([
      { partition: sessionsPartition, sort: hashSecret(token), value: JSON.stringify(session) },
    ]);
    return token;
  }

  async function isSignedIn(token: string): Promise<boolean> {
    const text = await rows.get(sessionsPartition, hashSecret(token));
    if (text === undefined) return false;
    const { keyHash, endsMs } = JSON.parse(text) as Session;
    return clock() < endsMs && keyHash === (await owner.keyHash());
  }

  async function sweep(nowMs: number): Promise<void> {
    for await (const { partition, sort, value } of scanAll(rows, sessionsPartition)) {
      if ((JSON.parse(value) as Session).endsMs <= nowMs) await rows.remove([{ partition, sort }]);
    }
  }

  return {
    start,
    isSignedIn,
    end: (token) => rows.remove([{ partition: sessionsPartition, sort: hashSecret(token) }]),
    sweep,
  };
}
