// Builds everything into dist/: the program (tsc), then the pages and the tracker (Vite).
// With `--if-missing` it does nothing where a build exists already.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = (script, ...args) =>
  execFileSync(process.execPath, [`${root}node_modules/${script}`, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });

if (!(process.argv.includes('--if-missing') && existsSync(`${root}dist/src/entry/cli/cli.js`))) {
  rmSync(`${root}dist`, { recursive: true, force: true });
  node('typescript/bin/tsc', '-p', 'tsconfig.build.json');
  node('vite/bin/vite.js', 'build', '--logLevel', 'warn', '--config', 'dashboard/vite.config.ts');
  node('vite/bin/vite.js', 'build', '--logLevel', 'warn', '--config', 'tracker/vite.config.ts');
}
