import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const bin = fileURLToPath(new URL('../../bin/daybook.cjs', import.meta.url));

export type RealProcess = {
  readonly child: ChildProcess;
  readonly url: string;
  /** All that it has printed until now. */
  output(): string;
  /** Sends the signal and waits for the end. Gives the exit code, or the signal's name. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string>;
};

export type ServeOptions = {
  readonly data: string;
  readonly port: number;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** A command that runs it, such as strace with its flags. */
  readonly under?: readonly string[];
};

/** From here on, until it is ready: far longer than a busy machine takes. */
const startMs = 60_000;

/**
 * Starts the built `daybook serve` in a process of its own, and waits for `/health/ready` and for
 * the line that says where it is: from then on it ends in good order when it gets a signal.
 */
export async function serve({
  data,
  port,
  args = [],
  env = {},
  under = [],
}: ServeOptions): Promise<RealProcess> {
  const [command, ...rest] = [
    ...under,
    process.execPath,
    bin,
    'serve',
    '--port',
    String(port),
    '--data',
    data,
    ...args,
  ];
  const child = spawn(command!, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  // A test that fails midway must not leave its server running.
  const endWithTest = () => void child.kill('SIGKILL');
  process.once('exit', endWithTest);
  child.once('exit', () => process.off('exit', endWithTest));
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (printed += String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  const givesUpMs = performance.now() + startMs;
  while (!(printed.includes('Daybook is at ') && (await isReady(url)))) {
    if (child.exitCode !== null || performance.now() > givesUpMs) {
      child.kill('SIGKILL');
      throw new Error(`daybook serve did not get ready: ${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    child,
    url,
    output: () => printed,
    async end(signal) {
      const past = child.exitCode ?? child.signalCode;
      if (past !== null) return past;
      const exited = once(child, 'exit');
      child.kill(signal);
      const [code, by] = (await exited) as [number | null, string | null];
      return code ?? by ?? 'no code';
    },
  };
}

export type CliResult = {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs one command of the built CLI to its end. */
export async function cli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  input?: string,
): Promise<CliResult> {
  try {
    const run = promisify(execFile)(process.execPath, [bin, ...args], {
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 ** 2,
    });
    if (input !== undefined) run.child.stdin?.end(input);
    return { code: 0, ...(await run) };
  } catch (error) {
    const { code, signal, stdout, stderr } = error as CliResult & { signal: NodeJS.Signals };
    return { code: code ?? signal, stdout, stderr };
  }
}

export const lastLine = (text: string) => text.trimEnd().split('\n').at(-1)!;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + (asked++ % portsEach);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await new Promise<boolean>((resolve) => {
      server.on('listening', () => resolve(true));
      server.on('error', () => resolve(false));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

const portsEach = 100;

/**
 * Below the ports that the system gives by itself: one of those may be given to somebody else
 * before it is used. Each process begins elsewhere.
 */
const firstPort = 12_000 + ((process.pid * 97) % 200) * portsEach;

let asked = 0;

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}
