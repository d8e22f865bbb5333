import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRealApp, type RealApp } from '../support/real-app.ts';

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'a.test/blog' }, { key: app.key });
});
afterAll(() => app.close());

const path = '/privacy/a.test%2Fblog';

const set = (values: object) =>
  app.get('/api/v1/sites/a.test%2Fblog', {
    ...{ method: 'PUT', key: app.key, body: JSON.stringify(values) },
  });

test('it is public where the owner says so, and says what the settings say', async () => {
  expect((await app.get(path)).status).toBe(401);
  expect((await app.get('/privacy/none.test')).status).toBe(401);
  expect((await app.get(path, { key: app.key })).status).toBe(200);
  await set({ privacy_page: 'on', custom_properties: ['<script>alert(1)</script>'] });
  const answer = await app.get(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const policy = answer.headers.get('content-security-policy')!;
  expect(policy).toMatch(/^default-src 'none'; .*style-src 'sha256-[^']+'$/);
  expect(policy).not.toContain('unsafe');
  const page = await answer.text();
  expect(page).toContain('What a.test/blog collects of its visitors');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toContain('<script');
  await set({ keep_hits_days: 30 });
  expect(await (await app.get(path)).text()).toContain('Each hit is kept for 30 days.');
  // Being published, it says nothing else of the site.
  expect((await app.get('/api/v1/sites/a.test%2Fblog')).status).toBe(401);
  await set({ privacy_page: 'off' });
  expect((await app.get(path)).status).toBe(401);
});

test('as text, as Markdown, and as a part of a page', async () => {
  const of = async (format: string) => {
    const answer = await app.get(`${path}?format=${format}`, { key: app.key });
    return [answer.status, answer.headers.get('content-type'), await answer.text()] as const;
  };
  expect(await of('markdown')).toEqual([
    ...[200, 'text/markdown; charset=utf-8', expect.stringMatching(/^# What a\.test\/blog/)],
  ]);
  expect(await of('text')).toEqual([
    ...[200, 'text/plain; charset=utf-8', expect.stringMatching(/^What a\.test\/blog .*\n===/)],
  ]);
  expect(await of('fragment')).toEqual([
    ...[200, 'text/plain; charset=utf-8', expect.stringMatching(/^<section>\n<h2>/)],
  ]);
  expect((await of('pdf'))[0]).toBe(400);
});
