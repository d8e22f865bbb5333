import { z } from 'zod';
import { roles } from '../../account/roles.ts';
import { domain, instant } from './common.ts';

export const role = z.enum(roles).meta({ id: 'Role', example: 'viewer' });

/** Of all sites, and of single ones by their domains. */
export const rights = z
  .object({ all: role.nullable(), sites: z.record(z.string(), role) })
  .meta({ id: 'Rights' });

const email = z.string().meta({ example: 'ada@example.com' });

export const personShown = z
  .object({
    ...{ id: z.string(), email, name: z.string(), rights, created: instant },
    ...{ password: z.boolean(), totp: z.boolean(), passkeys: z.number(), open_id: z.boolean() },
  })
  .meta({ id: 'Person' });

export const people = z.object({ people: z.array(personShown) });

const invitation = z.object({
  ...{ id: z.string(), kind: z.string(), email: z.string().nullable(), rights, expires: instant },
});

export const invitations = z.object({ invitations: z.array(invitation) });

const link = { token: z.string(), url: z.string() };

export const invitationMade = invitation.extend(link);

export const reset = z.object(link);

const site = domain.optional().meta({ description: 'of this site alone; else of all' });

export const newInvitation = z.strictObject({ role, site, email: z.email().optional() });

export const newRole = z.strictObject({ role: role.nullable(), site });
