import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { allCases } from '../support/real-app.ts';
import { cli } from '../support/real-process.ts';
import { imported, imports } from './imports.ts';
import { hitInputs, type Input, ownerInputs, site } from './inputs.ts';
import { isFormula, isTerminal, readCsv } from './outputs.ts';
import {
  badImages,
  type Looker,
  lookAtAddresses,
  lookAtDialogs,
  lookAtLists,
  lookAtSettings,
  openLooker,
  savedTables,
} from './pages.ts';
import { type HostileServer, openHostileServer } from './server.ts';
import { allTexts } from './texts.ts';

let server: HostileServer;
/** Of a link to the site: made before it has as many as it may. */
let secret: string;
beforeAll(async () => {
  server = await openHostileServer();
  await server.post('/api/v1/sites', { domain: site, robots: 'keep', open: true });
  const path = `/api/v1/sites/${site}/shared-links`;
  const link = { name: 'Of the test' };
  const made = await server.ask(path, { method: 'POST', body: JSON.stringify(link) });
  secret = ((await made.json()) as { secret: string }).secret;
});
afterAll(() => server?.close());

/** `.ci/run` has time for a third of the texts by each input: for another third by the next one. */
const isTried = (text: number, input: number) => allCases || (text + input) % 3 === 0;

/** Texts by an input. Gives how many were sent and taken, and what was answered 5xx. */
async function sendAll(input: Input, nthInput: number, atOnce: number) {
  const waiting = [...allTexts.entries()].filter(([nth]) => isTried(nth, nthInput));
  const all = waiting.length;
  let taken = 0;
  const faults: string[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [nth, text] = next;
      const status = await input(server, text, nth);
      if (status >= 200 && status < 300) taken += 1;
      if (status >= 500) faults.push(`${status} ${JSON.stringify(text)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { all, taken, faults };
}

/** How many of the texts were taken, of all that were sent. */
const sent = { taken: 0, all: 0 };

describe('every text goes in by every input', () => {
  // What an owner names is one row of a site: one after the other.
  const all = { ...mapped(hitInputs, 16), ...mapped(ownerInputs, 1) };
  const inOrder = Object.entries(all).map(([name, one], nth) => [name, { ...one, nth }] as const);
  test.each(inOrder)('%s', async (_, { input, atOnce, nth }) => {
    const { all, taken, faults } = await sendAll(input, nth, atOnce);
    expect(faults).toEqual([]);
    sent.taken += taken;
    sent.all += all;
  });

  test.each(Object.entries(imports))('%s', async (_, bring) => {
    expect(await bring(server)).toBeGreaterThan(allTexts.length / 2);
  });

  test('no header of an answer has one of them', () => {
    const inputs = Object.keys(all).length + Object.keys(imports).length;
    process.stdout.write(
      `hostile texts: ${allTexts.length} by ${inputs} inputs; of ${sent.all} in requests ` +
        `${sent.taken} were taken\n`,
    );
    expect(server.badHeaders).toEqual([]);
  });
});

const mapped = (inputs: Readonly<Record<string, Input>>, atOnce: number) =>
  Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, { input, atOnce }]));

const run = async (...args: string[]) => {
  const answer = await cli([...args, '--data', server.data]);
  return { ...answer, all: answer.stdout + answer.stderr };
};

describe.each([site, imported])('out of %s', (domain) => {
  const read = async (format: string) =>
    (await server.ask(`/api/hits?site=${domain}&format=${format}`)).text();

  test('CSV of the API and of the CLI has no formula', async () => {
    const exported = await run('export', '--site', domain, '--format', 'csv', '--out', '-');
    expect(exported.code).toBe(0);
    // Numbers below 0 are no formulas.
    const withoutIds = 'SELECT * EXCLUDE (id, visitor) FROM hits';
    const selected = await run('sql', '--site', domain, '--format', 'csv', withoutIds);
    expect(selected.code).toBe(0);
    for (const text of [await read('csv'), exported.stdout, selected.stdout]) {
      const [head, ...rows] = readCsv(text);
      expect(rows.length).toBeGreaterThan(allTexts.length / 2);
      expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head!.length]));
      expect([...new Set(rows.flat().filter(isFormula))].slice(0, 5)).toEqual([]);
    }
  });

  test('a line of NDJSON is one hit, and plain on a terminal', async () => {
    const exported = await run('export', '--site', domain, '--format', 'ndjson', '--out', '-');
    for (const text of [await read('ndjson'), exported.stdout]) {
      const lines = text.trimEnd().split('\n');
      expect(lines.length).toBeGreaterThan(allTexts.length / 2);
      for (const line of lines) JSON.parse(line);
      expect(lines.filter(isTerminal).slice(0, 5)).toEqual([]);
    }
  });
});

test('what the CLI says is plain on a terminal', async () => {
  for (const args of [
    ['sql', '--site', site, 'FROM hits'],
    ['sql', '--site', site, '--format', 'json', 'FROM visits'],
    ['site', 'list'],
    ['goal', 'list', '--site', site],
    ['segment', 'list', '--site', site],
    ['annotation', 'list', '--site', site],
    ['key', 'list'],
    ['user', 'list'],
    ['erase', '--site', site, '--page', '/**', '--dry-run'],
    ['verify'],
  ]) {
    const { code, all } = await run(...args);
    expect([args, code, isTerminal(all)]).toEqual([args, 0, false]);
  }
  const text = '\x1b[2J\x9b31m\u202etxt\ud800';
  for (const args of [
    ['site', 'add', text],
    ['goal', 'add', '--site', site, '--event', text],
    ['segment', 'remove', '--site', site, text],
    ['import', 'log', text, '--site', site],
    [text],
  ]) {
    const { all } = await run(...args);
    expect([args, all.length > 0, isTerminal(all)]).toEqual([args, true, false]);
  }
});

test('the log is lines of JSON, and plain on a terminal', () => {
  const lines = server.output().trimEnd().split('\n');
  expect(lines.filter(isTerminal)).toEqual([]);
  for (const line of lines.filter((one) => one.startsWith('{'))) JSON.parse(line);
});

describe('on pages, in a browser', () => {
  let browser: Browser;
  let looker: Looker;
  beforeAll(async () => {
    browser = await openBrowser();
    // High enough for all rows of a list, which are drawn only where they are seen.
    const viewport = { width: 1240, height: 4_000 };
    const context = await browser.newContext({ viewport, acceptDownloads: true });
    await context.request.post(`${server.url}/api/session`, { data: { key: server.key } });
    looker = await openLooker(context, server.url);
  });
  afterAll(() => browser?.close());

  const short = allTexts.filter((text, nth) => text.length < 200 && isTried(nth, 0));

  test.each<[string, () => Promise<void>]>([
    ['every list of a site', () => lookAtLists(looker, site)],
    [
      'lists of what only an import brings',
      () => lookAtLists(looker, imported, ['countries', 'devices', 'sources']),
    ],
    ['the other dialogs', () => lookAtDialogs(looker, site)],
    ['addresses that somebody else wrote', () => lookAtAddresses(looker, site, short)],
    ['settings, live, visualization, descriptions', () => lookAtSettings(looker, site)],
    [
      'a shared page, also as it is embedded',
      async () => {
        await looker.open(`/share/${secret}?range=all`, '.panel .bar');
        await looker.open(`/share/${secret}?range=all&embed=1&theme=dark`, '.panel .bar');
      },
    ],
  ])('%s', async (_, look) => {
    await look();
    expect([...new Set(looker.problems)].slice(0, 5)).toEqual([]);
  });

  test('no label makes an image more than an image', async () => {
    expect(await badImages(looker, secret, allTexts)).toEqual([]);
  });

  test('the tables of a view have no formula', async () => {
    const tables = await savedTables(looker, site);
    expect(tables.length).toBeGreaterThan(20);
    for (const text of tables)
      expect([...new Set(readCsv(text).flat().filter(isFormula))].slice(0, 5)).toEqual([]);
    expect([...new Set(looker.problems)].slice(0, 5)).toEqual([]);
    process.stdout.write(`hostile texts: ${looker.looked()} pages were looked at\n`);
  });
});
