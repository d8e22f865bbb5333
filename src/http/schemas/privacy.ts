import { z } from 'zod';
import { expected } from './common.ts';

export const privacyAsked = z.object({
  format: z
    .enum(['page', 'fragment', 'markdown', 'text'], {
      error: expected('page, fragment, markdown or text'),
    })
    .default('page'),
});
