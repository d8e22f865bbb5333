// Builds the scripts of the tracker into dist/dashboard/js, beside the built pages, and its package
// into clients/tracker/dist.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, packaged, scripts } from './builds.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

function emptied(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

const pages = emptied(path('../dist/dashboard/js/'));
for (const [name, { entry, parts }] of Object.entries(scripts))
  writeFileSync(pages + name, await bundle(entry, parts));

const out = emptied(path('../clients/tracker/dist/'));
const { entry, parts } = packaged;
const code = await bundle(entry, parts, { format: 'es', minify: false });
writeFileSync(`${out}index.js`, code);
writeTypes();

/** Of what the package gives; what its types are named by is a file without imports. */
function writeTypes() {
  const work = mkdtempSync(join(tmpdir(), 'daybook-types-'));
  try {
    const compiler = path('../node_modules/typescript/bin/tsc');
    const config = path('tsconfig.package.json');
    execFileSync(process.execPath, [compiler, '-p', config, '--outDir', work], {
      stdio: 'inherit',
    });
    const read = (name) => readFileSync(join(work, `${name}.d.ts`), 'utf8');
    writeFileSync(`${out}index.d.ts`, read('package').replace('./options.ts', './options.js'));
    writeFileSync(`${out}options.d.ts`, read('options'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
