import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childOf, count, print, usedBy } from './closing.ts';
import { body, headersWith, view } from './dashboards.ts';
import { addSite, fillDay, pack } from './filled-day.ts';
import { daybook, median, type Running, startDaybook } from './processes.ts';

/** Hits of today; `DAYBOOK_BENCH_HITS` names others, such as `5000000`. */
const sizes = (process.env['DAYBOOK_BENCH_HITS'] ?? '100000,1000000').split(',').map(Number);
const rounds = 5;
const newHits = 1_000;
const loadsMs = 1_000;

/**
 * The running day: the first view of it after a start, without and with a pack; the next ones; and
 * one after 1,000 new hits, with the memory of the report process.
 */
export async function benchToday(): Promise<void> {
  for (const size of sizes) await benchSize(size);
}

async function benchSize(hits: number): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  try {
    const site = await addSite(data);
    await fillDay(data, site, 0, hits);
    const key = await daybook('key', 'new', '--data', data);
    print(`today with ${count(hits)} hits`, '');
    await viewsOf(data, key, '  mounted whole', 2);
    const packed = await pack(data);
    print(`  packed, ${count(packed.hits)} hits`, `${packed.seconds.toFixed(1)} s`);
    await viewsOf(data, key, '  amended', rounds);
    await viewOnceOpened(data, key);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function viewsOf(data: string, key: string, name: string, views: number): Promise<void> {
  const server = await startDaybook(data, 'error');
  const ask = () => askView(server, key);
  try {
    print(`${name}: first view after a start`, await ask());
    const warm: string[] = [];
    for (let i = 0; i < views; i++) warm.push(await ask());
    print(`${name}: next views, median of ${views}`, medianOf(warm));
    const fresh: string[] = [];
    for (let i = 0; i < views; i++) {
      await send(server, key, i);
      fresh.push(await ask());
    }
    print(`${name}: after ${count(newHits)} new hits, median of ${views}`, medianOf(fresh));
    const used = usedBy(childOf(server.child.pid!, 'report-process')!);
    print(`${name}: report process, its own memory`, `${used.ownMb.toFixed(0)} MB`);
  } finally {
    await server.stop();
  }
}

/** As a person has it: the page has come, its scripts are drawing it, and then it asks. */
async function viewOnceOpened(data: string, key: string): Promise<void> {
  const server = await startDaybook(data, 'error');
  try {
    await (await fetch(`http://127.0.0.1:${server.port}/`)).arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, loadsMs));
    print('  amended: first view, its page asked for a second before', await askView(server, key));
  } finally {
    await server.stop();
  }
}

const medianOf = (times: readonly string[]) =>
  times.every((time) => time.endsWith(' ms'))
    ? `${median(times.map((time) => Number.parseFloat(time))).toFixed(0)} ms`
    : times.join(', ');

async function askView({ port }: Running, key: string): Promise<string> {
  const startMs = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v2/batch`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(view),
  });
  const tookMs = performance.now() - startMs;
  await answer.arrayBuffer();
  return answer.ok
    ? `${tookMs.toFixed(0)} ms`
    : `${answer.status} after ${(tookMs / 1_000).toFixed(0)} s`;
}

async function send({ port }: Running, key: string, round: number): Promise<void> {
  for (let i = 0; i < newHits; i += 50) {
    const some = Array.from({ length: 50 }, (_, n) => round * newHits + i + n);
    await Promise.all(
      some.map(async (n) => {
        const answer = await fetch(`http://127.0.0.1:${port}/api/event`, {
          ...{ method: 'POST', headers: headersWith(key)(n), body: body(n) },
        });
        if (!answer.ok) throw new Error(`a hit was answered with ${answer.status}`);
      }),
    );
  }
}
