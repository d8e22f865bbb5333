import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { median } from './processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const names = ['collect', 'report', 'close', 'analytics'] as const;
const starts = 11;

/** Prints how long importing a function takes, in ms. A real start also opens its databases. */
const script = `
  const startMs = performance.now();
  await import(process.argv[1]);
  process.stdout.write(String(performance.now() - startMs));
  process.exit(0);
`;

/** These stores are never asked: a function asks only when its first event comes. */
const env = {
  DAYBOOK_TABLE: 'Bench',
  DAYBOOK_BUCKET: 'bench',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  NODE_NO_WARNINGS: '1',
};

/** The bytes and the import time of each function; each import is in a new process. */
export async function benchLambda(): Promise<void> {
  execFileSync(process.execPath, [join(root, 'scripts/build-lambda.mjs')], { stdio: 'ignore' });
  for (const name of names) {
    const folder = join(root, 'dist/lambda', name);
    const times = Array.from({ length: starts }, () => importMs(name, folder));
    const js = bytesOf(folder, (path) => /\.[cm]?js$/.test(path) && !path.includes('dashboard'));
    const all = bytesOf(folder, () => true);
    const sizes = `JavaScript ${(js / 1e6).toFixed(2)} MB, unzipped ${(all / 1e6).toFixed(1)} MB`;
    process.stdout.write(
      `${name.padEnd(12)} import ${median(times).toFixed(0).padStart(4)} ms   ${sizes}\n`,
    );
  }
}

function importMs(name: string, folder: string): number {
  const { DAYBOOK_BUCKET, ...others } = env;
  const bucket = name === 'report' || name === 'close' ? { DAYBOOK_BUCKET } : {};
  const url = pathToFileURL(join(folder, 'index.mjs')).href;
  const args = ['--input-type=module', '-e', script, url];
  return Number(
    execFileSync(process.execPath, args, { cwd: folder, env: { ...others, ...bucket } }).toString(),
  );
}

function bytesOf(folder: string, counts: (path: string) => boolean): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => counts(path) && statSync(path).isFile())
    .reduce((bytes, path) => bytes + statSync(path).size, 0);
}
