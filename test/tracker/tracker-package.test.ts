import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { openWebsite } from '../support/website.ts';

/** A folder of an app of somebody's, that has installed what `npm pack` makes. */
const folder = mkdtempSync(join(tmpdir(), 'daybook-package-'));
const packed = fileURLToPath(new URL('../../clients/tracker', import.meta.url));
const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

let app: RealApp;
let browser: Browser;
beforeAll(async () => {
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: folder, encoding: 'utf8' });
  const [file] = JSON.parse(npm('pack', '--json', packed)) as { filename: string }[];
  npm('install', '--offline', '--no-audit', '--no-fund', `./${file!.filename}`);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('on a server it can be loaded and called, and does nothing', () => {
  const script =
    "import { init, track } from 'daybook-tracker'; const before = Object.keys(globalThis).length;" +
    "init({ api: 'https://daybook.example/api/event' }); track('Signup');" +
    'console.log(Object.keys(globalThis).length - before)';
  writeFileSync(join(folder, 'server.js'), script);
  expect(execFileSync(process.execPath, ['server.js'], { cwd: folder }).toString()).toBe('0\n');
});

test('it has types', () => {
  const check = (code: string) => {
    writeFileSync(
      join(folder, 'typed.ts'),
      `import { init, track } from 'daybook-tracker';${code}`,
    );
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--types', '', 'typed.ts'];
    try {
      return execFileSync(process.execPath, [compiler, ...options], { cwd: folder }).toString();
    } catch (error) {
      return (error as { stdout: Buffer }).stdout.toString();
    }
  };
  const call = "init({ api: 'https://d.example/api/event', hash: true });";
  expect(
    check(`${call}track('A', { props: { plan: 'x' }, callback: ({ status }) => +status });`),
  ).toBe('');
  expect(check("init({ domain: 'a.example' });")).toMatch(/'api' is missing/);
  expect(check("init({ api: 'x', hsah: true });")).toMatch(/hsah/);
  expect(check("track('A', { revenue: 9 });")).toMatch(/revenue|number/);
});

test('in a bundle it counts pages and events, however often it is begun', async () => {
  await app.post('/api/v1/sites', { domain: 'bundled.test' }, { key: app.key });
  writeFileSync(
    join(folder, 'app.js'),
    `import { init, track } from 'daybook-tracker';
    track('Early');
    const options = { api: '${app.url}/api/event', domain: 'bundled.test', local: true };
    for (let times = 0; times < 2; times++) init({ ...options, automated: true });
    track('Signup', { props: { plan: 'pro' }, callback: () => { document.title = 'sent' } });`,
  );
  const bundled = await rolldown({ input: join(folder, 'app.js'), cwd: folder });
  const [{ code }] = (await bundled.generate({ format: 'iife' })).output;
  const website = await openWebsite({ '/': `<!doctype html><script>${code}</script>` });
  const page = await (await browser.newContext()).newPage();
  await page.goto(website.url);
  await page.waitForFunction('document.title === "sent"');
  await page.evaluate("history.pushState(null, '', '/next')");
  const hits = async () =>
    (await (await app.get('/api/hits?site=bundled.test', { key: app.key })).text())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { name: string; page: string })
      .filter(({ name }) => name !== 'engagement')
      .map(({ name, page: of }) => `${name} ${of}`);
  await expect
    .poll(async () => (await hits()).sort())
    .toEqual(['Early /', 'Signup /', 'pageview /', 'pageview /next']);
  await page.context().close();
  await website.close();
});
