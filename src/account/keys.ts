import { type Home, scanAll } from '../home/home.ts';
import { boundedMap } from '../lib/bounded-map.ts';
import { hourMs } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { isPlainLine } from '../lib/plain-text.ts';
import type { Random } from '../lib/random.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { hashSecret } from './owner.ts';
import type { Rights, Role } from './roles.ts';

/**
 * The rows of keys:
 *
 *   keys        <hash>   the facts of a key
 *   keys-used   <id>     when it was used last: who takes hits may write it, and no key
 */
const keysPartition = 'keys';

const usedPartition = 'keys-used';

/** By this a key is told from the owner key, which takes another row. */
const keyStart = 'dbk_';

/** Whether it looks like one of these keys. */
export const isScoped = (key: string) => key.startsWith(keyStart);

const maxKeys = 1_000;

const maxNameLength = 120;

/** That a key was used is noted at most so often. */
const usedEveryMs = hourMs;

/**
 * What keys may be for. `write`: to send hits, as their sender's word; it reads nothing. `read`:
 * what a viewer may. `manage`: what an admin may. `all`: everything, and to send hits.
 */
export const scopes = ['write', 'read', 'manage', 'all'] as const;

export type Scope = (typeof scopes)[number];

/** What is stored of a key. */
export type KeyFacts = {
  /** The first digits of its hash. */
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** Of this site alone; absent: of every site. */
  readonly siteId?: string;
  readonly createdMs: number;
  /** From then on it is no key. */
  readonly endsMs?: number;
  /** When it was used last, to the hour. */
  readonly usedMs?: number;
};

export type NewKey = Pick<KeyFacts, 'name' | 'scope' | 'siteId' | 'endsMs'>;

const roleOfScope: Readonly<Record<Scope, Role | undefined>> = {
  ...{ write: undefined, read: 'viewer', manage: 'admin', all: 'owner' },
};

/** What who has the key may do; sending hits is no part of it. */
export function rightsOfKey({ scope, siteId }: Pick<KeyFacts, 'scope' | 'siteId'>): Rights {
  const role = roleOfScope[scope];
  if (role === undefined) return {};
  return siteId === undefined ? { all: role } : { sites: { [siteId]: role } };
}

/** Whether who has the key may send hits as their sender's word. */
export const maySend = ({ scope }: Pick<KeyFacts, 'scope'>) => scope === 'write' || scope === 'all';

export type Keys = {
  /** The key is shown once and never stored. Throws `bad-input` that names the field. */
  make(wanted: NewKey): Promise<{ readonly key: string; readonly facts: KeyFacts }>;
  /** The facts of a key that is good still; notes that it was used. */
  find(key: string): Promise<KeyFacts | undefined>;
  /** The oldest first, those that have run out too. */
  list(): Promise<KeyFacts[]>;
  /** It ends at once. Throws `not-found`. */
  end(id: string): Promise<KeyFacts>;
};

const withUse = (facts: KeyFacts, used: ReadonlyMap<string, number>): KeyFacts => {
  const usedMs = used.get(facts.id);
  return usedMs === undefined ? facts : { ...facts, usedMs };
};

/** Keys for less than everything; the owner key is beside them (`owner.ts`). */
export function openKeys(
  { rows }: Pick<Home, 'rows'>,
  { clock, random }: { readonly clock: () => number; readonly random: Random },
): Keys {
  const notedMs = boundedMap<string, number>(maxKeys);

  /** A use that cannot be noted is one all the same. */
  async function noteUse({ id }: KeyFacts, nowMs: number): Promise<void> {
    if (nowMs - (notedMs.get(id) ?? 0) < usedEveryMs) return;
    notedMs.set(id, nowMs);
    const row = { partition: usedPartition, sort: id, value: JSON.stringify(nowMs) };
    await rows.append([row]).catch(() => {});
  }

  async function list(): Promise<KeyFacts[]> {
    const found: KeyFacts[] = [];
    const used = new Map<string, number>();
    for await (const { sort, value } of scanAll(rows, usedPartition))
      used.set(sort, JSON.parse(value) as number);
    for await (const { value } of scanAll(rows, keysPartition))
      found.push(withUse(JSON.parse(value) as KeyFacts, used));
    return found.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  return {
    list,
    async make({ name, scope, siteId, endsMs }) {
      if (!isPlainLine(name, maxNameLength))
        throw refusedField('name', `expected one line of at most ${maxNameLength} characters`);
      if (endsMs !== undefined && !(endsMs > clock()))
        throw refusedField('expires', 'expected a moment that is to come');
      if ((await list()).length >= maxKeys)
        throw new DaybookError('bad-input', `expected at most ${maxKeys} keys`);
      const key = keyStart + random(32).toString('base64url');
      const sort = hashSecret(key);
      const facts: KeyFacts = {
        ...{ id: sort.slice(0, 12), name, scope },
        ...(siteId !== undefined && { siteId }),
        ...(endsMs !== undefined && { endsMs }),
        createdMs: clock(),
      };
      await rows.append([{ partition: keysPartition, sort, value: JSON.stringify(facts) }]);
      return { key, facts };
    },
    async find(key) {
      if (!isScoped(key)) return undefined;
      const sort = hashSecret(key);
      const text = await rows.get(keysPartition, sort);
      if (text === undefined) return undefined;
      const facts = JSON.parse(text) as KeyFacts;
      const nowMs = clock();
      if (nowMs >= (facts.endsMs ?? Number.POSITIVE_INFINITY)) return undefined;
      await noteUse(facts, nowMs);
      return facts;
    },
    async end(id) {
      for await (const { partition, sort, value } of scanAll(rows, keysPartition)) {
        const facts = JSON.parse(value) as KeyFacts;
        if (facts.id !== id) continue;
        await rows.remove([{ partition, sort }]);
        await rows.remove([{ partition: usedPartition, sort: id }]);
        return facts;
      }
      throw new DaybookError('not-found', `there is no key ${JSON.stringify(id.slice(0, 40))}`);
    },
  };
}
