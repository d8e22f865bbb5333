import type { BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  await app.post('/api/v1/sites', { domain: 'closed.test' }, { key: app.key });
  await app.post(
    '/api/v1/sites',
    { domain: 'open.test', open: true, timezone: 'Asia/Kolkata' },
    { key: app.key },
  );
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

test('the sign-in link signs in, and the key leaves the address at once', async () => {
  const page = await context.newPage();
  const addresses: string[] = [];
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  await page.goto(`${app.url}/sign-in#key=${app.key}`);
  await page.getByRole('heading', { name: 'Sites' }).waitFor();
  expect(addresses.slice(1).join()).not.toContain(app.key);
  await page.goBack();
  expect(page.url()).not.toContain(app.key);
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
});

test('a wrong key is reported, and the right key signs in', async () => {
  const page = await context.newPage();
  await page.goto(`${app.url}/?site=closed.test&range=7d`);
  await page.waitForURL('**/sign-in?next=**');
  await page.getByText('closed.test is not a site that is open to everyone.').waitFor();
  await page.getByRole('button', { name: 'Use the owner key' }).click();
  await page.getByLabel('Owner key').fill('nonsense');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This is not the owner key').waitFor();
  await page.getByLabel('Owner key').fill(` ${app.key}\n`);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${app.url}/?site=closed.test&range=7d`);
});

test.each([
  'https://elsewhere.test/',
  '//elsewhere.test',
  '/\\elsewhere.test',
  'javascript:alert(1)',
])('signing in never leads off this origin: next=%s', async (next) => {
  const page = await context.newPage();
  await page.goto(`${app.url}/sign-in?next=${encodeURIComponent(next)}#key=${app.key}`);
  await page.getByRole('heading', { name: 'Sites' }).waitFor();
  expect(new URL(page.url()).origin).toBe(app.url);
});

test('for a stranger, a site that does not exist looks like a closed one', async () => {
  const page = await context.newPage();
  await page.goto(`${app.url}/?site=gone.test`);
  await page.getByText('gone.test is not a site that is open to everyone.').waitFor();
});

test('an open site is for everybody, without the owner’s controls', async () => {
  const page = await context.newPage();
  await page.goto(`${app.url}/?site=open.test`);
  await page.locator('main.report').waitFor();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await page.getByText('Days are those of Asia/Kolkata.').waitFor();
  expect(await page.getByText('Why not counted?').count()).toBe(0);
  expect(await page.getByRole('button', { name: /^Site:/ }).count()).toBe(0);
});

test('signing out ends it', async () => {
  const page = await context.newPage();
  await page.goto(`${app.url}/sign-in#key=${app.key}`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in**');
  await page.goto(`${app.url}/?site=closed.test`);
  await page.waitForURL('**/sign-in?next=**');
});
