import { z } from 'zod';

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
});
