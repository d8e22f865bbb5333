import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBarriers } from '../support/browser/axe.ts';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openAsOwner, readNumbers, readPanel, untilSettled } from '../support/browser/pages.ts';
import { noonZone } from '../support/noon-zone.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  for (const domain of ['example.com', 'other.example'])
    await app.post('/api/v1/sites', { domain, timezone: noonZone() }, { key: app.key });
  const goals = [
    { goal_type: 'event', event_name: 'Signup' },
    { goal_type: 'event', event_name: 'Purchase', currency: 'EUR' },
  ];
  for (const goal of goals)
    await app.post(
      '/api/v1/sites/goals',
      { site_id: 'example.com', ...goal },
      { key: app.key, method: 'PUT' },
    );
  const send = (address: string, name: string, path: string, more: object = {}) =>
    app.post(
      '/api/event',
      { name, domain: 'example.com', url: `https://example.com${path}`, ...more },
      { key: app.key, headers: { 'User-Agent': agents.chrome, 'X-Forwarded-For': address } },
    );
  await app.post(
    '/api/event',
    { name: 'pageview', domain: 'other.example', url: 'https://other.example/docs' },
    { key: app.key, headers: { 'User-Agent': agents.chrome, 'X-Forwarded-For': '8.8.8.8' } },
  );
  const google = { referrer: 'https://www.google.com/' };
  await send('8.8.8.8', 'pageview', '/', google);
  await send('8.8.8.8', 'Signup', '/', { props: { plan: 'pro' } });
  await send('8.8.4.4', 'pageview', '/pricing');
  await send('8.8.4.4', 'Signup', '/pricing', { props: { plan: 'free' } });
  await send('8.8.4.4', 'Purchase', '/pricing', { revenue: { currency: 'EUR', amount: 19.5 } });
  await send('91.0.0.1', 'pageview', '/docs', google);
  await send('91.0.0.1', '404', '/gone');
  await send('91.0.0.1', 'Outbound Link: Click', '/docs', { props: { url: 'https://a.example/' } });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

/** All that there is: no test depends on where a day ends. */
async function open(search = ''): Promise<Page> {
  const page = await openAsOwner(context, app, `/?site=example.com&range=all${search}`);
  await untilSettled(page);
  return page;
}

const searchOf = (page: Page) =>
  decodeURIComponent(new URL(page.url()).search).replace('?site=example.com', '');

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('goals, events, links to other sites, and pages that were not found', async () => {
  const page = await open('&tab.pages=not-found');
  expect(await readPanel(page, 'Goals')).toEqual(['Signup 2', 'Purchase 1']);
  expect(await readPanel(page, 'Pages')).toEqual(['/gone 1']);
  expect((await readPanel(page, 'Events'))[0]).toBe('Signup 2');
  await panel(page, 'Events').getByRole('button', { name: 'Outbound links' }).click();
  await untilSettled(page);
  expect(await readPanel(page, 'Events')).toEqual(['https://a.example/ 1']);
});

test('a click on a goal: who reached it, what they paid, and where they came from', async () => {
  const page = await open();
  await panel(page, 'Goals')
    .getByRole('button', { name: /^Purchase/ })
    .click();
  await untilSettled(page);
  expect(await readNumbers(page)).toMatchObject({
    ...{ 'Converted visitors': '1', Conversions: '1' },
    ...{ 'Conversion rate': '33%', Revenue: '€19.5' },
  });
  expect(await readPanel(page, 'Sources')).toEqual(['Direct 1']);
  await panel(page, 'Sources')
    .getByRole('button', { name: /column Converted visitors/ })
    .click();
  await page.getByRole('button', { name: 'Revenue', exact: true }).click();
  await untilSettled(page);
  expect(await readPanel(page, 'Sources')).toEqual(['Direct €19.5']);
});

test('the properties of events: their names, and the values of one, which filter', async () => {
  const page = await open();
  const events = panel(page, 'Events');
  await events.getByRole('button', { name: 'Properties' }).click();
  await untilSettled(page);
  expect(await readPanel(page, 'Events')).toEqual(['plan 2', 'url 1']);
  await events.getByRole('button', { name: /^plan/ }).click();
  await untilSettled(page);
  expect(await readPanel(page, 'Events')).toEqual(['free 1', 'pro 1']);
  await events.getByRole('button', { name: /^pro/ }).click();
  await untilSettled(page);
  expect(searchOf(page)).toBe('&range=all&f=is,prop:plan,pro&tab.events=prop:plan');
  expect(await readNumbers(page)).toMatchObject({ Visitors: '1' });
  await events.getByRole('link', { name: 'All properties' }).click();
  await untilSettled(page);
  expect(await readPanel(page, 'Events')).toEqual(['plan 1']);
});

