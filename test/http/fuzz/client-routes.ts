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

const counted = (chance: Chance): Record<string, string> => ({
  p: oneOf(chance, ['/', '/ä?utm_source=x', 'signup', 'https://other.test/x']),
  ...(some(chance, {
    ...{ t: 'ä', r: 'https://news.example/', e: 'true', s: '1440,900,2', q: '?ref=x', rnd: 'a' },
    ...{ b: oneOf(chance, ['0', '150']), site: oneOf(chance, [steadySite, website]) },
  }) as Record<string, string>),
});

const countedHit = (chance: Chance): Record<string, unknown> => ({
  path: oneOf(chance, ['/', 'signup']),
  session: chance.hex(2),
  ...some(chance, {
    ...{ title: 'ä', ref: 'x', query: '?a', size: [1440, 900, 1], bot: 0, event: true },
    ...{ ip: '192.0.2.7', user_agent: oneOf(chance, agents), language: 'deu', location: 'DE-BE' },
    created_at: oneOf(chance, ['2026-11-27T10:00:00Z', '2026-02-28T10:00:00.5+01:00']),
  }),
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
  'GET /count': (chance) => ({ path: ['count'], query: counted(chance) }),
  'POST /count': (chance) => ({ path: ['count'], query: counted(chance) }),
  'OPTIONS /count': () => ({ path: ['count'] }),
  'POST /api/v0/count': (chance) => ({
    path: ['api', 'v0', 'count'],
    query: { site: steadySite },
    body: { no_sessions: chance.happens(0.5), hits: [countedHit(chance), countedHit(chance)] },
  }),
};
