import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Lambda's limits for what a function is given and gives back, in bytes of JSON. */
const maxPayloadBytes = 6_291_556;

export type Name = 'collect' | 'report' | 'close' | 'analytics';

export type Built = { folder(name: Name): string; remove(): Promise<void> };

/**
 * `npm run build:lambda` into a folder of its own, outside of the repository: nothing of it can be
 * found from there.
 */
export async function buildFunctions(): Promise<Built> {
  const out = await mkdtemp(join(tmpdir(), 'daybook-lambda-'));
  await promisify(execFile)(process.execPath, [
    join(root, 'scripts/build-lambda.mjs'),
    '--out',
    out,
  ]);
  return {
    folder: (name) => join(out, name),
    remove: () => rm(out, { recursive: true, force: true }),
  };
}

/**
 * A function as Lambda runs it: a process of its own, with its folder and its environment and
 * nothing else.
 */
export type RunningFunction = {
  /**
   * Gives what the handler gives; rejects where it rejects, or where it gives more than Lambda lets
   * through.
   */
  invoke(event: unknown): Promise<unknown>;
  /** What it wrote to its log so far. */
  log(): string;
  end(): Promise<void>;
};

export async function startFunction(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<RunningFunction> {
  const runner = fileURLToPath(new URL('runner.mjs', import.meta.url));
  const child = spawn(process.execPath, [runner, pathToFileURL(join(folder, 'index.mjs')).href], {
    cwd: folder,
    // Lambda's Node is a newer one than the SDK warns of.
    env: { ...env, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk) => (log += String(chunk)));
  const waiting = new Map<number, (told: { answer?: unknown; error?: string }) => void>();
  child.on('message', (told: { id: number; answer?: unknown; error?: string }) => {
    waiting.get(told.id)?.(told);
    waiting.delete(told.id);
  });
  child.on('exit', () => {
    for (const tell of waiting.values()) tell({ error: `the function has ended: ${log}` });
    waiting.clear();
  });
  const [first] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (typeof first !== 'object') throw new Error(`the function of ${folder} did not start: ${log}`);
  let invoked = 0;
  return {
    async invoke(event) {
      const id = ++invoked;
      const told = new Promise<{ answer?: unknown; error?: string }>((resolve) =>
        waiting.set(id, resolve),
      );
      child.send({ id, event });
      const { answer, error } = await told;
      if (error !== undefined) throw new Error(error);
      const bytes = Buffer.byteLength(JSON.stringify(answer) ?? '');
      if (bytes > maxPayloadBytes)
        throw new Error(`response payload size (${bytes} bytes) exceeded`);
      return answer;
    },
    log: () => log,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
