import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuck } from '../src/duck/duck.ts';
import { openMachine } from '../src/home/machine/machine.ts';
import { dayMs } from '../src/lib/clock.ts';
import { addDays, zonesFrom } from '../src/lib/site-days.ts';
import { childOf, count, print, usedBy } from './closing.ts';
import { body, headersWith, view } from './dashboards.ts';
import { addSite, fillDay, pack } from './filled-day.ts';
import { makeLedger } from './ledger-data.ts';
import { type LoadResult, runLoad } from './load.ts';
import { daybook, startDaybook } from './processes.ts';
import { openTraffic } from './traffic.ts';

const hits = Number(process.env['DAYBOOK_BENCH_HITS'] ?? 1_000_000);
const limitBytes = 700 * 1024 ** 2;
const hitsOfSmallSite = 10_000;
const rate = 200;
const seconds = Number(process.env['DAYBOOK_BENCH_SECONDS'] ?? 60);
const everyMs = 200;
const findEveryMs = 2_000;

/**
 * A server with `--memory 512m` in a control group of 700 MB: a day of a million hits that is
 * packed, dashboards of its owner's that ask for it without pause, hits meanwhile, and an earlier
 * day that is closed meanwhile. Fails where a process was killed or a hit is lost.
 */
export async function benchMemory(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  const group = openGroup();
  try {
    const site = await addSite(data);
    await fillDay(data, site, 0, hits);
    const key = await daybook('key', 'new', '--data', data);
    print(
      `${count(hits)} hits of today, --memory 512m`,
      group?.name ?? 'no control group: no limit',
    );
    await pack(data);
    const server = await startDaybook(data, 'warn', {
      flags: ['--memory', '512m'],
      ...(group !== undefined && { first: `echo $$ > ${group.folder}/cgroup.procs` }),
    });
    const watching = watchFamily(server.child.pid!);
    await load(server.port, key, { dashboards: 1, forSeconds: seconds / 3 });
    await fillDay(data, site, 2, hits / 5);
    const result = await load(server.port, key, { dashboards: 4, forSeconds: seconds });
    for (const [name, used] of watching.end())
      print(
        `  ${name}: of its own, with mapped files`,
        `${used.ownMb.toFixed(0)} MB, ${used.residentMb.toFixed(0)} MB`,
      );
    print('  processes of reports and of closing', watching.pids().join(', '));
    print('  acknowledged: p50, p99', `${result.p50Ms.toFixed(1)}, ${result.p99Ms.toFixed(1)} ms`);
    if (group !== undefined) print('  control group', group.figures());
    if (server.child.exitCode !== null || server.child.signalCode !== null)
      throw new Error('the server was ended');
    await server.stop();
    await expectAll(data, key, eventsOf(hits) + rate * (seconds + seconds / 3));
  } finally {
    rmSync(data, { recursive: true, force: true });
    group?.remove();
  }
}

/** A site of 10,000 hits a day and a year of data: all processes, after a view of 12 months. */
export async function benchSmallSite(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    const site = await addSite(data);
    await fillYear(data, site);
    await fillDay(data, site, 0, hitsOfSmallSite);
    const key = await daybook('key', 'new', '--data', data);
    const server = await startDaybook(data, 'warn');
    const range = [new Date(Date.now() - 364 * dayMs).toISOString().slice(0, 10), today()];
    for (const [name, queries] of [
      ['today', view.queries],
      ['12 months', view.queries.map((query) => ({ ...query, date_range: range }))],
    ] as const) {
      const tookMs = await ask(server.port, key, { ...view, queries });
      const { memory } = await health(server.port, key);
      const ownMb = (of: { readonly own_bytes: number }) => (of.own_bytes / 1e6).toFixed(0);
      const each = memory.processes.map((one) => `${one.name} ${ownMb(one)}`).join(', ');
      print(`a small site, a view of ${name}: own memory`, `${ownMb(memory)} MB: ${each}`);
      print('  mapped files beside it', mappedMb(memory));
      print('  the view', `${tookMs?.toFixed(0)} ms`);
    }
    await server.stop();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function fillYear(data: string, siteId: string): Promise<void> {
  const home = await openMachine(data);
  const duck = await openDuck({ memoryBytes: 2 ** 31, threads: 2, folder: home.files.folder });
  const [firstDay, lastDay] = [addDays(today(), -365), addDays(today(), -1)];
  const made = { siteId, zones: zonesFrom('UTC', 0), firstDay, lastDay, pages: 500 };
  await makeLedger(home, duck, { ...made, hitsADay: hitsOfSmallSite });
  duck.close();
  await home.close();
}

const mappedMb = ({ processes }: Health['memory']) =>
  processes.map((one) => `${one.name} ${(one.mapped_bytes / 1e6).toFixed(0)}`).join(', ');

const today = () => new Date().toISOString().slice(0, 10);

type Health = {
  readonly memory: {
    readonly own_bytes: number;
    readonly processes: readonly {
      readonly name: string;
      readonly own_bytes: number;
      readonly mapped_bytes: number;
    }[];
  };
};

async function health(port: number, key: string): Promise<Health> {
  const headers = { Authorization: `Bearer ${key}` };
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers });
  return (await answer.json()) as Health;
}

