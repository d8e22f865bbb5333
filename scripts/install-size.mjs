// Prints what an installation downloads and what it takes on this machine, by package; fails where
// it is over its limit. Binaries of other platforms are optional packages: they are not installed.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const mb = 1_000_000;
const limits = { packed: 3.5 * mb, installed: 120 * mb };
const shown = (bytes) => `${(bytes / mb).toFixed(1)} MB`;

const [pack] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * mb,
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  }),
);

const bytesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, { parentPath, name }) => bytes + statSync(join(parentPath, name)).size, 0);

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const installed = Object.entries(packages)
  .filter(([path, { dev }]) => path !== '' && !dev && existsSync(join(root, path)))
  .map(([path]) => [path.slice('node_modules/'.length), bytesIn(join(root, path))]);

const all = [['daybook', pack.unpackedSize], ...installed].sort(([, a], [, b]) => b - a);
const total = all.reduce((sum, [, bytes]) => sum + bytes, 0);
const verdict = (bytes, limit) =>
  `${shown(bytes)}, ${bytes <= limit ? 'of' : 'OVER the'} ${shown(limit)} allowed`;
process.stdout.write(
  `installation: packed ${verdict(pack.size, limits.packed)}\n` +
    `installation: ${all.length} packages, ${verdict(total, limits.installed)}\n`,
);
for (const [name, bytes] of all.filter(([, size]) => size >= mb / 10))
  process.stdout.write(`installation: ${name} ${shown(bytes)}\n`);
if (pack.size > limits.packed || total > limits.installed) process.exitCode = 1;
