import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ErasureFields, eraseHits } from '../../src/close/erase-hits.ts';
import { runPass as closeSites } from '../../src/close/pass.ts';
import type { Home } from '../../src/home/home.ts';
import { minuteMs } from '../../src/lib/clock.ts';
import type { FaultPoint } from '../../src/model/fault-points.ts';
import type { TestLedger } from './ledger.ts';

export type Job = { readonly killAt?: FaultPoint; readonly erase?: ErasureFields };
export type Run = { readonly killed: boolean; readonly reached: readonly FaultPoint[] };

const child = fileURLToPath(new URL('../close/closing-killed.test-child.mjs', import.meta.url));
const built = new URL('../../dist/src/', import.meta.url);

/**
 * Runs one pass of closing, merging, pruning and sweeping over a test's ledger, and ends it at a
 * fault point. On one machine the pass is a process that is ended by SIGKILL. On AWS it runs here,
 * and from the fault point on the home refuses everything.
 */
export function runPass(ledger: TestLedger, job: Job = {}): Promise<Run> {
  return ledger.home.writers === 'many' ? passHere(ledger, job) : passInChild(ledger, job);
}

async function passInChild(ledger: TestLedger, { killAt, erase }: Job): Promise<Run> {
  if (!existsSync(new URL('close/pass.js', built)))
    throw new Error(`${built.pathname} is missing: run \`npm run build\` first`);
  const job = { built: built.href, data: ledger.folder, nowMs: ledger.now(), killAt, erase };
  const run = spawn(process.execPath, [child, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [printed, errors] = ['', ''];
  run.stdout.on('data', (chunk) => (printed += String(chunk)));
  run.stderr.on('data', (chunk) => (errors += String(chunk)));
  const [code, signal] = (await once(run, 'close')) as [number | null, string | null];
  if (code !== 0 && signal !== 'SIGKILL')
    throw new Error(`the pass ended with ${code ?? signal}: ${errors}`);
  return {
    killed: signal === 'SIGKILL',
    reached: printed.split('\n').filter(Boolean) as FaultPoint[],
  };
}

async function passHere(ledger: TestLedger, { killAt, erase }: Job): Promise<Run> {
  const { sites, now } = ledger;
  const life = { ended: false };
  const home = endingHome(ledger.home, life);
  const reached: FaultPoint[] = [];
  const faultPoint = (point: FaultPoint) => {
    reached.push(point);
    if (point !== killAt) return;
    life.ended = true;
    throw new Error('killed');
  };
  // As in a process of its own: small days have no roll-ups.
  const { rollsOver: _, ...own } = ledger.world;
  const world = { ...own, home, packsFrom: 1, faultPoint };
  const work = async () => {
    if (erase !== undefined)
      await eraseHits(
        { home, sites, clock: now, random: randomBytes, faultPoint },
        'ledger.test',
        erase,
      );
    await closeSites(world, sites, {
      untilMs: now() + minuteMs,
      atOnce: true,
      onEvent(event) {
        if (event.kind === 'failed' && !life.ended) throw event.error;
      },
    });
  };
  await work().catch((error: unknown) => {
    if (!life.ended) throw error;
  });
  return { killed: life.ended, reached };
}

/** A home that refuses everything once its process counts as ended. */
function endingHome(home: Home, life: { readonly ended: boolean }): Home {
  const wrap = <T extends object>(of: T): T =>
    new Proxy(of, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          life.ended ? Promise.reject(new Error('killed')) : (value.apply(target, args) as unknown);
      },
    });
  return { ...home, rows: wrap(home.rows), files: wrap(home.files) };
}
