import { availableParallelism, totalmem } from 'node:os';
import type { Home } from '../home/home.ts';
import type { Settled } from '../journal/arrivals.ts';
import type { Clock } from '../lib/clock.ts';
import type { Reports } from '../report/engine.ts';
import { inTurns } from '../report/in-turns.ts';
import { openLastingEngine } from '../report/lasting-engine.ts';

const monotonicMs = () => performance.now();

/**
 * DuckDB is loaded only here: a server that only collects never pays for it, and the collecting
 * Lambda has none.
 */
export async function openReports(
  home: Home,
  clock: Clock,
  more: {
    readonly memoryBytes?: number;
    readonly timeoutMs?: number;
    readonly settled?: () => Settled;
  } = {},
): Promise<Reports> {
  const { openEngine } = await import('../report/engine.ts');
  const memoryBytes = quarterOfMemory();
  const threads = threadsOf(availableParallelism());
  const engine = await openLastingEngine(() =>
    openEngine({ ...{ home, clock, monotonicMs, memoryBytes, threads }, ...more }),
  );
  return inTurns(engine);
}

/** One core is left to those who send hits; more than four bring reports of days little. */
function threadsOf(cores: number): number {
  return Math.min(4, Math.max(1, cores - 1));
}

/** A quarter of the machine, between 512 MB and 4 GB. */
function quarterOfMemory(): number {
  return Math.min(4 * 1024 ** 3, Math.max(512 * 1024 ** 2, totalmem() / 4));
}
