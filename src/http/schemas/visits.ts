import { z } from 'zod';
import { documentedAs, instant } from './common.ts';

const mostVisits = 200;

const expected = `expected a whole number from 1 to ${mostVisits}`;

/** `from` and `to` of what is not counted but shown. */
export const rowsWithin = {
  from: z
    .string()
    .optional()
    .meta({
      description: 'the first day, or a moment; absent: from the beginning',
      examples: ['2026-11-01', '2026-11-22T10:00:00Z'],
    }),
  to: z
    .string()
    .optional()
    .meta({
      description: 'the last day, or a moment whose second is included; absent: up to now',
      examples: ['2026-11-30', '2026-11-22T10:59:59Z'],
    }),
  filters: z
    .string()
    .optional()
    .meta({
      description: 'filters of a query (`POST /api/v2/query`), as JSON',
      examples: ['[["is","visit:country",["DE"]]]'],
    }),
};

const after = z.string().optional().meta({ description: 'the `next` of the page before' });

export const visitsAsked = documentedAs(
  z.object({
    ...{ ...rowsWithin, after },
    limit: z
      .string({ error: expected })
      .default('50')
      .refine((text) => /^[1-9]\d{0,2}$/.test(text) && Number(text) <= mostVisits, {
        error: expected,
      })
      .transform(Number),
  }),
  z.object({
    ...{ ...rowsWithin, after },
    limit: z.int().min(1).max(mostVisits).default(50),
  }),
);

const visit = {
  id: z.string().meta({ description: 'of its day, and of that alone' }),
  start: instant,
  duration: z.number().meta({ description: 'in seconds, from its first hit to its last' }),
  ...{ pageviews: z.number(), events: z.number() },
  ...{ entry_page: z.string(), exit_page: z.string(), source: z.string(), country: z.string() },
  ...{ device: z.string(), browser: z.string(), os: z.string() },
};

export const visitPage = z.object({
  visits: z.array(z.object(visit)),
  next: z.string().nullable(),
});

export const visitSteps = z.object({
  ...visit,
  steps: z
    .array(
      z.object({
        ...{ time: instant, name: z.string(), page: z.string() },
        ...{ title: z.string().optional(), hostname: z.string().optional() },
        props: z.record(z.string(), z.string()).optional(),
        revenue: z.object({ currency: z.string(), amount: z.number() }).optional(),
        engaged_ms: z.number().optional(),
        scroll_depth: z.number().optional().meta({ description: 'per cent' }),
      }),
    )
    .meta({ description: 'pageviews and events in the order of time, at most 1,000' }),
});
