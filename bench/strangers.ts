import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSites } from '../src/account/sites.ts';
import { openDuck } from '../src/duck/duck.ts';
import { openMachine } from '../src/home/machine/machine.ts';
import { addDays, zonesFrom } from '../src/lib/site-days.ts';
import { makeLedger } from './ledger-data.ts';
import { type LoadResult, runLoad } from './load.ts';
import { daybook, median, memoryOf, type Running, startDaybook } from './processes.ts';

/**
 * An owner's view of one site, while strangers at another, open one send the heaviest requests that
 * they may: how much longer it takes, and whether hits are acknowledged as before. Then what others
 * than the owner are refused. A million hits of closed days at each site, and 30,000 of today.
 *
 *   DAYBOOK_BENCH_DATA=FOLDER keeps the data in a folder and uses it again
 */
const hits = 1_000_000;
const todaysHits = 30_000;
const askers = 6;
const hitsASecond = 300;
const seconds = 20;

const open = 'open.test';
export const own = 'own.test';
const today = new Date().toISOString().slice(0, 10);
const year = [addDays(today, -365), today] as const;

const numbers = ['visitors', 'visits', 'pageviews', 'views_per_visit', 'bounce_rate'];
const panels = ['event:page', 'visit:source', 'visit:country', 'visit:browser', 'visit:device'];
export const lists = ['visit:country', 'visit:browser', 'visit:os', 'visit:source'];
const patterns = (count: number) =>
  Array.from({ length: count }, (_, i) => `(.{0,30}){0,10}.*(a|b)*${i}x.{50}`);

/** A dashboard's view of the last 30 days and today. */
export const view = {
  site_id: own,
  queries: [
    { metrics: numbers, date_range: [addDays(today, -30), today] },
    { metrics: numbers, date_range: [addDays(today, -30), today], dimensions: ['time:day'] },
    ...panels.map((panel) => ({
      metrics: ['visitors', 'percentage'],
      date_range: [addDays(today, -30), today],
      dimensions: [panel],
      pagination: { limit: 9 },
    })),
  ],
};

export const query = (more: object) => ({ metrics: ['visitors'], date_range: year, ...more });
const matching = (count: number) => [['matches', 'event:page', patterns(count)]];
const heavy: Readonly<Record<string, readonly object[]>> = {
  '10 slow patterns over a year': [query({ dimensions: ['visit:os'], filters: matching(10) })],
  '15 lists of 4 dimensions': Array.from({ length: 15 }, () =>
    query({ dimensions: lists, pagination: { limit: 1_000 } }),
  ),
  '2 lists of 4 dimensions, by page': Array.from({ length: 2 }, () =>
    query({
      metrics: numbers.slice(0, 3),
      dimensions: ['event:page', ...lists.slice(1)],
      pagination: { limit: 10_000 },
    }),
  ),
};
const tooHeavy: Readonly<Record<string, readonly object[]>> = {
  '499 slow patterns': [query({ filters: matching(499) })],
  '50 lists of 8 dimensions': Array.from({ length: 50 }, () =>
    query({ dimensions: [...panels, 'visit:os', 'visit:language', 'visit:exit_page'] }),
  ),
};

export type Asked = { readonly ms: number; readonly status: number; readonly text: string };

export async function ask(port: number, body: object, key?: string): Promise<Asked> {
  const startMs = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v2/batch`, {
    method: 'POST',
    headers: key === undefined ? {} : { Authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { ms: performance.now() - startMs, status: answer.status, text };
}

/** Sites with a year of closed days each; those that are there stay. */
export async function makeSites(
  data: string,
  domains: readonly string[],
  hits: number,
): Promise<void> {
  const home = await openMachine(data);
  const made = async (domain: string) => {
    if ((await openSites(home, Date.now, () => '').find(domain)) !== undefined) return;
    const siteId = `bench${domain.slice(0, 3)}0000`.replace(/[^a-z0-9]/g, '0');
    const madeMs = () => Date.parse(year[0]);
    await openSites(home, madeMs, () => siteId).add(domain, { open: domain === open });
    const settings = { memoryBytes: 2 ** 30, threads: 2, folder: home.files.folder };
    const duck = await openDuck(settings);
    await makeLedger(home, duck, {
      ...{ siteId, zones: zonesFrom('UTC', 0), hitsADay: hits / 365, pages: 1_000 },
      ...{ firstDay: year[0], lastDay: addDays(today, -1) },
    });
    duck.close();
  };
  for (const domain of domains) await made(domain);
  await home.close();
}

const load = (port: number, key: string, domain: string) => ({
  ...{ port, path: '/api/event', connections: 32 },
  body: (i: number) =>
    JSON.stringify({ n: 'pageview', u: `https://${domain}/page/${i % 500}`, d: domain }),
  headers: (i: number) => ({
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    Authorization: `Bearer ${key}`,
    'X-Forwarded-For': `10.${(i >> 18) & 255}.${(i >> 10) & 255}.${(i >> 2) & 255}`,
  }),
});

