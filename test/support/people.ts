import { randomBytes } from 'node:crypto';
import { openOwner } from '../../src/account/owner.ts';
import { openPeople, type Person } from '../../src/account/people.ts';
import type { Rights } from '../../src/account/roles.ts';
import { openSessions } from '../../src/account/sessions.ts';
import type { Home } from '../../src/home/home.ts';

/** Somebody who may sign in, and a token by which they have. */
export async function addPerson(
  home: Home,
  { email, rights, clock = Date.now }: { email: string; rights: Rights; clock?: () => number },
): Promise<{ readonly person: Person; readonly token: string }> {
  const people = openPeople(home, { clock, random: randomBytes });
  const owner = openOwner(home, randomBytes);
  const sessions = openSessions(home, { owner, people }, clock, randomBytes);
  const person = await people.add({ email, name: email.split('@')[0]!, rights });
  return { person, token: await sessions.startFor(person) };
}
