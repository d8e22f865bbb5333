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

const umamiAsked = (chance: Chance): Record<string, string> => ({
  startAt: oneOf(chance, ['1795700000000', '1795795200000']),
  endAt: oneOf(chance, ['1795799999999', '1795881599999']),
  ...(some(chance, {
    ...{ unit: oneOf(chance, ['minute', 'hour', 'day', 'month', 'year']), timezone: 'UTC' },
    ...{ compare: oneOf(chance, ['prev', 'yoy']), path: oneOf(chance, ['/a', 'c./a', 're.^/a+$']) },
    ...{ country: 'DE,AT', device: 'mobile', referrer: 'news.example', match: 'any', limit: '5' },
    ...{ search: 'a', page: '2', pageSize: '3', event: 's.', tag: 'ns.', segment: '0b7e93a1' },
  }) as Record<string, string>),
});

const umamiNumbers = [
  ...['stats', 'pageviews', 'metrics', 'metrics/expanded', 'events', 'events/series'],
  ...['event-data/events', 'sessions', 'active', 'daterange'],
];

/** What is read of one website. */
const umamiReads: Routes = Object.fromEntries(
  umamiNumbers.map((name) => [
    `GET /api/websites/:site/${name}`,
    (chance: Chance) => ({
      path: ['api', 'websites', steadySite, ...name.split('/')],
      query: {
        ...umamiAsked(chance),
        ...(name.startsWith('metrics') && {
          type: oneOf(chance, ['path', 'referrer', 'device', 'event', 'tag', 'country']),
        }),
      },
    }),
  ]),
);

const goatcounterReads: Routes = Object.fromEntries(
  ['browsers', 'systems', 'locations', 'languages', 'sizes', 'campaigns', 'toprefs']
    .flatMap((kind) => [`stats/${kind}`, `stats/${kind}/:value`])
    .concat('paths', 'stats/total', 'stats/hits', 'stats/hits/:path')
    .map((name) => [
      `GET /api/v0/${name}`,
      (chance: Chance) => ({
        path: ['api', 'v0', ...name.replace(/:\w+/, oneOf(chance, ['1', 'Chrome'])).split('/')],
        query: {
          site: steadySite,
          ...(some(chance, {
            ...{ start: oneOf(chance, ['2026-11-20', '2026-11-20T10:00:00Z']), limit: '5' },
            ...{ end: '2026-11-27', include_paths: '1,2', exclude_paths: '3', offset: '1' },
            after: '7',
          }) as Record<string, string>),
        },
      }),
    ]),
);

/** Routes of other products' clients. */
export const clientRoutes: Routes = {
  'POST /api/send': (chance) => ({ path: ['api', 'send'], body: umamiHit(chance) }),
  'OPTIONS /api/send': () => ({ path: ['api', 'send'] }),
  'POST /api/batch': (chance) => ({
    path: ['api', 'batch'],
    body: [umamiHit(chance), umamiHit(chance)],
  }),
  'OPTIONS /api/batch': () => ({ path: ['api', 'batch'] }),
  'POST /api/auth/login': (_, { key }) => ({
    path: ['api', 'auth', 'login'],
    body: { username: 'a', password: key },
  }),
  'POST /api/auth/verify': () => ({ path: ['api', 'auth', 'verify'] }),
  'GET /api/heartbeat': () => ({ path: ['api', 'heartbeat'] }),
  'GET /api/me': () => ({ path: ['api', 'me'] }),
  'GET /api/websites': (chance) => ({
    path: ['api', 'websites'],
    query: some(chance, { search: 'a', page: '1', pageSize: '2' }) as Record<string, string>,
  }),
  'GET /api/websites/:site': () => ({ path: ['api', 'websites', steadySite] }),
  ...umamiReads,
  'GET /api/realtime/:site': () => ({ path: ['api', 'realtime', steadySite] }),
  'GET /count': (chance) => ({ path: ['count'], query: counted(chance) }),
  'POST /count': (chance) => ({ path: ['count'], query: counted(chance) }),
  'OPTIONS /count': () => ({ path: ['count'] }),
  'GET /api/v0/me': () => ({ path: ['api', 'v0', 'me'] }),
  'GET /api/v0/sites': () => ({ path: ['api', 'v0', 'sites'] }),
  ...goatcounterReads,
  'POST /api/v0/export': (chance) => ({
    path: ['api', 'v0', 'export'],
    query: { site: steadySite },
    body: some(chance, { format: 'csv', start_from_hit_id: 1_795_700_000_000 }),
  }),
  'GET /api/v0/export/:id': () => ({ path: ['api', 'v0', 'export', '1795700000'] }),
  'GET /api/v0/export/:id/download': () => ({
    path: ['api', 'v0', 'export', '1795700000', 'download'],
  }),
  'GET /script.js': () => ({ path: ['script.js'] }),
  'GET /count.js': () => ({ path: ['count.js'] }),
  'POST /api/v0/count': (chance) => ({
    path: ['api', 'v0', 'count'],
    query: { site: steadySite },
    body: { no_sessions: chance.happens(0.5), hits: [countedHit(chance), countedHit(chance)] },
  }),
};
