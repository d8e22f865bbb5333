// `npm run dev`: Daybook with invented traffic at http://localhost:7071. What changes in a source is
// built again: a page within seconds; for the rest, the server is started again too. Pages that are
// open load again by themselves. Ends with Ctrl+C.
//
//   npm run dev -- --port 7072
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startFront } from './dev-front.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { port: { type: 'string', default: '7071' } } });

/** What the server is made of, and what only its pages are. */
const ofServer = ['src', 'tracker'];
const ofPages = ['dashboard'];

/** Folders are looked through: watching them misses those that come and go, on some systems. */
const lookEveryMs = 500;

const front = await startFront(Number(values.port), `${root}dist`);
let server;
let building;
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    ending = true;
    server?.kill('SIGTERM');
    building?.kill('SIGTERM');
  });

let seen = look();
await buildAndStart();
while (!ending) {
  await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  const now = look();
  if (ending || (now.server === seen.server && now.pages === seen.pages)) continue;
  const isServers = now.server !== seen.server || server === undefined;
  seen = now;
  await (isServers ? buildAndStart() : buildPages());
}
await endServer();
front.close();

/** The server first ends: a build takes away what it has not loaded yet. */
async function buildAndStart() {
  front.hold();
  await endServer();
  if (!(await build())) return;
  server = run('bin/daybook.cjs', ['demo', '--port', '0'], 'pipe');
  const started = server;
  started.ended.then(() => {
    if (ending || server !== started) return;
    server = undefined;
    failed('the server has ended; it is started again when something changes');
  });
  const url = await serverUrl(started);
  if (url !== undefined) await front.show(url);
}

/** The server goes on, with the traffic that it has: the front reads the pages again. */
async function buildPages() {
  front.hold();
  if (await build()) await front.show();
}

async function build() {
  console.log('building…');
  building = run('scripts/build.mjs', ['--if-stale'], 'inherit');
  const code = await building.ended;
  building = undefined;
  if (ending) return false;
  if (code !== 0) failed('it does not build; it is built again when something changes');
  return code === 0;
}

function failed(why) {
  console.error(why);
  front.fail(why);
}

async function endServer() {
  const old = server;
  server = undefined;
  old?.kill('SIGTERM');
  await old?.ended;
}

/** The last thing that the demo prints is its address; ours is printed in place of it. */
async function serverUrl({ stdout, ended }) {
  let printed = '';
  const started = new Promise((resolve) => {
    stdout.on('data', (text) => {
      printed += text;
      const [line, url] = /^(http:\S+?:\d+)\/\S*\n/m.exec(printed) ?? [];
      if (line === undefined) return;
      console.log(printed.replaceAll(url, `http://localhost:${front.port}`).trimEnd());
      stdout.removeAllListeners('data').resume();
      resolve(url);
    });
  });
  return Promise.race([started, ended.then(() => undefined)]);
}

function run(script, args, stdout) {
  const child = spawn(process.execPath, [`${root}${script}`, ...args], {
    ...{ cwd: root, stdio: ['inherit', stdout, 'inherit'] },
  });
  child.ended = new Promise((resolve) => child.once('exit', resolve));
  return child;
}

function look() {
  return { server: newest(ofServer), pages: newest(ofPages) };
}

/** When the sources were changed last, and how many there are. */
function newest(parts) {
  const times = parts.flatMap((part) =>
    readdirSync(`${root}${part}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      // A file that an editor has just taken away is none.
      .map((entry) => statSync(`${entry.parentPath}/${entry.name}`, { throwIfNoEntry: false }))
      .flatMap((found) => (found === undefined ? [] : [found.mtimeMs])),
  );
  return `${Math.max(...times)} ${times.length}`;
}
