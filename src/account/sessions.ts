import { type Home, scanAll } from '../home/home.ts';
import { type Clock, dayMs, hourMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { hashSecret, type Owner } from './owner.ts';
import type { People, Person } from './people.ts';

export const sessionDays = 30;

const sessionsPartition = 'sessions';

/** That somebody was there is noted at most so often. */
const seenEveryMs = hourMs;

/** As it is stored, under the hash of its token. */
type Session = {
  readonly endsMs: number;
  readonly createdMs?: number;
  readonly seenMs?: number;
  /** The browser it was begun with, in words (`Firefox on Linux`). */
  readonly client?: string;
} & (
  | { readonly keyHash: string; readonly personId?: undefined }
  | { readonly personId: string; readonly stamp: string }
);

/** Who has signed in: somebody, or whoever has the owner key. */
export type SignedIn = { readonly person?: Person };

export type SessionFacts = {
  /** The first digits of its token's hash. */
  readonly id: string;
  readonly endsMs: number;
  readonly createdMs: number | undefined;
  readonly seenMs: number | undefined;
  readonly client: string | undefined;
};

export type Sessions = {
  /** Signs in with the owner key; gives the session's token, or undefined for a wrong key. */
  start(key: string, client?: string): Promise<string | undefined>;
  /** Signs somebody in who has shown to be who they are. */
  startFor(person: Person, client?: string): Promise<string>;
  of(token: string): Promise<SignedIn | undefined>;
  end(token: string): Promise<void>;
  /** Of a person, or those of the owner key; the newest first. */
  list(personId: string | undefined): Promise<SessionFacts[]>;
  /** Throws `not-found`. */
  endOne(personId: string | undefined, id: string): Promise<void>;
  /** Forgets the sessions that have run out. */
  sweep(nowMs: number): Promise<void>;
};

/** `id` of a session, by which its owner sees and ends it. */
export const sessionId = (token: string) => idIn(hashSecret(token));

const idIn = (hash: string) => hash.slice(0, 12);

/**
 * A token is stored only as its hash. It is bound to the hash of the owner key it was made with, or
 * to a person's stamp: a new key, or a new password, ends it.
 */
export function openSessions(
  { rows }: Pick<Home, 'rows'>,
  { owner, people }: { readonly owner: Owner; readonly people: People },
  clock: Clock,
  random: Random,
): Sessions {
  async function begin(
    whose: { readonly keyHash: string } | { readonly personId: string; readonly stamp: string },
    client: string | undefined,
  ): Promise<string> {
    const token = random(32).toString('base64url');
    const nowMs = clock();
    const session: Session = {
      ...{ ...whose, createdMs: nowMs, seenMs: nowMs, endsMs: nowMs + sessionDays * dayMs },
      ...(client !== undefined && { client }),
    };
    const row = { partition: sessionsPartition, sort: hashSecret(token) };
    await rows.append([{ ...row, value: JSON.stringify(session) }]);
    return token;
  }

  async function whoHas(session: Session): Promise<SignedIn | undefined> {
    if (session.personId === undefined)
      return session.keyHash === (await owner.keyHash()) ? {} : undefined;
    const person = await people.find(session.personId);
    return person?.stamp === session.stamp ? { person } : undefined;
  }

  /** It is no harm where two note it, or none. */
  async function noteSeen(sort: string, text: string, session: Session): Promise<void> {
    if (clock() - (session.seenMs ?? 0) < seenEveryMs) return;
    const value = JSON.stringify({ ...session, seenMs: clock() });
    await rows.putIf({ partition: sessionsPartition, sort, value }, text);
  }

  async function* ofPerson(personId: string | undefined) {
    for await (const { partition, sort, value } of scanAll(rows, sessionsPartition)) {
      const session = JSON.parse(value) as Session;
      if (session.personId === personId) yield { partition, sort, session };
    }
  }

  return {
    async start(key, client) {
      if (!(await owner.isKey(key))) return undefined;
      return begin({ keyHash: hashSecret(key) }, client);
    },
    startFor: ({ id, stamp }, client) => begin({ personId: id, stamp }, client),
    async of(token) {
      const sort = hashSecret(token);
      const text = await rows.get(sessionsPartition, sort);
      if (text === undefined) return undefined;
      const session = JSON.parse(text) as Session;
      if (clock() >= session.endsMs) return undefined;
      const found = await whoHas(session);
      if (found !== undefined) await noteSeen(sort, text, session);
      return found;
    },
    end: (token) => rows.remove([{ partition: sessionsPartition, sort: hashSecret(token) }]),
    async list(personId) {
      const found: SessionFacts[] = [];
      for await (const { sort, session } of ofPerson(personId)) {
        const { endsMs, createdMs, seenMs, client } = session;
        if (clock() < endsMs && (await whoHas(session)) !== undefined)
          found.push({ id: idIn(sort), endsMs, createdMs, seenMs, client });
      }
      return found.sort((a, b) => b.endsMs - a.endsMs || (a.id < b.id ? -1 : 1));
    },
    async endOne(personId, id) {
      for await (const { partition, sort } of ofPerson(personId)) {
        if (idIn(sort) !== id) continue;
        await rows.remove([{ partition, sort }]);
        return;
      }
      throw new DaybookError('not-found', `there is no session ${JSON.stringify(id.slice(0, 40))}`);
    },
    async sweep(nowMs) {
      for await (const { partition, sort, value } of scanAll(rows, sessionsPartition))
        if ((JSON.parse(value) as Session).endsMs <= nowMs)
          await rows.remove([{ partition, sort }]);
    },
  };
}
