import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadResult, runLoad } from './load.ts';
import { daybook, median, memoryOf, startBare, startDaybook } from './processes.ts';

const rounds = 5;
const requests = 19_000; // with the warm-up, 100,000 hits in all
const connections = 64;

const agents = [130, 131, 132, 133].map(
  (v) =>
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    `Chrome/${v}.0.0.0 Safari/537.36`,
);
const body = (i: number) =>
  JSON.stringify({
    n: 'pageview',
    u: `https://bench.test/page/${i % 200}?utm_source=newsletter`,
    d: 'bench.test',
    r: 'https://www.google.com/',
    w: 1440,
  });

const headers = (i: number) => ({ 'User-Agent': agents[i % agents.length]! });

/**
 * Durable hits a second over HTTP, compared with what Node alone answers to the same requests. The
 * rounds of the two take turns.
 */
export async function benchIngest(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    await daybook('site', 'add', 'bench.test', '--data', data);
    const starts: number[] = [];
    for (let i = 0; i < 5; i++) {
      const empty = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
      const server = await startDaybook(empty);
      starts.push(server.readyMs);
      await server.stop();
      rmSync(empty, { recursive: true });
    }
    const bare = await startBare();
    const book = await startDaybook(data);
    const common = { requests, connections, body, headers };
    await runLoad({ ...common, requests: 5_000, port: bare.port, path: '/' });
    await runLoad({ ...common, requests: 5_000, port: book.port, path: '/api/event' });
    const results: { bare: LoadResult; book: LoadResult; ratio: number }[] = [];
    for (let i = 0; i < rounds; i++) {
      const ofBare = await runLoad({ ...common, port: bare.port, path: '/' });
      const ofBook = await runLoad({ ...common, port: book.port, path: '/api/event' });
      if (ofBook.statuses['202'] !== requests)
        throw new Error(`not all were taken: ${JSON.stringify(ofBook.statuses)}`);
      results.push({ bare: ofBare, book: ofBook, ratio: ofBook.perSecond / ofBare.perSecond });
    }
    const { rssMb, peakMb } = memoryOf(book.child);
    const hits = 5_000 + rounds * requests;
    const of = (pick: (result: (typeof results)[number]) => number) => median(results.map(pick));
    print('first 2xx after start, empty folder', `${of2(median(starts))} ms`);
    print(
      'bare node:http',
      `${of2(of((r) => r.bare.perSecond))} /s, p99 ${of2(of((r) => r.bare.p99Ms))} ms`,
    );
    print('durable hits', `${of2(of((r) => r.book.perSecond))} /s`);
    print(
      '  acknowledged p50, p99',
      `${of2(of((r) => r.book.p50Ms))} ms, ${of2(of((r) => r.book.p99Ms))} ms`,
    );
    print('  share of bare', `${of2(100 * of((r) => r.ratio))} %`);
    print(`memory after ${hits} hits`, `${of2(rssMb)} MB (peak ${of2(peakMb)} MB)`);
    await bare.stop();
    await book.stop();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

const of2 = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const print = (name: string, value: string) =>
  process.stdout.write(`${name.padEnd(40)} ${value}\n`);
