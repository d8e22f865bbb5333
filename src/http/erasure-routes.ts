import { eraseHits, showErasure } from '../close/erase-hits.ts';
import { readErasing } from '../days/unerased.ts';
import { readErasures } from '../journal/erasures.ts';
import { isTrue, maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { erasures, madeErasure, newErasure } = schemasOf(() => import('./schemas/erasures.ts'));

const site = { in: 'path', name: 'site' } as const;

const path = '/api/v1/sites/:site/erasures';

/** `/api/v1/sites/:site/erasures`: what the owner has erased, and wants erased. */
export const erasureRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'admin', tag: 'Erasures', site },
    summary: 'The erasures of a site',
    answers: {
      200: { description: 'them', schema: erasures },
    },
    handle:
      ({ home }) =>
      async ({ c, site: of }) =>
        c.json({ erasures: (await readErasures(home, of.id)).map(showErasure) }),
  }),
  route({
    ...{ method: 'POST', path, who: 'admin', tag: 'Erasures', site, does: 'hits.erase' },
    summary: 'Erase hits of a site',
    description:
      'From the answer on they are in no report, raw row or export. Closed days are made again ' +
      'soon, not now: `erasing` says how many, and how long it takes. The hits are destroyed 24 ' +
      'hours later; with `now`, at once.',
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: newErasure },
    answers: { 202: { description: 'the erasure', schema: madeErasure } },
    errors: [404, 409],
    handle:
      (world) =>
      async ({ c, site: of, body: { now, ...fields } }) => {
        const { random } = world.collect;
        const made = await eraseHits({ ...world, random }, of.domain, fields, {
          now: isTrue(now),
        });
        const { days, seconds, waiting } = await readErasing(world.home, made.site);
        const ahead = { days: days.length, seconds, still_counted: waiting.length };
        return c.json({ ...showErasure(made.erasure), erasing: ahead }, 202);
      },
  }),
];
