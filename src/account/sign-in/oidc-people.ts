import { DaybookError } from '../../lib/errors.ts';
import type { People, Person } from '../people.ts';
import { withRole } from '../roles.ts';
import type { OidcPerson } from './oidc.ts';

/**
 * Who here is somebody of the provider's: who came by it before; else who has the e-mail that it
 * has verified; else somebody new, whose groups there have a role. Throws `not-allowed` for others.
 *
 * The role for all sites follows the groups: what they gave last is changed, or taken away. A role
 * that was given here stays where no group has one.
 */
export async function personFor(people: People, from: OidcPerson): Promise<Person> {
  const known = await knownPerson(people, from);
  if (known !== undefined) return linked(people, known, from);
  const { issuer, subject, email, role } = from;
  if (role === undefined) throw notAllowed('nobody here has that e-mail, and no group has a role');
  if (email === undefined) throw notAllowed('the provider has verified no e-mail');
  return people.add({
    ...{ email, name: from.name ?? email, rights: { all: role } },
    openId: { issuer, subject, role },
  });
}

async function knownPerson(people: People, { issuer, subject, email }: OidcPerson) {
  const isSame = ({ openId }: Person) => openId?.issuer === issuer && openId.subject === subject;
  const before = (await people.list()).find(isSame);
  if (before !== undefined || email === undefined) return before;
  const byEmail = await people.byEmail(email);
  // An e-mail that has gone to somebody else there does not go with what it opened here.
  if (byEmail?.openId?.issuer === issuer)
    throw notAllowed('somebody else of the provider had that e-mail here');
  return byEmail;
}

async function linked(people: People, known: Person, { issuer, subject, role }: OidcPerson) {
  const openId = { issuer, subject, ...(role !== undefined && { role }) };
  const given = known.openId?.role;
  const isTaken = role === undefined && given !== undefined && known.rights.all === given;
  if (role === given && known.openId?.subject === subject && known.openId.issuer === issuer)
    return known;
  const isMoved = role !== undefined || isTaken;
  const isNew = known.openId?.subject !== subject || known.openId.issuer !== issuer;
  const change = (rights: Person['rights']) =>
    people.change(known.id, (person) => ({
      ...(isNew ? withoutSecrets(person) : person),
      ...{ rights, openId },
    }));
  try {
    return await change(isMoved ? withRole(known.rights, role) : known.rights);
  } catch (error) {
    // The last owner stays one, whatever the groups say.
    if (!(error instanceof DaybookError) || error.fault !== 'conflict') throw error;
    return change(known.rights);
  }
}

/**
 * Anyone may have given an e-mail here as theirs, and have waited for whose it is: what they sign
 * in with, and their sessions, end as soon as the provider says who has it.
 */
function withoutSecrets(person: Person): Person {
  const { passwordHash: _, totp: _t, recoveryCodes: _r, passkeys: _p, ...others } = person;
  return { ...others, stamp: `${person.stamp}-openid` };
}

const notAllowed = (message: string) => new DaybookError('not-allowed', message);
