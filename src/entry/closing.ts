import { rmSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { CloseWorld } from '../close/world.ts';
import { openDuck } from '../duck/duck.ts';
import { temporaryName } from '../home/disk.ts';
import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { openRandom } from './random.ts';

export type Closing = { readonly world: CloseWorld; close(): void };

/**
 * With it a day of a million hits is closed in 2.5 GB, 0.7 of which are the store's file; what does
 * not fit is spilled.
 */
const mostBytes = 1.2 * 1024 ** 3;

/**
 * What closing needs, over a home; `folders` are others that statements may read and write. The
 * memory of DuckDB is free again after `close`.
 */
export async function openClosing(
  home: Home,
  clock: Clock,
  folders: readonly string[] = [],
  memoryBytes = Math.min(mostBytes, Math.max(512 * 1024 ** 2, totalmem() / 4)),
): Promise<Closing> {
  await home.claim();
  const threads = Math.min(4, availableParallelism());
  // Among the unfinished files: what a killed process leaves there is removed by the next.
  const unfinished = (ending: string) =>
    join(home.files.folder, '.unfinished', temporaryName(ending));
  const [scratch, spillFolder] = [unfinished('-rows'), unfinished('-spill')];
  const duck = await openDuck({
    memoryBytes,
    threads,
    folder: [home.files.folder, ...folders],
    spillFolder,
  });
  return {
    world: {
      ...{ home, duck, scratch, clock, random: openRandom() },
      checkRoom: (bytes) => checkRoom(home.room(), bytes),
    },
    close() {
      duck.close();
      for (const folder of [scratch, spillFolder]) rmSync(folder, { force: true, recursive: true });
    },
  };
}

function checkRoom(roomBytes: number, bytes: number): void {
  if (bytes <= roomBytes) return;
  const [left, needed] = [roomBytes, bytes].map((n) => Math.max(0, n / 2 ** 20).toFixed(1));
  throw new DaybookError(
    'unavailable',
    `the disk has too little room: ${left} MiB may be used, ${needed} are needed`,
  );
}
