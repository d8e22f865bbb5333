import { z } from 'zod';
import { expected } from './common.ts';

const text = z.string().optional();

export const login = z.object({
  username: z.string({ error: expected('any name') }).meta({ example: 'owner' }),
  password: z.string({ error: expected('the owner key') }).meta({ example: '$KEY' }),
});

export const user = z.looseObject({
  ...{ id: z.string(), username: z.string(), role: z.string(), createdAt: z.string() },
  isAdmin: z.boolean(),
});

export const signedInAs = z.object({ token: z.string(), user });

export const me = z.looseObject({ token: z.string().nullable(), user });

export const ok = z.object({ ok: z.literal(true) });

const whole = (otherwise: string, most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/, { error: expected('a whole number from 1') })
    .refine((given) => Number(given) <= most, { error: expected(`at most ${most}`) })
    .default(otherwise);

export const listed = z.looseObject({
  search: text,
  page: whole('1', 1_000).transform(Number),
  pageSize: whole('20', 1_000).transform(Number),
});

export const websiteShown = z.looseObject({
  id: z.string().meta({ description: 'a UUID that the site has as an alias, else its domain' }),
  ...{ name: z.string(), domain: z.string(), createdAt: z.string() },
});

const listOf = (row: z.ZodType) =>
  z.object({ data: z.array(row), count: z.number(), page: z.number(), pageSize: z.number() });

export const websites = listOf(websiteShown);

const filters = {
  ...{ path: text, title: text, referrer: text, hostname: text, event: text, tag: text },
  ...{ browser: text, os: text, device: text, language: text, country: text, region: text },
  ...{ city: text, utmSource: text, utmMedium: text, utmCampaign: text, utmContent: text },
  ...{ utmTerm: text, segment: text },
  match: text.meta({ description: '`any`: one of the filters is enough' }),
};

const range = {
  startAt: text.meta({ description: 'ms since 1970; or `startDate`', example: '1795132800000' }),
  endAt: text.meta({ description: 'ms since 1970; or `endDate`', example: '1795737599999' }),
};

export const asked = z
  .object({
    ...range,
    unit: text.meta({ description: 'minute, hour, day, month, year' }),
    timezone: text.meta({ description: "not looked at: steps are those of the site's zone" }),
    compare: text.meta({ description: 'prev or yoy' }),
    ...filters,
  })
  .catchall(text);

export const listAsked = asked.extend({
  type: z.string().meta({ description: 'what it is by, such as `path`', example: 'path' }),
  ...{ limit: text, offset: text },
});

export const rowsAsked = z
  .object({
    ...{ ...range, ...filters, search: text },
    page: whole('1', 500),
    pageSize: whole('20', 200),
  })
  .catchall(text);

const numbers = {
  ...{ pageviews: z.number(), visitors: z.number(), visits: z.number(), bounces: z.number() },
  totaltime: z.number().meta({ description: 'seconds' }),
};

export const stats = z.object({ ...numbers, comparison: z.object(numbers) });

const pairs = z.array(z.object({ x: z.string(), y: z.number() }));

export const points = z.looseObject({ pageviews: pairs, sessions: pairs });

export const metrics = z.array(z.object({ x: z.string().nullable(), y: z.number() }));

export const expanded = z.array(z.object({ name: z.string().nullable(), ...numbers }));

export const series = z.array(z.object({ x: z.string(), t: z.string(), y: z.number() }));

export const dataCounts = z.array(
  z.object({
    ...{ eventName: z.string(), propertyName: z.string() },
    ...{ dataType: z.number(), total: z.number() },
  }),
);

export const activeNow = z.object({ visitors: z.number() });

export const dates = z.object({ startDate: z.string(), endDate: z.string() });

export const eventRows = listOf(
  z.looseObject({
    ...{ id: z.string(), createdAt: z.string(), urlPath: z.string() },
    eventType: z.number().meta({ description: '1: a pageview, 2: an event' }),
  }),
);

export const sessionRows = listOf(
  z.looseObject({ id: z.string(), firstAt: z.string(), lastAt: z.string(), views: z.number() }),
);

const byValue = z.record(z.string(), z.number());

export const realtime = z.looseObject({
  ...{ countries: byValue, urls: byValue, referrers: byValue },
  series: z.object({ views: pairs, visitors: pairs }),
  totals: byValue,
  timestamp: z.number(),
});
