import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { freePort } from '../support/real-process.ts';

/** `npm run dev` in a copy of this repository, whose sources are changed meanwhile. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const copied = [
  'bench',
  'bin',
  'clients',
  'dashboard',
  'dist',
  'package-lock.json',
  'package.json',
  'scripts',
];
const more = ['src', 'test', 'tracker'];
const settings = ['tsconfig.build.json', 'tsconfig.json', 'tsconfig.types.json'];

const atMost = { timeout: 200_000 };

let browser: Browser;
let folder: string;
let dev: ChildProcess;
let url: string;
let printed = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-dev-'));
  for (const name of [...copied, ...more, ...settings])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  browser = await openBrowser();
  const port = await freePort();
  url = `http://localhost:${port}`;
  const command = ['run', 'dev', '--', '--port', String(port)];
  dev = spawn('npm', command, { cwd: folder, detached: true });
  for (const stream of [dev.stdout!, dev.stderr!])
    stream.on('data', (text) => {
      printed += text;
    });
});
afterAll(async () => {
  if (dev !== undefined && dev.exitCode === null) {
    // As a terminal does at Ctrl+C: to all of them.
    process.kill(-dev.pid!, 'SIGINT');
    await once(dev, 'exit');
  }
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function change(file: string, from: string | RegExp, to: string): Promise<void> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(from);
  await writeFile(path, text.replace(from, to));
}

test('starts with invented traffic; a page loads again when what it shows was built', async () => {
  const page = await (await browser.newContext()).newPage();
  await expect.poll(() => printed, atMost).toContain(`${url}/?site=demo.daybook.test`);
  await page.goto(`${url}/?site=demo.daybook.test`);
  await expect.poll(() => page.locator('body').textContent(), atMost).toContain('Visitors');
  const firstHits = (await (await fetch(`${url}/api/hits?from=2000-01-01`)).text()).length;
  expect(firstHits).toBeGreaterThan(1_000_000);

  // A source of the dashboard: the server goes on.
  const servers = () => printed.split('invented hits').length - 1;
  expect(servers()).toBe(1);
  await change('dashboard/index.html', '<title>Daybook</title>', '<title>Daybook changed</title>');
  await change('dashboard/main.tsx', /^/, "document.documentElement.id = 'changed';\n");
  await expect.poll(() => page.locator('html#changed').count(), atMost).toBe(1);
  expect(servers()).toBe(1);

  // A source of the server: it is started again, and the page loads again too.
  await page.evaluate('globalThis.isOld = true');
  await change('src/model/release.ts', /version = '[^']+'/, "version = '99.9.9'");
  const versionOf = async () => {
    const { info } = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
      readonly info: { readonly version: string };
    };
    return info.version;
  };
  await expect.poll(versionOf, atMost).toBe('99.9.9');
  await expect.poll(() => page.evaluate('globalThis.isOld === true'), atMost).toBe(false);
  expect(servers()).toBe(2);

  // What does not build is said, and mended by the next change.
  await change('dashboard/main.tsx', /^/, "import './nothing.ts';\n");
  await expect.poll(() => page.locator('body').textContent(), atMost).toContain('does not build');
  await change('dashboard/main.tsx', /^.*\n/, '');
  await expect.poll(() => page.locator('html#changed').count(), atMost).toBe(1);
  await expect.poll(() => page.locator('body').textContent(), atMost).toContain('Visitors');

  // Nothing of this is in what is built.
  const built = await readFile(join(folder, 'dist/dashboard/index.html'), 'utf8');
  expect(built).not.toContain('/dev/');
}, 600_000);
