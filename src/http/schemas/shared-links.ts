import { z } from 'zod';
import { instant, siteId, strictFields } from './common.ts';
import { filter } from './queries.ts';

const name = z.string().meta({ description: 'its own among those of the site', example: 'Press' });

const fields = {
  password: z.string().nullable().meta({ description: 'null: none' }),
  expires: z.string().nullable().meta({
    description: 'a day, which is in whole, or a moment; null: never',
    example: '2099-12-31',
  }),
  filters: z.array(filter).meta({
    description: 'what alone is seen, as a query has filters; segments may be among them',
    example: [['contains', 'event:page', ['/blog/']]],
  }),
  hide_below: z.number().int().min(2).nullable().meta({
    description: 'rows of fewer visitors are left out; null: none are',
    example: 10,
  }),
  embed_on: z.array(z.string()).meta({
    description: 'sites whose pages may show it in a frame',
    example: ['https://blog.example', '*.example.com'],
  }),
  theme: z.enum(['light', 'dark']).nullable().meta({ description: 'null: as the system is' }),
  parts: z
    .array(z.string())
    .nullable()
    .meta({ description: 'what of the page is drawn; null: all', example: ['chart', 'pages'] }),
  badge_only: z.boolean().meta({ description: 'only its badge and its counter can be seen' }),
};

const given = Object.fromEntries(
  Object.keys(fields).map((field) => [field, z.unknown().optional()]),
) as Record<keyof typeof fields, z.ZodOptional<z.ZodUnknown>>;

const optional = Object.fromEntries(
  Object.entries(fields).map(([field, type]) => [field, type.optional()]),
);

/** `account/shared-link-fields.ts` and `report/query/filters.ts` check each. */
export const newSharedLink = strictFields({ name: z.unknown(), ...given }, { name, ...optional });

export const sharedLinkChange = strictFields(
  { name: z.unknown().optional(), ...given },
  { name: name.optional(), ...optional },
);

const { password: _, ...shown } = fields;

export const sharedLink = z.object({
  ...{ id: z.string().meta({ example: '0b7e93a10b7e93a1' }), name, created: instant },
  ...{ ...shown, filters: z.array(z.unknown()), has_password: z.boolean() },
});

/** Its address is shown this once: only the hash of its secret is kept. */
export const madeSharedLink = sharedLink.extend({
  url: z.string().meta({ example: 'https://stats.example.com/share/…' }),
  secret: z.string(),
});

export const sharedLinks = z.object({ shared_links: z.array(sharedLink) });

const wanted = z.string().meta({ example: 'WordPress' });

export const namedLink = strictFields(
  { site_id: siteId, name: z.unknown() },
  { site_id: siteId, name: wanted },
);

export const foundLink = z.object({ name, url: z.string() });

/** What a link shows, for whoever has it. */
export const seen = z.object({
  ...{ domain: z.string(), timezone: z.string(), name },
  ...{ week_starts: z.string(), currency: z.string() },
  ...{ filters: z.array(z.unknown()), hide_below: shown.hide_below, theme: shown.theme },
  parts: shown.parts,
});

const password = z.string({ error: 'expected a text' }).max(1_000).meta({ example: 'plum tree' });

export const passwordGiven = z.looseObject({ password });

export const pass = z.object({
  pass: z.string().meta({ description: 'to be sent behind the secret and a dot' }),
  until: instant,
});

export const badgeAsked = z.object({
  show: z
    .enum(['visitors', 'pageviews', 'live'], { error: 'expected visitors, pageviews or live' })
    .default('visitors')
    .meta({ description: 'of the last 30 days, or visitors now' }),
  label: z
    .string()
    .max(60, { error: 'expected at most 60 characters' })
    .optional()
    .meta({ description: 'in place of what is shown' }),
});
