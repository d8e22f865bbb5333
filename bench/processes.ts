import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Running = {
  readonly port: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
};

/** Starts a bare `node:http` server in a process of its own. */
export async function startBare(): Promise<Running> {
  const child = spawn(process.execPath, [`${root}dist/bench/bare-server.js`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout!, 'data')) as [Buffer];
  return running(child, Number(port));
}

/**
 * Starts Daybook as a user starts it. It is ready when this resolves. `log`: what it prints;
 * `first`: what a shell does in that process before.
 */
export async function startDaybook(
  data: string,
  log = 'warn',
  { flags = [], first = ':' }: { readonly flags?: readonly string[]; readonly first?: string } = {},
): Promise<Running & { readonly readyMs: number }> {
  const port = await freePort();
  const startMs = performance.now();
  const child = spawn(
    'sh',
    [
      ...['-c', `${first}; exec "$@"`, 'sh', process.execPath, `${root}bin/daybook.cjs`],
      ...['serve', '--port', String(port), '--data', data, ...flags],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DAYBOOK_LOG: log } },
  );
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`daybook ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { ...running(child, port), readyMs: performance.now() - startMs };
}

/** Runs one command of the CLI to its end; gives the last line it printed. */
export async function daybook(...args: string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [`${root}bin/daybook.cjs`, ...args]);
  return (await run).stdout.trimEnd().split('\n').at(-1)!;
}

/** Runs a script of this repository in a process of its own, and shows its output. */
export async function runScript(path: string): Promise<void> {
  const child = spawn(process.execPath, [root + path], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${path} ended with ${code}`);
}

/** Resident memory in MB, now and at its highest. Works on Linux only. */
export function memoryOf(child: ChildProcess): { readonly rssMb: number; readonly peakMb: number } {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const kb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  return { rssMb: kb('VmRSS') / 1024, peakMb: kb('VmHWM') / 1024 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function running(child: ChildProcess, port: number): Running {
  return {
    port,
    child,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
  } catch {
    return false;
  }
}
