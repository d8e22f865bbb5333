import { z } from 'zod';
import { documentedAs } from './common.ts';

const text = z.string().optional();

const common = {
  site_id: text.meta({ description: "the site's domain; absent: the default site" }),
  period: text.meta({
    description: '`day`, `7d`, `30d`, `month`, `6mo`, `12mo`, `year`, `custom`',
  }),
  date: text.meta({ description: 'the last day, or with `custom` two days with a comma between' }),
  metrics: text.meta({ description: 'with commas between', example: 'visitors,pageviews' }),
  filters: text.meta({ description: '`visit:country==DE|AT`, with `;` between' }),
  with_imported: text,
};

/** `http/stats-v1.ts` reads them, and says what was expected. */
const parameters = (more: Record<string, z.ZodType>) =>
  documentedAs(z.record(z.string(), z.string()), z.object({ ...common, ...more }));

export const realtimeQuery = z.object({ site_id: common.site_id });

export const aggregateQuery = parameters({ compare: z.literal('previous_period').optional() });

export const timeseriesQuery = parameters({
  interval: z.enum(['hour', 'day', 'date', 'week', 'month']).optional(),
});

export const breakdownQuery = parameters({
  property: z.string().meta({ description: 'a dimension', example: 'event:page' }),
  ...{ limit: text, page: text },
});

export const count = z.number();

export const results = z.object({ results: z.unknown() });
