import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Site } from '../src/account/site.ts';
import { claimDomain, putSite } from '../src/account/site-rows.ts';
import { mergeMonths } from '../src/close/merge-month.ts';
import { openClosing } from '../src/entry/closing.ts';
import { openWorldSites } from '../src/entry/world.ts';
import { openMachine } from '../src/home/machine/machine.ts';
import { countPartition, daysPartition, hitPartition, runningSort } from '../src/journal/keys.ts';
import { filesOfMonth, readMonth } from '../src/ledger/manifest.ts';
import { dayMs } from '../src/lib/clock.ts';
import { addDays } from '../src/lib/site-days.ts';
import { daybook } from './processes.ts';
import { openTraffic } from './traffic.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sites = 1_000;
const hitsASite = 20;
const [sitesOfMonth, daysOfMonth] = [30, 28];
const [importedDays, importedHits] = [400, 135_000];

/**
 * What closing costs where there is little in a day: one day of 1,000 sites with 20 hits each, a
 * month of 30 of them, and an import of a year and more.
 */
export async function benchSmallSites(): Promise<void> {
  await withData(async (data) => {
    await fillSites(data, sites, [dayOf(Date.now() - 2 * dayMs)]);
    const used = await run('close', '--data', data);
    const { files, bytes } = filesIn(data);
    print(`${sites} sites of ${hitsASite} hits closed`, seconds(used.tookMs));
    printUsed(used);
    print('  files left', `${files}, ${(bytes / sites / hitsASite).toFixed(0)} bytes a hit`);
  });
  await withData(async (data) => {
    const month = dayOf(Date.now() - 40 * dayMs).slice(0, 7);
    const days = Array.from({ length: daysOfMonth }, (_, i) => addDays(`${month}-01`, i));
    await fillSites(data, sitesOfMonth, days);
    const used = await run('close', '--data', data);
    print(
      `${sitesOfMonth} sites of ${hitsASite} hits on ${daysOfMonth} days closed`,
      seconds(used.tookMs),
    );
    printUsed(used);
    const { files, bytes, tookMs } = await mergedIn(data, month);
    const hits = sitesOfMonth * hitsASite * daysOfMonth;
    print('  merged, each site', seconds(tookMs / sitesOfMonth));
    print('  files named then', `${files}, ${(bytes / hits).toFixed(0)} bytes a hit`);
  });
  await withData(async (data) => {
    await daybook('site', 'add', 'bench.test', '--data', data);
    const log = join(data, 'access.log');
    writeFileSync(log, logLines());
    const used = await run('import', 'log', log, '--site', 'bench.test', '--data', data);
    const { files, bytes } = filesIn(data);
    print(
      `${importedHits} hits over ${importedDays} days imported and closed`,
      seconds(used.tookMs),
    );
    printUsed(used);
    print('  files left', `${files}, ${(bytes / importedHits).toFixed(0)} bytes a hit`);
  });
}

async function withData(work: (data: string) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    await work(data);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Each site with its hits of some days, as if they had been received then. */
async function fillSites(data: string, count: number, days: readonly string[]): Promise<void> {
  await daybook('site', 'add', 'site-0.test', '--data', data);
  const home = await openMachine(data);
  const [row] = await home.rows.scan('sites');
  const first = JSON.parse(row!.value) as Site;
  const traffic = openTraffic(5);
  for (let i = 0; i < count; i++) {
    const id = i === 0 ? first.id : `${first.id.slice(0, -4)}${String(i).padStart(4, '0')}`;
    const domain = `site-${i}.test`;
    if (i > 0) {
      await putSite(home.rows, { ...first, id, domain });
      await claimDomain(home.rows, domain, id, Date.now);
    }
    for (const day of days) {
      const hits = [...traffic(Date.parse(day), hitsASite)].slice(0, hitsASite);
      await home.rows.append([
        ...hits.map((hit) => ({
          partition: hitPartition(id, day, 0),
          sort: runningSort(hit.time, hit.id),
          value: JSON.stringify(hit),
        })),
        { partition: daysPartition(id), sort: day, value: '{}' },
      ]);
      await home.rows.add({ partition: countPartition(id), sort: day }, { stored: hits.length });
    }
  }
  await home.close();
}

/** Merges a month as a server does when it is over, and gives the files that it has then. */
async function mergedIn(
  data: string,
  month: string,
): Promise<{ readonly files: number; readonly bytes: number; readonly tookMs: number }> {
  const home = await openMachine(data);
  const closing = await openClosing(home, () => Date.now() + dayMs);
  try {
    const all = await openWorldSites(home, Date.now, randomBytes).list();
    const startMs = performance.now();
    for (const site of all) await mergeMonths(closing.world, site);
    const tookMs = performance.now() - startMs;
    let [files, bytes] = [0, 0];
    for (const { id } of all)
      for (const file of filesOfMonth(id, await readMonth(home, id, month))) {
        files++;
        bytes += file.bytes;
      }
    return { files, bytes, tookMs };
  } finally {
    closing.close();
    await home.close();
  }
}

function logLines(): string {
  const firstMs = Date.now() - (importedDays + 1) * dayMs;
  const lines = Array.from({ length: importedHits }, (_, i) => {
    const time = new Date(firstMs + Math.floor((i / importedHits) * importedDays * dayMs));
    const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(
      time.toUTCString(),
    )!;
    const address = `203.0.${Math.floor(i / 3) % 256}.${Math.floor(i / 700) % 256}`;
    const at = `${day}/${month}/${year}:${clock} +0000`;
    const request = `"GET /page/${i % 97} HTTP/1.1" 200 512 "https://example.org/"`;
    return `${address} - - [${at}] ${request} "${agent}"\n`;
  });
  return lines.join('');
}

const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0';

type Used = {
  readonly tookMs: number;
  readonly cpuSeconds: number;
  readonly samples: readonly number[];
};

/** Runs a command; gives how much memory of its own it had, from time to time. */
async function run(...args: string[]): Promise<Used> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [`${root}bin/daybook.cjs`, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const samples: number[] = [];
  let cpuSeconds = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      const kb = Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]);
      if (kb > 0) samples.push(kb * 1_024e-6);
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      cpuSeconds = (Number(stat[11]) + Number(stat[12])) / 100;
    } catch {
      // It has just ended.
    }
  }, 100);
  const [code] = (await once(child, 'exit')) as [number];
  clearInterval(timer);
  if (code !== 0) throw new Error(`daybook ${args[0]} ended with ${code}`);
  return { tookMs: performance.now() - startMs, cpuSeconds, samples };
}

function printUsed({ cpuSeconds, samples }: Used): void {
  print('  of the processor', `${cpuSeconds.toFixed(1)} s`);
  const most = (from: number, to: number) =>
    Math.max(0, ...samples.slice(from * samples.length, to * samples.length)).toFixed(0);
  const thirds = [0, 1, 2].map((i) => most(i / 3, (i + 1) / 3)).join(', ');
  print('  most memory of its own, by thirds', `${thirds} MB`);
}

function filesIn(data: string): { readonly files: number; readonly bytes: number } {
  const found = readdirSync(join(data, 'files', 'ledger'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return { files: found.length, bytes: found.reduce((a, b) => a + b, 0) };
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
const print = (name: string, value: string) =>
  process.stdout.write(`${name.padEnd(58)} ${value}\n`);
