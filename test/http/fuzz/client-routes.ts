import type { Chance } from '../../../src/entry/demo/chance.ts';
import type { Routes } from './plain.ts';
import { oneOf, some, steadySite } from './values.ts';

const website = '0f8fad5b-d9cb-469f-a165-70867728950e';

const agents = ['Googlebot/2.1', 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0'];

/** What Umami's clients send. */
const umamiHit = (chance: Chance): Record<string, unknown> => ({
  type: oneOf(chance, ['event', 'event', 'event', 'identify', 'performance']),
  payload: {
    website: oneOf(chance, [steadySite, steadySite, website]),
    ...{ hostname: steadySite, url: `${oneOf(chance, ['/', '/ä', '/a/b'])}?utm_source=x#top` },
    ...some(chance, {
      ...{ referrer: 'https://news.example/', title: 'ä', language: 'de-DE', screen: '390x844' },
      ...{ name: oneOf(chance, ['Signup', 'pageview', '']), tag: 'b', id: 'user-42' },
      data: { plan: { name: 'a', of: [1, { b: 2 }] }, revenue: '9.99', currency: 'EUR' },
      ...{ ip: '192.0.2.7', userAgent: oneOf(chance, agents), timestamp: 1_795_800_000 },
    }),
  },
});

/** Routes of other products' clients. */
export const clientRoutes: Routes = {
  'POST /api/send': (chance) => ({ path: ['api', 'send'], body: umamiHit(chance) }),
  'OPTIONS /api/send': () => ({ path: ['api', 'send'] }),
  'POST /api/batch': (chance) => ({
    path: ['api', 'batch'],
    body: [umamiHit(chance), umamiHit(chance)],
  }),
  'OPTIONS /api/batch': () => ({ path: ['api', 'batch'] }),
};
