import type { DuckDBInstance } from '@duckdb/node-api';

/** What is used of an instance. */
export type Instance = Pick<DuckDBInstance, 'connect' | 'closeSync'>;

/**
 * The instance, whose end waits for connections that are just being made: DuckDB makes them on a
 * thread of their own, and what was closed meanwhile is freed memory to it, which ends the process.
 */
export function closable(instance: Instance): Instance {
  let connecting = 0;
  let isClosed = false;
  const endIfIdle = () => isClosed && connecting === 0 && instance.closeSync();
  return {
    async connect() {
      if (isClosed) throw new Error('the database was closed');
      connecting++;
      try {
        return await instance.connect();
      } finally {
        connecting--;
        endIfIdle();
      }
    },
    closeSync() {
      isClosed = true;
      endIfIdle();
    },
  };
}
