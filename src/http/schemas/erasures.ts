import { z } from 'zod';
import { flag, instant } from './common.ts';

const text = z.unknown().optional();

/** What is to be erased: `close/erase-hits.ts` checks each. */
export const newErasure = z.looseObject({
  page: text.meta({
    description: 'a page; `*` and `**` as wild. Or a list of them',
    example: '/private/**',
  }),
  prop: text.meta({ description: 'hits with this property: `name`, or `name=value`' }),
  visitor: text.meta({
    description: 'a visitor, as raw hits have it, or a list; say its days by `from` and `to`',
  }),
  hostname: text.meta({ description: 'hits of this host' }),
  from: text.meta({ description: 'the first day, on the site’s clock' }),
  to: text.meta({ description: 'the last day' }),
  now: flag,
});

const count = z.number();

const erasing = z.object({
  days: count.meta({ description: 'closed days that are made again without the hits' }),
  seconds: count.meta({ description: 'about how long that takes, once it has begun' }),
  still_counted: count.meta({
    description: 'of these days, the oldest: until then reports of them count the hits, and say so',
  }),
});

const erasure = z.looseObject({
  id: z.string().optional().meta({ description: 'what takes it back, while that is possible' }),
  ...{ made: instant, destroyed: instant.optional(), taken_back: instant.optional() },
});

export const erasures = z.object({ erasures: z.array(erasure) });

export const madeErasure = erasure.extend({ erasing });
