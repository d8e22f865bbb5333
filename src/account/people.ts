import { type Home, scanAll } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { isPlainLine } from '../lib/plain-text.ts';
import type { Random } from '../lib/random.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { everything, isAtLeast, type Rights, type Role, roleOn } from './roles.ts';

/**
 * The rows of people:
 *
 *   people   <id>       the person
 *   emails   <e-mail>   a claim: the id of the person who has it; one that names nobody who has it
 *                       is free
 */
const peoplePartition = 'people';

const emailsPartition = 'emails';

const maxPeople = 1_000;

const maxNameLength = 120;

/** What is stored of somebody who may sign in. */
export type Person = {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly rights: Rights;
  /** Changed with every secret of theirs: sessions that were begun before have ended. */
  readonly stamp: string;
  readonly createdMs: number;
  /** What they sign in with, as `sign-in/` writes it. */
  readonly passwordHash?: string;
  readonly totp?: { readonly secret: string; readonly lastStep: number };
  /** Hashes, each good once. */
  readonly recoveryCodes?: readonly string[];
  readonly passkeys?: readonly Passkey[];
  /** Of the OpenID Connect provider; `role`: what their groups there gave them last. */
  readonly openId?: { readonly issuer: string; readonly subject: string; readonly role?: Role };
};

/** Nothing of it is secret. */
export type Passkey = {
  /** The authenticator's own, as Base64url. */
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly lastUsedMs?: number;
  /** It is kept by a service of its maker's, and may be on several devices. */
  readonly isSynced: boolean;
  /** It holds for this host alone. */
  readonly host: string;
  /** Base64url. */
  readonly publicKey: string;
  readonly counter: number;
};

export type NewPerson = Pick<Person, 'email' | 'name' | 'rights'> & Partial<Person>;

export type People = {
  find(id: string): Promise<Person | undefined>;
  byEmail(email: string): Promise<Person | undefined>;
  /** The oldest first. */
  list(): Promise<Person[]>;
  /** Throws `bad-input` that names the field, `conflict` where somebody has that e-mail. */
  add(person: NewPerson): Promise<Person>;
  /**
   * Changes a person by a function, which is called again if another change came in between. Throws
   * `not-found`, and `conflict` where nobody would be owner any more or the new e-mail is taken.
   */
  change(id: string, make: (person: Person) => Person): Promise<Person>;
  /** Their sessions end at once. Throws `not-found`, and `conflict` for the last owner. */
  remove(id: string): Promise<Person>;
};

export function openPeople(
  { rows }: Pick<Home, 'rows'>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): People {
  async function find(id: string): Promise<Person | undefined> {
    if (!isId(id)) return undefined;
    const text = await rows.get(peoplePartition, id);
    return text === undefined ? undefined : (JSON.parse(text) as Person);
  }

  async function byEmail(text: string): Promise<Person | undefined> {
    const email = text.trim().toLowerCase();
    if (!isEmail(email)) return undefined;
    const id = await rows.get(emailsPartition, email);
    const person = id === undefined ? undefined : await find(JSON.parse(id) as string);
    return person?.email === email ? person : undefined;
  }

  async function list(): Promise<Person[]> {
    const found: Person[] = [];
    for await (const { value } of scanAll(rows, peoplePartition))
      found.push(JSON.parse(value) as Person);
    return found.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  /** Takes an e-mail for a person; a claim that a cut change has left is taken over. */
  async function claimEmail(email: string, id: string): Promise<void> {
    const row = { partition: emailsPartition, sort: email, value: JSON.stringify(id) };
    if (await rows.putIf(row, undefined)) return;
    const held = await rows.get(emailsPartition, email);
    if (held === row.value) return;
    const isFree = held !== undefined && (await byEmail(email)) === undefined;
    if (isFree && (await rows.putIf(row, held))) return;
    throw new DaybookError('conflict', `email: somebody has ${email} already`, {
      fields: { email: ['somebody has it already'] },
    });
  }

  async function releaseEmail(email: string, id: string): Promise<void> {
    if ((await rows.get(emailsPartition, email)) === JSON.stringify(id))
      await rows.remove([{ partition: emailsPartition, sort: email }]);
  }

  async function keepAnOwner(leaving: Person): Promise<void> {
    if (roleOn(leaving.rights) !== 'owner') return;
    const others = (await list()).filter(({ id }) => id !== leaving.id);
    if (others.some(({ rights }) => isAtLeast(roleOn(rights), 'owner'))) return;
    throw new DaybookError('conflict', 'role: expected another owner before the last one goes', {
      fields: { role: ['expected another owner before the last one goes'] },
    });
  }

  async function expectPerson(id: string): Promise<Person> {
    const person = await find(id);
    if (person !== undefined) return person;
    throw new DaybookError('not-found', `there is no person ${JSON.stringify(id.slice(0, 40))}`);
  }

  return {
    ...{ find, byEmail, list },
    async add(fields) {
      const email = readEmail(fields.email);
      const name = readName(fields.name);
      if ((await list()).length >= maxPeople)
        throw new DaybookError('bad-input', `expected at most ${maxPeople} people`);
      const id = random(9).toString('base64url');
      const own = { id, email, name, stamp: newStamp(random), createdMs: clock() };
      const person: Person = { ...fields, ...own };
      await claimEmail(email, id);
      await rows.append([{ partition: peoplePartition, sort: id, value: JSON.stringify(person) }]);
      return person;
    },
    async change(id, make) {
      for (;;) {
        const before = await expectPerson(id);
        const made = make(before);
        const after = { ...made, email: readEmail(made.email), name: readName(made.name) };
        if (roleOn(after.rights) !== 'owner') await keepAnOwner(before);
        if (after.email !== before.email) await claimEmail(after.email, id);
        const row = { partition: peoplePartition, sort: id, value: JSON.stringify(after) };
        if (!(await rows.putIf(row, JSON.stringify(before)))) continue;
        if (after.email !== before.email) await releaseEmail(before.email, id);
        return after;
      }
    },
    async remove(id) {
      const person = await expectPerson(id);
      await keepAnOwner(person);
      await rows.remove([{ partition: peoplePartition, sort: id }]);
      await releaseEmail(person.email, id);
      return person;
    },
  };
}

/** Ends the sessions of a person whose secrets have changed. */
export const newStamp = (random: Random) => random(9).toString('base64url');

/** Who has the owner key, in the place of a person. */
export const byOwnerKey = { id: 'owner-key', name: 'the owner key', rights: everything } as const;

/** What others may see of a person. */
export const showPerson = ({ id, email, name, rights, createdMs, ...secrets }: Person) => ({
  ...{ id, email, name, rights },
  created: new Date(createdMs).toISOString(),
  password: secrets.passwordHash !== undefined,
  totp: secrets.totp !== undefined,
  passkeys: secrets.passkeys?.length ?? 0,
  open_id: secrets.openId !== undefined,
});

const isId = (id: string) => /^[\w-]{1,40}$/.test(id);

const isEmail = (text: string) =>
  isPlainLine(text, 254) && /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+$/.test(text);

export function readEmail(value: unknown): string {
  const email = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (!isEmail(email)) throw refusedField('email', 'expected an e-mail address');
  return email;
}

function readName(value: unknown): string {
  if (isPlainLine(value, maxNameLength)) return value;
  throw refusedField('name', `expected one line of 1 to ${maxNameLength} characters`);
}
