import { z } from 'zod';

const text = z.string().optional();

export const event = z
  .looseObject({
    n: z.string().max(120).meta({
      description: '`pageview`, `engagement`, or an event of yours',
      example: 'pageview',
    }),
    u: z.string().meta({ description: "the page's URL", example: 'https://example.com/prices' }),
    d: text.meta({ description: "the site; absent: the URL's host" }),
    r: text.meta({ description: 'the referring URL' }),
    p: z.record(z.string(), z.unknown()).optional().meta({ description: 'up to 30 properties' }),
    $: z
      .object({ currency: z.string(), amount: z.number() })
      .optional()
      .meta({ description: 'revenue' }),
    t: text.meta({ description: "the page's title" }),
    l: text.meta({ description: 'language' }),
    w: z.number().optional().meta({ description: "the screen's width in px" }),
    i: z.boolean().optional().meta({ description: 'false: does not count against a bounce' }),
    h: z.number().optional().meta({ description: '1: the fragment is part of the page' }),
    id: text.meta({ description: 'what makes sending again safe' }),
    a: z.number().optional().meta({ description: 'age in ms, of a hit that is sent again' }),
  })
  .meta({ id: 'Event' });

export const pixelQuery = z.object({
  n: text.meta({ description: 'the name of the event; absent: `pageview`' }),
  u: text.meta({
    description: "the page's URL; absent: that of the header `Referer`",
    example: 'https://example.com/prices',
  }),
  d: text.meta({ description: "the site; absent: the URL's host" }),
  r: text.meta({ description: 'the referring URL' }),
  t: text.meta({ description: "the page's title" }),
  l: text.meta({ description: "language; absent: the browser's first" }),
  p: text.meta({ description: 'up to 30 properties, as JSON' }),
  id: text.meta({ description: 'what makes sending again safe' }),
});

const sentEvent = event
  .omit({ a: true })
  .extend({
    ip: text.meta({ description: "the visitor's address; it is not kept" }),
    userAgent: text.meta({ description: "the visitor's user agent; it is not kept" }),
    timestamp: z
      .union([z.number(), z.string()])
      .optional()
      .meta({ description: 'when it was: ms since 1970, or ISO 8601; absent: now' }),
    optOut: z.boolean().optional().meta({ description: 'the browser asks not to be counted' }),
  })
  .meta({ id: 'SentEvent' });

export const events = z.object({ events: z.array(sentEvent).min(1).max(1_000) });

export const results = z.object({
  ...{ accepted: z.number(), dropped: z.number(), invalid: z.number() },
  results: z.array(
    z.union([
      z.object({ status: z.literal('accepted'), id: z.string() }),
      z.object({ status: z.literal('dropped'), reason: z.string() }),
      z.object({ status: z.literal('invalid'), field: z.string(), expected: z.string() }),
    ]),
  ),
});

export const pageview = z
  .looseObject({
    pathname: z.string().meta({ example: '/prices' }),
    ...{ language: text, platform: text, userAgent: text, referrer: text, search: text },
    ...{ title: text, location: z.unknown().optional() },
  })
  .meta({ id: 'Pageview' });

/** Of the deploy endpoint, in the address. */
export const pageviewQuery = z.object({ site: text, id: text, a: text });

export const kept = z.object({ id: z.string().nullable(), dropped: z.string().optional() });

export const live = z.object({ live: z.literal(true) });

export const ready = z.object({ ready: z.literal(true), clock: text });

export const notReady = z.object({ ready: z.literal(false), error: z.string() });
