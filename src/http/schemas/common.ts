import { z } from 'zod';
import { quoted } from '../../lib/refused-fields.ts';
import { isDay } from '../../lib/site-days.ts';

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

export const day = z
  .string()
  .refine(isDay, { error: expected('a day such as 2026-11-22') })
  .meta({ format: 'date', example: '2026-11-22' });

export const domain = z
  .string({ error: expected('a domain such as example.com') })
  .meta({ description: "a site's domain", example: 'example.com' });

/** A site's domain, where it is what a request is about. */
export const siteId = z
  .string({ error: 'expected the domain of a site' })
  .min(1, { error: 'expected the domain of a site' })
  .meta({ description: "the site's domain", example: 'example.com' });

/** A switch of a query string or of a body. */
export const flag = z
  .union([z.boolean(), z.string()])
  .optional()
  .meta({ description: '`true`, `1` or `yes`; anything else is no' });

export const instant = z
  .string()
  .meta({ format: 'date-time', example: '2026-11-22T10:00:00.000Z' });

/**
 * Fields of a body and no others, read by one shape and documented by another one that says more.
 */
export function strictFields<T extends z.core.$ZodLooseShape>(read: T, documents: z.ZodRawShape) {
  const error = ({ code, keys }: { readonly code: string; readonly keys?: readonly string[] }) =>
    code === 'unrecognized_keys'
      ? `unknown ${keys!.join(', ')}; expected ${Object.keys(read).join(', ')}`
      : undefined;
  return documentedAs(z.strictObject(read, { error }), z.strictObject(documents));
}

export const deleted = z.object({ deleted: z.literal(true) });

/** How lists end; there is one page of them. */
export const meta = z.object({ after: z.null(), before: z.null(), limit: z.number() });
