import { randomBytes } from 'node:crypto';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPeople } from '../../src/account/people.ts';
import { openPasswords } from '../../src/account/sign-in/passwords.ts';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

const password = 'a lemon tree in March';

let app: RealApp;
let browser: Browser;
let page: Page;
let devices: CDPSession;

beforeAll(async () => {
  const passwordHash = await openPasswords(randomBytes).hash(password, '');
  [app, browser] = await Promise.all([
    openRealApp({
      async prepare(home) {
        const people = openPeople(home, { clock: Date.now, random: randomBytes });
        const named = { email: 'ada@example.com', name: 'Ada', passwordHash };
        await people.add({ ...named, rights: { all: 'owner' } });
      },
    }),
    openBrowser(),
  ]);
  const context = await browser.newContext();
  page = await context.newPage();
  devices = await context.newCDPSession(page);
  await devices.send('WebAuthn.enable');
  await page.goto(`${app.url}/sign-in`);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** A device with a chip of its own, such as a phone: it asks for a finger. */
async function plugIn(isUserVerified = true): Promise<string> {
  const { authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified, automaticPresenceSimulation: true },
    },
  });
  return authenticatorId;
}

// biome-ignore lint/suspicious/noExplicitAny: the test's assertions check its shape
type Answered = { readonly status: number; readonly body: any };

/** Runs a script in the page, as the dashboard does it. */
const inPage = <T>(script: string): Promise<T> => page.evaluate<T>(`(async () => {${script}})()`);

const post = (path: string, body?: unknown) =>
  inPage<Answered>(`
    const body = ${body === undefined ? 'undefined' : JSON.stringify(JSON.stringify(body))};
    const answer = await fetch('${path}', { method: 'POST', body });
    return { status: answer.status, body: await answer.json() };`);

const make = (options: object) =>
  inPage<object>(`
    const json = ${JSON.stringify(options)};
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json);
    return (await navigator.credentials.create({ publicKey })).toJSON();`);

const use = (options: object) =>
  inPage<object>(`
    const json = ${JSON.stringify(options)};
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
    return (await navigator.credentials.get({ publicKey })).toJSON();`);

const whoIs = () =>
  inPage<string | undefined>(`return (await (await fetch('/api/session')).json()).person?.name;`);

const signOut = () => inPage<void>(`await fetch('/api/session', { method: 'DELETE' });`);

async function signIn() {
  const { body } = await post('/api/session/passkey/options');
  return post('/api/session/passkey', { credential: await use(body.options) });
}

test('a passkey of a real browser is made, signs in, and is not made twice', async () => {
  const device = await plugIn();
  await post('/api/session/password', { email: 'ada@example.com', password });
  expect(await whoIs()).toBe('Ada');
  const { body } = await post('/api/v1/me/passkeys/options', { password });
  const credential = await make(body.options);
  const made = await post('/api/v1/me/passkeys', { name: 'this browser', credential });
  expect([made.status, made.body.name, made.body.host]).toEqual([200, 'this browser', 'localhost']);

  await signOut();
  expect(await whoIs()).toBeUndefined();
  expect((await signIn()).status).toBe(200);
  expect(await whoIs()).toBe('Ada');

  const again = await post('/api/v1/me/passkeys/options', { password });
  await expect(make(again.body.options)).rejects.toThrow(/InvalidStateError/);

  // A copy of it counts from where it was made.
  const { credentials } = await devices.send('WebAuthn.getCredentials', {
    authenticatorId: device,
  });
  await devices.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: device });
  const copy = await plugIn();
  await devices.send('WebAuthn.addCredential', {
    ...{ authenticatorId: copy, credential: { ...credentials[0]!, signCount: 0 } },
  });
  await signOut();
  expect((await signIn()).status).toBe(401);
  expect(await whoIs()).toBeUndefined();
});
