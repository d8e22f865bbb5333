// Builds everything into dist/: the program (tsc, and bundled), then the client for
// Node (into its own folder), the pages (Vite) and the tracker (Rolldown).
// With `--if-stale` only what was not made of the present sources: both, the pages, or nothing.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = (script, ...args) =>
  execFileSync(process.execPath, [`${root}${script}`, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });

/** Pages have functions of the program's in them. */
const programSources = ['src', 'bench'];
const pageSources = [...programSources, 'dashboard', 'tracker'];
const alone = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
  'tsconfig.types.json',
  'clients/node/tsconfig.json',
  ...[
    'scripts/build.mjs',
    'scripts/bundle-program.mjs',
    'scripts/notices.mjs',
    'scripts/world.mjs',
  ],
];

/** Of all that goes into a part: names and contents, whatever their times are. */
function hashOf(folders) {
  const inFolders = folders.flatMap((part) =>
    readdirSync(`${root}${part}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => `${entry.parentPath}/${entry.name}`),
  );
  const files = [...inFolders, ...alone.map((name) => `${root}${name}`)].sort();
  const sum = createHash('sha256');
  for (const file of files) sum.update(`${file.slice(root.length)}\n`).update(readFileSync(file));
  return sum.digest('hex');
}

/** Makes a part, unless it may be left as it is. What is ended early is made again. */
function make(name, folders, build) {
  const stamp = `${root}dist/${name}.sha256`;
  const sources = hashOf(folders);
  if (process.argv.includes('--if-stale') && readIfThere(stamp) === sources) return;
  rmSync(stamp, { force: true });
  build();
  writeFileSync(stamp, sources);
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Long texts are compressed once and for all, as small as can be. */
function compressPages() {
  const folder = `${root}dist/dashboard`;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(html|js|css|svg|json|txt)$/.test(entry.name)) continue;
    const file = `${entry.parentPath}/${entry.name}`;
    // There are many, and each is short.
    if (file.includes('/assets/flags-')) continue;
    const text = readFileSync(file);
    if (text.length < 1_024) continue;
    writeFileSync(`${file}.br`, brotliCompressSync(text));
    writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
  }
}

make('program', programSources, () => {
  rmSync(`${root}dist`, { recursive: true, force: true });
  node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json');
  node('scripts/bundle-program.mjs');
});

make('clients', ['clients/node/src'], () =>
  node('node_modules/typescript/bin/tsc', '-p', 'clients/node/tsconfig.json'),
);

make('pages', pageSources, () => {
  // It empties dist/dashboard, where the tracker is too.
  const config = ['--config', 'dashboard/vite.config.ts'];
  node('node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', ...config);
  node('tracker/build.mjs');
  compressPages();
});
