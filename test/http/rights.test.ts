import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { Page, World } from '../../src/http/world.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/** All routes, by who may use them: a new one is put here before it can be forgotten. */
const ofAnyone = [
  'POST /api/event',
  'POST /analytics',
  'POST /default/analytics',
  'OPTIONS /api/event',
  'OPTIONS /analytics',
  'OPTIONS /default/analytics',
  'GET /api/session',
  'POST /api/session',
  'DELETE /api/session',
  'GET /health/live',
  'GET /health/ready',
  'GET /js/daybook.v1.js',
  'GET /*',
];

/** Of an open site anyone may use them, else the owner. */
const ofReaders: readonly Request[] = [
  ['GET /analytics', '/analytics?site=SITE'],
  ['GET /default/analytics', '/default/analytics?site=SITE'],
  ['GET /api/hits', '/api/hits?site=SITE'],
  ['POST /api/v2/query', '/api/v2/query', { metrics: ['visitors'], date_range: 'day' }],
  ['POST /api/v2/batch', '/api/v2/batch', { queries: [] }],
  ['GET /api/v1/stats/realtime/visitors', '/api/v1/stats/realtime/visitors?site_id=SITE'],
  ['GET /api/v1/stats/aggregate', '/api/v1/stats/aggregate?site_id=SITE'],
  ['GET /api/v1/stats/timeseries', '/api/v1/stats/timeseries?site_id=SITE'],
  ['GET /api/v1/stats/breakdown', '/api/v1/stats/breakdown?site_id=SITE&property=event:page'],
  ['GET /api/v1/sites/:site', '/api/v1/sites/SITE'],
];

const ofOwner: readonly Request[] = [
  ['GET /api/books', '/api/books?site=SITE'],
  ['GET /api/drops', '/api/drops?site=SITE'],
  ['GET /api/v1/sites', '/api/v1/sites'],
  ['POST /api/v1/sites', '/api/v1/sites', { domain: 'stranger.test' }],
  ['PUT /api/v1/sites/:site', '/api/v1/sites/SITE', { open: true }],
  ['GET /api/v1/sites/goals', '/api/v1/sites/goals?site_id=SITE'],
  ['PUT /api/v1/sites/goals', '/api/v1/sites/goals', { goal_type: 'event', event_name: 'E' }],
  ['DELETE /api/v1/sites/goals/:id', '/api/v1/sites/goals/1?site_id=SITE'],
  ['GET /api/v1/sites/:site/erasures', '/api/v1/sites/SITE/erasures'],
  ['POST /api/v1/sites/:site/erasures', '/api/v1/sites/SITE/erasures', { page: '/none' }],
  ['GET /api/v1/removals', '/api/v1/removals'],
  ['POST /api/v1/removals/:id/restore', '/api/v1/removals/none/restore', {}],
  ['DELETE /api/v1/sites/:site', '/api/v1/sites/SITE'],
];

const named = (requests: readonly Request[]) =>
  requests.map((request) => [request[0], request] as const);

type Request = readonly [route: string, path: string, body?: Record<string, unknown>];

test('every route of the app says here who may use it', () => {
  const script: Page = { body: new Uint8Array(), encoded: new Map(), type: '', immutable: false };
  const app = createApp({ pages: new Map([['/js/daybook.v1.js', script]]) } as unknown as World);
  const routes = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`);
  const listed = [...ofAnyone, ...[...ofReaders, ...ofOwner].map(([route]) => route)];
  expect([...new Set(routes)].sort()).toEqual([...listed].sort());
});

describe('who is not the owner', () => {
  let app: RealApp;
  let ended: string;
  beforeAll(async () => {
    app = await openRealApp();
    for (const open of [true, false])
      await app.post('/api/v1/sites', { domain: `open-${open}.test`, open }, { key: app.key });
    ended = await signIn();
    await app.get('/api/session', { method: 'DELETE', headers: { Cookie: ended } });
  });
  afterAll(() => app.close());

  async function signIn(): Promise<string> {
    const answer = await app.post('/api/session', { key: app.key });
    return answer.headers.getSetCookie()[0]!.split(';')[0]!;
  }

  const askers = (): Readonly<Record<string, RequestInit & { key?: string }>> => ({
    'no key': {},
    'a wrong key': { key: 'A'.repeat(43) },
    'a session that was ended': { headers: { Cookie: ended } },
    'a session that never was': { headers: { Cookie: `daybook_session=${'A'.repeat(43)}` } },
  });

  async function statusOf(
    [route, path, body]: Request,
    site: string,
    init: RequestInit & { key?: string },
  ): Promise<number> {
    const method = route.split(' ')[0]!;
    const more = body && { body: JSON.stringify({ ...ofSite(route, site), ...body }) };
    return (await app.get(path.replace('SITE', site), { method, ...init, ...more })).status;
  }

  /** Only these name their site in the body. */
  const ofSite = (route: string, site: string) =>
    /api\/v2|PUT .*goals/.test(route) ? { site_id: site } : {};

  test.each(named(ofOwner))('may not: %s, of an open site', async (_, request) => {
    for (const [name, init] of Object.entries(askers()))
      expect([name, await statusOf(request, 'open-true.test', init)]).toEqual([name, 401]);
  });

  test.each(named(ofReaders))('may only of an open site: %s', async (_, request) => {
    for (const [name, init] of Object.entries(askers())) {
      expect([name, await statusOf(request, 'open-false.test', init)]).toEqual([name, 401]);
      expect([name, await statusOf(request, 'open-true.test', init)]).not.toEqual([name, 401]);
    }
  });

  test('and the owner may, with the key and with a session', async () => {
    const cookie = await signIn();
    for (const request of [...ofReaders, ...ofOwner]) {
      const [route] = request;
      for (const init of [{ key: app.key }, { headers: { Cookie: cookie } }])
        expect([route, await statusOf(request, 'open-false.test', init)]).not.toEqual([route, 401]);
    }
  });
});
