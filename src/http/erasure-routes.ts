import { z } from 'zod';
import { eraseHits, showErasure } from '../close/erase-hits.ts';
import { readErasing } from '../days/unerased.ts';
import { readErasures } from '../journal/erasures.ts';
import { isTrue } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { flag, instant, maxFieldsBytes } from './schemas.ts';

const path = '/api/v1/sites/:site/erasures';

const text = z.unknown().optional();

/** What is to be erased: `close/erase-hits.ts` checks each. */
const asked = z.looseObject({
  page: text.meta({ description: 'a page; `*` and `**` as wild. Or a list of them' }),
  prop: text.meta({ description: 'hits with this property: `name`, or `name=value`' }),
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

/** `/api/v1/sites/:site/erasures`: what the owner has erased, and wants erased. */
export const erasureRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'owner', tag: 'Erasures', site: { in: 'path', name: 'site' } },
    summary: 'The erasures of a site',
    answers: {
      200: { description: 'them', schema: z.object({ erasures: z.array(erasure) }) },
    },
    handle:
      ({ home }) =>
      async ({ c, site }) =>
        c.json({ erasures: (await readErasures(home, site.id)).map(showErasure) }),
  }),
  route({
    ...{ method: 'POST', path, who: 'owner', tag: 'Erasures' },
    summary: 'Erase hits of a site',
    description:
      'From the answer on they are in no report, raw row or export. Closed days are made again ' +
      'soon, not now: `erasing` says how many, and how long it takes. The hits are destroyed 24 ' +
      'hours later; with `now`, at once.',
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: asked },
    answers: { 202: { description: 'the erasure', schema: erasure.extend({ erasing }) } },
    errors: [404, 409],
    handle:
      (world) =>
      async ({ c, body: { now, ...fields } }) => {
        const { random } = world.collect;
        const made = await eraseHits({ ...world, random }, c.req.param('site')!, fields, {
          now: isTrue(now),
        });
        const { days, seconds, waiting } = await readErasing(world.home, made.site);
        const ahead = { days: days.length, seconds, still_counted: waiting.length };
        return c.json({ ...showErasure(made.erasure), erasing: ahead }, 202);
      },
  }),
];
