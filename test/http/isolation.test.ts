import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOwner } from '../../src/account/owner.ts';
import { openPeople } from '../../src/account/people.ts';
import { openSessions } from '../../src/account/sessions.ts';
import { routes } from '../../src/http/routes.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

/** Who has a role on one site learns nothing of another, by whatever route. */

const [own, other] = ['own.test', 'hidden.test'];

let app: RealApp;
let token: string;
beforeAll(async () => {
  app = await openRealApp({
    async prepare(home) {
      const people = openPeople(home, { clock: Date.now, random: randomBytes });
      const owner = openOwner(home, randomBytes);
      const sessions = openSessions(home, { owner, people }, Date.now, randomBytes);
      const named = { email: 'ada@a.test', name: 'Ada' };
      const ada = await people.add({ ...named, rights: { all: 'owner' } });
      token = await sessions.startFor(ada);
      await people.add({ email: 'eve@hidden.test', name: 'Eve', rights: { all: 'owner' } });
    },
  });
  for (const domain of [own, other]) {
    await app.post('/api/v1/sites', { domain }, { key: app.key });
    await app.post('/api/event', { n: 'pageview', u: `https://${domain}/`, d: domain });
    const named = { name: `of ${domain}`, scope: 'read', site: domain };
    await app.post('/api/v1/keys', named, { key: app.key });
    const invited = { role: 'viewer', site: domain, email: `new@${domain}` };
    await app.post('/api/v1/people/invitations', invited, { key: app.key });
  }
  const { people } = await (await app.get('/api/v1/people', { key: app.key })).json();
  const [{ id }] = people;
  for (const role of [{ role: null }, { role: 'owner', site: own }]) {
    const init = { method: 'PUT', key: app.key, body: JSON.stringify(role) };
    expect((await app.get(`/api/v1/people/${id}/role`, init)).status).toBe(200);
  }
});
afterAll(() => app.close());

const lists = routes.filter(({ method, isOfTheirs }) => method === 'GET' && isOfTheirs === true);

test.each(lists.map(({ path }) => path))('GET %s', async (path) => {
  const range = 'startAt=1795700000000&endAt=1795799999999';
  const queries = ['', `?sites=${own},${other}&${range}`, `?site=${other}&${range}`];
  for (const query of queries) {
    const answer = await app.get(`${path.replace(/:\w+/, 'x')}${query}`, { key: token });
    // An answer may name the site that was asked for, to say that there is none.
    const text = (await answer.text()).replaceAll(`no site \\"${other}\\"`, '');
    expect([answer.status < 500, text.includes('hidden')]).toEqual([true, false]);
  }
});

test('its own site is there', async () => {
  for (const path of ['/api/v1/sites', '/api/websites', '/api/v0/sites', '/api/v1/keys'])
    expect(await (await app.get(path, { key: token })).text()).toContain(own);
});

test('nobody gives more than they have', async () => {
  const post = async (path: string, body: object) =>
    (await app.post(path, body, { key: token })).status;
  expect(await post('/api/v1/keys', { name: 'a', scope: 'read' })).toBe(403);
  expect(await post('/api/v1/keys', { name: 'a', scope: 'read', site: other })).toBe(404);
  expect(await post('/api/v1/keys', { name: 'a', scope: 'all', site: own })).toBe(200);
  expect(await post('/api/v1/people/invitations', { role: 'viewer' })).toBe(403);
  expect(await post('/api/v1/people/invitations', { role: 'owner', site: own })).toBe(200);
});

test('a cookie counts for no page of another origin', async () => {
  const ask = async (headers: Record<string, string>) =>
    (await app.get('/api/v1/me', { headers: { Cookie: `daybook_session=${token}`, ...headers } }))
      .status;
  expect(await ask({})).toBe(200);
  expect(await ask({ Origin: app.url.replace('localhost', '127.0.0.1') })).toBe(200);
  expect(await ask({ Origin: 'https://elsewhere.test' })).toBe(401);
  expect(await ask({ 'Sec-Fetch-Site': 'same-origin' })).toBe(200);
  expect(await ask({ 'Sec-Fetch-Site': 'cross-site' })).toBe(401);
  expect(await ask({ 'Sec-Fetch-Site': 'same-site' })).toBe(401);
});

