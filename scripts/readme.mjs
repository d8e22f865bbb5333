// Runs the commands of the README, in its order, as a reader would: in a fresh clone, line by line.
// Nothing may fail, and no hit may be lost. Needs git and bash; takes about two minutes.
//
//   node scripts/readme.mjs
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'daybook-readme-'));
const clone = join(work, 'daybook');
const port = await freePort();
const other = await freePort(port + 1);
// Nothing of the owner's own Daybook: its data, its home, its settings.
const own = Object.entries(process.env).filter(([name]) => !name.startsWith('DAYBOOK_'));
const env = { ...Object.fromEntries(own), PORT: String(port) };
const counts = { passed: 0, failed: 0 };
let server;
const printedBy = new Map();

try {
  execFileSync('git', ['clone', '--quiet', root, clone]);
  prepareFiles();
  for (const command of commandsOf(readFileSync(join(clone, 'README.md'), 'utf8')))
    await runCommand(command);
  await expectNothingLost();
} finally {
  await endServer();
  rmSync(work, { recursive: true, force: true });
}
console.log(`readme: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 && counts.passed > 20 ? 0 : 1;

/** The indented commands; a command goes on where a quote is open or a line ends in `\`. */
function commandsOf(text) {
  const commands = [];
  let open = '';
  for (const line of text.replace(/^```.*?^```/gms, '').split('\n')) {
    if (open === '' && !/^ {4}\S/.test(line)) continue;
    open += `${line.trim()}\n`;
    const quotes = open.match(/'/g)?.length ?? 0;
    if (quotes % 2 === 1 || /\\\n$/.test(open)) continue;
    commands.push(open.trim());
    open = '';
  }
  return commands;
}

/** The logs that the README imports. */
function prepareFiles() {
  const log = join(root, 'test/fixtures/access-combined-10k.log');
  copyFileSync(log, join(clone, 'access.log'));
  writeFileSync(join(clone, 'access.log.1.gz'), gzipSync(readFileSync(log)));
}

async function runCommand(written) {
  // This is the test that `.ci/run` runs besides.
  if (written.includes('npm test')) return;
  const command = written
    .replaceAll('localhost:7070', `localhost:${port}`)
    .replace('--port 8080 --host 0.0.0.0', `--port ${other}`)
    .replace('-- demo', `-- demo --port ${other}`)
    .replace('/srv/daybook', join(work, 'srv'));
  const serving = /^(npm ci && )?(npm start.*|npm run daybook -- demo.*)$/.exec(command);
  if (serving === null) return check(written, () => run(command));
  const [, before, started] = serving;
  if (before !== undefined) await check('npm ci', () => run('npm ci'));
  await check(written, () => startAndSee(started));
}

async function check(name, work) {
  try {
    await work();
    console.log(`ok: ${name}`);
    counts.passed++;
  } catch (error) {
    counts.failed++;
    console.log(`FAILED: ${name}\n${error.message}`);
  }
}

/** Runs a command to its end. An answer of a server must be a 2xx. */
async function run(command) {
  const printed = await ended(spawn('bash', ['-c', command], { cwd: clone, env }));
  if (command.includes('import log')) printedBy.set('import log', printed);
  if (command.startsWith('curl -i') && !/^HTTP\/1.1 2/m.test(printed))
    throw new Error(`expected a 2xx, got ${printed}`);
  if (/^curl(?! -i)/.test(command) && !printed.includes('"results"'))
    throw new Error(`expected results, got ${printed}`);
  return printed;
}

function ended(child) {
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      printed += text;
    });
  return new Promise((resolve, reject) => {
    child.on('close', (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`ended with ${code}: ${printed}`)),
    );
  });
}

/** The first server stays, and gets the site that the README says to name. Others end again. */
async function startAndSee(command) {
  const isFirst = server === undefined;
  const at = isFirst ? port : other;
  const options = { cwd: clone, env: { ...env, PORT: String(at) }, detached: true };
  const child = spawn('bash', ['-c', `exec ${command}`], options);
  child.closed = new Promise((resolve) => child.on('close', resolve));
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      printed += text;
    });
  for (let tries = 0; !(await isReady(at)); tries++) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (tries > 600 || hasEnded) {
      await end(child);
      throw new Error(`did not start: ${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (!isFirst) return end(child);
  server = child;
  env.KEY = /#key=(\S+)/.exec(printed)[1];
  const answer = await fetch(`http://localhost:${port}/api/v1/sites`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${env.KEY}` },
    body: JSON.stringify({ domain: 'example.com' }),
  });
  if (!answer.ok) throw new Error(`the site was answered ${answer.status}`);
}

async function isReady(at) {
  try {
    return (await fetch(`http://localhost:${at}/health/ready`)).ok;
  } catch {
    return false;
  }
}

/** The curl's hit and the pageviews of the logs are there, each once, and the books balance. */
async function expectNothingLost() {
  await check('nothing is lost', async () => {
    const exported = await run(
      'npm run --silent daybook -- export --site example.com --format ndjson --out -',
    );
    const hits = exported.split('\n').filter((line) => line.startsWith('{')).length;
    const taken = Number(/^taken +(\d+)/m.exec(printedBy.get('import log'))?.[1]);
    if (hits !== taken + 1) throw new Error(`expected ${taken + 1} hits, got ${hits}`);
    await run('npm run --silent daybook -- verify');
  });
}

async function endServer() {
  if (server !== undefined) await end(server);
}

/** Ends a server with all that npm has started for it. */
async function end(child) {
  if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGTERM');
  await child.closed;
}

/** Below the ports that the system gives by itself: `npm ci` would be given many of those. */
async function freePort(from = 12_000 + (process.pid % 10_000)) {
  for (let port = from; ; port++) {
    const probe = createServer().listen(port, '127.0.0.1');
    const isFree = await new Promise((resolve) => {
      probe.on('listening', () => resolve(true));
      probe.on('error', () => resolve(false));
    });
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}
