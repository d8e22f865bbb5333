import type { Routes } from './plain.ts';
import { oneOf } from './values.ts';

const session = ['api', 'session'];

const me = ['api', 'v1', 'me'];

const credential = {
  ...{ id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {} },
  response: {
    ...{ clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA', userHandle: 'YQ' },
    attestationObject: 'o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA',
  },
};

/** Signing in, and what one signs in with. */
export const signInRoutes: Routes = {
  'POST /api/session/password': (chance) => ({
    path: [...session, 'password'],
    body: {
      ...{ email: oneOf(chance, ['ada@example.com', 'x']), password: 'a lemon tree in March' },
      ...(chance.happens(0.5) && { code: '123456' }),
    },
  }),
  'POST /api/session/passkey/options': () => ({ path: [...session, 'passkey', 'options'] }),
  'POST /api/session/passkey': () => ({ path: [...session, 'passkey'], body: { credential } }),
  'GET /api/session/openid': () => ({ path: [...session, 'openid'], query: { to: '/sites' } }),
  'GET /api/session/openid/callback': () => ({
    path: [...session, 'openid', 'callback'],
    query: { code: 'a', state: 'b', iss: 'https://id.example.com' },
    headers: { Cookie: 'daybook_openid=b.c.d.Lw' },
  }),
  'POST /api/session/invitation': () => ({
    path: [...session, 'invitation'],
    body: { token: 'A'.repeat(32) },
  }),
  'POST /api/session/sign-up': () => ({
    path: [...session, 'sign-up'],
    body: {
      ...{ token: 'A'.repeat(32), name: 'Ada', email: 'ada@example.com' },
      password: 'a lemon tree in March',
    },
  }),
  'PUT /api/v1/me/password': () => ({
    path: [...me, 'password'],
    body: { password: 'a lemon tree in April', present: 'a lemon tree in March' },
  }),
  'POST /api/v1/me/second-step/begin': () => ({ path: [...me, 'second-step', 'begin'] }),
  'POST /api/v1/me/second-step': () => ({
    path: [...me, 'second-step'],
    body: { secret: 'A'.repeat(32), code: '123456' },
  }),
  'POST /api/v1/me/second-step/recovery-codes': () => ({
    path: [...me, 'second-step', 'recovery-codes'],
    body: { code: '123456' },
  }),
  'POST /api/v1/me/second-step/end': () => ({
    path: [...me, 'second-step', 'end'],
    body: { code: 'abcd-efgh-ijkl-mnop' },
  }),
  'GET /api/v1/me/passkeys': () => ({ path: [...me, 'passkeys'] }),
  'POST /api/v1/me/passkeys/options': () => ({
    path: [...me, 'passkeys', 'options'],
    body: { password: 'a lemon tree in March' },
  }),
  'POST /api/v1/me/passkeys': () => ({
    path: [...me, 'passkeys'],
    body: { name: 'my phone', credential },
  }),
  'DELETE /api/v1/me/passkeys/:id': () => ({ path: [...me, 'passkeys', 'AAAA'] }),
};

/** Those that nobody reaches without being somebody, or without a provider. */
export const needsSomebody = Object.keys(signInRoutes).filter(
  (name) => name !== 'POST /api/session/passkey/options',
);
