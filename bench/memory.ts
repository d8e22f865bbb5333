import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSite, childOf, count, fillDay, print, usedBy } from './closing.ts';
import { body, headersWith, view } from './dashboards.ts';
import { type LoadResult, runLoad } from './load.ts';
import { daybook, startDaybook } from './processes.ts';
import { openTraffic } from './traffic.ts';

const hits = Number(process.env['DAYBOOK_BENCH_HITS'] ?? 1_000_000);
const limitBytes = 700 * 1024 ** 2;
const dashboards = 4;
const rate = 200;
const seconds = Number(process.env['DAYBOOK_BENCH_SECONDS'] ?? 60);
const everyMs = 200;
const findEveryMs = 2_000;

/**
 * A server with `--memory 512m` in a control group of 700 MB: a day of a million hits, four
 * dashboards that ask for it, hits meanwhile. Fails where a process was killed or a hit is lost.
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
    const server = await startDaybook(data, 'warn', {
      flags: ['--memory', '512m'],
      ...(group !== undefined && { first: `echo $$ > ${group.folder}/cgroup.procs` }),
    });
    const watching = watchFamily(server.child.pid!);
    const result = await load(server.port, key);
    for (const [name, used] of watching.end())
      print(
        `  ${name}: of its own, with mapped files`,
        `${used.ownMb.toFixed(0)} MB, ${used.residentMb.toFixed(0)} MB`,
      );
    print('  processes of reports and of closing', watching.pids().join(', '));
    print('  views, refused, median ms', `${result.views}, ${result.refused}, ${result.viewMs}`);
    print('  acknowledged: p50, p99', `${result.p50Ms.toFixed(1)}, ${result.p99Ms.toFixed(1)} ms`);
    if (group !== undefined) print('  control group', group.figures());
    if (server.child.exitCode !== null || server.child.signalCode !== null)
      throw new Error('the server was ended');
    await server.stop();
    await expectAll(data, eventsOf(hits) + rate * seconds);
  } finally {
    rmSync(data, { recursive: true, force: true });
    group?.remove();
  }
}

type Load = LoadResult & { views: number; refused: number; viewMs: number };

async function load(port: number, key: string): Promise<Load> {
  let [reloading, refused] = [true, 0];
  const times: number[] = [];
  async function reload(): Promise<void> {
    while (reloading) {
      const startMs = performance.now();
      const answer = await fetch(`http://127.0.0.1:${port}/api/v2/batch`, {
        ...{ method: 'POST', body: JSON.stringify(view) },
      });
      const text = await answer.text();
      if (answer.ok) times.push(performance.now() - startMs);
      else if (++refused === 1) print('  the first refusal', `${answer.status} ${text}`);
    }
  }
  const reloads = Array.from({ length: dashboards }, reload);
  const result = await runLoad({
    ...{ port, path: '/api/event', body, headers: headersWith(key), connections: 16 },
    ...{ requests: rate * seconds, rate },
  });
  reloading = false;
  await Promise.all(reloads);
  const viewMs = Math.round(times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0);
  return { ...result, views: times.length, refused, viewMs };
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
  const today = Date.parse(new Date().toISOString().slice(0, 10));
  for (const { name } of openTraffic(3)(today, wanted)) if (name !== 'engagement') events++;
  return events;
}

/** Asks a server without a limit how many events there are: none is lost, none is there twice. */
async function expectAll(data: string, wanted: number): Promise<void> {
  const server = await startDaybook(data);
  try {
    const today = new Date().toISOString().slice(0, 10);
    const query = { site_id: 'bench.test', metrics: ['events'], date_range: [today, today] };
    const ask = async () => {
      const answer = await fetch(`http://127.0.0.1:${server.port}/api/v2/query`, {
        ...{ method: 'POST', body: JSON.stringify(query) },
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
