import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, print } from './closing.ts';
import { addSite, fillDay } from './filled-day.ts';
import { daybook, startDaybook } from './processes.ts';

/** Hits of each day; `DAYBOOK_BENCH_HITS` says another number. */
const hits = Number(process.env['DAYBOOK_BENCH_HITS'] ?? 100_000);
const closedDays = 5;
const rounds = 3;

const statements: readonly (readonly [string, string, boolean?])[] = [
  ['  nothing of the days', 'SELECT 1'],
  ['  one that is refused at once', 'DROP VIEW hits'],
  ['  visitors by day', 'SELECT day, count(DISTINCT visitor) AS n FROM hits GROUP BY day'],
  [
    '  the same of closed days alone',
    'SELECT day, count(DISTINCT visitor) FROM hits GROUP BY 1',
    true,
  ],
  [
    '  which page is read after which',
    `WITH steps AS (SELECT page, lead(page) OVER (PARTITION BY day, visit ORDER BY time) AS next
      FROM hits WHERE name = 'pageview')
    SELECT page, next, count(*) AS n FROM steps GROUP BY ALL ORDER BY n DESC LIMIT 20`,
  ],
];

/** Statements over HTTP, each from its request to its answer, a process of its own each time. */
export async function benchSql(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    const site = await addSite(data);
    for (let back = closedDays; back > 0; back--) await fillDay(data, site, back, hits);
    await daybook('close', '--data', data);
    await fillDay(data, site, 0, hits / 5);
    const key = await daybook('key', 'new', '--data', data);
    print(`${closedDays} closed days of ${count(hits)} hits, and ${count(hits / 5)} of today`, '');
    const server = await startDaybook(data, 'error');
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    for (const [name, sql, isClosed] of statements) {
      const times: string[] = [];
      for (let i = 0; i < rounds; i++) {
        const startMs = performance.now();
        const answer = await fetch(`http://127.0.0.1:${server.port}/api/v1/sites/bench.test/sql`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${key}` },
          body: JSON.stringify({ sql, ...(isClosed && { to: yesterday }) }),
        });
        await answer.arrayBuffer();
        times.push(`${answer.status} after ${(performance.now() - startMs).toFixed(0)} ms`);
      }
      print(name, times.join(', '));
    }
    await server.stop();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
