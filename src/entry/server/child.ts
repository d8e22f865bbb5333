import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sharesOf } from '../memory.ts';

export type ChildName = 'report-process' | 'close-process' | 'backup-process' | 'sql-process';

export type ChildOptions = {
  readonly env: NodeJS.ProcessEnv;
  /** How far it stands back behind the threads that take hits in; 19 is the most there is. */
  readonly niceness: number;
  /** Of all processes together; the child takes its share. */
  readonly memoryBytes: number;
};

/** Starts one of our own processes beside the server; the first of `args` is the data's folder. */
export function startChild(
  name: ChildName,
  args: readonly string[],
  { env, niceness, memoryBytes }: ChildOptions,
): ChildProcess {
  const program = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const child = fork(program, [...args], {
    env: {
      ...{ ...process.env, ...env },
      ...{ UV_THREADPOOL_SIZE: '8', DAYBOOK_MEMORY: String(memoryBytes) },
      // glibc keeps up to eight heaps a core of what DuckDB's threads have freed.
      MALLOC_ARENA_MAX: '2',
    },
    execArgv: [`--max-old-space-size=${sharesOf(memoryBytes).heapMib}`],
  });
  lower(child, niceness);
  return child;
}

/**
 * From its first moment on, so that all its threads inherit it: a priority is each thread's own on
 * Linux.
 */
function lower({ pid }: ChildProcess, niceness: number): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch {
    // It has ended already, or the system does not let us: its work is then as urgent as hits.
  }
}

/**
 * How it ended, for a reader. Pages that went bad since the server looked at them end a process by
 * such a signal; a server that starts looks at all of them again.
 */
export function endText(code: number | null, signal: string | null): string {
  const how = signal ?? code ?? 'disconnected';
  const isOfMemory = ['SIGSEGV', 'SIGBUS', 'SIGABRT'].includes(signal ?? '');
  return isOfMemory
    ? `${how}; if that is so again, start the server again: it checks its data`
    : `${how}`;
}

/**
 * For such a process: it ends with the server, also with one that ended while it was still loading.
 */
export function endWithServer(): void {
  const end = () => process.kill(process.pid, 'SIGKILL');
  process.on('disconnect', end);
  if (!process.connected) end();
}
