import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CloseWorld } from '../close/world.ts';
import { openDuck } from '../duck/duck.ts';
import { temporaryName } from '../home/disk.ts';
import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { giveBackFreed, memoryBytesOf, sharesOf } from './memory.ts';
import { openRandom } from './random.ts';

import { claimData } from './upgrade.ts';

export type Closing = { readonly world: CloseWorld; close(): void };

/** Each thread holds what it sorts, groups and writes: that is not spilled. */
const bytesAThread = 256 * 1024 ** 2;

/**
 * What closing needs, over a home; `folders` are others that statements may read and write. The
 * memory of DuckDB is free again after `close`; `memoryBytes` are its, by default the share of what
 * `DAYBOOK_MEMORY` says. What does not fit is spilled.
 */
export async function openClosing(
  home: Home,
  clock: Clock,
  folders: readonly string[] = [],
  memoryBytes = sharesOf(memoryBytesOf(process.env)).closingBytes,
): Promise<Closing> {
  giveBackFreed(process.env);
  await claimData(home);
  const threadsInMemory = Math.max(1, Math.floor(memoryBytes / bytesAThread));
  const threads = Math.min(4, availableParallelism(), threadsInMemory);
  // Among the unfinished files: what a killed process leaves there is removed by the next.
  const unfinished = (ending: string) =>
    join(home.files.folder, '.unfinished', temporaryName(ending));
  const [scratch, spillFolder] = [unfinished('-rows'), unfinished('-spill')];
  const duck = await openDuck({
    memoryBytes,
    threads,
    folder: [home.files.folder, ...folders],
    spillFolder,
    readsOnce: true,
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
