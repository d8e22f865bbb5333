import { z } from 'zod';
import { expected } from './common.ts';

const text = z.string().optional();

const whole = (what: string) => z.string().regex(/^\d{1,6}$/, { error: expected(what) });

export const askedStats = z
  .object({
    site: text.meta({ description: 'an alias, or the domain; absent: as with `/count`' }),
    start: text.meta({ description: 'a day, or RFC 3339; absent: seven days ago' }),
    end: text.meta({ description: 'the same, included; absent: today' }),
    include_paths: text.meta({ description: 'ids of pages and events, with commas between' }),
    exclude_paths: text,
    after: z
      .string()
      .regex(/^\d{1,15}$/, { error: expected('an id') })
      .optional(),
    limit: whole('a whole number from 1 to 100')
      .refine((given) => Number(given) >= 1 && Number(given) <= 100, {
        error: expected('a whole number from 1 to 100'),
      })
      .default('20'),
    offset: whole('a whole number').optional(),
  })
  .catchall(text);

export const askedSite = z
  .object({ site: text.meta({ description: 'an alias, or the domain; absent: as with `/count`' }) })
  .catchall(text);

export const askedExport = z.looseObject({
  format: z.enum(['csv'], { error: expected('csv: there is no other format here') }).optional(),
  start_from_hit_id: z
    .int({ error: expected('last_hit_id of an earlier export') })
    .min(0, { error: expected('last_hit_id of an earlier export') })
    .max(9_999_999_999_999, { error: expected('last_hit_id of an earlier export') })
    .optional(),
});

export const exportState = z.looseObject({
  ...{ id: z.number(), start_from_hit_id: z.number(), last_hit_id: z.number() },
  ...{ created_at: z.string(), finished_at: z.string(), error: z.null() },
});

export const me = z.looseObject({ user: z.looseObject({ id: z.number() }) });

export const siteList = z.object({
  sites: z.array(z.looseObject({ id: z.number(), code: z.string(), cname: z.string() })),
});

const path = z.looseObject({ path: z.string(), title: z.string(), event: z.boolean() });

export const pathList = z.object({ paths: z.array(path), more: z.boolean() });

const days = z.array(
  z.object({ day: z.string(), daily: z.number(), hourly: z.array(z.number()).optional() }),
);

export const totals = z.object({
  ...{ total: z.number(), total_events: z.number(), total_utc: z.number(), stats: days },
});

export const hitList = z.object({
  hits: z.array(path.extend({ count: z.number(), path_id: z.number(), stats: days })),
  ...{ total: z.number(), more: z.boolean() },
});

export const refList = z.object({
  refs: z.array(z.looseObject({ name: z.string(), count: z.number() })),
  more: z.boolean(),
});

export const statList = z.object({
  stats: z.array(z.object({ id: z.string(), name: z.string(), count: z.number() })),
  more: z.boolean(),
});
