import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MetricName, QueryFilter, Row } from '../../dashboard/api/types.ts';
import { dimensionOf, ofCities, showValue } from '../../dashboard/model/dimensions.ts';
import { labelOf, numbersFor, showInRow, showMetric } from '../../dashboard/model/metrics.ts';
import { panelRows } from '../../dashboard/model/queries.ts';
import { panelsOf } from '../../dashboard/panels/panels.ts';
import { type Demo, startDemo } from '../../src/entry/demo/demo.ts';
import { shopDomain } from '../../src/entry/demo/shop-pages.ts';
import { addDays } from '../../src/lib/site-days.ts';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { readNumbers, readPanel, untilSettled } from '../support/browser/pages.ts';
import { builtPages } from '../support/real-app.ts';

// What each tab of the demo shows is what the API answers. Of past days, since visitors go on
// arriving in the demo.
const today = new Date().toISOString().slice(0, 10);
const span = [addDays(today, -40), addDays(today, -3)] as const;

let demo: Demo;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  [demo, browser] = await Promise.all([
    startDemo({
      ...{ port: 0, host: '127.0.0.1', clock: Date.now, random: randomBytes },
      ...{ env: { DAYBOOK_LOG: 'silent' }, pages: builtPages, reports: 'here' },
    }),
    openBrowser(),
  ]);
  const context = await browser.newContext();
  await context.request.post(`${demo.url}/api/session`, { data: { key: demo.firstKey } });
  page = await context.newPage();
  await page.goto(`${demo.url}/?site=${shopDomain}&from=${span[0]}&to=${span[1]}`);
  await untilSettled(page);
});
afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

async function rowsOf(
  metrics: readonly MetricName[],
  dimension?: string,
  filters: readonly QueryFilter[] = [],
): Promise<readonly Row[]> {
  const answer = await fetch(`${demo.url}/api/v2/query`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${demo.firstKey}` },
    body: JSON.stringify({
      ...{ site_id: shopDomain, metrics, date_range: span, filters },
      ...(dimension !== undefined && { dimensions: [dimension], pagination: { limit: panelRows } }),
    }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { readonly results: readonly Row[] }).results;
}

test('the numbers are the API’s', async () => {
  const names = numbersFor([]);
  const [row] = await rowsOf(names);
  expect(await readNumbers(page)).toEqual(
    Object.fromEntries(names.map((name, i) => [labelOf(name), showInRow(name, row!.metrics[i])])),
  );
});

const tabs = panelsOf(shopDomain).flatMap(({ title, tabs: own }) =>
  own.flatMap((tab) =>
    ofCities.includes(tab.dimension) || tab.isMap ? [] : [[title, tab.label, tab] as const],
  ),
);

test.each(tabs)('%s, %s: the rows are the API’s', async (title, label, tab) => {
  await chooseTab(title, label);
  const [metric] = tab.metrics;
  const rows = await rowsOf([metric], dimensionOf(tab.dimension).name, tab.only);
  const expected = rows.map(
    ({ dimensions: [value = ''], metrics: [first] }) =>
      `${showValue(tab.dimension, value)} ${showMetric(metric, first)}`,
  );
  expect(await readPanel(page, title)).toEqual(expected);
  // A row filters, and the numbers are the API’s again: tried in the first tab of each panel.
  if (tab !== panelsOf(shopDomain).find((one) => one.title === title)?.tabs[0]) return;
  const [value = ''] = rows[0]!.dimensions;
  const panel = page.getByRole('region', { name: title, exact: true });
  const before = page.url();
  await panel.locator('.bar').first().click();
  await untilSettled(page);
  const [row] = await rowsOf(['visitors'], undefined, [
    ['is', dimensionOf(tab.dimension).name, [value]],
  ]);
  const { Visitors, 'Converted visitors': converted } = await readNumbers(page);
  expect(Visitors ?? converted).toBe(showMetric('visitors', row!.metrics[0]));
  await page.goBack();
  expect(page.url()).toBe(before);
  await untilSettled(page);
});

/** By its button, or by the menu of what has no room beside the title. */
async function chooseTab(title: string, label: string): Promise<void> {
  const panel = page.getByRole('region', { name: title, exact: true });
  if ((await panel.locator('.tab').count()) === 0) return;
  const button = panel.locator('button.tab', { hasText: new RegExp(`^${label}$`) });
  if ((await button.count()) > 0) await button.click();
  else {
    await panel.getByRole('button', { name: /^More of/ }).click();
    await page.getByRole('button', { name: label, exact: true }).click();
  }
  await untilSettled(page);
}
