// What takes longer than `.ci/run` may: `npm run long`, or one part: `npm run long -- busy`.
//   quiet   `npm test` once, on a machine that should have no other work
//   busy    `npm test` ten times beside two loops that keep two cores busy
//   cases   what `.ci/run` has of the long tests, and all their cases, on every home
//   oracle  random traffic against the plain loop: 60 cases a property, others each day
//   mutants planted mistakes, one by one: the tests must notice each (`mutants.mjs`)
//   fuzz    100,000 requests that are wrong in some way, others each day
// Ends with `N passed, N failed`, and with 1 where anything failed. It takes some three hours.
import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { longTests } from './long-tests.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = 10;
const loops = 2;
const parts = {
  quiet: () => [npmTest('npm test, quiet')],
  busy: () => besideBusyLoops(() => Array.from({ length: rounds }, (_, i) => npmTest(busy(i + 1)))),
  cases,
  oracle,
  mutants: () => [timed('planted mistakes', 'node', ['scripts/mutants.mjs'])],
  fuzz,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in parts));
if (unknown !== undefined) {
  console.error(`${unknown}: expected one of ${Object.keys(parts).join(', ')}`);
  process.exit(1);
}
console.log(`${new Date().toISOString()}, Node ${process.version}, ${cpus().length} cores`);
const names = asked.length > 0 ? asked : Object.keys(parts);
const results = names.flatMap((name) => parts[name]());
const failed = results.filter((passed) => !passed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function busy(round) {
  return `npm test beside ${loops} busy loops, ${round} of ${rounds}`;
}

function npmTest(name) {
  return timed(name, 'npm', ['test']);
}

const seedOfToday = () => new Date().toISOString().slice(0, 10).replaceAll('-', '');

function fuzz() {
  const seed = seedOfToday();
  const env = { DAYBOOK_FUZZ_REQUESTS: '100000', DAYBOOK_FUZZ_SEED: seed };
  return [timed(`fuzz, seed ${seed}`, 'npx', ['vitest', 'run', 'test/http/fuzz'], env)];
}

const allCases = { DAYBOOK_TEST_HOMES: 'all' };

function cases() {
  const command = ['vitest', 'run', ...longTests()];
  return [timed('all cases of the long tests', 'npx', command, allCases)];
}

function oracle() {
  const seed = seedOfToday();
  const env = { ...allCases, ORACLE_RUNS: '60', ORACLE_SEED: seed };
  return [timed(`oracle, seed ${seed}`, 'npx', ['vitest', 'run', 'test/oracle'], env)];
}

/** Runs a command to its end. Its output is shown only where it fails. Gives whether it passed. */
function timed(name, command, args, env = {}) {
  const startMs = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const counts = /^(?: *Tests +)?(\d+ (?:passed|failed).*)$/m.exec(stdout);
  const tests = counts?.[1] ?? 'no test ran';
  console.log(`${name}: ${time}, ${tests}${status === 0 ? '' : `, ended with ${status}`}`);
  if (status !== 0) console.log(stdout, stderr);
  return status === 0;
}

/** Runs `work` beside loops that never wait. They end with this process, however it ends. */
function besideBusyLoops(work) {
  const loop = `const parent = process.ppid; while (process.ppid === parent);`;
  const running = Array.from({ length: loops }, () =>
    spawn(process.execPath, ['-e', loop], { stdio: 'ignore' }),
  );
  try {
    return work();
  } finally {
    for (const child of running) child.kill('SIGKILL');
  }
}
