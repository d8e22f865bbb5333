import { afterAll, beforeAll, expect, test } from 'vitest';
import { headersOf, type MailServer, openMailServer, partOf } from '../support/mail-server.ts';
import { oidcClient, type RunningProvider, startOidcProvider } from '../support/oidc-provider.ts';
import { addPerson } from '../support/people.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { softwarePasskey } from '../support/software-passkey.ts';

/**
 * Addresses that Daybook writes where it is below a path: whoever follows one must arrive, though
 * the rest of the host is somebody else's. The pages are in test/dashboard/below-a-path.test.ts.
 */
const base = '/stats';
const origin = 'https://example.com';
const here = `${origin}${base}`;
const nowMs = Date.parse('2026-11-24T13:30:00Z');
const overTls = { 'X-Forwarded-Proto': 'https' };

let app: RealApp;
let mailServer: MailServer;
let provider: RunningProvider;
let session: string;

beforeAll(async () => {
  mailServer = await openMailServer();
  provider = await startOidcProvider(
    { olga: { email: 'olga@example.com', email_verified: true, groups: ['team'] } },
    [`${here}/api/session/openid/callback`],
  );
  app = await openRealApp({
    ...{ base, publicUrl: origin, clock: () => nowMs },
    oidc: { issuer: provider.issuer, clientId: oidcClient.clientId, groups: 'team=viewer' },
    env: { DAYBOOK_OIDC_CLIENT_SECRET: oidcClient.clientSecret },
    notify: { smtp: mailServer.url, mailFrom: 'reports@example.com' },
    async prepare(home) {
      const made = await addPerson(home, {
        ...{ email: 'ada@example.com', rights: { all: 'owner' }, clock: () => nowMs },
      });
      session = made.token;
    },
  });
  const made = await app.post('/api/v1/sites', { domain: 'example.com' }, { key: app.key });
  expect(made.status).toBe(200);
});
afterAll(async () => {
  await app.close();
  await mailServer.close();
  await provider.end();
});

const asAda = (path: string, body: object) => app.post(path, body, { key: session });

test('links that people are given', async () => {
  const sites = '/api/v1/sites/example.com';
  const urls = {
    invitation: '/api/v1/people/invitations',
    shared: `${sites}/shared-links`,
  };
  const invited = await (await asAda(urls.invitation, { role: 'viewer' })).json();
  expect(invited.url).toMatch(new RegExp(`^${here}/sign-up#`));
  const shared = await (await asAda(urls.shared, { name: 'for all' })).json();
  expect(shared.url).toMatch(new RegExp(`^${here}/share/`));
  const ofPlausible = { site_id: 'example.com', name: 'theirs' };
  const asked = { method: 'PUT', key: app.key };
  const link = await (await app.post('/api/v1/sites/shared-links', ofPlausible, asked)).json();
  expect(link.url).toMatch(new RegExp(`^${here}/share/`));
});

test('links in a mail, and the one that ends it', async () => {
  const path = '/api/v1/sites/example.com/notifications';
  const made = await (await asAda(path, { what: ['weekly'], channel: 'mail' })).json();
  expect((await asAda(`${path}/${made.id}/test`, {})).status).toBe(200);
  const [mail] = mailServer.mails;
  const texts = [partOf(mail!, 'text/plain'), partOf(mail!, 'text/html')];
  const links = texts.flatMap((one) => one.match(/https?:\/\/[^\s"<>]+/g) ?? []);
  expect(links.length).toBeGreaterThan(1);
  expect(links.filter((link) => !link.startsWith(`${here}/`))).toEqual([]);
  const unsubscribe = /<(.*)>/.exec(headersOf(mail!).get('list-unsubscribe') ?? '')?.[1];
  if (unsubscribe !== undefined) expect(unsubscribe).toMatch(new RegExp(`^${here}/unsubscribe/`));
});

test('OpenID Connect comes back there, with a cookie of the path', async () => {
  const manual = { redirect: 'manual' as const, headers: overTls };
  const begun = await app.get(`/api/session/openid?to=${base}/sites`, manual);
  const provided = new URL(begun.headers.get('location')!);
  const callback = `${here}/api/session/openid/callback`;
  expect(provided.searchParams.get('redirect_uri')).toBe(callback);
  const [kept] = begun.headers.getSetCookie();
  expect(kept).toMatch(/^__Secure-daybook_openid=.*; Path=\/stats; HttpOnly; Secure/);
  const back = await provider.signIn(provided.href, 'olga');
  expect(back.href.startsWith(`${callback}?`)).toBe(true);
  const path = back.href.slice(here.length);
  const answer = await app.get(path, {
    ...manual,
    headers: { ...overTls, Cookie: kept!.split(';')[0]! },
  });
  expect(answer.headers.get('location')).toBe(`${base}/sites`);
  const cookies = answer.headers.getSetCookie();
  expect(cookies.length).toBe(2);
  for (const cookie of cookies) expect(cookie).toContain('; Path=/stats;');
  const again = await app.get(path, manual);
  expect(again.headers.get('location')).toBe(`${base}/sign-in?openid=not-signed-in`);
});

test('a passkey is of the host, not of the path', async () => {
  const device = softwarePasskey({ origin, host: 'example.com' });
  const { options } = await (await asAda('/api/v1/me/passkeys/options', {})).json();
  expect(options.rp.id).toBe('example.com');
  const named = { name: 'my phone', credential: device.create(options) };
  expect((await asAda('/api/v1/me/passkeys', named)).status).toBe(200);
  const asked = await (await app.post('/api/session/passkey/options', {})).json();
  const credential = device.get(asked.options);
  const answer = await app.post('/api/session/passkey', { credential }, { headers: overTls });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('set-cookie')).toContain('; Path=/stats;');
});

test('pages name nothing outside of the path', async () => {
  // A proxy may pass the path on, or take it away.
  const root = app.url.slice(0, -base.length).replace('localhost', '127.0.0.1');
  const open = (path: string) =>
    fetch(root + path, { headers: { Authorization: `Bearer ${app.key}` } });
  for (const path of ['/', '/sign-in', '/sign-up', '/docs/api', '/privacy/example.com']) {
    for (const asked of [path, `${base}${path}`]) {
      const answer = await open(asked);
      expect(answer.status, asked).toBe(200);
      const page = await answer.text();
      const named = [...page.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map(([, one]) => one!);
      const led = named.map((one) => new URL(one, `${here}${path}`).href);
      const outside = led.filter((one) => one.startsWith(origin) && !one.startsWith(`${here}/`));
      expect(named.length, asked).toBeGreaterThan(0);
      expect(outside, asked).toEqual([]);
    }
  }
  expect((await open(base)).status).toBe(200);
  expect((await open(`${base}beside`)).status).toBe(404);
});

test('without --public-url, addresses are as the request came: by HTTPS, if the proxy says so', async () => {
  const own = await openRealApp({ base });
  try {
    for (const [headers, scheme] of [
      [{}, 'http'],
      [overTls, 'https'],
    ] as const) {
      const init = { key: own.key, headers };
      const made = await own.post('/api/v1/people/invitations', { role: 'viewer' }, init);
      const { host } = new URL(own.url.replace('localhost', '127.0.0.1'));
      expect((await made.json()).url).toMatch(new RegExp(`^${scheme}://${host}/stats/sign-up#`));
    }
  } finally {
    await own.close();
  }
});
