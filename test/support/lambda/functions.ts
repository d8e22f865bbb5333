import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Lambda's limit for the event and the result of a function, in bytes of JSON. */
const maxPayloadBytes = 6_291_556;

export type Name = 'collect' | 'report' | 'close' | 'analytics';

export type Built = { folder(name: Name): string; remove(): Promise<void> };

/**
 * Runs `npm run build:lambda` into a folder outside of the repository: from there, the functions
 * find none of its packages.
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
 * A function as Lambda runs it: a process of its own, with nothing but its folder and environment.
 */
export type RunningFunction = {
  /**
   * Gives the handler's result; rejects where it rejects, or where the result is over the limit.
   */
  invoke(event: unknown): Promise<unknown>;
  /** What it has written to its log until now. */
  log(): string;
  end(): Promise<void>;
};

type Result = { readonly answer?: unknown; readonly error?: string };

export async function startFunction(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<RunningFunction> {
  const runner = fileURLToPath(new URL('runner.mjs', import.meta.url));
  const child = spawn(process.execPath, [runner, pathToFileURL(join(folder, 'index.mjs')).href], {
    cwd: folder,
    // The SDK warns of old versions of Node; Lambda's is newer.
    env: { ...env, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk) => (log += String(chunk)));
  const waiting = new Map<number, (result: Result) => void>();
  child.on('message', (result: Result & { id: number }) => {
    waiting.get(result.id)?.(result);
    waiting.delete(result.id);
  });
  child.on('exit', () => {
    for (const settle of waiting.values()) settle({ error: `the function has ended: ${log}` });
    waiting.clear();
  });
  const [first] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (typeof first !== 'object') throw new Error(`the function of ${folder} did not start: ${log}`);
  let invoked = 0;
  return {
    async invoke(event) {
      const id = ++invoked;
      const result = new Promise<Result>((resolve) => waiting.set(id, resolve));
      child.send({ id, event });
      const { answer, error } = await result;
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
