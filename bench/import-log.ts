import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { daybook } from './processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const allLines = 1_000_000;
const distinctCount = 300_000;

/**
 * Measures `daybook import log` of a million lines: lines a second from start to end, and the
 * memory used meanwhile.
 */
export async function benchImportLog(): Promise<void> {
  await benchDistinct();
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    await daybook('site', 'add', 'bench.test', '--data', data);
    await daybook('site', 'add', 'again.test', '--data', data);
    const real = join(data, 'real.log');
    const views = join(data, 'views.log');
    await pipeline(Readable.from(realLines()), createWriteStream(real));
    await pipeline(Readable.from(viewLines()), createWriteStream(views));
    await pipeline(
      createReadStream(real),
      createGzip({ level: 1 }),
      createWriteStream(`${real}.gz`),
    );
    await measure('a real log, 100 times over (14 % pageviews)', data, real, 'bench.test');
    await measure('  the same once more', data, real, 'bench.test');
    await measure('  the same, gzip, another site', data, `${real}.gz`, 'again.test');
    await measure('every line a pageview', data, views, 'bench.test');
    await measure('  the same once more', data, views, 'bench.test');
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** A day whose hits have nothing in common: what is counted by value has as many rows as it. */
export async function benchDistinct(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    await daybook('site', 'add', 'distinct.test', '--data', data);
    const file = join(data, 'distinct.log');
    await pipeline(Readable.from(distinctLines()), createWriteStream(file));
    await measure('hits with nothing in common, memory of 512m', data, file, 'distinct.test');
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function measure(name: string, data: string, file: string, site: string): Promise<void> {
  const isDistinct = site === 'distinct.test';
  const lines = isDistinct ? distinctCount : allLines;
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    [`${root}bin/daybook.cjs`, 'import', 'log', file, '--site', site, '--data', data],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...(isDistinct && { DAYBOOK_MEMORY: '512m' }) },
    },
  );
  let printed = '';
  let tookMs = 0;
  child.stdout.on('data', (text: Buffer) => {
    // It prints first what it did with the lines, and then closes days.
    tookMs ||= performance.now() - startMs;
    printed += text;
  });
  const samples: { atMs: number; mb: number }[] = [];
  const timer = setInterval(() => {
    try {
      const mb = anonymousMb(child.pid!);
      if (mb > 0) samples.push({ atMs: performance.now() - startMs, mb });
    } catch {
      // It has just ended.
    }
  }, 100);
  const [code] = (await once(child, 'exit')) as [number];
  clearInterval(timer);
  if (code !== 0) throw new Error(`the import ended with ${code}: ${printed}`);
  const closingMs = performance.now() - startMs - tookMs;
  const most = (from: number, to: number) =>
    Math.max(
      0,
      ...samples.filter(({ atMs }) => atMs >= from * tookMs && atMs < to * tookMs).map((s) => s.mb),
    );
  const closingMb = Math.max(0, ...samples.filter(({ atMs }) => atMs >= tookMs).map((s) => s.mb));
  const taken = printed.trim().split('\n').at(-1);
  const linesPerSecond = ((lines / tookMs) * 1_000).toFixed(0).padStart(7);
  const thirds = [0, 1, 2].map((i) => most(i / 3, (i + 1) / 3).toFixed(0)).join(', ');
  process.stdout.write(
    `${name.padEnd(46)} ${linesPerSecond} lines/s, ${taken} taken; ` +
      `most memory in the first, second, last third: ${thirds} MB; ` +
      `then ${(closingMs / 1_000).toFixed(1)} s of closing, ${closingMb.toFixed(0)} MB\n`,
  );
}

/**
 * Resident memory of the process's own, without LMDB's pages: these are the system's file cache.
 */
function anonymousMb(pid: number): number {
  return (
    Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024
  );
}

/** The fixture's lines 100 times, each time four days later. */
function* realLines(): Generator<string> {
  const text = readFileSync(`${root}test/fixtures/access-combined-10k.log`, 'utf8').trimEnd();
  const firstMs = Date.UTC(2022, 0, 1);
  const dates = ['17/May/2015', '18/May/2015', '19/May/2015', '20/May/2015'];
  for (let i = 0; i < allLines / 10_000; i++) {
    let part = text;
    for (const [j, date] of dates.entries())
      part = part.replaceAll(
        `[${date}`,
        `[${logDate(firstMs + (4 * i + j) * 86_400_000).slice(0, 11)}`,
      );
    yield `${part}\n`;
  }
}

/** Pageviews of ten days, four of each visitor. */
function* viewLines(): Generator<string> {
  const firstMs = Date.UTC(2024, 0, 1);
  let part = '';
  for (let i = 0; i < allLines; i++) {
    const date = logDate(firstMs + Math.floor((i * 10 * 86_400_000) / allLines));
    // A thousand visitors at a time; each visits four pages with one address and browser.
    const v = 1_000 * Math.floor(i / 4_000) + (i % 1_000);
    const address = `${1 + (v % 223)}.${(v * 7) % 256}.${(v * 13) % 256}.${v % 254}`;
    const request = `GET /page/${i % 1_000}?n=${i % 97} HTTP/1.1`;
    const agent =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      `Chrome/${100 + (v % 60)}.0.0.0 Safari/537.36`;
    part +=
      `${address} - - [${date}] "${request}" 200 ${i % 60_000} ` +
      `"https://www.google.com/" "${agent}"\n`;
    if (part.length > 100_000) {
      yield part;
      part = '';
    }
  }
  yield part;
}

/** A day of pageviews that have no path, source, campaign or visitor in common. */
function* distinctLines(): Generator<string> {
  const firstMs = Date.UTC(2024, 2, 1);
  let part = '';
  for (let i = 0; i < distinctCount; i++) {
    const date = logDate(firstMs + Math.floor((i * 86_400_000) / distinctCount));
    const address = `${1 + (i % 223)}.${(i >> 8) & 255}.${(i >> 16) & 255}.${i & 255}`;
    const request = `GET /page/of/${i}?utm_campaign=campaign-${i}&utm_source=of-${i} HTTP/1.1`;
    const version = `1${i % 40}.0`;
    const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:${version}) Firefox/${version}`;
    const referrer = `https://site-${i}.example/a`;
    part += `${address} - - [${date}] "${request}" 200 512 "${referrer}" "${agent}"\n`;
    if (part.length > 100_000) {
      yield part;
      part = '';
    }
  }
  yield part;
}

/** `17/May/2015:10:05:03 +0000` */
function logDate(ms: number): string {
  const [, day, month, year, time] = new Date(ms).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
