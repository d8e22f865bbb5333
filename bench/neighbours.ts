import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { daybook, type Running, startDaybook } from './processes.ts';
import { ask, lists, makeSites, own, query, view } from './strangers.ts';

/**
 * Views of one site, while fifty heavy queries of another one are asked for all the time, both with
 * the owner key: how much longer they take. The p95 should be under twice as long as alone. 300,000
 * hits of a year's closed days at each site.
 *
 *   DAYBOOK_BENCH_DATA=FOLDER keeps the data in a folder and uses it again
 */
const hits = 300_000;
const atOnce = 50;
const views = 60;

const other = 'other.test';

const heavy = query({ dimensions: lists, pagination: { limit: 1_000 } });

async function takeViews(port: number, key: string) {
  const took: number[] = [];
  for (let i = 0; i < views; i++) {
    const { ms, status, text } = await ask(port, view, key);
    if (status !== 200) throw new Error(`a view was answered with ${status}: ${text}`);
    took.push(ms);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.ceil(share * took.length) - 1]!;
  return { p50Ms: at(0.5), p95Ms: at(0.95), maxMs: took.at(-1)! };
}

export async function benchNeighbours(): Promise<void> {
  const kept = process.env['DAYBOOK_BENCH_DATA'];
  const data = kept ?? mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  let server: Running | undefined;
  try {
    await makeSites(data, [own, other], hits);
    server = await startDaybook(data, 'error');
    const { port } = server;
    const key = await daybook('key', 'new', '--data', data);
    await ask(port, view, key);
    const { ms } = await ask(port, { site_id: other, queries: [heavy] }, key);
    print('a heavy query, alone', `${ms.toFixed(0)} ms`);
    const alone = await takeViews(port, key);
    say('views, alone', alone);
    let asking = true;
    let answered = 0;
    const askers = Array.from({ length: atOnce }, async () => {
      while (asking) {
        const { status } = await ask(port, { site_id: other, queries: [heavy] }, key);
        if (status === 200) answered++;
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
    const beside = await takeViews(port, key);
    say(`views, beside ${atOnce} heavy queries of another site`, beside);
    print('heavy queries answered meanwhile', String(answered));
    print('p95 beside, as a multiple of alone', (beside.p95Ms / alone.p95Ms).toFixed(2));
    asking = false;
    await Promise.all(askers);
  } finally {
    await server?.stop();
    if (kept === undefined) rmSync(data, { recursive: true, force: true });
  }
}

const say = (name: string, { p50Ms, p95Ms, maxMs }: Awaited<ReturnType<typeof takeViews>>) =>
  print(
    name,
    `p50 ${p50Ms.toFixed(0)} ms, p95 ${p95Ms.toFixed(0)} ms, longest ${maxMs.toFixed(0)}`,
  );

const print = (name: string, value: string) =>
  process.stdout.write(`${name.padEnd(58)} ${value}\n`);
