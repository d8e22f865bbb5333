import type { BrowserContext, Page } from 'playwright-core';
import type { RealApp } from '../real-app.ts';

/** Opens a page at `path` as the signed-in owner. */
export async function openAsOwner(
  context: BrowserContext,
  app: RealApp,
  path: string,
): Promise<Page> {
  const answer = await context.request.post(`${app.url}/api/session`, { data: { key: app.key } });
  if (!answer.ok()) throw new Error(`signing in was answered ${answer.status()}`);
  const page = await context.newPage();
  await page.goto(app.url + path);
  return page;
}

/** Waits until a report has loaded. If it does not, the error says what it shows instead. */
export async function untilSettled(page: Page): Promise<void> {
  try {
    await page.locator('main.report[aria-busy="false"] .chart .uplot').waitFor();
  } catch (cause) {
    const busy = await page.locator('main').first().getAttribute('aria-busy');
    const text = (await page.locator('body').innerText()).replace(/\s+/g, ' ').slice(0, 800);
    throw new Error(
      `the report at ${page.url()} did not settle (busy: ${busy}); it shows: ${text}`,
      {
        cause,
      },
    );
  }
}

/** The numbers in the numbers row, by label. */
export async function readNumbers(page: Page): Promise<Record<string, string>> {
  const labels = await page.locator('.number-label').allTextContents();
  const values = await page.locator('.number-value').allTextContents();
  return Object.fromEntries(labels.map((label, i) => [label, values[i] ?? '']));
}

/** The rows of a panel, each as `name count`. */
export async function readPanel(page: Page, title: string): Promise<string[]> {
  const panel = page.getByRole('region', { name: title, exact: true });
  const names = await panel.locator('.bar-name').allTextContents();
  const counts = await panel.locator('.bar-count').allTextContents();
  return names.map((name, i) => `${name} ${counts[i]}`);
}
