import { randomBytes } from 'node:crypto';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openInvitations } from '../../src/account/invitations.ts';
import { everything } from '../../src/account/roles.ts';
import { findBarriers } from '../support/browser/axe.ts';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
let browser: Browser;
let setUpToken: string;
let owner: Page;
let invitation: string;
const contexts: BrowserContext[] = [];

const newPage = async (): Promise<Page> => {
  const context = await browser.newContext();
  contexts.push(context);
  return context.newPage();
};

const password = 'four plain words here';

beforeAll(async () => {
  const prepare = async (home: Parameters<typeof openInvitations>[0]) => {
    const invitations = openInvitations(home, { clock: Date.now, random: randomBytes });
    setUpToken = (await invitations.make({ kind: 'setup', rights: everything })).token;
  };
  [app, browser] = await Promise.all([openRealApp({ prepare }), openBrowser()]);
  await app.post('/api/v1/sites', { domain: 'example.com' }, { key: app.key });
  owner = await newPage();
});
afterAll(async () => {
  for (const context of contexts) await context.close();
  await browser?.close();
  await app?.close();
});

test('the first owner signs up by the link for setting up, by keyboard alone', async () => {
  await owner.goto(`${app.url}/sign-up#${setUpToken}`);
  await owner.getByRole('heading', { name: 'Set up Daybook' }).waitFor();
  expect(await findBarriers(owner)).toEqual([]);
  await owner.keyboard.type('Ada');
  await owner.keyboard.press('Tab');
  await owner.keyboard.type('ada@example.com');
  await owner.keyboard.press('Tab');
  await owner.keyboard.type('password1234');
  await owner.keyboard.press('Enter');
  await expect.poll(() => owner.locator('#password-problem').textContent()).not.toBe('');
  await owner.keyboard.type(password);
  await owner.keyboard.press('Enter');
  await owner.waitForURL(`${app.url}/?site=example.com`);
  await owner.goto(`${app.url}/sign-up#${setUpToken}`);
  await owner.getByRole('heading', { name: 'This link was used, or has run out' }).waitFor();
});

test('what alerts are judged by is said beside them', async () => {
  await owner.goto(`${app.url}/?site=example.com&settings=notifications`);
  await owner.getByLabel('Many more visitors than usual').check();
  await owner.getByLabel('No hit when there always is one').check();
  await owner.getByLabel('So many times what is usual').fill('5');
  await owner.getByLabel('Hours without a hit').fill('3');
  expect(await owner.getByLabel('So many per cent').count()).toBe(0);
  await owner.getByLabel('Where to').selectOption('webhook');
  await owner.getByLabel('Address, which').fill('https://hooks.example.com/a');
  expect(await findBarriers(owner)).toEqual([]);
  await owner.getByRole('button', { name: 'Ask for it' }).click();
  await owner.locator('.kept li').waitFor();
  const asked = await owner.evaluate(async () => (await fetch('/api/v1/me/notifications')).json());
  expect((asked as { notifications: unknown }).notifications).toMatchObject([
    {
      what: ['weekly', 'spike', 'silence'],
      thresholds: { times: 5, silent_hours: 3, percent: 60 },
    },
  ]);
});

test('an owner invites a viewer; the link is shown once', async () => {
  await owner.goto(`${app.url}/?settings=people`);
  await owner.getByLabel('Role for').selectOption('example.com');
  await owner.getByRole('button', { name: 'Make the link' }).click();
  const link = owner.locator('.made code');
  await link.waitFor();
  invitation = (await link.textContent())!;
  await owner.getByText('Viewer of example.com').waitFor();
  expect(await findBarriers(owner)).toEqual([]);
  await owner.reload();
  await owner.getByText('Viewer of example.com').waitFor();
  expect(await link.count()).toBe(0);
});

test('a viewer signs up and in, and is not offered what is not theirs', async () => {
  const page = await newPage();
  await page.goto(invitation);
  await page.getByText('You were invited: Viewer of example.com.').waitFor();
  await page.getByLabel('Name').fill('Bob');
  await page.getByLabel('E-mail').fill('bob@example.com');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.waitForURL(`${app.url}/?site=example.com`);

  const other = await newPage();
  await other.goto(`${app.url}/?site=example.com&settings=goals`);
  await other.waitForURL('**/sign-in?next=**');
  await other.getByLabel('E-mail').waitFor();
  expect(await findBarriers(other)).toEqual([]);
  await other.getByLabel('E-mail').fill('bob@example.com');
  await other.getByLabel('Password').fill('not this one');
  await other.keyboard.press('Enter');
  await other.getByText('This is not the e-mail and password of anybody here.').waitFor();
  await other.getByLabel('Password').fill(password);
  await other.keyboard.press('Enter');
  await other.waitForURL(`${app.url}/?site=example.com&settings=goals`);
  const sections = other.getByRole('navigation', { name: 'Settings' }).getByRole('link');
  await sections.first().waitFor();
  expect(await sections.allTextContents()).toEqual([
    'Tracker',
    'Segments',
    'Reports and alerts',
    'Export',
  ]);
  await other.goto(`${app.url}/?add`);
  await other.getByRole('heading', { name: 'This is not for your role' }).waitFor();
});

test('keys, what was done and the account have no barrier; a session is ended', async () => {
  for (const [section, words] of [
    ['keys', 'Make a key'],
    ['audit', 'invited somebody'],
    ['account', 'Where you are signed in'],
  ] as const) {
    await owner.goto(`${app.url}/?settings=${section}`);
    await owner.getByText(words).first().waitFor();
    expect(await findBarriers(owner), section).toEqual([]);
  }
  await owner.getByText('this one').waitFor();
  await owner.getByRole('button', { name: /^End Chrome/ }).click();
  await owner.waitForURL('**/sign-in**');
  await owner.goto(`${app.url}/?settings=account`);
  await owner.waitForURL('**/sign-in?next=**');
});
