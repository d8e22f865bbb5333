import { z } from 'zod';
import { day, expected } from './common.ts';
import { rowsWithin } from './visits.ts';

const site = z.string().optional().meta({ description: 'absent: the default site' });

/** Of `GET /analytics`: what a scan of the course's table is told. */
export const scan = z.object({
  site,
  Limit: z.string().optional().meta({ description: 'ends a page early' }),
  ExclusiveStartKey: z
    .string()
    .optional()
    .meta({ description: 'the `LastEvaluatedKey` of the page before' }),
});

export const scanned = z.object({
  Items: z.array(z.looseObject({ pagePath: z.string(), timestamp: z.number() })),
  ...{ Count: z.number(), ScannedCount: z.number() },
  LastEvaluatedKey: z.unknown().optional(),
});

export const hitsAsked = z.object({
  ...{ site, ...rowsWithin },
  visitor: z
    .string()
    .regex(/^[0-9a-f]{16}(,[0-9a-f]{16}){0,99}$/, {
      error: expected('1 to 100 visitors of 16 hex digits, with commas between'),
    })
    .optional()
    .meta({ description: 'of these visitors alone, with commas between' }),
  format: z
    .enum(['ndjson', 'csv', 'parquet'], { error: expected('ndjson, csv or parquet') })
    .default('ndjson'),
});

export const booksAsked = z.object({ site });

export const books = z.object({
  days: z.array(
    z.object({
      ...{ day, received: z.number(), stored: z.number() },
      dropped: z.record(z.string(), z.number()),
    }),
  ),
});
