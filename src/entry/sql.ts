import { availableParallelism } from 'node:os';
import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import type { SqlWorld } from '../sql/run-statement.ts';
import { mostSpillBytes, oneAtATime, type Sql, sqlTimeoutMs } from '../sql/sql.ts';
import { giveBackFreed } from './memory.ts';

const bytesAThread = 64 * 1024 ** 2;

export type SqlHereOptions = {
  /** Of DuckDB. */
  readonly memoryBytes: number;
  readonly timeoutMs?: number;
};

/** What a statement runs with in this process; what it writes meanwhile is in `scratch`. */
export function sqlWorld(
  home: Home,
  clock: Clock,
  { memoryBytes, scratch }: Pick<SqlWorld, 'memoryBytes' | 'scratch'>,
): SqlWorld {
  giveBackFreed(process.env);
  const threadsInMemory = Math.max(1, Math.floor(memoryBytes / bytesAThread));
  return {
    ...{ home, clock, memoryBytes, scratch, monotonicMs: () => performance.now() },
    threads: Math.max(1, Math.min(4, availableParallelism() - 1, threadsInMemory)),
    // Half of the disk's room, of which hits have the rest.
    spillBytes: Math.min(mostSpillBytes, home.room() / 2),
  };
}

/** Statements in this process: where there is no other one, as in a function. */
export function openSqlHere(
  home: Home,
  clock: Clock,
  { memoryBytes, timeoutMs = sqlTimeoutMs }: SqlHereOptions,
): Sql {
  const one = oneAtATime(home.files.folder, async (site, asked, scratch, signal) => {
    const { withStatement, writeResult } = await import('../sql/run-statement.ts');
    return withStatement(
      sqlWorld(home, clock, { memoryBytes, scratch }),
      site,
      { ...asked, timeoutMs, signal },
      (result) => writeResult(result, asked.format, { scratch, mostBytes: asked.mostBytes }),
    );
  });
  return { ...one, close() {} };
}
