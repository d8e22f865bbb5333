import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { createClient } from '../clients/node/src/index.ts';

const pages = 12_000;

/**
 * What a page pays for being counted by the client of Node, where Daybook never answers and the
 * list of what waits gets full.
 */
export async function benchNodeClient(): Promise<void> {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const client = createClient({ url, key: 'k', timeoutMs: 300, retryMs: 5, exitMs: 0 });
  const times: number[] = [];
  for (let i = 0; i < pages; i++) {
    const startMs = performance.now();
    client.track({
      ...{ url: `https://example.com/${i}`, ip: '203.0.113.7', language: 'de' },
      ...{ userAgent: 'Mozilla/5.0 (Windows NT 10.0)', referrer: 'https://news.example/' },
    });
    times.push(performance.now() - startMs);
    if (i % 20 === 0) await pass(1);
  }
  const { waiting, lost } = await client.close(0).then(() => client.counts());
  silent.closeAllConnections();
  silent.close();
  times.sort((a, b) => a - b);
  const at = (part: number) => `${(times[Math.floor(part * pages)]! * 1_000).toFixed(0)} µs`;
  process.stdout.write(
    `a page: median ${at(0.5)}, 99 of 100 ${at(0.99)}, 999 of 1,000 ${at(0.999)}; ` +
      `lost, as the list was full: ${lost.full}, at the end: ${lost.ended}, waiting: ${waiting}\n`,
  );
}
