import { z } from 'zod';
import { sqlFormats } from '../../sql/formats.ts';
import { mostSqlRows, usualSqlRows } from '../sql-limits.ts';
import { day, expected, strictFields } from './common.ts';

const sql = z.string({ error: expected('a SELECT, as a text') });

const rows = z
  .int({ error: expected(`a whole number from 1 to ${mostSqlRows}`) })
  .min(1, { error: expected(`a whole number from 1 to ${mostSqlRows}`) })
  .max(mostSqlRows, { error: expected(`a whole number from 1 to ${mostSqlRows}`) })
  .optional();

const format = z.enum(sqlFormats, { error: expected(`one of ${sqlFormats.join(', ')}`) });

const shape = {
  ...{ sql, format: format.optional(), limit: rows, from: day.optional(), to: day.optional() },
};

export const statement = strictFields(shape, {
  ...shape,
  sql: sql.meta({
    description: 'one SELECT over `hits` and `visits`',
    example: "SELECT day, count(*) AS pageviews FROM hits WHERE name = 'pageview' GROUP BY day",
  }),
  format: format.optional().meta({ description: 'else as `Accept` says; else `json`' }),
  limit: rows.meta({
    description: `a result of more rows is refused; ${usualSqlRows} where it is not said`,
  }),
  from: day.optional().meta({ description: 'the first day that the tables have' }),
  to: day.optional().meta({ description: 'the last day' }),
});

export const result = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())),
  row_count: z.int(),
  schema: z.int().meta({ description: 'which columns the tables have' }),
  first_day: day.optional().meta({ description: 'the first day that has hits' }),
  last_day: day.optional(),
});
