import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Goal } from '../src/account/site.ts';
import { openDuck } from '../src/duck/duck.ts';
import { openMachine } from '../src/home/machine/machine.ts';
import { filesOfMonth } from '../src/ledger/manifest.ts';
import { openMonths } from '../src/ledger/months.ts';
import { zonesFrom } from '../src/lib/site-days.ts';
import { countryNames } from '../src/model/dimensions.ts';
import { openEngine } from '../src/report/engine.ts';
import { type Made, makeLedger } from './ledger-data.ts';
import { firstReport } from './new-process.ts';
import { median } from './processes.ts';

/**
 * Reports over 365 closed days: the default view as one batch, at 1 M and at 10 M hits, compared
 * with plain SQL over the same hits.
 *
 * `first` is the first time in a new engine: it includes reading roll-ups and checking files. Then
 * it has loaded them. Below, the first question of a new process, from its start on, and what large
 * questions take in one.
 *
 *   node dist/bench/ledger.js [folder to keep the data in]
 */
const kept = process.argv[2];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'daybook-bench-ledger-'));
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const zones = zonesFrom('UTC', 0);
const rounds = 7;

/** Roll-ups are loaded when the first question is answered. */
const loadedAfterMs = 3_000;

const sizes = [1_000_000, 10_000_000].map((hits): Made & { readonly hits: number } => ({
  ...{ hits, siteId: `ledger${String(hits / 1e6).padStart(6, '0')}`, zones, pages: 1_000 },
  ...{ hitsADay: hits / 365, firstDay: '2025-11-22', lastDay: '2026-11-21' },
}));

const numbers = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
];
const panels = [
  'event:page',
  'visit:source',
  'visit:country',
  'visit:browser',
  'visit:os',
  'visit:device',
];
type Asked = { readonly range: unknown; readonly filters?: readonly unknown[] };

