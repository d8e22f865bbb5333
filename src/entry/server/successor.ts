import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { minuteMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import { isSuccessor } from './given-sockets.ts';

/**
 * How a server is succeeded without one refused connection, where no other program holds its port:
 *
 * 1. It starts the program that is installed now, with its own arguments, and with its sockets as
 *    descriptors from 3 on. They stay open, and connections wait there, while either process lives.
 * 2. The successor loads, says that it has, and waits. If it fails until then, all stays as it was.
 * 3. The server ends as by SIGTERM: what is acknowledged is on disk, and it gives up the data.
 * 4. Its end closes the channel between the two. The successor opens the data, and answers.
 */
export const succeedSignal = 'SIGUSR2';

/** A machine that swaps takes long to load a program. */
const loadsWithinMs = minuteMs;

/** The socket of a server that listens; undefined where the system has no descriptors (Windows). */
export function descriptorOf(server: Server): number | undefined {
  const { _handle } = server as { readonly _handle?: { readonly fd?: number } | null };
  return _handle?.fd !== undefined && _handle.fd >= 0 ? _handle.fd : undefined;
}

/**
 * Why this process cannot be succeeded: whoever started it would take its end for the end of all.
 * Undefined if it can.
 */
export function whyNotSucceeded(
  env: NodeJS.ProcessEnv,
  { pid, platform }: Pick<NodeJS.Process, 'pid' | 'platform'> = process,
): string | undefined {
  if (platform === 'win32') return 'not on Windows';
  if (pid === 1) return 'a container ends with its first process: start another one';
  if (env['SYSTEMD_EXEC_PID'] === String(pid))
    return 'systemd would end both: `systemctl restart`, with a socket unit (docs/upgrading.md)';
  return undefined;
}

/**
 * Starts the successor. Resolves when it has loaded: from then on it waits for the end of this
 * process. Rejects with `unavailable` if it ends before, or does not load.
 */
export async function startSuccessor(
  sockets: readonly number[],
): Promise<{ readonly pid: number }> {
  const given = { LISTEN_PID: String(process.pid), LISTEN_FDS: String(sockets.length) };
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, ...given },
    stdio: ['inherit', 'inherit', 'inherit', ...sockets, 'ipc'],
  });
  const failed = (why: string) => new DaybookError('unavailable', `the new Daybook ${why}`);
  let late: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code, signal]) => {
        throw failed(`ended (${code ?? signal}) before it had loaded`);
      }),
      new Promise((_, reject) => {
        late = setTimeout(() => reject(failed('did not load within a minute')), loadsWithinMs);
      }),
    ]);
    return { pid: child.pid! };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(late);
  }
}

/** In a successor: says that it has loaded, and waits for the end of the server before it. */
export async function awaitTurn(env: NodeJS.ProcessEnv): Promise<void> {
  if (!isSuccessor(env)) return;
  const ended = once(process, 'disconnect');
  process.send?.('loaded');
  await ended;
}
