import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dayMs } from '../src/lib/clock.ts';
import { type DashboardLoad, loadBesideDashboards } from './dashboards.ts';
import { addSite, fillDay, pack } from './filled-day.ts';
import { daybook, startDaybook } from './processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hits = 1_000_000;
const hitsOfToday = 100_000;
/** Long enough that the day is closed before the load ends. */
const besideSeconds = 60;

/**
 * A day of a million hits: how long closing it takes, how much memory it needs, and how large its
 * files are; and how hits are acknowledged meanwhile.
 */
export async function benchClosing(): Promise<void> {
  await benchAlone('', async () => {});
  await benchAlone(', most of them packed while it ran', async (data) => {
    const dayStartMs = Math.floor(Date.now() / dayMs - 2) * dayMs;
    const packed = await pack(data, dayStartMs + 0.9 * dayMs);
    print(`packed, ${count(packed.hits)} hits`, `${packed.seconds.toFixed(1)} s`);
  });
  await benchBeside();
}

async function benchAlone(name: string, prepare: (data: string) => Promise<void>): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    const site = await addSite(data);
    await fillDay(data, site, 2, hits);
    await prepare(data);
    const before = bytesOf(data, '.parquet');
    const alone = await closeAlone(data);
    const bytes = bytesOf(data, '.parquet') - before;
    print(
      `a day of ${count(hits)} hits closed${name}`,
      `${(alone.closedMs / 1_000).toFixed(1)} s, its rows removed`,
    );
    print('  the command, from start to end', `${(alone.tookMs / 1_000).toFixed(1)} s`);
    print('  of the processor', `${alone.cpuSeconds.toFixed(1)} s`);
    print('  most memory, without and with the mapped store', `${megabytes(alone)}`);
    print('  all its files', `${(bytes / hits).toFixed(1)} bytes a hit`);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** Hits at a fixed rate while dashboards reload and the server closes an earlier day. */
async function benchBeside(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    const site = await addSite(data);
    await fillDay(data, site, 0, hitsOfToday);
    const key = await daybook('key', 'new', '--data', data);
    const server = await startDaybook(data);
    await fillDay(data, site, 2, hits);
    const watching = watchClosing(server.child);
    const begins = Date.now() + 90_000;
    while (closingProcess(server.child.pid!) === undefined) {
      if (Date.now() > begins) throw new Error('the server did not begin to close the day');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const result = await loadBesideDashboards(
      server.port,
      key,
      'while a day closes',
      besideSeconds,
    );
    const closing = watching();
    printLoad(result);
    print(
      `  the day of ${count(hits)} hits was closed meanwhile`,
      closing.ended
        ? `${(closing.tookMs / 1_000).toFixed(1)} s, ${megabytes(closing)}`
        : `no, it had used ${closing.cpuSeconds.toFixed(1)} s of the processor`,
    );
    await server.stop();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function closeAlone(data: string): Promise<Used & { closedMs: number; tookMs: number }> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [`${root}bin/daybook.cjs`, 'close', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (text: Buffer) => {
    printed += text;
  });
  const used = watch(child);
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`daybook close ended with ${code}`);
  return {
    closedMs: Number(/(\d+) ms$/m.exec(printed)?.[1]),
    tookMs: performance.now() - startMs,
    ...used(),
  };
}

const everyMs = 50;

type Used = { readonly ownMb: number; readonly residentMb: number; readonly cpuSeconds: number };
const nothing: Used = { ownMb: 0, residentMb: 0, cpuSeconds: 0 };
const megabytes = ({ ownMb, residentMb }: Used) =>
  `${ownMb.toFixed(0)} MB, ${residentMb.toFixed(0)} MB`;

/**
 * What a process has used until now: the most memory of its own, the most resident memory, and the
 * processor. LMDB's pages are not its own memory: they are part of the system's file cache.
 */
export function usedBy(pid: number, before: Used = nothing): Used {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const megabytesOf = (name: string) =>
      (Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) || 0) * 1_024e-6;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const cpuSeconds = (Number(stat[11]) + Number(stat[12])) / 100;
    const ownMb = Math.max(before.ownMb, megabytesOf('RssAnon'));
    return { ownMb, residentMb: Math.max(before.residentMb, megabytesOf('VmHWM')), cpuSeconds };
  } catch {
    return before; // It has just ended.
  }
}

/** Measures a process until it ends; the result is a function that stops and gives the figures. */
function watch(child: ChildProcess): () => Used {
  let used = nothing;
  const timer = setInterval(() => {
    used = usedBy(child.pid!, used);
  }, everyMs);
  return () => {
    clearInterval(timer);
    return used;
  };
}

/** Waits for a server's closing process and measures it: how long it ran, and what it used. */
function watchClosing(server: ChildProcess): () => Used & { ended: boolean; tookMs: number } {
  let [startMs, endMs] = [0, 0];
  let used = nothing;
  let pid: number | undefined;
  const timer = setInterval(() => {
    if (endMs > 0) return;
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) endMs = performance.now();
    pid ??= closingProcess(server.pid!);
    if (pid === undefined) return;
    startMs ||= performance.now();
    used = usedBy(pid, used);
  }, 200);
  return () => {
    clearInterval(timer);
    return { ...used, ended: endMs > 0, tookMs: endMs - startMs };
  };
}

const closingProcess = (parent: number) => childOf(parent, 'close-process');

/** The process of that name which a server has started. */
export function childOf(parent: number, name: string): number | undefined {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const found = list
    .split('\n')
    .find((line) => line.includes(name) && Number(line.trim().split(/\s+/)[1]) === parent);
  return found === undefined ? undefined : Number(found.trim().split(/\s+/)[0]);
}

function bytesOf(data: string, end: string): number {
  return readdirSync(join(data, 'files'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .reduce((bytes, entry) => bytes + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function printLoad({
  p50Ms,
  p99Ms,
  maxMs,
  viewMs,
  views,
  rate,
  dashboards,
  name,
}: DashboardLoad): void {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  print(`acknowledged at ${rate}/s beside ${dashboards} dashboards, ${name}`, '');
  print('  p50, p99, most', [p50Ms, p99Ms, maxMs].map(ms).join(', '));
  print(`  a view meanwhile, median of ${views}`, ms(viewMs));
}

export const count = (value: number) => value.toLocaleString('en-US');
export const print = (name: string, value: string) =>
  process.stdout.write(`${name.padEnd(54)} ${value}\n`);
