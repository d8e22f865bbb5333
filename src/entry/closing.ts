import { availableParallelism, totalmem } from 'node:os';
import type { CloseWorld } from '../close/world.ts';
import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { openRandom } from './random.ts';

export type Closing = { readonly world: CloseWorld; close(): void };

/** Most that DuckDB takes for a day of a million hits. */
const mostBytes = 1.5 * 1024 ** 3;

/** What closing needs, over a home; `folders` are others that statements may read and write. DuckDB is loaded only here, and its memory is free again after `close`. */
export async function openClosing(
  home: Home,
  clock: Clock,
  folders: readonly string[] = [],
  memoryBytes = Math.min(mostBytes, Math.max(512 * 1024 ** 2, totalmem() / 4)),
): Promise<Closing> {
  const { openDuck } = await import('../journal/duckdb.ts');
  const threads = Math.min(4, Math.max(1, availableParallelism() - 1));
  const duck = await openDuck({ memoryBytes, threads, folder: [home.files.folder, ...folders] });
  return { world: { home, duck, clock, random: openRandom() }, close: () => duck.close() };
}
