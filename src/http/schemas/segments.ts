import { z } from 'zod';
import { strictFields } from './common.ts';
import { filter } from './queries.ts';

const name = z.string().meta({ description: 'its own among those of the site', example: 'Blog' });

const filters = z.array(filter).meta({
  description: 'those of a query, all of which hold; no segment is among them',
  example: [['contains', 'event:page', ['/blog/']]],
});

const given = z.unknown();

/** `account/segments.ts` and `report/query/filters.ts` check each. */
export const newSegment = strictFields({ name: given, filters: given }, { name, filters });

export const segmentChange = strictFields(
  { name: given.optional(), filters: given.optional() },
  { name: name.optional(), filters: filters.optional() },
);

export const segment = z.object({
  id: z.string().meta({ example: '0b7e93a1' }),
  name,
  filters: z.array(z.unknown()),
  own: z.literal(true).optional().meta({ description: 'of who asks, and seen by nobody else' }),
});

export const segments = z.object({ segments: z.array(segment) });
