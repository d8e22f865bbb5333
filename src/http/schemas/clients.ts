import { z } from 'zod';

const text = z.string().optional();

/** What Umami's clients send. */
export const sent = z
  .object({
    type: z.enum(['event', 'identify', 'performance']).meta({
      description: 'only an event is kept',
    }),
    payload: z.looseObject({
      website: z.string().meta({ description: 'an alias, or the domain', example: 'example.com' }),
      ...{ hostname: text, url: text, referrer: text, title: text, language: text },
      screen: text.meta({ example: '1440x900' }),
      name: text.meta({ description: "an event's; absent: a pageview", example: 'Signup' }),
      tag: text.meta({ description: 'becomes the property `tag`' }),
      data: z
        .record(z.string(), z.unknown())
        .optional()
        .meta({ description: "an event's properties; `revenue` with `currency` is its revenue" }),
      ip: text.meta({ description: "the visitor's address, of a sender with a key" }),
      userAgent: text.meta({ description: "the visitor's, of a sender with a key" }),
      timestamp: z
        .number()
        .optional()
        .meta({ description: 'seconds since 1970, of a sender with a key' }),
    }),
  })
  .meta({ id: 'UmamiHit' });

export const sentBatch = z.array(sent);

export const sentAnswer = z.union([
  z.object({ cache: z.string(), sessionId: z.string(), visitId: z.string() }),
  z.object({ beep: z.literal('boop') }),
]);

export const batchAnswer = z.object({
  ...{ size: z.number(), processed: z.number(), errors: z.number() },
  details: z.array(z.object({ index: z.number(), response: z.unknown() })),
  cache: z.string().nullable(),
});

/** What GoatCounter's script sends. */
export const countQuery = z.object({
  p: z.string().meta({ description: "the page's path, or the event's name", example: '/prices' }),
  e: text.meta({ description: '`true`: an event' }),
  t: text.meta({ description: 'title' }),
  r: text.meta({ description: 'the referring URL' }),
  s: text.meta({ description: "the screen's width in px" }),
  q: text.meta({ description: "the query of the page's URL" }),
  b: text.meta({ description: 'above 0: automated' }),
  site: text.meta({ description: 'the site: an alias, or its domain' }),
});

export const countsQuery = z.object({ site: text });

export const counts = z.object({
  no_sessions: z.boolean().optional(),
  hits: z
    .array(
      z.looseObject({
        path: z.string().meta({ example: '/prices' }),
        session: text.meta({ description: 'tells visitors apart', example: 'a1' }),
        ...{ title: text, ref: text, query: text, ip: text, user_agent: text },
        ...{ location: text, language: text, created_at: text },
        event: z.boolean().optional(),
        size: z.array(z.number()).optional(),
        bot: z.number().optional(),
      }),
    )
    .min(1)
    .max(500),
});

export const nothing = z.object({});

/** `errors`: by the places of the hits; those of others are durable. */
export const refused = z.union([
  z.object({ errors: z.record(z.string(), z.string()) }),
  z.object({ error: z.string(), field: z.string().optional() }),
]);
