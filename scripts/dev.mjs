// `npm run dev`: Daybook with invented traffic at http://localhost:7071, built again and started
// again whenever a source changes. Ends with Ctrl+C.
//
//   npm run dev -- --port 7072
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const parts = ['src', 'dashboard', 'tracker'];
/** Folders are looked through: watching them misses those that come and go, on some systems. */
const lookEveryMs = 700;

let server;
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    ending = true;
    server?.kill('SIGTERM');
  });

let seen = newest();
await build();
while (!ending) {
  await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  const now = newest();
  if (now === seen || ending) continue;
  seen = now;
  await build();
}
await server?.ended;

/** The server first ends: a build takes away what it has not loaded yet. */
async function build() {
  server?.kill('SIGTERM');
  await server?.ended;
  server = undefined;
  console.log('building…');
  const code = await run('scripts/build.mjs', ['--if-stale']).ended;
  if (ending) return;
  if (code === 0) server = run('bin/daybook.cjs', ['demo', ...process.argv.slice(2)]);
  else console.error('it does not build; it is built again when something changes');
}

function run(script, args) {
  const child = spawn(process.execPath, [`${root}${script}`, ...args], {
    ...{ cwd: root, stdio: 'inherit' },
  });
  child.ended = new Promise((resolve) => child.once('exit', resolve));
  return child;
}

/** When the sources were changed last, and how many there are. */
function newest() {
  const times = parts.flatMap((part) =>
    readdirSync(`${root}${part}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      // A file that an editor has just taken away is none.
      .map((entry) => statSync(`${entry.parentPath}/${entry.name}`, { throwIfNoEntry: false }))
      .flatMap((found) => (found === undefined ? [] : [found.mtimeMs])),
  );
  return `${Math.max(...times)} ${times.length}`;
}
