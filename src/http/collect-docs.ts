import { z } from 'zod';
import type { Route } from './route.ts';

/** What collecting routes take and give, for the description of the API. */
type Docs = Pick<Route, 'description' | 'answers'> & {
  readonly takes?: { readonly body?: z.ZodType; readonly query?: z.ZodType };
};

const text = z.string().optional();

const event = z
  .looseObject({
    n: z.string().max(120).meta({ description: '`pageview`, `engagement`, or an event of yours' }),
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

const pageview = z
  .looseObject({
    pathname: z.string().meta({ example: '/prices' }),
    ...{ language: text, platform: text, userAgent: text, referrer: text, search: text },
    ...{ title: text, location: z.unknown().optional() },
  })
  .meta({ id: 'Pageview' });

const deploy: Docs = {
  description: 'Every well-formed body is kept, whoever sent it; further fields are given back.',
  takes: {
    body: pageview,
    query: z.object({ site: text, id: text, a: text }),
  },
  answers: {
    200: {
      description: "the row's id; null where the owner excludes it",
      schema: z.object({ id: z.string().nullable(), dropped: z.string().optional() }),
    },
  },
};

export const collectDocs: Readonly<Record<string, Docs>> = {
  'POST /api/event': {
    description: 'What was dropped is named in the header `x-daybook-dropped`.',
    takes: { body: event },
    answers: { 202: { description: 'durable, or dropped', type: 'text/plain' } },
  },
  'POST /analytics': deploy,
  'POST /default/analytics': deploy,
  'GET /health/live': {
    answers: { 200: { description: 'it does', schema: z.object({ live: z.literal(true) }) } },
  },
  'GET /health/ready': {
    answers: {
      200: {
        description: 'it can; `clock` says what is wrong with the clock',
        schema: z.object({ ready: z.literal(true), clock: text }),
      },
      503: {
        description: 'it cannot, and why',
        schema: z.object({ ready: z.literal(false), error: z.string() }),
      },
    },
  },
};
