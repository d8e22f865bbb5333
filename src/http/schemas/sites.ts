import { z } from 'zod';
import { siteSettings } from '../../account/site-settings.ts';
import { documentedAs, domain, flag, instant, meta } from './common.ts';

const settingValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

const named = (value: z.ZodType, examples: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(
    siteSettings.map(({ name, describe }) => [
      name,
      value.meta({
        description: describe,
        ...(name in examples && { example: examples[name] }),
      }),
    ]),
  );

/** A site as the API shows it. */
export const siteShown = z.looseObject({
  ...{ domain, ...named(settingValue) },
  former_domains: z
    .array(z.object({ domain, until: instant }))
    .optional()
    .meta({ description: 'domains that it had before, and that still mean it until then' }),
});

/** What others than the owner see of it has its domain at least. */
export const siteInPart = z.looseObject({ domain });

export const sites = z.object({ sites: z.array(siteShown), meta });

/** Settings as they are sent: `account/site-settings.ts` checks each. */
export const settings = documentedAs(
  z.looseObject({}),
  z.looseObject({
    domain: domain.optional(),
    ...named(settingValue.optional(), { week_starts: 'monday' }),
  }),
);

export const newSite = documentedAs(
  z.looseObject({ domain }),
  z.looseObject({ domain, ...named(settingValue.optional()) }),
);

export const removing = z.object({ now: flag });

export const removed = z.object({
  ...{ deleted: z.literal(true), destroyed: instant, removal: z.string().optional() },
});
