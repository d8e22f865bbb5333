import { z } from 'zod';
import { rights } from './people.ts';

const problem = 'expected {"key": "…"} with the owner key';

export const signingIn = z.looseObject(
  { key: z.string({ error: problem }).meta({ example: '$KEY' }) },
  { error: problem },
);

export const signedIn = z.object({ signedIn: z.boolean() });

/** What a page has to know of this Daybook, besides. */
export const session = signedIn.extend({
  publicUrl: z.string().optional(),
  hasCities: z.boolean().optional(),
  hasOpenId: z
    .boolean()
    .optional()
    .meta({ description: 'people may sign in by OpenID Connect: `GET /api/session/openid`' }),
  rights: rights.optional().meta({ description: 'what who asks may' }),
  person: z
    .object({ id: z.string(), name: z.string(), email: z.string() })
    .optional()
    .meta({ description: 'who has signed in; the owner key is nobody' }),
});
