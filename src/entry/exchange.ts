import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { ExportWorld } from '../exchange/export-day.ts';
import type { Home } from '../home/home.ts';
import type { Duck } from '../journal/duckdb.ts';
import type { Clock } from '../lib/clock.ts';

const mib = 1024 ** 2;
/** A day of a million hits takes most of it. */
const mostBytes = 1536 * mib;

/** DuckDB for one command, which may read and write the home's files and `folder`. */
export async function openExchangeDuck(home: Home, folder: string): Promise<Duck> {
  const { openDuck } = await import('../journal/duckdb.ts');
  return openDuck({
    memoryBytes: Math.min(mostBytes, Math.max(512 * mib, totalmem() / 4)),
    threads: Math.min(4, Math.max(1, availableParallelism() - 1)),
    folder: [home.files.folder, folder],
  });
}

/** What an export works with; `folder` is where it may write. */
export async function withExportWorld<T>(
  home: Home,
  clock: Clock,
  folder: string,
  run: (world: ExportWorld & { readonly clock: Clock }) => Promise<T>,
): Promise<T> {
  const { openMounts } = await import('../journal/mount.ts');
  const duck = await openExchangeDuck(home, folder);
  try {
    const mounts = openMounts({ home, duck, clock, budgetBytes: mostBytes });
    return await run({ home, duck, mounts, clock, checked: new Set() });
  } finally {
    duck.close();
  }
}

/** A folder that is gone afterwards. */
export async function withScratch<T>(beside: string, run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(beside, '.daybook-'));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
