import { z } from 'zod';
import { domain, meta } from './common.ts';
import { role } from './people.ts';

const guest = z.object({
  ...{ email: z.string(), role, status: z.enum(['accepted', 'invited']) },
});

export const guests = z.object({ guests: z.array(guest), meta });

export const guestAdded = guest.extend({ url: z.string().optional() });

export const newGuest = z.looseObject({
  site_id: domain,
  email: z.string({ error: 'expected an e-mail address' }).meta({ example: 'ada@example.com' }),
  role: z.enum(['viewer', 'editor', 'admin'], { error: 'expected viewer, editor or admin' }),
});

export const guestAsked = z.object({ site_id: domain.optional() });
