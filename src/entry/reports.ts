import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { temporaryName } from '../home/disk.ts';
import type { Home } from '../home/home.ts';
import type { Settled } from '../journal/arrivals.ts';
import type { Clock } from '../lib/clock.ts';
import type { Reports } from '../report/engine.ts';
import { inTurns } from '../report/in-turns.ts';
import { openLastingEngine } from '../report/lasting-engine.ts';
import { giveBackFreed, memoryBytesOf, sharesOf } from './memory.ts';

const monotonicMs = () => performance.now();

const bytesAThread = 64 * 1024 ** 2;

/**
 * DuckDB is loaded only here: a server that only collects never pays for it, and the collecting
 * Lambda has none. `memoryBytes` is DuckDB's; what does not fit is spilled. By default the share of
 * what `DAYBOOK_MEMORY` says.
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
  giveBackFreed(process.env);
  const { openEngine } = await import('../report/engine.ts');
  const memoryBytes = more.memoryBytes ?? sharesOf(memoryBytesOf(process.env)).reportBytes;
  const threads = threadsOf(availableParallelism(), memoryBytes);
  const { folder } = home.files;
  const engine = await openLastingEngine(() => {
    // Among the unfinished files: what a killed process leaves there is removed by the next.
    const spillFolder = folder && join(folder, '.unfinished', temporaryName('-spill'));
    return openEngine({
      ...{ home, clock, monotonicMs, threads, spillFolder },
      ...{ ...more, memoryBytes },
    });
  });
  return inTurns(engine);
}

/**
 * One core is left to those who send hits; more than four bring reports of days little, and each
 * thread of DuckDB's needs room for what it has in hand.
 */
function threadsOf(cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(4, cores - 1, Math.floor(memoryBytes / bytesAThread)));
}
