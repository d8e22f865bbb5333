// Changes one place of a source after another (a comparison, a number, a condition) and shows which
// changes no test notices. First how many of each file, then the files:
//
//   node scripts/mutate.mjs 12 src/journal/read.ts src/days/known-ids.ts
//
// The tests of a file are those beside it, those of its room in test/, and the oracle for what
// reports are made of. `MUTATE_SEED` draws other places. Not every survivor is a hole: some changes
// mean the same, some only take longer. They are read, not counted down to none.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const longestMs = 15 * 60_000;

/** Each with what it becomes; the first that fits a place is taken. */
const operators = [
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ <= /g, ' < '],
  [/ >= /g, ' > '],
  [/ < (?![A-Za-z]+[,>])/g, ' <= '],
  [/ > /g, ' >= '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \?\? /g, ' && '],
  [/ \+ 1\b/g, ''],
  [/ - 1\b/g, ''],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/\bMath\.max\(/g, 'Math.min('],
  [/\bMath\.min\(/g, 'Math.max('],
  [/\bcontinue;/g, 'break;'],
  [/if \((?!!)/g, 'if (!!0 && '],
  [/\.some\(/g, '.every('],
  [/\.every\(/g, '.some('],
  [/\bawait (?=\w+\()/g, 'void '],
];

/** The same numbers for the same seed. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Every place of a file that can be changed, comments and types left out. */
function placesIn(text) {
  const places = [];
  let at = 0;
  for (const line of text.split('\n')) {
    const isCode = !/^\s*(\*|\/\/|\/\*|import |export type |type |readonly )/.test(line);
    for (const [pattern, to] of isCode ? operators : [])
      for (const found of line.matchAll(pattern))
        places.push({ at: at + found.index, from: found[0], to, line: line.trim() });
    at += line.length + 1;
  }
  return places;
}

/** Those of a file: the quick ones first, the others only where these notice nothing. */
function testsOf(file) {
  const [, room] = file.split('/');
  const more = ['report', 'days', 'visits', 'ledger', 'close'].includes(room)
    ? ['test/oracle/reports', 'test/oracle/packed-days']
    : [];
  return [[`src/${room}/`], [`test/${room}/`, ...more]];
}

/** What runs too long is no answer: a machine with other work may do that too. */
function isNoticed(file) {
  return testsOf(file).some((tests) => {
    const { status } = spawnSync(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.mutants.config.ts', ...tests],
      { cwd: copy, stdio: 'ignore', timeout: longestMs },
    );
    if (status === null) console.log(`took too long: ${tests.join(' ')}`);
    return status !== 0;
  });
}

const [count, ...files] = process.argv.slice(2);
if (!(Number(count) > 0) || files.length === 0) {
  console.error('expected how many of each file, and the files: 6 src/journal/read.ts');
  process.exit(1);
}
const chance = seeded(Number(process.env['MUTATE_SEED'] ?? 7));
const copy = mkdtempSync(join(tmpdir(), 'daybook-mutate-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const name of execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n'))
  if (name !== '') cpSync(join(root, name), join(copy, name), { recursive: true });
for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(copy, name));

let [noticed, survived] = [0, 0];
for (const file of files) {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  const drawn = placesIn(text)
    .map((place) => ({ place, rank: chance() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, Number(count))
    .map(({ place }) => place);
  for (const { at, from, to, line } of drawn) {
    writeFileSync(path, text.slice(0, at) + to + text.slice(at + from.length));
    if (!isNoticed(file)) {
      survived++;
      console.log(`survived: ${dirname(file)}/${file.split('/').at(-1)}: ${from} → ${to}: ${line}`);
    } else noticed++;
  }
  writeFileSync(path, text);
  console.log(`${file}: ${noticed} noticed, ${survived} survived so far`);
}
console.log(`mutants: ${noticed} noticed, ${survived} survived`);
