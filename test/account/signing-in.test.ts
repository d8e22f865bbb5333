import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openPeople, type Person } from '../../src/account/people.ts';
import { openPasswords } from '../../src/account/sign-in/passwords.ts';
import { codeAt } from '../../src/account/sign-in/totp.ts';
import { oidcClient, type RunningProvider, startOidcProvider } from '../support/oidc-provider.ts';
import { type Answer, longHomes, openRealApp, type RealApp } from '../support/real-app.ts';
import { softwarePasskey } from '../support/software-passkey.ts';

const password = 'a lemon tree in March';
const startMs = Date.parse('2026-11-28T12:00:00Z');
const publicUrl = 'https://stats.example.com';

describe.each(longHomes)('signing in, on %s', (homeName) => {
  let app: RealApp;
  let provider: RunningProvider;
  let nowMs = startMs;
  const people: Record<string, Person> = {};

  beforeAll(async () => {
    provider = await startOidcProvider(
      {
        olga: { email: 'olga@example.com', email_verified: true, groups: ['team'] },
        otto: { email: 'otto@example.com', email_verified: true },
      },
      [`${publicUrl}/api/session/openid/callback`],
    );
    const passwordHash = await openPasswords(randomBytes).hash(password, '');
    app = await openRealApp(
      {
        clock: () => nowMs,
        publicUrl,
        proxies: ['127.0.0.1'],
        oidc: { issuer: provider.issuer, clientId: oidcClient.clientId, groups: 'team=viewer' },
        env: { DAYBOOK_OIDC_CLIENT_SECRET: oidcClient.clientSecret },
        async prepare(home) {
          const all = openPeople(home, { clock: () => nowMs, random: randomBytes });
          for (const name of ['ann', 'bob', 'cid', 'dora', 'eve'])
            people[name] = await all.add({
              ...{ email: `${name}@example.com`, name, rights: { all: 'owner' }, passwordHash },
            });
        },
      },
      homeName,
    );
  });
  afterAll(async () => {
    await app.close();
    await provider.end();
  });
  afterEach(() => {
    nowMs += 60_000; // what has to wait has waited
  });

  const cookieOf = (answer: Answer) =>
    answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0]!)
      .find((one) => /daybook_session=./.test(one));

  let addresses = 0;
  const from = (address = `198.51.100.${++addresses}`) => ({
    headers: { 'X-Forwarded-For': address },
  });

  const byPassword = (email: string, sent: object = {}, init: RequestInit = from()) =>
    app.post('/api/session/password', { email, password, ...sent }, init);

  async function cookieFor(name: string): Promise<string> {
    const answer = await byPassword(`${name}@example.com`);
    expect(answer.status).toBe(200);
    return cookieOf(answer)!;
  }

  const whoIs = async (cookie: string | undefined) =>
    (await (await app.get('/api/session', { headers: { Cookie: cookie ?? '' } })).json()).person
      ?.name;

  /** Asks as who has this cookie; gives status and body, and takes over a new cookie. */
  async function as(who: { cookie: string }, method: string, path: string, body?: object) {
    const answer = await app.get(`/api/v1/me${path}`, {
      ...{ method, headers: { Cookie: who.cookie, 'X-Forwarded-For': '203.0.113.9' } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    who.cookie = cookieOf(answer) ?? who.cookie;
    expect([method, path, answer.headers.get('cache-control')]).toEqual(
      answer.ok ? [method, path, 'no-store'] : [method, path, answer.headers.get('cache-control')],
    );
    return { status: answer.status, body: await answer.json() };
  }

  const codeOf = (secret: string) => codeAt(secret, Math.floor(nowMs / 30_000));

  test('by e-mail and password, however the e-mail is written', async () => {
    const answer = await byPassword(' Ann@Example.COM ');
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await whoIs(cookieOf(answer))).toBe('ann');
    const { entries } = await (await app.get('/api/v1/audit', { key: app.key })).json();
    expect(entries[0]).toMatchObject({
      ...{ what: 'session.begin', by: { kind: 'person', name: 'ann' }, about: 'password' },
    });
  });

  test('the answer is the same for a wrong password and for who is not there', async () => {
    const wrong = await byPassword('ann@example.com', { password: 'another password' });
    const nobody = await byPassword('nobody@example.com');
    const odd = await byPassword('no e-mail at all');
    const bodies = await Promise.all([wrong, nobody, odd].map((one) => one.text()));
    expect([wrong.status, nobody.status, odd.status]).toEqual([401, 401, 401]);
    expect(new Set(bodies).size).toBe(1);
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  test('a page of another origin signs nobody in', async () => {
    const headers = { ...from().headers, Origin: 'https://elsewhere.test' };
    expect((await byPassword('ann@example.com', {}, { headers })).status).toBe(403);
    expect((await app.post('/api/session/passkey', { credential: {} }, { headers })).status).toBe(
      403,
    );
  });

  test('who guesses an account waits, a restart does not help, and its owner is let in', async () => {
    const guess = () => byPassword('bob@example.com', { password: 'another password' });
    const home = from('192.0.2.77');
    expect((await byPassword('bob@example.com', {}, home)).status).toBe(200);
    for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(401);
    const slowed = await guess();
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '1']);
    await app.restart();
    expect((await byPassword('bob@example.com')).status).toBe(429);
    expect((await byPassword('bob@example.com', {}, home)).status).toBe(200);
  });

  test('who guesses many accounts from one address waits', async () => {
    const address = from('192.0.2.88');
    for (let i = 0; i < 10; i++)
      expect((await byPassword(`person${i}@example.com`, {}, address)).status).toBe(401);
    expect((await byPassword('ann@example.com', {}, address)).status).toBe(429);
  });

  test('a second step: begun, turned on, asked for, with recovery codes, and turned off', async () => {
    const cid = { cookie: await cookieFor('cid') };
    const other = await cookieFor('cid');
    const begun = (await as(cid, 'POST', '/second-step/begin')).body;
    expect(begun.qr).toMatch(/^<svg /);
    const made = { secret: begun.secret, code: codeOf(begun.secret) };
    expect(await as(cid, 'POST', '/second-step', { ...made, code: '000000' })).toMatchObject({
      ...{ status: 400, body: { field: 'code' } },
    });
    const { body } = await as(cid, 'POST', '/second-step', made);
    expect(body.recovery_codes).toHaveLength(10);
    expect([await whoIs(cid.cookie), await whoIs(other)]).toEqual(['cid', undefined]);

    const without = await byPassword('cid@example.com');
    expect([without.status, (await without.json()).field]).toEqual([401, 'code']);
    expect(without.headers.getSetCookie()).toEqual([]);
    const again = await byPassword('cid@example.com', { code: made.code });
    expect([again.status, (await again.json()).field]).toEqual([401, 'code']);
    nowMs += 30_000;
    const code = codeOf(begun.secret);
    expect((await byPassword('cid@example.com', { code })).status).toBe(200);
    const [first] = body.recovery_codes;
    expect((await byPassword('cid@example.com', { code: first })).status).toBe(200);
    expect((await byPassword('cid@example.com', { code: first })).status).toBe(401);
    expect((await as(cid, 'GET', '/passkeys')).body.recovery_codes_left).toBe(9);
    const { body: renewed } = await as(cid, 'POST', '/second-step/recovery-codes', {
      code: body.recovery_codes[1],
    });
    expect(renewed.recovery_codes).toHaveLength(10);

    expect((await as(cid, 'POST', '/second-step/end', { code: first })).status).toBe(400);
    const end = { code: renewed.recovery_codes[0] };
    expect((await as(cid, 'POST', '/second-step/end', end)).status).toBe(200);
    expect((await byPassword('cid@example.com')).status).toBe(200);
    expect((await as(cid, 'POST', '/second-step/end', end)).status).toBe(404);
  });

  test('codes cannot be guessed either: each account’s have tries of their own', async () => {
    const cookie = { cookie: await cookieFor('cid') };
    const { secret } = (await as(cookie, 'POST', '/second-step/begin')).body;
    await as(cookie, 'POST', '/second-step', { secret, code: codeOf(secret) });
    for (let i = 0; i < 8; i++) {
      nowMs += 60_000;
      expect((await byPassword('cid@example.com', { code: '000000' })).status).toBe(401);
    }
    const fast = await Promise.all(
      [1, 2, 3].map(() => byPassword('cid@example.com', { code: '000000' })),
    );
    expect(fast.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(2);
  });

  test('a password is changed by who knows the present one; other sessions end', async () => {
    const dora = { cookie: await cookieFor('dora') };
    const other = await cookieFor('dora');
    const next = 'another tree in April';
    const change = (body: object) => as(dora, 'PUT', '/password', body);
    expect((await change({ password: next })).body.field).toBe('present');
    expect((await change({ password: next, present: 'a wrong one' })).body.field).toBe('present');
    expect((await change({ password: 'short', present: password })).body.field).toBe('password');
    expect((await change({ password: 'dora@example.com', present: password })).status).toBe(400);
    expect((await change({ password: next, present: password })).status).toBe(200);
    expect([await whoIs(dora.cookie), await whoIs(other)]).toEqual(['dora', undefined]);
    expect((await byPassword('dora@example.com')).status).toBe(401);
    expect((await byPassword('dora@example.com', { password: next })).status).toBe(200);
  });

  test('a passkey is made with the password, signs in, and is ended', async () => {
    const place = { origin: publicUrl, host: 'stats.example.com' };
    const device = softwarePasskey(place);
    const eve = { cookie: await cookieFor('eve') };
    expect((await as(eve, 'POST', '/passkeys/options', {})).body.field).toBe('password');
    const { options } = (await as(eve, 'POST', '/passkeys/options', { password })).body;
    const named = { name: 'my phone', credential: device.create(options) };
    const made = await as(eve, 'POST', '/passkeys', named);
    expect(made.body).toMatchObject({ name: 'my phone', host: place.host, used: null });

    const asked = await (await app.post('/api/session/passkey/options', {})).json();
    const credential = device.get(asked.options);
    const answer = await app.post('/api/session/passkey', { credential });
    expect(await whoIs(cookieOf(answer))).toBe('eve');
    expect((await app.post('/api/session/passkey', { credential })).status).toBe(401);
    const { passkeys } = (await as(eve, 'GET', '/passkeys')).body;
    expect(passkeys).toEqual([{ ...made.body, used: expect.any(String) }]);

    expect((await as(eve, 'DELETE', `/passkeys/${made.body.id}`)).status).toBe(200);
    expect((await as(eve, 'DELETE', `/passkeys/${made.body.id}`)).status).toBe(404);
    expect([await whoIs(eve.cookie), await whoIs(cookieOf(answer))]).toEqual(['eve', undefined]);
    const later = await (await app.post('/api/session/passkey/options', {})).json();
    const used = { credential: device.get(later.options) };
    expect((await app.post('/api/session/passkey', used)).status).toBe(401);
  });

  describe('by a link', () => {
    const signUp = (body: object) => app.post('/api/session/sign-up', body, from());

    async function invite(role = 'editor'): Promise<string> {
      const invited = { role, email: 'gil@example.com' };
      const made = await app.post('/api/v1/people/invitations', invited, { key: app.key });
      return (await made.json()).token;
    }

    test('who was invited signs up, once, and may what they were given', async () => {
      const token = await invite();
      const asked = await app.post('/api/session/invitation', { token });
      expect(await asked.json()).toMatchObject({
        ...{ kind: 'invite', email: 'gil@example.com', rights: { all: 'editor' } },
      });
      const sent = { token, name: 'Gil', email: 'Gil@example.com', password };
      for (const [field, wrong, status] of [
        ['name', { name: undefined }, 400],
        ['email', { email: 'x' }, 400],
        ['email', { email: 'ann@example.com' }, 409],
        ['password', { password: 'password123' }, 400],
      ] as const) {
        const answer = await signUp({ ...sent, ...wrong });
        expect([answer.status, (await answer.json()).field]).toEqual([status, field]);
      }
      const both = await Promise.all([signUp(sent), signUp({ ...sent, email: 'gus@example.com' })]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
      const cookie = both.map(cookieOf).find((one) => one !== undefined);
      expect(await whoIs(cookie)).toBe('Gil');
      const me = await (await app.get('/api/v1/me', { headers: { Cookie: cookie! } })).json();
      expect(me.rights).toEqual({ all: 'editor', sites: {} });
      expect((await app.post('/api/session/invitation', { token })).status).toBe(404);
    });

    test('who forgot a password sets a new one; their sessions end, their second step stays', async () => {
      const before = await cookieFor('ann');
      const reset = await app.post(
        `/api/v1/people/${people['ann']!.id}/reset`,
        {},
        { key: app.key },
      );
      const { token } = await reset.json();
      const asked = await (await app.post('/api/session/invitation', { token })).json();
      expect(asked).toMatchObject({ kind: 'reset', email: 'ann@example.com' });
      const answer = await signUp({ token, password: 'a plum tree in March' });
      expect([await whoIs(cookieOf(answer)), await whoIs(before)]).toEqual(['ann', undefined]);
      expect((await byPassword('ann@example.com')).status).toBe(401);

      // Cid has a second step.
      const of = await app.post(`/api/v1/people/${people['cid']!.id}/reset`, {}, { key: app.key });
      const set = await signUp({ token: (await of.json()).token, password });
      expect([await set.json(), cookieOf(set)]).toEqual([{ signedIn: false }, undefined]);
    });

    test('no page of another origin signs anybody up', async () => {
      const headers = { 'Sec-Fetch-Site': 'cross-site' };
      const sent = { token: await invite(), name: 'Gil', email: 'gil2@example.com', password };
      expect((await app.post('/api/session/sign-up', sent, { headers })).status).toBe(403);
    });
  });

  /** Goes to the provider and back, as a browser does; gives where it ends, and its cookie. */
  async function byOpenId(login: string | undefined, to = '/sites') {
    const manual = { redirect: 'manual' } as const;
    const begun = await app.get(`/api/session/openid?to=${encodeURIComponent(to)}`, manual);
    const kept = begun.headers.getSetCookie()[0]!.split(';')[0]!;
    const back = await provider.signIn(begun.headers.get('location')!, login);
    const headers = { Cookie: kept, 'Sec-Fetch-Site': 'cross-site' };
    const answer = await app.get(back.pathname + back.search, { ...manual, headers });
    return { answer, kept, back, to: answer.headers.get('location') };
  }

  test('by OpenID Connect: who is in a group with a role comes in, and goes on where it began', async () => {
    expect(await (await app.get('/api/session')).json()).toMatchObject({ hasOpenId: true });
    const { answer, to } = await byOpenId('olga', '/sites?period=day');
    expect([answer.status, to]).toEqual([302, '/sites?period=day']);
    const cookie = cookieOf(answer);
    expect(await whoIs(cookie)).toBe('olga@example.com');
    const me = await (await app.get('/api/v1/me', { headers: { Cookie: cookie! } })).json();
    expect(me).toMatchObject({ open_id: true, password: false, rights: { all: 'viewer' } });
  });

  test.each(['//evil.test', '/\\evil.test', 'https://evil.test', ''])(
    'and never at another origin: %j',
    async (to) => {
      expect((await byOpenId('olga', to)).to).toBe('/');
    },
  );

  test.each<[string, string | undefined, string]>([
    ['who is nobody here', 'otto', 'not-allowed'],
    ['who turns away', undefined, 'not-signed-in'],
  ])('%s is told so', async (_, login, problem) => {
    const { answer, to } = await byOpenId(login);
    expect([to, cookieOf(answer)]).toEqual([`/sign-in?openid=${problem}`, undefined]);
  });

  test('a way back that was used, or that another browser began, signs nobody in', async () => {
    const { back, kept } = await byOpenId('olga');
    for (const cookie of [kept, '', 'daybook_openid=a.b.c.Lw']) {
      const headers = { Cookie: cookie };
      const path = back.pathname + back.search;
      const answer = await app.get(path, { redirect: 'manual', headers });
      expect(answer.headers.get('location')).toBe('/sign-in?openid=not-signed-in');
      expect(cookieOf(answer)).toBeUndefined();
    }
  });
});
