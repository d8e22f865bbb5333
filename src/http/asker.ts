import type { AuditedBy } from '../account/audit-log.ts';
import type { KeyFacts } from '../account/keys.ts';
import type { Person } from '../account/people.ts';
import { everything, type Rights } from '../account/roles.ts';

/** Who sends a request, and what they may do. */
export type Asker = {
  readonly rights: Rights;
  /** Who has signed in, or whose token it is. */
  readonly person?: Person;
  /** What they have sent, where it is not the owner key. */
  readonly key?: KeyFacts;
};

export const nobody: Asker = { rights: {} };

export const whoHasOwnerKey: Asker = { rights: everything };

/** As the audit log names them. */
export function auditedBy({ person, key, rights }: Asker): AuditedBy {
  if (person !== undefined) return { kind: 'person', id: person.id, name: person.name };
  if (key !== undefined) return { kind: 'key', id: key.id, name: key.name };
  return { kind: rights.all === 'owner' ? 'owner-key' : 'nobody' };
}
