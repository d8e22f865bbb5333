import { z } from 'zod';
import { instant } from './common.ts';

export const ownChange = z.strictObject({
  ...{ name: z.string().optional(), email: z.email().optional() },
});

const session = z
  .object({
    ...{ id: z.string(), client: z.string().nullable(), is_this_one: z.boolean() },
    ...{ began: instant.nullable(), seen: instant.nullable(), expires: instant },
  })
  .meta({ id: 'Session' });

export const sessions = z.object({ sessions: z.array(session) });
