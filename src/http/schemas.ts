import { z } from 'zod';
import { siteSettings } from '../account/site-settings.ts';
import { quoted } from '../lib/refused-fields.ts';
import { isDay } from '../lib/site-days.ts';

/** Of a field: says what was expected of it, and what came. */
export const expected =
  (what: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    `expected ${what}, got ${input === undefined ? 'nothing' : quoted(input).slice(0, 60)}`;

const documented = new WeakMap<z.ZodType, z.ZodType>();

/** A schema that inputs are read by, which is documented by another one that says more. */
export function documentedAs<T extends z.ZodType>(schema: T, by: z.ZodType): T {
  documented.set(schema, by);
  return schema;
}

export const documentationOf = (schema: z.ZodType) => documented.get(schema) ?? schema;

/** Bytes that settings, goals and erasures may have. */
export const maxFieldsBytes = 262_144;

export const day = z
  .string()
  .refine(isDay, { error: expected('a day such as 2026-11-22') })
  .meta({ format: 'date', example: '2026-11-22' });

export const domain = z
  .string({ error: expected('a domain such as example.com') })
  .meta({ description: "a site's domain", example: 'example.com' });

/** A switch of a query string or of a body. */
export const flag = z
  .union([z.boolean(), z.string()])
  .optional()
  .meta({ description: '`true`, `1` or `yes`; anything else is no' });

export const instant = z
  .string()
  .meta({ format: 'date-time', example: '2026-11-22T10:00:00.000Z' });

const settingValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

const named = (value: z.ZodType) =>
  Object.fromEntries(
    siteSettings.map(({ name, describe }) => [name, value.meta({ description: describe })]),
  );

/** A site as the API shows it. */
export const siteShown = z.looseObject({ domain, ...named(settingValue) });

/** Settings as they are sent: `account/site-settings.ts` checks each. */
export const settings = documentedAs(
  z.looseObject({}),
  z.looseObject(named(settingValue.optional())),
);

export const newSite = documentedAs(
  z.looseObject({ domain }),
  z.looseObject({ domain, ...named(settingValue.optional()) }),
);

/** How lists end; there is one page of them. */
export const meta = z.object({ after: z.null(), before: z.null(), limit: z.number() });

export const goal = z.object({
  id: z.string(),
  goal_type: z.enum(['event', 'page']),
  display_name: z.string(),
  event_name: z.string().nullable(),
  page_path: z.string().nullable(),
  currency: z.string().nullable(),
});

/** What can be taken back, and until when. */
export const removal = z.object({
  ...{ id: z.string(), site: z.string(), kind: z.string(), what: z.string() },
  destroyed: instant,
});
