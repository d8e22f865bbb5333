import { z } from 'zod';

const shown = z
  .union([
    z.number(),
    z.null(),
    z.object({ value: z.number(), currency: z.string(), short: z.string(), long: z.string() }),
  ])
  .meta({ description: 'a metric; null where nothing is known; money names its currency' });

export const report = z.object({
  results: z.array(z.looseObject({ dimensions: z.array(z.string()), metrics: z.array(shown) })),
  meta: z.looseObject({}),
  query: z.looseObject({}),
});

export const batch = z.object({ results: z.array(report) });

const logged = z.object({
  ...{ atMs: z.number(), reason: z.string(), domain: z.string(), name: z.string() },
  page: z.string(),
});

export const drops = z.object({ drops: z.array(logged), unknown: z.array(logged) });
