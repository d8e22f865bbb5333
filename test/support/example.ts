import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { RealApp } from './real-app.ts';
import { freePort } from './real-process.ts';

export const examples = fileURLToPath(new URL('../../examples', import.meta.url));

const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export type RunningExample = {
  readonly folder: string;
  /** The commands of its README, in their order, for this Daybook. */
  readonly commands: readonly string[];
  /** Runs all of them in one shell, as a reader does. Gives what they printed. */
  run(env?: NodeJS.ProcessEnv): Promise<string>;
  /** The same where the last one serves, on another port than it says. Gives its address. */
  serve(): Promise<string>;
  end(): Promise<void>;
};

/**
 * An example in a fresh folder, with this Daybook's address and key where its files have the usual
 * ones. `within`: where in the folder it is, if it needs what is beside it.
 */
export async function openExample(
  app: RealApp,
  from: string,
  within = '.',
): Promise<RunningExample> {
  const root = await mkdtemp(join(tmpdir(), 'daybook-example-'));
  await cp(from, root, { recursive: true, filter: (file) => !made.test(file) });
  const folder = join(root, within);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await writeFile(file, ofApp(await readFile(file, 'utf8'), app));
  }
  const commands = commandsOf(await readFile(join(folder, 'README.md'), 'utf8'));
  let child: ChildProcess | undefined;
  return {
    ...{ folder, commands },
    async run(own = {}) {
      const script = ['set -e', ...commands].join('\n');
      const env = { ...process.env, ...own };
      return (await promisify(execFile)('bash', ['-c', script], { cwd: folder, env })).stdout;
    },
    async serve() {
      const port = await freePort();
      const last = commands.at(-1)!.replace(/\d{4}$/, String(port));
      const script = ['set -e', ...commands.slice(0, -1), `exec env ${last}`].join('\n');
      const stdio = ['ignore', 'ignore', 'inherit'] as const;
      child = spawn('bash', ['-c', script], { cwd: folder, stdio: [...stdio], detached: true });
      const url = `http://localhost:${port}`;
      await expect.poll(() => answers(url, child!), { timeout: 280_000 }).toBe(true);
      return url;
    },
    async end() {
      if (child !== undefined && child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        // A server may have started another one.
        process.kill(-child.pid!, 'SIGTERM');
        await ended;
      }
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** What somebody who tried the example has left there. */
const made = /(__pycache__|node_modules|\.next|dist|data)$/;

/** Browsers of tests are automated: the tag must count them. */
const ofApp = (text: string, app: RealApp) =>
  text
    .replaceAll('file:../../', `file:${repository}/`)
    .replaceAll(/http:\/\/(localhost|127\.0\.0\.1):7070/g, app.url)
    .replace('data-local', 'data-local data-automated')
    .replaceAll('DAYBOOK_KEY=KEY', `DAYBOOK_KEY=${app.key}`);

/** Indented lines, and those of a fence for a shell. */
function commandsOf(readme: string): string[] {
  const fenced = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, text]) =>
    text!.split('\n'),
  );
  const indented = [...readme.matchAll(/^ {4}(.+)$/gm)].map(([, command]) => command!);
  return [...fenced, ...indented].filter((command) => command !== '');
}

async function answers(url: string, { exitCode }: ChildProcess): Promise<boolean> {
  if (exitCode !== null) throw new Error(`the example ended with ${exitCode}`);
  try {
    return (await fetch(url, { headers: { 'User-Agent': 'curl/8' } })).ok;
  } catch {
    return false;
  }
}
