import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isChosenPath } from '../../src/entry/chosen-paths.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
});
afterAll(() => app?.close());

type Listed = { name: string; path: string; lasting: string; integrity: string; bytes: number };

async function listed(): Promise<Listed[]> {
  return (await (await app.get('/api/scripts')).json()).scripts;
}

test('under its hash a script never changes, whatever Daybook is served', async () => {
  const [all, small] = (await listed()) as [Listed, Listed];
  expect([all.path, small.path]).toEqual(['/js/daybook.v1.js', '/js/daybook.small.v1.js']);
  const answer = await app.get(all.lasting);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  const text = await answer.text();
  expect(text).toBe(await (await app.get(all.path)).text());
  const hash = createHash('sha384').update(text).digest('base64');
  expect(all.integrity).toBe(`sha384-${hash}`);
  // Another path for hits makes another file, as a later version would.
  await app.restart({ eventPath: '/stats/e', scriptPath: '/stats/a.js' });
  const [later] = (await listed()) as [Listed];
  expect(later.lasting).not.toBe(all.lasting);
  expect(await (await app.get(later.lasting)).text()).not.toBe(text);
  expect(await (await app.get(all.lasting)).text()).toBe(text);
  // Nobody has asked for this one: it is not kept.
  expect((await app.get(small.lasting)).status).toBe(404);
  expect((await app.get(all.lasting.replace('v1.', 'v1.x'))).status).toBe(404);
});

test('under names that the owner chooses', async () => {
  await app.restart({ eventPath: '/stats/e', scriptPath: '/stats/a.js' });
  const script = await app.get('/stats/a.js');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('cache-control')).toBe('public, max-age=3600');
  const text = await script.text();
  expect(text).toMatch(/(["'`])\/stats\/e\1/);
  expect(text).toBe(await (await app.get('/js/daybook.v1.js')).text());
  await app.post('/api/v1/sites', { domain: 'chosen.test' }, { key: app.key });
  const hit = { n: 'pageview', u: 'https://chosen.test/' };
  for (const path of ['/stats/e', '/api/event']) {
    const answer = await app.post(path, hit);
    expect([answer.status, answer.headers.get('x-daybook-dropped')]).toEqual([202, null]);
  }
  const asked = await app.get('/stats/e', { method: 'OPTIONS' });
  expect(asked.headers.get('access-control-allow-origin')).toBe('*');
});

test.each([
  ['/stats/a.js', true],
  ['/a', true],
  ['stats', false],
  ['/', false],
  ['/stats/', false],
  ['/../a', false],
  ['/:name', false],
  ['/a b', false],
  ['/api/event', false],
  ['/js/a.js', false],
  ['/health', false],
])('%s may be chosen: %s', (path, may) => expect(isChosenPath(path)).toBe(may));
