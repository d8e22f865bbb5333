import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import type { BrowserContext, Page } from 'playwright-core';
import { panelsOf } from '../../dashboard/panels/panels.ts';
import { sections } from '../../dashboard/settings/fields.ts';

const inPage = fileURLToPath(new URL('in-page.js', import.meta.url));

/** Pages on which texts are shown, looked at for anything that was more than a text. */
export type Looker = {
  /** Opens an address, waits until `ready` is there, and looks. */
  open(path: string, ready: string): Promise<void>;
  /** The same within the page that is open, as the dashboard goes from one view to another. */
  go(path: string, ready: string): Promise<void>;
  look(where: string): Promise<void>;
  readonly page: Page;
  readonly problems: readonly string[];
  looked(): number;
};

export async function openLooker(context: BrowserContext, origin: string): Promise<Looker> {
  await context.addInitScript({ path: inPage });
  const page = await context.newPage();
  const problems: string[] = [];
  let looked = 0;
  context.on('request', (request) => {
    const url = request.url();
    if (/^(data|blob):/.test(url) || url.startsWith(`${origin}/`)) return;
    problems.push(`a request to ${url.slice(0, 200)}`);
  });
  context.on('page', () => problems.push('another window'));
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));

  async function look(where: string): Promise<void> {
    looked++;
    for (const frame of page.frames()) {
      const found = await frame.evaluate<string[]>('lookForHostile()');
      problems.push(...found.map((problem) => `${where}: ${problem}`));
    }
  }
  return {
    ...{ page, problems, look, looked: () => looked },
    async open(path, ready) {
      await page.goto(`${origin}${path}`);
      await page.locator(ready).first().waitFor();
      await look(path);
    },
    async go(path, ready) {
      const to = JSON.stringify(path);
      await page.evaluate(
        `history.pushState(null, '', ${to}); dispatchEvent(new Event('popstate'))`,
      );
      await page.locator(ready).first().waitFor();
      await look(path);
    },
  };
}

const settled = 'main.report[aria-busy="false"]';

/** All lists of a site, or those of some panels. */
export async function lookAtLists(
  looker: Looker,
  site: string,
  panels: readonly string[] = panelsOf(site).map(({ name }) => name),
): Promise<void> {
  const base = `/?site=${site}&range=all`;
  await looker.open(base, `${settled} .chart .uplot`);
  for (const { name, tabs } of panelsOf(site).filter((panel) => panels.includes(panel.name)))
    for (const { key, plural } of tabs.filter(({ isMap }) => !isMap)) {
      const dialog = `dialog:has(h2:text-is("All ${plural}"))`;
      await looker.go(
        `${base}&tab.${name}=${key}&open=list,${key}`,
        `${dialog} [aria-rowindex], ${dialog} [role=status]:not(:empty)`,
      );
    }
}

/** Its other dialogs. */
export async function lookAtDialogs(looker: Looker, site: string): Promise<void> {
  const base = `/?site=${site}&range=all`;
  for (const [overlay, ready] of [
    ['why', '.drops li'],
    ['robots', 'tbody tr'],
    ['table', 'tbody tr'],
    ['download', 'section.download'],
    ['visits', 'tbody tr'],
  ] as const) {
    await looker.open(`${base}&open=${overlay}`, `dialog ${ready}`);
  }
  await looker.page.locator('dialog tbody a').first().click();
  await looker.page.locator('.visit-steps li').first().waitFor();
  await looker.look('a visit');
}

/** The tables of a view, as a browser saves them. */
export async function savedTables(looker: Looker, site: string): Promise<readonly string[]> {
  const { page } = looker;
  await looker.open(`/?site=${site}&range=all&open=download`, 'dialog section.download');
  const [zip] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download view (ZIP)' }).click(),
  ]);
  const files = unzipSync(await readFile(await zip.path()));
  return Object.values(files).map((bytes) => Buffer.from(bytes).toString());
}

/** Images with texts in them: which are no images, or more than that. Texts are cut to fit. */
export async function badImages(
  looker: Looker,
  secret: string,
  texts: readonly string[],
): Promise<readonly string[]> {
  const labels = texts.map((text) => text.replace(/\p{Cs}/gu, '\ufffd').slice(0, 60));
  await looker.open(`/share/${secret}/badge.svg?label=${encodeURIComponent(labels[0]!)}`, 'svg');
  await looker.open('/visualization', '#report');
  return looker.page.evaluate(`badImagesOf(${JSON.stringify(secret)}, ${JSON.stringify(labels)})`);
}

/** Addresses that somebody else wrote, with texts as the values of filters. */
export async function lookAtAddresses(
  looker: Looker,
  site: string,
  texts: readonly string[],
): Promise<void> {
  for (let from = 0; from < texts.length; from += 12) {
    const filters = texts
      .slice(from, from + 12)
      .map((text) => `f=is_not,page,${encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))}`);
    const more = `metric=${filters[0]}&by=${filters[0]}&tab.pages=${filters[0]}`;
    await looker.open(`/?site=${site}&range=all&${filters.join('&')}&${more}`, settled);
  }
}

/** What its owner has named, and what shows no report. */
export async function lookAtSettings(looker: Looker, site: string): Promise<void> {
  await looker.open(`/?site=${site}&settings=general`, 'section.settings-section');
  const ofAll = ['people', 'keys', 'audit'];
  for (const name of [...sections.map((one) => one.name), ...ofAll]) {
    await looker.go(`/?site=${site}&settings=${name}`, 'section.settings-section');
    await looker.page.waitForLoadState('networkidle');
    await looker.look(`settings ${name}, loaded`);
  }
  for (const [path, ready] of [
    ['/?sites', 'main'],
    [`/?site=${site}&live`, 'main table tbody tr'],
    [`/?site=${site}&setup`, 'main'],
    ['/docs/api', 'main'],
    [`/visualization?site=${site}`, '#chart tbody tr'],
  ] as const)
    await looker.open(path, ready);
  await looker.page.locator('button.more').click();
  await looker.look('every page of the visualization');
}