function view({ range, filters = [] }: Asked) {
  const query = (more: object) => ({ site_id: 'example.com', date_range: range, filters, ...more });
  return [
    query({ metrics: numbers }),
    query({ metrics: ['visitors'], dimensions: ['time'], include: { time_labels: true } }),
    ...panels.map((panel) =>
      query({ metrics: ['visitors'], dimensions: [panel], pagination: { limit: 9 } }),
    ),
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

async function timed(work: () => Promise<unknown>, times: number): Promise<Times> {
  const took: number[] = [];
  for (let i = 0; i <= times; i++) {
    const startMs = performance.now();
    await work();
    took.push(performance.now() - startMs);
    if (i === 0) await new Promise((resolve) => setTimeout(resolve, loadedAfterMs));
  }
  const [first, ...others] = took;
  return { firstMs: first!, medianMs: median(others) };
}

const isThere = existsSync(join(folder, 'files', 'raw'));
const home = await openMachine(folder);
if (!isThere) {
  const duck = await openDuck({ memoryBytes: 3 * 2 ** 30, threads: 2, folder: home.files.folder });
  for (const made of sizes) {
    const startMs = performance.now();
    await makeLedger(home, duck, made);
    console.log(
      `made ${made.hits / 1e6} M hits in ${((performance.now() - startMs) / 1e3).toFixed(0)} s`,
    );
  }
  duck.close();
}
for (const { siteId, hits } of sizes) {
  const files = (await openMonths(home).read(siteId)).flatMap((month) =>
    filesOfMonth(siteId, month),
  );
  const bytes = (kind: string) =>
    files.reduce((sum, file) => sum + (file.kind === kind ? file.bytes : 0), 0);
  const kinds = ['hits', 'visits', 'rollup', 'hours', 'month'];
  const each = kinds.map((kind) => `${kind} ${(bytes(kind) / hits).toFixed(2)}`).join(', ');
  console.log(`bytes a hit at ${hits / 1e6} M: ${each}`);
}

const settings = { memoryBytes: 2 ** 30, threads: 2 };
const engine = await openEngine({ home, clock: () => nowMs, ...settings });
const plain = await openDuck({ ...settings, folder: home.files.folder });
const cell = (text: string) => text.padStart(10);
const heads = ['1 M', '10 M', '10 M/1 M', 'first', 'plain SQL'].map(cell).join('');
console.log(`${''.padEnd(36)}${heads}   ms, medians`);
for (const [name, asked] of views) {
  const [small, large] = [await reports(sizes[0]!, asked), await reports(sizes[1]!, asked)];
  const statements = plainView(rawOf(sizes[1]!), asked);
  const answers = await engine.batch(siteOf(sizes[1]!), view(asked));
  const [[visitors, pageviews] = []] = await plain.read(
    (session) => session.rows(statements[0]!),
    600_000,
  );
  const reported = answers[0]!.results[0]!.metrics;
  if (
    Number(visitors) !== reported[0] ||
    (asked.filters === undefined && Number(pageviews) !== reported[2])
  )
    throw new Error(
      `${name}: plain SQL says ${visitors} and ${pageviews}, the report ${reported.join(', ')}`,
    );
  const raw = await timed(
    () =>
      plain.read(async (session) => {
        for (const text of statements) await session.rows(text);
      }, 600_000),
    2,
  );
  const figures = [small.medianMs, large.medianMs, undefined, large.firstMs, raw.medianMs];
  const cells = figures.map((ms) =>
    cell(ms === undefined ? (large.medianMs / small.medianMs).toFixed(2) : ms.toFixed(1)),
  );
  console.log(`${name.padEnd(36)}${cells.join('')}`);
}
engine.close();
plain.close();

const goals: Goal[] = Array.from({ length: 50 }, (_, i) =>
  i < 10 ? { name: `E${i}`, event: i === 0 ? 'Signup' : `E${i}` } : goalOfPage(i),
);
const countries = Array.from({ length: 490 }, (_, i) => countryNames()[i % 250]![1]);
const inCountries = (test: string) => [[test, 'visit:country_name', countries]];
const large: readonly (readonly [string, readonly object[]])[] = [
  ['30 days', view({ range: days30 })],
  ['12 months', view({ range: months12 })],
  ['12 months, by 50 goals', [goalQuery(['event:goal'])]],
  ['12 months, by day and 50 goals', [goalQuery(['time:day', 'event:goal'])]],
  ['12 months, in 490 countries', view({ range: months12, filters: inCountries('is') })],
  ['12 months, in 490 parts of names', [named(inCountries('contains'))]],
];
console.log(
  `${'a new process, 10 M hits'.padEnd(36)}` +
    `${['start', 'answer', 'CPU', 'memory'].map(cell).join('')}   ms, MB of its own`,
);
for (const [name, queries] of large) {
  const body = queries.map((query) => ({ ...query, site_id: 'example.com' }));
  const first = await firstReport(folder, { ...siteOf(sizes[1]!), goals }, body);
  const { startMs, answerMs, cpuMs, peakMb, refused = '' } = first;
  const cells = [startMs, answerMs, cpuMs, peakMb].map((figure) => cell(figure.toFixed(0)));
  console.log(`${name.padEnd(36)}${cells.join('')}   ${refused}`);
}
await home.close();
if (kept === undefined) rmSync(folder, { recursive: true, force: true });

function goalOfPage(i: number): Goal {
  return { name: `P${i}`, page: i === 10 ? '/page/**' : `/page/${i}${i < 30 ? '*' : ''}` };
}

function goalQuery(dimensions: readonly string[]) {
  const metrics = ['visitors', 'events', 'conversion_rate'];
  return { metrics, date_range: months12, dimensions };
}

function named(filters: readonly unknown[]) {
  return { metrics: numbers, date_range: months12, filters };
}

function siteOf({ siteId }: Made) {
  return { id: siteId, domain: 'example.com', zones };
}

function reports(made: Made, asked: Asked): Promise<Times> {
  return timed(() => engine.batch(siteOf(made), view(asked)), rounds);
}

function rawOf({ siteId }: Made): string {
  return `read_parquet('${home.files.folder.replaceAll("'", "''")}/raw/${siteId}/*.parquet')`;
}

/**
 * The same view as a person would write it over one table of hits, each with its visit, without
 * roll-ups.
 */
function plainView(raw: string, { range, filters = [] }: Asked): string[] {
  const column = (name: unknown) => String(name).replace(/^(visit|event):/, '');
  const tests = filters.map((filter) => {
    const [, name, [value]] = filter as [string, string, [string]];
    return ` AND ${column(name)} = '${value}'`;
  });
  const [first, last] = range as [string, string];
  const days = `day BETWEEN DATE '${first}' AND DATE '${last}'`;
  const hits = `${raw} WHERE visit IS NOT NULL AND ${days}${tests.join('')}`;
  return [
    `/* bench.numbers */
      WITH visits AS (
        SELECT day, visit, min(visitor) AS visitor, count(*) FILTER (pageview) AS views,
          count(*) FILTER (interactive) <= 1 AS bounced, max("time") - min("time") AS duration
        FROM ${hits} GROUP BY day, visit
      ), days AS (
        SELECT day, count(DISTINCT visitor) AS visitors, sum(views) AS views, count(*) AS visits,
          count(*) FILTER (bounced) AS bounces, sum(duration) AS duration
        FROM visits GROUP BY day
      )
      SELECT sum(visitors), sum(views), sum(visits), sum(bounces), sum(duration) FROM days`,
    `/* bench.days */
      SELECT day, count(DISTINCT visitor) FROM ${hits} GROUP BY day ORDER BY day`,
    ...panels.map(
      (panel) => `/* bench.panel */
      WITH days AS (
        SELECT day, ${column(panel)} AS value, count(DISTINCT visitor) AS n
        FROM ${hits} GROUP BY ALL
      )
      SELECT value, sum(n) FROM days GROUP BY value ORDER BY 2 DESC, 1 LIMIT 9`,
    ),
  ];
}
