import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKeys, scopes } from '../../src/account/keys.ts';
import { openOwner } from '../../src/account/owner.ts';
import { openPeople } from '../../src/account/people.ts';
import { roles } from '../../src/account/roles.ts';
import { openSessions } from '../../src/account/sessions.ts';
import { createApp } from '../../src/http/app.ts';
import type { Route } from '../../src/http/route.ts';
import { routes } from '../../src/http/routes.ts';
import type { Page, World } from '../../src/http/world.ts';
import { allCases, everyCase, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import { type Asker, accessPage, askers, mayAsk, nameOf, rightsOf } from './access-table.ts';

/** What is not in the table: pages without data, and the preflights of what is open to origins. */
const beside = ['GET /js/:name', 'GET /*', 'GET /api/openapi.json', 'GET /docs/api'];

test('the app has no route beside those of the table', () => {
  const script: Page = { body: new Uint8Array(), encoded: new Map(), type: '', immutable: false };
  const app = createApp({ pages: new Map([['/js/daybook.v1.js', script]]) } as unknown as World);
  const own = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`);
  const open = routes.filter(({ isOpenToOrigins }) => isOpenToOrigins);
  const listed = [...routes.map(nameOf), ...open.map(({ path }) => `OPTIONS ${path}`), ...beside];
  expect([...new Set(own)].sort()).toEqual([...new Set(listed)].sort());
});

test('whatever somebody changes is written to the audit log', () => {
  // Those that are left change nothing.
  const unsaid = routes.filter(
    ({ method, who, does }) =>
      method !== 'GET' && (who === 'person' || isRole(who)) && does === undefined,
  );
  expect(unsaid.map(nameOf)).toEqual([
    'POST /api/v1/me/second-step/begin',
    'POST /api/v1/me/passkeys/options',
    'POST /api/v0/export',
    'POST /api/auth/verify',
  ]);
});

test('docs/access.md is that of the table: npm run documents', () => {
  const page = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8');
  expect(page).toBe(accessPage());
});

const isRole = (who: string) => (roles as readonly string[]).includes(who);

const umamiRange = 'startAt=1795700000000&endAt=1795799999999';

/** Bodies and queries that a route needs, besides its site. */
const needed: Readonly<Record<string, { readonly query?: string; readonly body?: object }>> = {
  'POST /api/event': { body: { n: 'pageview', u: 'https://open-true.test/' } },
  'POST /api/events': { body: { events: [{ n: 'pageview', u: 'https://open-true.test/' }] } },
  'GET /pixel.gif': { query: 'u=https://open-true.test/' },
  'POST /api/send': { body: { type: 'event', payload: { website: 'open-true.test' } } },
  'POST /api/batch': { body: [{ type: 'event', payload: { website: 'open-true.test' } }] },
  'POST /count': { query: 'p=/&site=open-true.test' },
  'GET /count': { query: 'p=/&site=open-true.test' },
  'POST /api/v0/count': {
    query: 'site=open-true.test',
    body: { hits: [{ path: '/', session: 'a' }] },
  },
  'POST /analytics': { query: 'site=SITE', body: { pathname: '/' } },
  'POST /default/analytics': { query: 'site=SITE', body: { pathname: '/' } },
  'POST /api/v2/query': { body: { metrics: ['visitors'], date_range: 'day' } },
  'POST /api/v2/batch': { body: { queries: [] } },
  ...Object.fromEntries(
    ['stats', 'pageviews', 'events', 'events/series', 'event-data/events', 'sessions'].map(
      (name) => [`GET /api/websites/:site/${name}`, { query: umamiRange }],
    ),
  ),
  'GET /api/websites/:site/metrics': { query: `${umamiRange}&type=path` },
  'GET /api/websites/:site/metrics/expanded': { query: `${umamiRange}&type=path` },
  'GET /api/v1/stats/breakdown': { query: 'property=event:page' },
  'POST /api/v1/sites': { body: { domain: 'stranger.test' } },
  'POST /api/v1/people/invitations': { body: { role: 'viewer', site: 'SITE' } },
  'PUT /api/v1/people/:id/role': { body: { role: 'viewer', site: 'SITE' } },
  'POST /api/v1/keys': { body: { name: 'Of a test', scope: 'read', site: 'SITE' } },
  'PUT /api/v1/me': { body: {} },
  'POST /api/session/invitation': { body: { token: 'none' } },
  'POST /api/session/sign-up': { body: { token: 'none', password: 'short' } },
  'PUT /api/v1/me/password': { body: { password: 'short' } },
  'POST /api/v1/me/second-step': { body: { secret: 'none', code: '1' } },
  'POST /api/v1/me/second-step/recovery-codes': { body: { code: '1' } },
  'POST /api/v1/me/second-step/end': { body: { code: '1' } },
  'POST /api/v1/me/passkeys/options': { body: {} },
  'POST /api/v1/me/passkeys': { body: { name: 'none', credential: {} } },
  'PUT /api/v1/sites/guests': { body: { email: 'guest@a.test', role: 'viewer' } },
  'DELETE /api/v1/sites/guests/:email': { query: 'site_id=SITE' },
  'PUT /api/v1/sites/goals': { body: { goal_type: 'event', event_name: 'E', site_id: 'SITE' } },
  'DELETE /api/v1/sites/goals/:id': { query: 'site_id=SITE' },
  'PUT /api/v1/sites/custom-props': { body: { site_id: 'SITE', property: 'plan' } },
  'DELETE /api/v1/sites/custom-props/:property': { query: 'site_id=SITE' },
  'GET /api/v1/sites/live': { query: 'sites=SITE' },
  'POST /api/v1/sites/:site/segments': { body: { name: 'S', filters: [] } },
  'PUT /api/v1/sites/:site/segments/:id': { body: { name: 'S' } },
  'POST /api/v1/sites/:site/own-segments': { body: { name: 'S', filters: [] } },
  'PUT /api/v1/sites/:site/own-segments/:id': { body: { name: 'S' } },
  'GET /api/v1/sites/:site/gaps': { query: 'from=2026-11-01&to=2026-11-20' },
  'POST /api/v1/sites/:site/annotations': { body: { date: '2026-11-10', text: 'T' } },
  'PUT /api/v1/sites/:site/annotations/:id': { body: { text: 'T' } },
  'POST /api/v1/sites/:site/notifications': { body: { what: ['weekly'], channel: 'mail' } },
  'PUT /api/v1/sites/:site/notifications/:id': { body: {} },
  'PUT /api/v1/sites/:site': { body: {} },
  'PUT /api/v1/sites/shared-links': { body: { name: 'L' } },
  'POST /api/v1/sites/:site/shared-links': { body: { name: 'L' } },
  'PUT /api/v1/sites/:site/shared-links/:id': { body: { name: 'L' } },
  'POST /api/shared': { body: { password: 'none' } },
  'POST /api/v1/sites/:site/erasures': { body: { page: '/none' } },
  'POST /api/v1/sites/:site/sql': { body: { sql: 'SELECT 1' } },
  'POST /api/v1/removals/:id/restore': { body: {} },
};

describe.each(longHomes)('who may call what on the home %s', (homeName) => {
  let app: RealApp;
  let ended: string;
  let ofKey: string;
  /** Keys by their scope, and tokens of people's sessions by their role. */
  const secrets: Partial<Record<Asker, string>> = {};
  beforeAll(async () => {
    app = await openRealApp(
      {
        async prepare(home) {
          const means = { clock: Date.now, random: randomBytes };
          const keys = openKeys(home, means);
          for (const scope of scopes)
            secrets[`${scope}Key`] = (await keys.make({ name: 'Of a test', scope })).key;
          const people = openPeople(home, means);
          const owner = openOwner(home, randomBytes);
          const sessions = openSessions(home, { owner, people }, Date.now, randomBytes);
          for (const name of persons) {
            // Some right they need, to be listed.
            const rights = { all: 'owner' } as const;
            const person = await people.add({ email: `${name}@a.test`, name, rights });
            secrets[name] = await sessions.startFor(person);
          }
        },
      },
      homeName,
    );
    ofKey = await signIn();
    ended = await signIn();
    await app.get('/api/session', { method: 'DELETE', headers: { Cookie: ended } });
  });
  afterAll(() => app.close());

  const persons = ['elsewhere', ...roles, 'allOwner'] as const;

  const settingsOf = {
    'open-true.test': { open: true, public: false },
    'public.test': { open: false, public: true },
    'open-false.test': { open: false, public: false },
  };

  let areThere = false;
  let linkTo: Readonly<Record<string, string>> = {};
  /** The sites as they were: what may be called may have changed or removed them. */
  async function addSites(): Promise<void> {
    if (areThere) return;
    let isNew = false;
    for (const [domain, settings] of Object.entries(settingsOf)) {
      const added = await app.post('/api/v1/sites', { domain }, { key: app.key });
      if (!added.ok) continue;
      isNew = true;
      await app.get(`/api/v1/sites/${domain}`, {
        ...{ method: 'PUT', key: app.key, body: JSON.stringify(settings) },
      });
      const links = `/api/v1/sites/${domain}/shared-links`;
      const name = `Of a test ${made++}`;
      const { secret } = await (await app.post(links, { name }, { key: app.key })).json();
      linkTo = { ...linkTo, [domain]: secret };
    }
    areThere = true;
    if (isNew) await giveRoles();
  }

  /** A role is of a site's id: one that was removed and made anew has another. */
  async function giveRoles(): Promise<void> {
    const { people } = await (await app.get('/api/v1/people', { key: app.key })).json();
    for (const { id, name } of people) {
      const { all, sites = {} } = rightsOf(name, 'open-false.test', 'public.test');
      for (const [site, role] of [[undefined, all ?? null] as const, ...Object.entries(sites)]) {
        const body = JSON.stringify({ site, role });
        const init = { method: 'PUT', key: app.key, body };
        expect((await app.get(`/api/v1/people/${id}/role`, init)).status).toBe(200);
      }
    }
  }
  let made = 0;

  async function signIn(): Promise<string> {
    const answer = await app.post('/api/session', { key: app.key });
    return answer.headers.getSetCookie()[0]!.split(';')[0]!;
  }

  async function ask(
    route: Route,
    site: string,
    init: { readonly key?: string; readonly headers?: Record<string, string> },
  ): Promise<Response> {
    const { query = '', body } = needed[nameOf(route)] ?? {};
    const named = route.site?.in === 'query' ? `${route.site.name}=${site}` : '';
    const path = route.path.replace(':site', site).replace(':id', 'none');
    const all = [named, query.replace('SITE', site)].filter(Boolean).join('&');
    const inBody = route.site?.in === 'body' ? { site_id: site } : {};
    const text = JSON.stringify({ ...inBody, ...body }).replace('"SITE"', JSON.stringify(site));
    return app.get(`${path}?${all}`, {
      ...{ method: route.method, ...init },
      ...(body !== undefined && { body: text }),
    });
  }

  const nobodies: Readonly<Record<string, { key?: string; headers?: Record<string, string> }>> = {
    'no key': {},
    'a wrong key': { key: 'A'.repeat(43) },
    'a session that never was': { headers: { Cookie: `daybook_session=${'A'.repeat(43)}` } },
    'another origin': { headers: { Origin: 'https://elsewhere.test' } },
  };

  /** Requests of an asker, each with the site that it is for. */
  async function asked(
    asker: Asker,
    { who }: Route,
  ): Promise<[string, string, (typeof nobodies)[string]][]> {
    const site =
      { nobodyOpen: 'open-true.test', nobodyPublic: 'public.test' }[asker as string] ??
      'open-false.test';
    const withLink = (to: string) => ({ headers: { 'Daybook-Link': linkTo[to]! } });
    if (asker === 'link') {
      // Who signed in as well sees no more through it.
      const cookie = { headers: { Cookie: ofKey, ...withLink(site).headers } };
      return [
        ['a link', site, withLink(site)],
        ['a link, signed in', site, cookie],
        ['a link, with the key', site, { key: app.key, ...withLink(site) }],
      ];
    }
    if (asker === 'key')
      return [
        ['the key', site, { key: app.key }],
        ...(who === 'sender'
          ? []
          : [
              ['a session of the key', site, { headers: { Cookie: ofKey } }] as [
                string,
                string,
                object,
              ],
            ]),
      ];
    const secret = secrets[asker];
    if (secret !== undefined && asker.endsWith('Key')) return [['a key', site, { key: secret }]];
    if (secret !== undefined)
      return [
        ['a session', site, { headers: { Cookie: `daybook_session=${secret}` } }],
        ['its token', site, { key: secret }],
      ];
    return [
      ...Object.entries(nobodies).map(
        ([name, init]) => [name, site, init] as [string, string, (typeof nobodies)[string]],
      ),
      ['a session that was ended', site, { headers: { Cookie: ended } }],
      ...(asker === 'nobodyClosed'
        ? [['a link to an open site', site, withLink('open-true.test')] as [string, string, object]]
        : []),
    ];
  }

  const few: readonly Asker[] = ['nobodyClosed', 'editor'];
  const isAll = allCases || (everyCase && homeName === 'machine');
  const asking = isAll ? (Object.keys(askers) as Asker[]) : few;
  const cells = routes.flatMap((route) =>
    asking.map((asker) => [nameOf(route), asker, route] as const),
  );
  const changesSites = ['DELETE /api/v1/sites/:site', 'POST /api/v1/removals/:id/restore'];
  // Signing in and out is open to anyone; in refuses who is nobody by itself, out ends what is tried.
  const tried = cells.filter(
    ([name]) => !/^(POST|DELETE) \/api\/session(\/pass(word|key)|\/sign-up)?$/.test(name),
  );

  test.each(tried)('%s: %s', async (_, asker, route) => {
    await addSites();
    if (changesSites.includes(nameOf(route)) && mayAsk(route, asker) === 'yes') areThere = false;
    const inits = await asked(asker, route);
    // What a request is without anything right is the same wherever its rows are.
    for (const [name, site, init] of homeName === 'machine' ? inits : inits.slice(0, 1)) {
      const { status, headers } = await ask(route, site, init);
      const expected = mayAsk(route, asker);
      // What is named by an id that there is not may be absent for who may ask for it.
      const may = expected !== '404' && ![401, 403].includes(status) ? 'yes' : String(status);
      expect([name, may]).toEqual([name, expected]);
      expect(status).toBeLessThan(500);
      expect([name, headers.get('access-control-allow-origin') !== null]).toEqual([
        name,
        route.isOpenToOrigins === true,
      ]);
    }
  });
});
