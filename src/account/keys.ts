import { type Home, scanAll } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';
import { isPlainLine } from '../lib/plain-text.ts';
import type { Random } from '../lib/random.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { hashSecret } from './owner.ts';

const keysPartition = 'keys';

/** By this a key is told from the owner key, which takes another row. */
const keyStart = 'dbk_';

/** Whether it looks like one of these keys. */
export const isScoped = (key: string) => key.startsWith(keyStart);

const maxKeys = 1_000;

const maxNameLength = 120;

/** What keys may be for. `write`: to send hits, as their sender's word; it reads nothing. */
export const scopes = ['write'] as const;

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
};

export type NewKey = Pick<KeyFacts, 'name' | 'scope' | 'siteId'>;

export type Keys = {
  /** The key is shown once and never stored. Throws `bad-input` that names the field. */
  make(wanted: NewKey): Promise<{ readonly key: string; readonly facts: KeyFacts }>;
  find(key: string): Promise<KeyFacts | undefined>;
  /** The oldest first. */
  list(): Promise<KeyFacts[]>;
  /** It ends at once. Throws `not-found`. */
  end(id: string): Promise<KeyFacts>;
};

/** Keys for less than everything; the owner key is beside them (`owner.ts`). */
export function openKeys(
  { rows }: Pick<Home, 'rows'>,
  { clock, random }: { readonly clock: () => number; readonly random: Random },
): Keys {
  async function list(): Promise<KeyFacts[]> {
    const found: KeyFacts[] = [];
    for await (const { value } of scanAll(rows, keysPartition))
      found.push(JSON.parse(value) as KeyFacts);
    return found.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  return {
    list,
    async make({ name, scope, siteId }) {
      if (!isPlainLine(name, maxNameLength))
        throw refusedField('name', `expected one line of at most ${maxNameLength} characters`);
      if ((await list()).length >= maxKeys)
        throw new DaybookError('bad-input', `expected at most ${maxKeys} keys`);
      const key = keyStart + random(32).toString('base64url');
      const sort = hashSecret(key);
      const facts: KeyFacts = {
        ...{ id: sort.slice(0, 12), name, scope },
        ...(siteId !== undefined && { siteId }),
        createdMs: clock(),
      };
      await rows.append([{ partition: keysPartition, sort, value: JSON.stringify(facts) }]);
      return { key, facts };
    },
    async find(key) {
      if (!isScoped(key)) return undefined;
      const text = await rows.get(keysPartition, hashSecret(key));
      return text === undefined ? undefined : (JSON.parse(text) as KeyFacts);
    },
    async end(id) {
      for await (const { partition, sort, value } of scanAll(rows, keysPartition)) {
        const facts = JSON.parse(value) as KeyFacts;
        if (facts.id !== id) continue;
        await rows.remove([{ partition, sort }]);
        return facts;
      }
      throw new DaybookError('not-found', `there is no key ${JSON.stringify(id.slice(0, 40))}`);
    },
  };
}
