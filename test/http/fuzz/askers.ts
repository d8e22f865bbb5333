import { createHash } from 'node:crypto';
import { openKeys, scopes } from '../../../src/account/keys.ts';
import { openOwner } from '../../../src/account/owner.ts';
import { openPeople } from '../../../src/account/people.ts';
import { roles } from '../../../src/account/roles.ts';
import { openSessions } from '../../../src/account/sessions.ts';
import type { Home } from '../../../src/home/home.ts';

/** What is sent by whom: their keys, or tokens of sessions, each of which a request may end. */
export type Askers = Readonly<Record<string, readonly string[]>>;

/** Ids of people and of keys that requests may remove. */
export type Spare = Readonly<Record<'people' | 'keys', readonly string[]>>;

const sessionsEach = 40;

const spares = 30;

/**
 * People of every role and keys of every scope. Two homes get the same ones: a request may be sent
 * to either.
 */
export async function makeAskers(home: Home): Promise<{ askers: Askers; spare: Spare }> {
  let drawn = 0;
  const random = (bytes: number) =>
    createHash('sha512').update(`fuzz ${drawn++}`).digest().subarray(0, bytes);
  const means = { clock: Date.now, random };
  const askers: Record<string, string[]> = {};
  const keys = openKeys(home, means);
  for (const scope of scopes)
    askers[`${scope} key`] = [(await keys.make({ name: 'Of the fuzz', scope })).key];
  const people = openPeople(home, means);
  const owner = openOwner(home, random);
  const sessions = openSessions(home, { owner, people }, Date.now, random);
  for (const role of roles) {
    const rights = { all: role };
    const person = await people.add({ email: `${role}@fuzz.test`, name: role, rights });
    const tokens: string[] = [];
    for (let i = 0; i < sessionsEach; i++) tokens.push(await sessions.startFor(person));
    askers[role] = tokens;
  }
  const spare: Record<keyof Spare, string[]> = { people: [], keys: [] };
  for (let i = 0; i < spares; i++) {
    const rights = { all: 'viewer' } as const;
    spare.people.push((await people.add({ email: `s${i}@fuzz.test`, name: 'Spare', rights })).id);
    spare.keys.push((await keys.make({ name: 'Spare', scope: 'read' })).facts.id);
  }
  return { askers, spare };
}
