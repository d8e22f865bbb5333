import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    app = await openRealApp({}, homeName);
  });
  afterAll(() => app.close());

  const cookieOf = (answer: { headers: Headers }) => answer.headers.get('set-cookie')!;

  describe('signing in', () => {
    test('the owner key gives a session cookie that opens the API', async () => {
      const answer = await app.post('/api/session', { key: app.key });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ signedIn: true });
      expect(cookieOf(answer)).toMatch(/^daybook_session=[\w-]{43}; .*HttpOnly.*SameSite=Lax/);
      expect(cookieOf(answer)).not.toContain('Secure');
      const cookie = cookieOf(answer).split(';')[0]!;
      expect((await app.get('/api/v1/sites', { headers: { Cookie: cookie } })).status).toBe(200);
      expect(await (await app.get('/api/session', { headers: { Cookie: cookie } })).json()).toEqual(
        {
          signedIn: true,
          rights: { all: 'owner', sites: {} },
        },
      );
      await app.get('/api/session', { method: 'DELETE', headers: { Cookie: cookie } });
      expect((await app.get('/api/v1/sites', { headers: { Cookie: cookie } })).status).toBe(401);
    });

    test('the public URL that the owner has set is there for snippets', async () => {
      await app.restart({ publicUrl: 'https://stats.example.com' });
      const answer = await (await app.get('/api/session')).json();
      expect(answer).toEqual({ signedIn: false, publicUrl: 'https://stats.example.com' });
    });

    test('behind https the cookie is Secure', async () => {
      const answer = await app.post(
        '/api/session',
        { key: app.key },
        { headers: { 'X-Forwarded-Proto': 'https' } },
      );
      expect(cookieOf(answer)).toContain('Secure');
    });

    test.each([
      ['a wrong key', { key: 'A'.repeat(43) }, 401],
      ['no key', {}, 400],
      ['rubbish', 'rubbish', 400],
      ['a key of a wrong type', { key: 7 }, 400],
    ])('%s is refused', async (_, body, status) => {
      const answer = await app.post('/api/session', body);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('set-cookie')).toBe(null);
    });

    test('the key is kept only as a hash', async () => {
      const rows = await app.dump();
      expect(rows.includes(Buffer.from(app.key))).toBe(false);
      expect(rows.includes(Buffer.from('owner'))).toBe(true);
    });
  });

  describe('sites', () => {
    const owner = () => ({ key: app.key });
    const put = (domain: string, body: unknown) =>
      app.get(`/api/v1/sites/${encodeURIComponent(domain)}`, {
        method: 'PUT',
        body: JSON.stringify(body),
        ...owner(),
      });

    test('a shorter time that no kept day is older than prunes nothing', async () => {
      await app.post('/api/v1/sites', { domain: 'young.test' }, owner());
      const changed = await (await put('young.test', { keep_hits_days: 30 })).json();
      expect(changed).toMatchObject({ keep_hits_days: 30 });
      expect(changed).not.toHaveProperty('pruned');
      await app.get('/api/v1/sites/young.test?now=true', { method: 'DELETE', ...owner() });
    });

    test('are added, listed, changed, renamed and removed', async () => {
      const added = await app.post(
        '/api/v1/sites',
        { domain: 'https://www.One.test/', timezone: 'Europe/Berlin' },
        owner(),
      );
      expect(await added.json()).toMatchObject({
        domain: 'one.test',
        timezone: 'Europe/Berlin',
        open: false,
      });
      expect(
        await (await put('one.test', { open: true, excluded_pages: '/a/*, /b' })).json(),
      ).toMatchObject({
        open: true,
        excluded_pages: ['/a/*', '/b'],
      });
      expect(await (await put('one.test', { domain: 'renamed.test' })).json()).toMatchObject({
        domain: 'renamed.test',
      });
      const { sites } = await (await app.get('/api/v1/sites', owner())).json();
      expect(sites.map(({ domain }: { domain: string }) => domain)).toEqual(['renamed.test']);
      const removed = await app.get('/api/v1/sites/renamed.test', { method: 'DELETE', ...owner() });
      const { deleted, removal } = await removed.json();
      expect(deleted).toBe(true);
      const listed = await (await app.get('/api/v1/removals', owner())).json();
      expect(listed.removals).toMatchObject([{ id: removal, kind: 'site', site: 'renamed.test' }]);
      expect((await (await app.get('/api/v1/sites', owner())).json()).sites).toEqual([]);
    });

    test('one removed and added again is empty', async () => {
      await app.post('/api/v1/sites', { domain: 'again.test' }, owner());
      await app.post('/analytics?site=again.test', { pathname: '/' });
      await app.get('/api/v1/sites/again.test', { method: 'DELETE', ...owner() });
      await app.post('/api/v1/sites', { domain: 'again.test' }, owner());
      expect((await (await app.get('/analytics?site=again.test', owner())).json()).Count).toBe(0);
    });

    test('at most one is the default; the default takes requests that name none', async () => {
      for (const domain of ['d1.test', 'd2.test'])
        await app.post('/api/v1/sites', { domain, default: true }, owner());
      const { sites } = await (await app.get('/api/v1/sites', owner())).json();
      const defaults = sites.filter((site: { default: boolean }) => site.default);
      expect(defaults).toHaveLength(1);
      expect(defaults[0].domain).toBe('d2.test');
      await app.post('/analytics', { pathname: '/x' });
      expect((await (await app.get('/analytics?site=d2.test', owner())).json()).Count).toBe(1);
    });

    test('anyone may read an open site’s time zone, and nothing of a closed site', async () => {
      for (const open of [true, false]) {
        await app.post(
          '/api/v1/sites',
          { domain: `open-${open}.test`, open, timezone: 'Asia/Tokyo', week_starts: 7 },
          owner(),
        );
      }
      const shown = await app.get('/api/v1/sites/open-true.test');
      expect(await shown.json()).toEqual({
        domain: 'open-true.test',
        open: true,
        timezone: 'Asia/Tokyo',
        week_starts: 'sunday',
        currency: 'none',
      });
      expect((await app.get('/api/v1/sites/open-false.test')).status).toBe(401);
      expect(await (await app.get('/api/v1/sites/open-false.test', owner())).json()).toHaveProperty(
        'excluded_pages',
      );
    });

    test('twenty at once with one domain: one is made', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          app.post('/api/v1/sites', { domain: 'race.test' }, owner()),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)]);
    });

    test.each([
      [{ domain: 'no domain' }, 'domain'],
      [{ domain: 7 }, 'domain'],
      [{ domain: 'ok.test', timezone: 'Mars/Olympus' }, 'timezone'],
      [{ domain: 'ok.test', open: 'perhaps' }, 'open'],
      [{ domain: 'ok.test', excluded_addresses: '300.1.1.1' }, 'excluded_addresses'],
      [{ domain: 'ok.test', week_starts: 'noday' }, 'week_starts'],
      [{ domain: 'ok.test', week_starts: 8 }, 'week_starts'],
      [{ domain: 'ok.test', colour: 'red' }, 'colour'],
    ])('%j is refused, naming %s', async (body, field) => {
      const answer = await app.post('/api/v1/sites', body, owner());
      expect(answer.status).toBe(400);
      expect((await answer.json()).error).toContain(field);
    });

    test.each(['GET', 'POST', 'PUT', 'DELETE'])('%s needs the key', async (method) => {
      const path =
        method === 'PUT' || method === 'DELETE' ? '/api/v1/sites/x.test' : '/api/v1/sites';
      expect((await app.get(path, { method })).status).toBe(401);
    });
  });

  describe('goals', () => {
    const owner = () => ({ key: app.key });
    const put = (body: unknown) =>
      app.get('/api/v1/sites/goals', { method: 'PUT', body: JSON.stringify(body), ...owner() });
    const list = async () =>
      (await (await app.get('/api/v1/sites/goals?site_id=goals.test', owner())).json()).goals;
    const signup = { site_id: 'goals.test', goal_type: 'event', event_name: 'Signup' };
    beforeAll(async () => {
      await app.post('/api/v1/sites', { domain: 'goals.test', open: true }, owner());
    });

    test('are found or made, listed and removed', async () => {
      const made = await put({ ...signup, page_path: null, currency: 'EUR' });
      expect(made.status).toBe(200);
      const { id, domain, ...shown } = await made.json();
      expect(shown).toEqual({
        goal_type: 'event',
        display_name: 'Signup',
        event_name: 'Signup',
        page_path: null,
        currency: 'EUR',
      });
      expect([domain, await (await put(signup)).json()]).toMatchObject(['goals.test', { id }]);
      const form = new URLSearchParams({
        site_id: 'goals.test',
        goal_type: 'page',
        page_path: '/thanks/**',
      });
      await app.get('/api/v1/sites/goals', { method: 'PUT', body: form, ...owner() });
      expect(await list()).toMatchObject([
        { id },
        { page_path: '/thanks/**', display_name: 'Visit /thanks/**' },
      ]);
      await app.get('/api/v1/sites/goals.test', {
        method: 'PUT',
        body: '{"open":false}',
        ...owner(),
      });
      expect(await list()).toHaveLength(2);
      const remove = (at: string, body?: string) =>
        app.get(`/api/v1/sites/goals/${at}`, {
          method: 'DELETE',
          ...owner(),
          ...(body && { body }),
        });
      expect(await (await remove(`${id}?site_id=goals.test`)).json()).toEqual({ deleted: true });
      expect((await remove(`${id}?site_id=goals.test`)).status).toBe(404);
      const [{ id: other }] = await list();
      expect((await remove(other)).status).toBe(400);
      expect((await remove(other, '{"site_id":"goals.test"}')).status).toBe(200);
      expect(await list()).toEqual([]);
    });

    test('twenty at once are all there', async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => put({ ...signup, event_name: `e${i}` })),
      );
      expect(await list()).toHaveLength(20);
    });

    test.each<[string, unknown, number, string]>([
      ['no site', { ...signup, site_id: undefined }, 400, 'site_id'],
      ['unknown site', { ...signup, site_id: 'nowhere.test' }, 404, 'nowhere.test'],
      ['no type', { ...signup, goal_type: undefined }, 400, 'goal_type'],
      ['unknown type', { ...signup, goal_type: 'scroll' }, 400, 'goal_type'],
      ['no event', { ...signup, event_name: '' }, 400, 'event_name'],
      ['a page too', { ...signup, page_path: '/a' }, 400, 'page_path'],
      [
        'a page that is none',
        { site_id: 'goals.test', goal_type: 'page', page_path: 'a' },
        400,
        'page',
      ],
      ['an unknown field', { ...signup, colour: 'red' }, 400, 'colour'],
      ['a taken name', { ...signup, event_name: 'New', display_name: 'e1' }, 409, '"e1"'],
      ['no object', [], 400, 'JSON object'],
    ])('%s', async (_, body, status, named) => {
      const answer = await put(body);
      expect(answer.status).toBe(status);
      expect((await answer.json()).error).toContain(named);
    });

    test.each(['GET', 'PUT', 'DELETE'])('%s needs the key, of an open site too', async (method) => {
      const path = `/api/v1/sites/goals${method === 'DELETE' ? '/1' : ''}?site_id=goals.test`;
      expect((await app.get(path, { method })).status).toBe(401);
    });
  });
});
