import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadResult, runLoad } from './load.ts';
import { daybook, median, startDaybook } from './processes.ts';

const before = 100_000;
const rate = 2_000;
const seconds = 20;
const dashboards = 4;

const today = new Date().toISOString().slice(0, 10);
const numbers = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
];
const breakdowns = [
  'event:page',
  'visit:source',
  'visit:channel',
  'visit:country',
  'visit:browser',
  'visit:os',
  'visit:device',
  'visit:entry_page',
];
/** The default view, as the dashboard asks for it: numbers, the series, eight breakdowns. */
export const view = {
  site_id: 'bench.test',
  queries: [
    { metrics: numbers, date_range: [today, today] },
    { metrics: numbers, date_range: [today, today], dimensions: ['time:hour'] },
    ...breakdowns.map((dimension) => ({
      metrics: ['visitors', 'percentage'],
      date_range: [today, today],
      dimensions: [dimension],
      pagination: { limit: 9 },
    })),
  ],
};

export const body = (i: number) =>
  JSON.stringify({
    n: 'pageview',
    u: `https://bench.test/page/${i % 200}?utm_source=s${i % 9}`,
    d: 'bench.test',
  });
/** Four hits of each visitor. With the owner's key, the server trusts the address in the header. */
export const headersWith = (key: string) => (i: number) => ({
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  Authorization: `Bearer ${key}`,
  'X-Forwarded-For': `10.${(i >> 18) & 255}.${(i >> 10) & 255}.${(i >> 2) & 255}`,
});

export type DashboardLoad = LoadResult & {
  readonly name: string;
  readonly rate: number;
  readonly dashboards: number;
  /** The median time of a view, and how many views were loaded. */
  readonly viewMs: number;
  readonly views: number;
};

/**
 * Node compiles code that runs often, and drops that when idle: for about a second after a pause,
 * hits are acknowledged late. These hits are sent before measuring.
 */
const warmUp = 10_000;

/** Measures acknowledgements at a fixed rate while dashboards reload without a pause. */
export async function loadBesideDashboards(
  port: number,
  key: string,
  name: string,
  forSeconds = seconds,
): Promise<DashboardLoad> {
  let reloading = true;
  const viewMs: number[] = [];
  async function ask(): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v2/batch`, {
      method: 'POST',
      body: JSON.stringify(view),
    });
    await answer.text();
    if (!answer.ok) throw new Error(`the batch was answered with ${answer.status}`);
  }
  async function reload(): Promise<void> {
    while (reloading) {
      const startMs = performance.now();
      await ask();
      viewMs.push(performance.now() - startMs);
    }
  }
  await ask();
  await runLoad({ ...loadOf(port, key), requests: warmUp });
  const reloads = Array.from({ length: dashboards }, reload);
  const result = await runLoad({ ...loadOf(port, key), requests: rate * forSeconds, rate });
  reloading = false;
  await Promise.all(reloads);
  return { ...result, name, rate, dashboards, viewMs: median(viewMs), views: viewMs.length };
}

const loadOf = (port: number, key: string) => ({
  ...{ port, path: '/api/event', body, headers: headersWith(key), connections: 64 },
});

/** The same beside no dashboards, and beside four, over a day of 100,000 hits and more. */
export async function benchDashboards(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    await daybook('site', 'add', 'bench.test', '--open', '--data', data);
    const server = await startDaybook(data);
    const key = await daybook('key', 'new', '--data', data);
    const load = loadOf(server.port, key);
    await runLoad({ ...load, requests: before });
    const alone = await runLoad({ ...load, requests: rate * seconds, rate });
    const beside = await loadBesideDashboards(server.port, key, '');
    print(`acknowledged at ${rate}/s, alone: p50, p99`, `${ms(alone.p50Ms)}, ${ms(alone.p99Ms)}`);
    print(
      `  beside ${dashboards} dashboards: p50, p99`,
      `${ms(beside.p50Ms)}, ${ms(beside.p99Ms)}`,
    );
    print(`a view meanwhile, median of ${beside.views}`, ms(beside.viewMs));
    await server.stop();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const print = (name: string, value: string) =>
  process.stdout.write(`${name.padEnd(50)} ${value}\n`);