/** Milliseconds; undefined where it was refused. */
async function ask(port: number, key: string, body: object): Promise<number | undefined> {
  const startMs = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v2/batch`, {
    ...{ method: 'POST', body: JSON.stringify(body) },
    headers: { Authorization: `Bearer ${key}` },
  });
  const text = await answer.text();
  if (answer.ok) return performance.now() - startMs;
  print('  refused', `${answer.status} ${text}`);
  return undefined;
}

async function load(
  port: number,
  key: string,
  { dashboards, forSeconds }: { readonly dashboards: number; readonly forSeconds: number },
): Promise<LoadResult> {
  let [reloading, refused] = [true, 0];
  const times: number[] = [];
  async function reload(): Promise<void> {
    while (reloading) {
      const tookMs = await ask(port, key, view);
      if (tookMs === undefined) refused++;
      else times.push(tookMs);
    }
  }
  const reloads = Array.from({ length: dashboards }, reload);
  const result = await runLoad({
    ...{ port, path: '/api/event', body, headers: headersWith(key), connections: 16 },
    ...{ requests: rate * forSeconds, rate },
  });
  reloading = false;
  await Promise.all(reloads);
  times.sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(0)} ms`;
  print(
    `  ${dashboards} dashboards, ${forSeconds} s: views, refused, median, 9 of 10 within`,
    `${times.length}, ${refused}, ${at(0.5)}, ${at(0.9)}`,
  );
  return result;
}

/** Measures the server, its report process and its closing process, as long as they live. */
function watchFamily(server: number) {
  const used = new Map<string, ReturnType<typeof usedBy>>();
  const pids = new Map<number, string>();
  // Rarely: `ps` holds up the sender of hits, which is this process.
  const finding = setInterval(() => {
    for (const name of ['report-process', 'close-process']) {
      const pid = childOf(server, name);
      if (pid !== undefined) pids.set(pid, name);
    }
  }, findEveryMs);
  const timer = setInterval(() => {
    used.set('server', usedBy(server, used.get('server')));
    for (const [pid, name] of pids) used.set(name, usedBy(pid, used.get(name)));
  }, everyMs);
  return {
    pids: () => [...pids.keys()],
    end() {
      clearInterval(timer);
      clearInterval(finding);
      return used;
    },
  };
}

/** Engagements are no events of a report. */
function eventsOf(wanted: number): number {
  let events = 0;
  for (const { name } of openTraffic(3)(Date.parse(today()), wanted))
    if (name !== 'engagement') events++;
  return events;
}

/** Asks a server without a limit how many events there are: none is lost, none is there twice. */
async function expectAll(data: string, key: string, wanted: number): Promise<void> {
  const server = await startDaybook(data);
  try {
    const day = today();
    const query = { site_id: 'bench.test', metrics: ['events'], date_range: [day, day] };
    const ask = async () => {
      const answer = await fetch(`http://127.0.0.1:${server.port}/api/v2/query`, {
        ...{ method: 'POST', body: JSON.stringify(query) },
        headers: { Authorization: `Bearer ${key}` },
      });
      return [answer.status, await answer.text()] as const;
    };
    let [status, text] = await ask();
    // Until its hits are loaded.
    for (let tries = 1; status === 503 && tries < 20; tries++) [status, text] = await ask();
    const { results } = JSON.parse(text) as { results?: [{ metrics: [number] }] };
    const found = results?.[0].metrics[0];
    if (found !== wanted)
      throw new Error(`${wanted} events were acknowledged; answered was ${text}`);
    print('  events afterwards, none lost, none twice', count(wanted));
  } finally {
    await server.stop();
  }
}

/** A control group of memory within ours, version 1 or 2; undefined where none can be made. */
function openGroup() {
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  const [first, second] = [/^\d+:memory:(.*)$/m.exec(own)?.[1], /^0::(.*)$/m.exec(own)?.[1]];
  const isFirst = first !== undefined;
  const folder = `/sys/fs/cgroup${isFirst ? `/memory${first}` : second}/daybook-${process.pid}`;
  const names = isFirst
    ? { limit: 'memory.limit_in_bytes', most: 'memory.max_usage_in_bytes', events: 'oom_control' }
    : { limit: 'memory.max', most: 'memory.peak', events: 'events' };
  const read = (name: string) => readFileSync(`${folder}/${name}`, 'utf8').trim();
  try {
    mkdirSync(folder);
    writeFileSync(`${folder}/${names.limit}`, String(limitBytes));
  } catch {
    return undefined;
  }
  return {
    folder,
    name: `a control group (version ${isFirst ? 1 : 2}) of 700 MB`,
    figures() {
      const mostMb = (Number(read(names.most)) / 1e6).toFixed(0);
      const killed = /^oom_kill (\d+)/m.exec(read(`memory.${names.events}`))?.[1] ?? 'unknown';
      if (Number(killed) > 0) throw new Error(`${killed} processes were killed`);
      return `at most ${mostMb} MB with the file cache; killed: ${killed}`;
    },
    remove: () => rmdirSync(folder),
  };
}