test('all sites together: their sums, and each of them', async () => {
  const page = await openAsOwner(context, app, '/?sites');
  await page.getByRole('link', { name: 'All sites together' }).click();
  await page.getByRole('button', { name: 'Time:' }).click();
  await page.getByRole('button', { name: 'All time' }).click();
  await untilSettled(page);
  expect(await readNumbers(page)).toMatchObject({ Visitors: '4' });
  expect(await readPanel(page, 'Sites')).toEqual(['example.com 3', 'other.example 1']);
  expect(await readPanel(page, 'Pages')).toContain('/docs 2');
  await panel(page, 'Pages')
    .getByRole('button', { name: /^\/docs/ })
    .click();
  await untilSettled(page);
  expect(await findBarriers(page)).toEqual([]);
  await panel(page, 'Sites')
    .getByRole('button', { name: /^other/ })
    .click();
  await untilSettled(page);
  expect(new URL(page.url()).searchParams.get('site')).toBe('other.example');
  expect(await readNumbers(page)).toMatchObject({ Visitors: '1' });
});

test('with Alt held, a click leaves out', async () => {
  const page = await open();
  await panel(page, 'Sources')
    .getByRole('button', { name: /^Google/ })
    .click({ modifiers: ['Alt'] });
  await untilSettled(page);
  expect(searchOf(page)).toBe('&range=all&f=is_not,source,Google');
  await panel(page, 'Goals')
    .getByRole('button', { name: /^Purchase/ })
    .click({ modifiers: ['Alt'] });
  await untilSettled(page);
  expect(searchOf(page)).toContain('&f=has_not_done.is,goal,Purchase');
  expect(await readNumbers(page)).toMatchObject({ Visitors: '0' });
});

test('a filter of alternatives is made in the dialog, and edited by its chip', async () => {
  const page = await open();
  await page.keyboard.press('/');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Value').fill('/pricing');
  await dialog.getByRole('button', { name: 'Or …' }).click();
  const second = dialog.getByRole('group', { name: 'or' });
  await second.getByLabel('What').selectOption('prop');
  await second.getByLabel('Name of the property').fill('plan');
  await second.getByLabel('How').selectOption('matches');
  await second.getByLabel('Value').fill('^pro$');
  expect(await findBarriers(page)).toEqual([]);
  await second.getByLabel('Value').press('Enter');
  await untilSettled(page);
  expect(searchOf(page)).toBe('&range=all&f=is,page,/pricing;matches,prop:plan,^pro$');
  expect(await readNumbers(page)).toMatchObject({ Visitors: '2' });

  await page.getByRole('button', { name: /^Edit the filter Page is \/pricing, or/ }).click();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await untilSettled(page);
  expect(searchOf(page)).toBe('&range=all&f=is,page,/pricing');
  expect(await readNumbers(page)).toMatchObject({ Visitors: '1' });
});

test('several values: each has its mark, and can be taken out', async () => {
  const page = await open();
  await page.keyboard.press('/');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Value').fill('/a');
  await dialog.getByLabel('Value').press(',');
  await dialog.getByLabel('Value').fill('/b');
  await dialog.getByLabel('Value').press(',');
  await dialog.getByRole('button', { name: 'Remove /a' }).click();
  await dialog.getByLabel('Value').fill('/c');
  await dialog.getByLabel('Value').press('Enter');
  await page.waitForURL('**&f=is,page,/b,/c');
});

test('a panel’s column is chosen at its head', async () => {
  const page = await open();
  await panel(page, 'Sources').getByRole('button', { name: 'Sources: column Visitors' }).click();
  expect(await findBarriers(page)).toEqual([]);
  await panel(page, 'Sources').getByRole('button', { name: 'Bounce rate' }).click();
  await untilSettled(page);
  expect(searchOf(page)).toBe('&range=all&column.sources=bounce_rate');
  expect(await readPanel(page, 'Sources')).toEqual(['Direct 0%', 'Google 0%']);
});

