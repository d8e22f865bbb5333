import { z } from 'zod';

/** The tracker's scripts, as a page may load them. */
export const scriptList = z.object({
  scripts: z.array(
    z.object({
      name: z.string().meta({ example: 'daybook.v1.js' }),
      path: z.string(),
      lasting: z.string().meta({ description: 'the same file, which never changes' }),
      integrity: z.string().meta({ description: 'of the lasting one, for `integrity` of a tag' }),
      bytes: z.int().meta({ description: 'with gzip' }),
    }),
  ),
});
