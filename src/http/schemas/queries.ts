import { z } from 'zod';
import {
  fieldDimensions,
  manyDimensionNames,
  times,
  valueDimensionNames,
} from '../../model/dimensions.ts';
import { metrics } from '../../report/query/metrics.ts';
import { operators } from '../../report/query/operators.ts';
import { includes, maxLimit } from '../../report/query/types.ts';
import { documentedAs, siteId } from './common.ts';

/**
 * A query of Stats API v2, as it is documented. What is sent is read by `report/query/parse.ts`,
 * whose rules reach further than a schema does, and which says what was expected and where.
 */
const names = <T extends string>(all: readonly T[]) => z.enum(all as [T, ...T[]]);

/** Those that a database of cities fills are in no list of names, and may always be asked for. */
const ofCities = Object.keys(fieldDimensions).filter(
  (name) => ![...valueDimensionNames, ...manyDimensionNames].includes(name),
);

const listed = (all: readonly string[]) => all.map((name) => `\`${name}\``).join(', ');

const dimension = z
  .union([
    names([...Object.keys(fieldDimensions), 'event:goal']),
    z.templateLiteral(['event:props:', z.string()]),
  ])
  .meta({
    id: 'Dimension',
    description:
      `one of ${listed(valueDimensionNames)}; ` +
      `with a database of cities, also ${listed(ofCities)}; ` +
      `only to group by, ${listed(manyDimensionNames)}: the names of properties`,
  });

const time = names(['time', ...Object.keys(times), 'site']).meta({
  description: 'a stretch of time; `site` is only for all sites together',
});

const metric = names(Object.keys(metrics)).meta({ id: 'Metric' });

const dateRange = z.union([z.string(), z.tuple([z.string(), z.string()])]).meta({
  ...{ id: 'DateRange', example: '30d' },
  description:
    '`day`, `24h`, `7d`, `30d` (any number of `d`), `month`, `6mo` (any number of `mo`), `year`, ' +
    '`all`, two days, or two moments',
});

export const filter: z.ZodType = z
  .array(z.unknown())
  .min(2)
  .max(4)
  .meta({
    ...{ id: 'Filter', example: ['is', 'visit:country', ['DE', 'AT']] },
    description:
      `\`[operator, dimension, values]\` with one of ${Object.keys(operators).join(', ')}; ` +
      '`["and" | "or", filters]`, `["not", filter]`, `["has_done" | "has_not_done", filter]`, ' +
      '`["is", "segment", ids]`',
  });

const compare = z.object({
  mode: z.enum(['previous_period', 'year_over_year', 'custom']),
  date_range: z.tuple([z.string(), z.string()]).optional(),
  match_day_of_week: z.boolean().optional(),
});

const query = z
  .object({
    site_id: siteId,
    metrics: z
      .array(metric)
      .min(1)
      .meta({ example: ['visitors', 'pageviews'] }),
    date_range: dateRange,
    dimensions: z
      .array(z.union([dimension, time]))
      .max(8)
      .optional(),
    filters: z.array(filter).optional(),
    order_by: z
      .array(
        z.tuple([
          z.union([metric, dimension, time]).meta({ description: 'a metric or dimension of it' }),
          z.enum(['asc', 'desc']),
        ]),
      )
      .optional(),
    include: z
      .object({
        ...Object.fromEntries(includes.map((name) => [name, z.boolean().optional()])),
        compare: compare.optional(),
      })
      .optional(),
    pagination: z
      .object({
        limit: z.number().int().min(1).max(maxLimit).optional(),
        offset: z.number().int().min(0).optional(),
      })
      .optional(),
  })
  .meta({ id: 'Query' });

/** What is read of a query before the site is known. */
export const queryBody = documentedAs(z.looseObject({ site_id: siteId }), query);

export const batchBody = documentedAs(
  z.looseObject({ site_id: siteId, queries: z.unknown() }),
  z.object({ site_id: siteId, queries: z.array(query.partial({ site_id: true })).max(50) }),
);