test('no cache keeps what only some may see; behind TLS browsers stay there', async () => {
  const https = { 'X-Forwarded-Proto': 'https' };
  for (const path of ['/api/v1/sites', '/api/v1/keys', '/api/v1/me', `/api/hits?site=${own}`])
    expect((await app.get(path, { key: token })).headers.get('cache-control')).toBe('no-store');
  const strict = async (headers: Record<string, string>) =>
    (await app.get('/', { headers })).headers.get('strict-transport-security');
  expect([await strict({}), await strict(https)]).toEqual([null, 'max-age=31536000']);
  const signIn = (headers: Record<string, string>) =>
    app.post('/api/session', { key: app.key }, { headers });
  const cookie = (await signIn(https)).headers.getSetCookie()[0];
  expect(cookie).toMatch(/^__Host-daybook_session=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  expect((await signIn({})).headers.getSetCookie()[0]).toMatch(/^daybook_session=/);
});

test('what was done is written down, with who did it', async () => {
  await app.post(
    '/api/v1/sites/own.test/annotations',
    { date: '2026-11-10', text: 'A' },
    {
      key: token,
    },
  );
  const { entries } = await (await app.get('/api/v1/audit', { key: app.key })).json();
  expect(entries[0]).toMatchObject({ by: { kind: 'person', name: 'Ada' }, site: own });
  expect(entries.map(({ what }: { what: string }) => what)).toContain('person.role');
});

test('an admin of all becomes no owner of a site by its owner’s link', async () => {
  const { people } = await (await app.get('/api/v1/people', { key: app.key })).json();
  const { id } = people.find(({ name }: { name: string }) => name === 'Ada');
  const made = await app.post('/api/v1/keys', { name: 'a', scope: 'manage' }, { key: app.key });
  const { key } = await made.json();
  expect((await app.post(`/api/v1/people/${id}/reset`, {}, { key })).status).toBe(403);
  const remove = { method: 'DELETE', key };
  expect((await app.get(`/api/v1/people/${id}`, remove)).status).toBe(403);
  expect((await app.post(`/api/v1/people/${id}/reset`, {}, { key: app.key })).status).toBe(200);
});

test('a segment of one’s own is seen by nobody else, and counts as any other', async () => {
  const filters = [['is', 'event:page', ['/']]];
  const path = `/api/v1/sites/${own}/own-segments`;
  const made = await (await app.post(path, { name: 'Mine', filters }, { key: token })).json();
  expect(made).toMatchObject({ name: 'Mine', filters, own: true });
  const seenBy = async (key: string) =>
    (await (await app.get(`/api/v1/sites/${own}/segments`, { key })).json()).segments.length;
  expect([await seenBy(token), await seenBy(app.key)]).toEqual([1, 0]);
  // The site may have one of that name, too.
  const ofSite = `/api/v1/sites/${own}/segments`;
  expect((await app.post(ofSite, { name: 'Mine', filters }, { key: app.key })).status).toBe(200);
  const change = { method: 'PUT', key: app.key, body: JSON.stringify({ name: 'Theirs' }) };
  expect((await app.get(`${ofSite}/${made.id}`, change)).status).toBe(404);
  const query = { site_id: own, metrics: ['pageviews'], date_range: 'day' };
  const named = { ...query, filters: [['is', 'segment', [made.id]]] };
  const { results } = await (await app.post('/api/v2/query', named, { key: token })).json();
  expect(results[0].metrics).toEqual([1]);
  const remove = { method: 'DELETE', key: token };
  expect((await app.get(`${path}/${made.id}`, remove)).status).toBe(200);
  expect(await seenBy(token)).toBe(1);
});
