import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  oidcClient,
  type RunningProvider,
  startOidcProvider,
} from '../../../test/support/oidc-provider.ts';
import { type Oidc, openOidc } from './oidc.ts';
import { type GivenOidc, readOidcSettings } from './oidc-settings.ts';

const redirectUri = 'https://stats.example.com/api/sign-in/oidc/callback';

let provider: RunningProvider;
let oidc: Oidc;

beforeAll(async () => {
  provider = await startOidcProvider(
    {
      ann: {
        ...{ email: 'ann@example.com', email_verified: true, name: 'Ann' },
        groups: ['team', 'admins', 'others'],
      },
      bob: { email: 'bob@example.com', email_verified: false, groups: 'team' },
      eve: {},
    },
    [redirectUri],
  );
});

afterAll(() => provider.end());

const settingsOf = (more: GivenOidc = {}) =>
  readOidcSettings({
    ...{ issuer: provider.issuer, ...oidcClient, groups: 'team=viewer, admins=admin' },
    ...more,
  })!;

const open = (more: GivenOidc = {}) =>
  openOidc(settingsOf(more), { clock: Date.now, random: randomBytes });

beforeEach(() => {
  oidc = open();
});

async function signIn(login: string | undefined, by = oidc) {
  const { url, kept } = await by.begin(redirectUri);
  const back = await provider.signIn(url, login);
  expect(back.origin + back.pathname).toBe(redirectUri);
  return { answer: back.search, kept };
}

test('who signs in there is known here, with the highest role of his groups', async () => {
  const { answer, kept } = await signIn('ann');
  expect(await oidc.finish(redirectUri, answer, kept)).toEqual({
    ...{ issuer: provider.issuer, subject: 'ann', email: 'ann@example.com', name: 'Ann' },
    role: 'admin',
  });
});

test('an address that the provider has not verified is nobody’s', async () => {
  const { answer, kept } = await signIn('bob');
  expect(await oidc.finish(redirectUri, answer, kept)).toEqual({
    ...{ issuer: provider.issuer, subject: 'bob', role: 'viewer' },
  });
});

test('who is in no group has no role', async () => {
  const { answer, kept } = await signIn('eve');
  const person = await oidc.finish(redirectUri, answer, kept);
  expect(person).toEqual({ issuer: provider.issuer, subject: 'eve' });
});

test('state, nonce and verifier are new each time, and PKCE is asked for', async () => {
  const [one, two] = [await oidc.begin(redirectUri), await oidc.begin(redirectUri)];
  expect(one.kept.split('.')).toHaveLength(3);
  expect(new Set([...one.kept.split('.'), ...two.kept.split('.')]).size).toBe(6);
  const query = new URL(one.url).searchParams;
  expect(query.get('code_challenge_method')).toBe('S256');
  expect(one.url).not.toContain(one.kept.split('.')[2]);
  expect(one.url).not.toContain(oidcClient.clientSecret);
});

test('who turns away there is told so, and nobody is signed in', async () => {
  const { answer, kept } = await signIn(undefined);
  await expect(oidc.finish(redirectUri, answer, kept)).rejects.toMatchObject({
    fault: 'not-signed-in',
    message: 'the OpenID Connect provider says: access_denied',
  });
});

test('a code is taken once', async () => {
  const { answer, kept } = await signIn('ann');
  await oidc.finish(redirectUri, answer, kept);
  await expect(oidc.finish(redirectUri, answer, kept)).rejects.toMatchObject({
    fault: 'not-signed-in',
  });
});

test.each<[string, (answer: string, kept: string) => [string, string]]>([
  ['nothing', () => ['', '']],
  ['nothing that was kept', (answer) => [answer, '']],
  ['what another browser began', (answer) => [answer, 'a.b.c']],
  ['another verifier', (answer, kept) => [answer, kept.replace(/\.[^.]+$/, `.${'v'.repeat(43)}`)]],
  ['no code', (answer, kept) => [answer.replace(/code=[^&]*/, ''), kept]],
  ['a code that nobody gave', (answer, kept) => [answer.replace(/code=[^&]*/, 'code=x'), kept]],
  ['another issuer', (answer, kept) => [answer.replace(/iss=[^&]*/, 'iss=https://a.b'), kept]],
  ['two codes', (answer, kept) => [`${answer}&code=x`, kept]],
])('%s signs nobody in', async (_, change) => {
  const { answer, kept } = await signIn('ann');
  await expect(oidc.finish(redirectUri, ...change(answer, kept))).rejects.toMatchObject({
    fault: 'not-signed-in',
  });
});

test('a token for another nonce is refused', async () => {
  const { answer, kept } = await signIn('ann');
  const [state, , verifier] = kept.split('.');
  await expect(
    oidc.finish(redirectUri, answer, `${state}.another.${verifier}`),
  ).rejects.toMatchObject({ fault: 'unavailable' });
});

test('a wrong secret, or a provider that is not there, is said to be no fault of the person', async () => {
  const wrong = open({ clientSecret: 'another' });
  const { answer, kept } = await signIn('ann', wrong);
  await expect(wrong.finish(redirectUri, answer, kept)).rejects.toMatchObject({
    fault: 'unavailable',
  });
  await expect(open({ issuer: 'http://127.0.0.1:9' }).begin(redirectUri)).rejects.toMatchObject({
    fault: 'unavailable',
  });
});

describe('settings', () => {
  const given = { issuer: 'https://id.example.com', clientId: 'daybook' };

  test('without an issuer there is none', () => {
    expect(readOidcSettings({})).toBeUndefined();
  });

  test('groups stand with the highest role first; a group’s name may have any sign but a comma', () => {
    expect(readOidcSettings({ ...given, groups: 'team=viewer, cn=all admins =owner,' })).toEqual({
      ...{ issuer: new URL(given.issuer), clientId: 'daybook', scopes: 'openid email profile' },
      groupsClaim: 'groups',
      groups: [
        { group: 'cn=all admins', role: 'owner' },
        { group: 'team', role: 'viewer' },
      ],
    });
  });

  test.each<[GivenOidc, RegExp]>([
    [{ clientId: 'daybook' }, /--oidc-issuer/],
    [{ issuer: 'https://id.example.com' }, /--oidc-client-id/],
    [{ ...given, issuer: 'http://id.example.com' }, /--oidc-issuer: expected https/],
    [{ ...given, issuer: 'id.example.com' }, /--oidc-issuer/],
    [{ ...given, scopes: 'email' }, /--oidc-scopes/],
    [{ ...given, groups: 'admins' }, /--oidc-groups/],
    [{ ...given, groups: 'admins=god' }, /--oidc-groups: expected GROUP=ROLE/],
  ])('%j is refused', (wrong, message) => {
    expect(() => readOidcSettings(wrong)).toThrow(message);
  });
});
