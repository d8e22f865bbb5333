import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { freePort } from '../support/real-process.ts';

/**
 * A Python with Django and daybook_django installed; `.ci/django.sh` makes it and sets its path.
 */
const python = process.env['DJANGO_PYTHON'];
const example = fileURLToPath(new URL('../../clients/django/example', import.meta.url));

let app: RealApp;
let browser: Browser;
let django: ChildProcess;
let djangoUrl: string;
beforeAll(async () => {
  if (python === undefined)
    throw new Error('expected DJANGO_PYTHON: a python with daybook_django installed');
  [app, browser] = await Promise.all([openRealApp(), openBrowser()]);
  await app.post('/api/v1/sites', { domain: 'django.test', open: true }, { key: app.key });
  const port = await freePort();
  djangoUrl = `http://127.0.0.1:${port}`;
  django = spawn(python, ['manage.py', 'runserver', '--noreload', `127.0.0.1:${port}`], {
    cwd: example,
    env: {
      ...process.env,
      DAYBOOK_URL: app.url,
      DAYBOOK_KEY: app.key,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: 'ignore',
  });
  await vi.waitUntil(isUp, { timeout: 60_000, interval: 100 });
});
afterAll(async () => {
  await browser?.close();
  if (django !== undefined && django.exitCode === null) {
    const ended = once(django, 'exit');
    django.kill('SIGTERM');
    await ended;
  }
  await app?.close();
});

async function isUp(): Promise<boolean> {
  try {
    return (await fetch(`${djangoUrl}/`)).ok;
  } catch {
    return false;
  }
}

async function rows(): Promise<Record<string, unknown>[]> {
  return (await (await app.get('/analytics')).json()).Items;
}

test('Django’s pages count directly and through recordUser, and are shown in the app', async () => {
  const geolocation = { latitude: 38.0307484, longitude: -78.5077828 };
  const context = await browser.newContext({ permissions: ['geolocation'], geolocation });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  for (const [i, path] of ['/', '/about', '/contact'].entries()) {
    await page.goto(`${djangoUrl}${path}`);
    await expect.poll(async () => (await rows()).length).toBeGreaterThan(i);
  }
  await page.waitForLoadState('networkidle');
  const items = await rows();
  expect(items.map(({ pagePath }) => pagePath).sort()).toEqual(['/', '/about', '/contact']);
  for (const item of items)
    expect(item).toMatchObject({ userAgent: agents.chrome, language: 'en-GB' });
  expect(items.find(({ pagePath }) => pagePath === '/contact')).toMatchObject({
    location: geolocation,
  });
  // One browser is one visitor, though its hits came in two ways.
  const hits = (await (await app.get('/api/hits')).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(hits.map(({ visitor }) => visitor)).size).toBe(1);

  await page.goto(`${djangoUrl}/visualization`);
  const text = (await page.locator('body').textContent())!.replace(/\s+/g, ' ');
  expect(text).toContain('Total page views3');
  for (const path of ['/', '/about', '/contact']) expect(text).toContain(`${path} 133%`);
  expect(problems).toEqual([]);
  await context.close();
});
