import { z } from 'zod';
import { documentedAs, domain, instant } from './common.ts';

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

const rows = z.array(z.object({ value: z.string(), visitors: z.number() }));

export const liveSite = z.object({
  now: instant,
  current_visitors: z.number().meta({ description: 'of the last five minutes' }),
  minutes: z
    .array(z.object({ start: instant, visitors: z.number(), pageviews: z.number() }))
    .meta({ description: 'the last 30 minutes; the last one is not over', example: [] }),
  pages: rows.meta({ description: 'of these 30 minutes, those of most visitors' }),
  sources: rows,
  countries: rows,
  hits: z
    .array(
      z.object({
        ...{ time: instant, name: z.string(), page: z.string(), source: z.string() },
        ...{ country: z.string(), browser: z.string() },
      }),
    )
    .meta({ description: 'the newest first; engagements are none' }),
});

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
