import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Home } from '../src/home/home.ts';
import { openMachine } from '../src/home/machine/machine.ts';
import { type Duck, openDuck } from '../src/journal/duckdb.ts';
import { filesOfMonth } from '../src/ledger/manifest.ts';
import { openMonths } from '../src/ledger/months.ts';
import { zonesFrom } from '../src/lib/site-days.ts';
import { type Engine, openEngine } from '../src/report/engine.ts';
import { type Made, makeLedger } from './ledger-data.ts';

/**
 * Reports over 365 closed days: the default view as one batch, at 1 M and at 10 M hits, beside plain SQL over the same hits.
 *
 *   node dist/bench/ledger.js [folder to keep the data in]
 */
const kept = process.argv[2];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'daybook-bench-ledger-'));
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const zones = zonesFrom('UTC', 0);
const rounds = 9;

const sizes = [1_000_000, 10_000_000].map((hits): Made & { readonly hits: number } => ({
  ...{ hits, siteId: `ledger${String(hits / 1e6).padStart(6, '0')}`, zones, pages: 1_000 },
  ...{ hitsADay: hits / 365, firstDay: '2025-11-22', lastDay: '2026-11-21' },
}));

const numbers = ['visitors', 'visits', 'pageviews', 'views_per_visit', 'bounce_rate', 'visit_duration'];
const panels = ['event:page', 'visit:source', 'visit:country', 'visit:browser', 'visit:os', 'visit:device'];
type Asked = { readonly range: unknown; readonly filters?: readonly unknown[] };

function view({ range, filters = [] }: Asked) {
  const query = (more: object) => ({ site_id: 'example.com', date_range: range, filters, ...more });
  return [
    query({ metrics: numbers }),
    query({ metrics: ['visitors'], dimensions: ['time'], include: { time_labels: true } }),
    ...panels.map((panel) => query({ metrics: ['visitors'], dimensions: [panel], pagination: { limit: 9 } })),
  ];
}

const days30 = ['2026-10-23', '2026-11-21'];
const months12 = ['2025-11-22', '2026-11-21'];
const byCountry = [
  ['is', 'visit:country', ['US']],
  ['is', 'visit:browser', ['Safari']],
];
const byPage = [['is', 'event:page', ['/page/3']]];
const views: readonly (readonly [string, Asked])[] = [
  ['30 days', { range: days30 }],
  ['12 months', { range: months12 }],
  ['30 days, by country and browser', { range: days30, filters: byCountry }],
  ['12 months, by country and browser', { range: months12, filters: byCountry }],
  ['30 days, by one page', { range: days30, filters: byPage }],
  ['12 months, by one page', { range: months12, filters: byPage }],
];

type Times = { readonly firstMs: number; readonly medianMs: number };

async function timed(work: () => Promise<unknown>, times = rounds): Promise<Times> {
  const took: number[] = [];
  for (let i = 0; i <= times; i++) {
    const startMs = performance.now();
    await work();
    took.push(performance.now() - startMs);
  }
  const [first, ...others] = took;
  return { firstMs: first!, medianMs: others.sort((a, b) => a - b)[others.length >> 1]! };
}

async function make(home: Home, duck: Duck): Promise<void> {
  for (const made of sizes) {
    const startMs = performance.now();
    await makeLedger(home, duck, made);
    console.log(`made ${made.hits / 1e6} M hits in ${((performance.now() - startMs) / 1e3).toFixed(0)} s`);
  }
}

const isThere = existsSync(join(folder, 'files', 'raw'));
const home = await openMachine(folder, () => nowMs);
if (!isThere) {
  const duck = await openDuck({ memoryBytes: 3 * 2 ** 30, threads: 2, folder: home.files.folder });
  await make(home, duck);
  duck.close();
}
for (const { siteId, hits } of sizes) {
  const files = (await openMonths(home).read(siteId)).flatMap((month) => filesOfMonth(siteId, month));
  const bytes = (kind: string) => files.reduce((sum, file) => sum + (file.kind === kind ? file.bytes : 0), 0);
  console.log(
    `${hits / 1e6} M: ${['hits', 'visits', 'rollup', 'hours', 'month'].map((kind) => `${kind} ${(bytes(kind) / hits).toFixed(2)}`).join(', ')} bytes a hit`,
  );
}
const engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 30, threads: 2 });
for (const [name, asked] of views) {
  const [small, large] = [await run(engine, sizes[0]!, asked), await run(engine, sizes[1]!, asked)];
  console.log(
    `${name.padEnd(36)} 1 M ${ms(small.medianMs)} (first ${ms(small.firstMs)})  10 M ${ms(large.medianMs)} (first ${ms(large.firstMs)})  ratio ${(large.medianMs / small.medianMs).toFixed(2)}`,
  );
}
engine.close();
await home.close();
if (kept === undefined) rmSync(folder, { recursive: true, force: true });

function run(engine: Engine, { siteId }: Made, asked: Asked): Promise<Times> {
  const site = { id: siteId, domain: 'example.com', zones };
  return timed(() => engine.batch(site, view(asked)));
}
function ms(value: number): string {
  return `${value.toFixed(1).padStart(7)} ms`;
}