test('the palette goes to sites, times, filters, and looks', async () => {
  const page = await open();
  const run = async (typed: string) => {
    await page.keyboard.press('Control+k');
    const field = page.getByLabel('What to do');
    await field.fill(typed);
    expect(await findBarriers(page)).toEqual([]);
    await field.press('Enter');
  };
  await run('time 7 days');
  await page.waitForURL('**&range=7d');
  await run('dark');
  const ground = 'getComputedStyle(document.body).backgroundColor';
  await expect.poll(() => page.evaluate<string>(ground)).toBe('rgb(20, 22, 26)');
  await run('filter country');
  await page.getByRole('dialog', { name: 'Filter' }).waitFor();
  expect(await page.getByLabel('What').inputValue()).toBe('country');
  await page.keyboard.press('Escape');
  await run('other');
  await page.waitForURL('**/?site=other.example&range=7d');
  await page.reload();
  await expect.poll(() => page.evaluate<string>(ground)).toBe('rgb(20, 22, 26)');
});

test('arrows go by the length of the range, and not into the future', async () => {
  const page = await openAsOwner(
    context,
    app,
    '/?site=example.com&from=2026-02-01&to=2026-02-28&compare=year',
  );
  await page.getByText('against year before').waitFor();
  await page.getByRole('button', { name: 'Later' }).click();
  await page.waitForURL('**&from=2026-03-01&to=2026-03-31&compare=year');
  await page.keyboard.press('[');
  await page.keyboard.press('[');
  await page.waitForURL('**&from=2026-01-01&to=2026-01-31&compare=year');
  await page.keyboard.press('d');
  await page.waitForURL('**&range=day&compare=year');
  expect(await page.getByRole('button', { name: 'Later' }).isDisabled()).toBe(true);
});

test('what is compared is chosen, and stands on the button', async () => {
  const page = await openAsOwner(context, app, '/?site=example.com&range=7d');
  await page.getByRole('button', { name: /^Compare/ }).click();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: /^Period just before/ }).click();
  await page.waitForURL('**&compare=previous');
  await page.getByText('against just before').waitFor();
});

test('all numbers stand in a table, too, and hours by weekdays', async () => {
  const page = await open('&open=table');
  const dialog = page.getByRole('dialog', { name: 'Numbers over time' });
  // By parts of the day, since there is one day; who comes in two of them counts in both.
  const visitors = await dialog.locator('tbody td:nth-child(2)').allTextContents();
  expect(visitors.reduce((sum, text) => sum + Number(text), 0)).toBeGreaterThanOrEqual(3);
  expect(await findBarriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  const sums = await panel(page, 'Hours of the week').locator('tbody td').allTextContents();
  expect(sums).toHaveLength(7 * 24);
  expect(sums.reduce((sum, text) => sum + Number(text), 0)).toBeGreaterThanOrEqual(3);
});

test('a list is sorted by any column, and saved as it is shown', async () => {
  const page = await open('&open=list,page');
  const dialog = page.getByRole('dialog');
  await dialog.locator('tbody th').nth(3).waitFor();
  await dialog.getByRole('button', { name: 'Pageviews' }).click();
  await dialog.locator('th[aria-sort="descending"]', { hasText: 'Pageviews' }).waitFor();
  await dialog.getByRole('button', { name: 'Pageviews' }).click();
  await expect.poll(() => dialog.locator('tbody th').first().textContent()).toBe('/gone');
  const saving = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as CSV' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('example.com all time pages.csv');
  const chunks: Buffer[] = [];
  for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
  const [head, first] = Buffer.concat(chunks).toString('utf8').split('\r\n');
  expect(head).toMatch(/^Page,visitors,percentage,visits,pageviews,/);
  expect(first).toMatch(/^\/gone,1,33\.3,1,0,/);
});

test('which numbers the row has is chosen, and kept in this browser', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Choose the numbers' }).click();
  for (const name of ['Scroll depth', 'Engaged time'])
    await page.locator('.foot').getByRole('button', { name }).click();
  await page.reload();
  await untilSettled(page);
  const names = await page.locator('.number-label').allTextContents();
  expect(names).toHaveLength(6);
  expect(names).not.toContain('Scroll depth');
});
