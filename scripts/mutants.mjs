// Plants mistakes in a copy of the sources, one by one, and shows which of them no test notices:
// `npm run long -- mutants`, or `node scripts/mutants.mjs`. With words, only the mistakes whose
// file or text contains one of them: `node scripts/mutants.mjs src/close session`.
//
// Each mistake names the test file that notices it; only that one runs, so all take some minutes.
// Ends with 1 where a mistake survived, or is not there to be planted any more.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plantedMistakes } from './planted-mistakes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const longestMs = 5 * 60_000;

const words = process.argv.slice(2);
const chosen = plantedMistakes.filter(
  ({ what, file }) => words.length === 0 || words.some((word) => `${file} ${what}`.includes(word)),
);

const copy = copyOfSources();
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
expectNoFailures();
const survived = chosen.filter((mistake) => !isNoticed(mistake));
for (const { what, file } of survived) console.log(`survived: ${what} (${file})`);
console.log(`${chosen.length - survived.length} passed, ${survived.length} failed`);
process.exit(survived.length === 0 ? 0 : 1);

/** The files that git knows, beside the packages and the built pages. */
function copyOfSources() {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-mutants-'));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  for (const file of files.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(folder, name));
  return folder;
}

/** A test that fails in any case notices nothing. */
function expectNoFailures() {
  const failure = firstFailure(new Set(chosen.map(({ by }) => by)));
  if (failure === undefined) return;
  console.error(`without any mistake: ${failure}`);
  process.exit(1);
}

/** Plants one mistake, and gives whether its test noticed it. */
function isNoticed({ what, file, from, to, by }) {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const parts = text.split(from);
  if (parts.length !== 2) {
    console.log(`${file}: ${what}: its text is there ${parts.length - 1} times, not once`);
    return false;
  }
  writeFileSync(path, parts.join(to));
  const failure = firstFailure([by]);
  writeFileSync(path, text);
  console.log(`${file}: ${what}: ${failure ?? `SURVIVED ${by}`}`);
  return failure !== undefined;
}

/** Runs test files until one test fails; gives its name; undefined where all pass. */
function firstFailure(testFiles) {
  const { status, stdout, stderr } = spawnSync(
    'npx',
    ['vitest', 'run', '--config=vitest.mutants.config.ts', '--reporter=dot', ...testFiles],
    {
      cwd: copy,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      timeout: longestMs,
    },
  );
  if (status === 0) return undefined;
  if (status === null) return 'hung, and was ended';
  const failure = /^ *FAIL +(.*)$/m.exec(`${stdout}${stderr}`);
  if (failure === null) throw new Error(`no test failed, but vitest did:\n${stdout}${stderr}`);
  return failure[1];
}
