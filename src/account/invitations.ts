import { type Home, scanAll } from '../home/home.ts';
import { type Clock, dayMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { hashSecret } from './owner.ts';
import type { Rights } from './roles.ts';

const invitationsPartition = 'invitations';

export const invitationDays = 7;

const maxInvitations = 1_000;

/**
 * A link that is good once. `setup`: the first owner signs up; `invite`: somebody else does;
 * `reset`: a person who is there sets a new password.
 */
export type Invitation = {
  /** The first digits of its token's hash. */
  readonly id: string;
  readonly kind: 'setup' | 'invite' | 'reset';
  readonly endsMs: number;
  readonly createdMs: number;
  /** For whom it is meant; they may sign up with another. */
  readonly email?: string;
  /** What who signs up may do. */
  readonly rights?: Rights;
  /** Whose password is set. */
  readonly personId?: string;
};

export type NewInvitation = Pick<Invitation, 'kind' | 'email' | 'rights' | 'personId'>;

export type Invitations = {
  /** The token is shown once and never stored. */
  make(wanted: NewInvitation): Promise<{ readonly token: string; readonly facts: Invitation }>;
  /** One that is good still. */
  find(token: string): Promise<Invitation | undefined>;
  /** Takes it: of several who try at once, one gets it. Throws `not-found`. */
  use(token: string): Promise<Invitation>;
  /** Those that are good still, the oldest first. */
  list(): Promise<Invitation[]>;
  /** Throws `not-found`. */
  end(id: string): Promise<Invitation>;
  /** Forgets those that were used, and those that have run out. */
  sweep(nowMs: number): Promise<void>;
};

/** What is stored of one that was used. */
const used = JSON.stringify({ used: true });

export function openInvitations(
  { rows }: Pick<Home, 'rows'>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Invitations {
  const factsIn = (value: string): Invitation | undefined => {
    if (value === used) return undefined;
    const facts = JSON.parse(value) as Invitation;
    return clock() < facts.endsMs ? facts : undefined;
  };

  async function list(): Promise<Invitation[]> {
    const found: Invitation[] = [];
    for await (const { value } of scanAll(rows, invitationsPartition)) {
      const facts = factsIn(value);
      if (facts !== undefined) found.push(facts);
    }
    return found.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  return {
    list,
    async make(wanted) {
      if ((await list()).length >= maxInvitations)
        throw new DaybookError('bad-input', `expected at most ${maxInvitations} invitations`);
      const token = random(24).toString('base64url');
      const sort = hashSecret(token);
      const nowMs = clock();
      const times = { createdMs: nowMs, endsMs: nowMs + invitationDays * dayMs };
      const facts: Invitation = { ...wanted, ...times, id: sort.slice(0, 12) };
      await rows.append([{ partition: invitationsPartition, sort, value: JSON.stringify(facts) }]);
      return { token, facts };
    },
    async find(token) {
      const text = await rows.get(invitationsPartition, hashSecret(token));
      return text === undefined ? undefined : factsIn(text);
    },
    async use(token) {
      const sort = hashSecret(token);
      const text = await rows.get(invitationsPartition, sort);
      const facts = text === undefined ? undefined : factsIn(text);
      const row = { partition: invitationsPartition, sort, value: used };
      if (facts === undefined || !(await rows.putIf(row, text))) throw noInvitation();
      return facts;
    },
    async end(id) {
      for await (const { partition, sort, value } of scanAll(rows, invitationsPartition)) {
        const facts = factsIn(value);
        if (facts?.id !== id) continue;
        await rows.remove([{ partition, sort }]);
        return facts;
      }
      throw new DaybookError('not-found', `there is no invitation ${JSON.stringify(id)}`);
    },
    async sweep(nowMs) {
      for await (const { partition, sort, value } of scanAll(rows, invitationsPartition))
        if (value === used || (JSON.parse(value) as Invitation).endsMs <= nowMs)
          await rows.remove([{ partition, sort }]);
    },
  };
}

/** One that never was, was used or has run out: all look the same. */
export const noInvitation = () =>
  new DaybookError('not-found', 'this link was used, or has run out: ask for another');
