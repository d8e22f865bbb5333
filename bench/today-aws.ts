import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packDay } from '../src/close/pack-day.ts';
import { openDuck } from '../src/duck/duck.ts';
import { openAws } from '../src/home/aws/aws.ts';
import { readSettings } from '../src/home/aws/settings.ts';
import type { Home } from '../src/home/home.ts';
import { openAppender } from '../src/journal/append.ts';
import { dayMs } from '../src/lib/clock.ts';
import { messageOf } from '../src/lib/errors.ts';
import { zonesFrom } from '../src/lib/site-days.ts';
import { openEngine } from '../src/report/engine.ts';
import { openAwsStores } from '../test/support/aws-stores.ts';
import { closeWorldOf } from '../test/support/close-world.ts';
import { count, print } from './closing.ts';
import { view } from './dashboards.ts';
import { openTraffic } from './traffic.ts';

/** Hits of the day; `DAYBOOK_BENCH_HITS` names another number. */
const hits = Number(process.env['DAYBOOK_BENCH_HITS'] ?? 100_000);
const functionBytes = 1_769 * 2 ** 20;
const dollarsAMillionUnits = 0.125;
const dollarsAMillionGets = 0.4;

const day = new Date().toISOString().slice(0, 10);
const site = { id: 'benchbench00', domain: 'bench.test', zones: zonesFrom('UTC', 0) };
const now = () => Date.parse(day) + dayMs - 1;

/**
 * On stand-ins for DynamoDB and S3: the first view of a day that runs, in a function that has just
 * started, without and with a pack; what it asks of the stores, and what that costs. The stand-ins
 * are in this process: the times are those of a slow store.
 */
export async function benchTodayAws(): Promise<void> {
  const stores = await openAwsStores({ clock: now });
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    const home = await openAws(readSettings(stores.env, join(folder, 'fill')), now);
    await fill(home);
    await firstView(stores.env, join(folder, 'first'), `first view of ${count(hits)} hits`);
    const duck = await openDuck({
      ...{ memoryBytes: 2 ** 30, threads: 2, folder: home.files.folder },
      spillFolder: join(folder, 'spill'),
    });
    await packDay(closeWorldOf(home, duck, now), site, day);
    duck.close();
    await firstView(stores.env, join(folder, 'packed'), '  packed');
    await home.close();
  } finally {
    await stores.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(home: Home): Promise<void> {
  const appender = openAppender(home, { timeoutMs: 10 * 60_000 });
  let entries: Parameters<typeof appender.append>[0][number][] = [];
  for (const hit of openTraffic(3)(Date.parse(day), hits)) {
    const of = { siteId: site.id, day, late: false, receivedAtMs: hit.time, id: hit.id };
    entries.push({ ...of, hit: JSON.stringify(hit) });
    if (entries.length < 500) continue;
    await appender.append(entries);
    entries = [];
  }
  await appender.append(entries);
}

async function firstView(env: NodeJS.ProcessEnv, folder: string, name: string): Promise<void> {
  let [units, requests, gets] = [0, 0, 0];
  const home = await openAws(readSettings(env, folder), now, {
    onConsumed(one) {
      units += one.units;
      requests++;
    },
  });
  const open = home.files.open;
  const files = {
    ...home.files,
    open(file: string) {
      gets++;
      return open(file);
    },
  };
  const startMs = performance.now();
  const engine = await openEngine({
    ...{ home: { ...home, files }, clock: now, monotonicMs: () => performance.now() },
    ...{ memoryBytes: functionBytes / 2, threads: 1, timeoutMs: 10 * 60_000 },
  });
  const queries = view.queries.map((query) => ({ site_id: site.domain, ...query }));
  const refused = await engine.batch(site, queries).then(() => undefined, messageOf);
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  print(name, refused === undefined ? `${seconds} s` : `refused after ${seconds} s: ${refused}`);
  const dollars = (units * dollarsAMillionUnits + gets * dollarsAMillionGets) / 1e6;
  const asked = `${count(units)} in ${count(requests)} requests, ${gets}`;
  print('  read units, files', `${asked}; ${(dollars * 100).toFixed(4)} cents`);
  engine.close();
  await home.close();
}
