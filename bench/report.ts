import { openAppender } from '../src/journal/append.ts';
import { hourMs } from '../src/lib/clock.ts';
import { addDays, dayStart, zonesFrom } from '../src/lib/site-days.ts';
import { openEngine } from '../src/report/engine.ts';
import { openMemoryHome } from '../test/support/memory-home.ts';
import { type MadeHit, openTraffic } from './traffic.ts';

/**
 * The report engine over open days, without a store and without HTTP: two days of 100,000 hits
 * each, and the default view as one batch. Prints medians in ms.
 *
 *   node dist/bench/report.js [hits a day]
 */
const hitsADay = Number(process.argv[2] ?? 100_000);
const rounds = 15;

const today = '2026-11-22';
const site = { id: 'benchbench00', domain: 'example.com', zones: zonesFrom('Europe/Berlin', 0) };
let nowMs = dayStart(site.zones, today) + 23 * hourMs;

const traffic = openTraffic(3);
const home = openMemoryHome();
const appender = openAppender(home);
async function append(day: string, hits: readonly MadeHit[]): Promise<void> {
  const entries = hits.map((made) => ({
    siteId: site.id,
    day,
    late: false,
    receivedAtMs: made.time,
    id: made.id,
    hit: JSON.stringify(made),
  }));
  await appender.append(entries);
}
for (const day of [addDays(today, -1), today]) {
  const hits = [...traffic(dayStart(site.zones, day), hitsADay)];
  hits.sort((a, b) => a.time - b.time);
  await append(day, hits);
}

const metrics = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
];
const panels = [
  'event:page',
  'visit:entry_page',
  'visit:source',
  'visit:channel',
  'visit:country',
  'visit:browser',
  'visit:os',
  'visit:device',
];
function view(
  filters: unknown[] = [],
  range: unknown = 'day',
  before: unknown = [addDays(today, -1), addDays(today, -1)],
) {
  const query = (more: object) => ({ site_id: site.domain, date_range: range, filters, ...more });
  return [
    query({ metrics }),
    query({ metrics, date_range: before }),
    query({ metrics: ['visitors'], dimensions: ['time'], include: { time_labels: true } }),
    ...panels.map((panel) =>
      query({ metrics: ['visitors'], dimensions: [panel], pagination: { limit: 9 } }),
    ),
  ];
}

const engine = await openEngine({ home, clock: () => nowMs, memoryBytes: 2 ** 30, threads: 2 });

/**
 * Prints the elapsed time, and the processor's time. The second is the better figure where other
 * processes use the processor meanwhile.
 */
function print(name: string, ms: number, cpuMs?: number): void {
  const cpu = cpuMs === undefined ? '' : `   cpu ${cpuMs.toFixed(1).padStart(6)} ms`;
  console.log(`${name.padEnd(62)} ${ms.toFixed(1).padStart(8)} ms${cpu}`);
}

async function median(
  name: string,
  work: () => Promise<unknown>,
  before: () => Promise<unknown> = async () => {},
): Promise<number> {
  const times: number[] = [];
  let cpuUs = 0;
  for (let i = 0; i < rounds; i++) {
    await before();
    const cpu = process.cpuUsage();
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpuUs += user + system;
  }
  times.sort((a, b) => a - b);
  const ms = times[rounds >> 1]!;
  print(name, ms, cpuUs / 1_000 / rounds);
  return ms;
}

const whole = async (filters: unknown[] = []) => {
  await engine.batch(site, view(filters));
  await engine.realtime(site);
};
const started = performance.now();
await whole();
print(`mounting two days of ${hitsADay} hits, first view`, performance.now() - started);
const warm = await median('default view, warm', () => whole());
const [one] = traffic(0, 1);
const fresh = await median(
  'default view, after one new hit',
  () => whole(),
  async () => {
    nowMs += 1_000;
    const [{ id } = one!] = traffic(0, 1);
    await append(today, [{ ...one!, id, time: nowMs }]);
  },
);
print('  more than warm', fresh - warm);
await median('default view, warm, by country and browser', () =>
  whole([
    ['is', 'visit:country', ['DE']],
    ['is', 'visit:browser', ['Chrome', 'Firefox']],
  ]),
);
await median('default view, warm, by one page', () => whole([['is', 'event:page', ['/page/1']]]));
for (const panel of panels) {
  await median(`  visitors by ${panel}`, () =>
    engine.query(
      site,
      view().find((q) => 'dimensions' in q && (q.dimensions as string[])[0] === panel),
    ),
  );
}
await median('  numbers row', () => engine.query(site, view()[0]));
await median('  current visitors', () => engine.realtime(site));
engine.close();
