import { z } from 'zod';
import { day, expected, instant } from './common.ts';

export const privacyAsked = z.object({
  format: z
    .enum(['page', 'fragment', 'markdown', 'text'], {
      error: expected('page, fragment, markdown or text'),
    })
    .default('page'),
});

export const visitorPassMade = z.object({ pass: z.string(), until: instant });

export const askedAbout = z.object({
  pass: z
    .string()
    .meta({ description: 'of `POST /api/v1/sites/:site/visitor-pass`', example: '$PASS' }),
  address: z
    .string({ error: 'expected an IP address' })
    .meta({ description: 'of the person who asks', example: '192.0.2.7' }),
  user_agent: z.string({ error: 'expected a user agent' }).meta({
    description: 'as their browser sends it',
    example: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  }),
});

export const visitorsFound = z.object({
  visitors: z.array(
    z.object({
      day,
      visitor: z.string().meta({ description: 'as raw hits have it' }),
      until: instant.meta({ description: 'when the salt of the day is destroyed' }),
    }),
  ),
});
