import { z } from 'zod';
import { instant } from './common.ts';

/** What can be taken back, and until when. */
const removal = z.object({
  ...{ id: z.string(), site: z.string(), kind: z.string(), what: z.string() },
  destroyed: instant,
});

export const removals = z.object({ removals: z.array(removal) });

export const restored = removal.extend({ restored: z.literal(true) });