/** The owner's views, one after the other with a pause between them, beside hits. */
async function measure(port: number, key: string) {
  const collecting = runLoad({
    ...load(port, key, own),
    ...{ requests: hitsASecond * seconds, rate: hitsASecond },
  });
  const endMs = performance.now() + seconds * 1_000;
  const took: number[] = [];
  while (performance.now() < endMs) {
    const { ms, status, text } = await ask(port, view, key);
    if (status !== 200) throw new Error(`the owner's view was answered with ${status}: ${text}`);
    took.push(ms);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return {
    views: took.length,
    medianMs: median(took),
    maxMs: Math.max(...took),
    collected: await collecting,
  };
}

/** What strangers sent meanwhile, by status. */
async function besideStrangers<T>(
  port: number,
  queries: readonly object[],
  work: () => Promise<T>,
) {
  let asking = true;
  const answers: Record<string, number> = {};
  const asker = async () => {
    while (asking) {
      const { status } = await ask(port, { site_id: open, queries });
      answers[status] = (answers[status] ?? 0) + 1;
      if (status >= 400) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const asked = Array.from({ length: askers }, asker);
  // They are under way when measuring begins.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const result = await work();
  asking = false;
  await Promise.all(asked);
  return { result, answers };
}

export async function benchStrangers(): Promise<void> {
  const kept = process.env['DAYBOOK_BENCH_DATA'];
  const data = kept ?? mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  let server: Running | undefined;
  try {
    await makeSites(data, [open, own], hits);
    server = await startDaybook(data, 'error'); // 503s are warnings
    const { port } = server;
    const key = await daybook('key', 'new', '--data', data);
    for (const domain of [open, own])
      await runLoad({ ...load(port, key, domain), requests: todaysHits });
    await ask(port, view, key);
    await ask(port, { site_id: open, queries: heavy['15 lists of 4 dimensions']!.slice(0, 1) });
    for (const [name, queries] of Object.entries(heavy)) {
      const { ms, status, text } = await ask(port, { site_id: open, queries });
      print(`a stranger's ${name}, alone`, `${status} in ${shown(ms)}, ${text.length} characters`);
    }
    const alone = await measure(port, key);
    say('no strangers', alone, {});
    for (const [name, queries] of Object.entries({ ...heavy, ...tooHeavy })) {
      const { result, answers } = await besideStrangers(port, queries, () => measure(port, key));
      say(`${askers} strangers: ${name}`, result, answers);
    }
    for (const [name, queries] of Object.entries(tooHeavy)) {
      const { ms, status, text } = await ask(port, { site_id: open, queries });
      print(`a stranger's ${name}`, `${status} in ${shown(ms)}: ${text.slice(0, 160)}`);
    }
    print('memory of the server at its highest', `${memoryOf(server.child).peakMb.toFixed(0)} MB`);
  } finally {
    await server?.stop();
    if (kept === undefined) rmSync(data, { recursive: true, force: true });
  }
}

type Measured = {
  readonly views: number;
  readonly medianMs: number;
  readonly maxMs: number;
  readonly collected: LoadResult;
};

function say(name: string, { views, medianMs, maxMs, collected }: Measured, answers: object): void {
  print(name, '');
  print(`  owner's view: median, longest of ${views}`, `${shown(medianMs)}, ${shown(maxMs)}`);
  print(
    `  ${hitsASecond} hits/s acknowledged: p50, p99`,
    `${shown(collected.p50Ms)}, ${shown(collected.p99Ms)}`,
  );
  if (Object.keys(answers).length > 0) print('  strangers by status', JSON.stringify(answers));
}

const shown = (ms: number) => `${ms.toFixed(1)} ms`;
const print = (name: string, value: string) =>
  process.stdout.write(`${name.padEnd(58)} ${value}\n`);
