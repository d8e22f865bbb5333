import { z } from 'zod';
import { documentedAs, domain } from './common.ts';

const mostSites = 50;

const expected = `expected 1 to ${mostSites} domains of sites, with commas between`;

export const liveAsked = documentedAs(
  z.object({
    sites: z
      .string({ error: expected })
      .transform((text) => text.split(',').filter((name) => name.trim() !== ''))
      .refine((names) => names.length > 0 && names.length <= mostSites, { error: expected }),
  }),
  z.object({
    sites: z.string().meta({
      description: `1 to ${mostSites} domains, with commas between`,
      example: 'example.com,blog.example',
    }),
  }),
);

export const live = z.object({
  sites: z.array(
    z.object({
      domain,
      current_visitors: z.number().meta({ description: 'of the last five minutes' }),
      hours: z
        .array(z.string())
        .meta({ description: 'of the site’s clock, the last one is not over', example: [] }),
      visitors: z.array(z.number()).meta({ description: 'of each hour' }),
    }),
  ),
});
