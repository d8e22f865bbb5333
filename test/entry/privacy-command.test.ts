import { afterAll, beforeAll, expect, test } from 'vitest';
import { chrome, openRealApp, type RealApp } from '../support/real-app.ts';
import { cli } from '../support/real-process.ts';

let app: RealApp;
beforeAll(async () => {
  app = await openRealApp();
  await app.post('/api/v1/sites', { domain: 'a.test' }, { key: app.key });
  for (const [page, from] of [
    ['/mine', '192.0.2.7'],
    ['/theirs', '192.0.2.8'],
  ])
    await app.post(
      '/api/event',
      { n: 'pageview', u: `https://a.test${page}`, d: 'a.test' },
      { key: app.key, headers: { 'User-Agent': chrome, 'X-Forwarded-For': from! } },
    );
});
afterAll(() => app.close());

const run = (args: readonly string[], input?: string) =>
  cli(['privacy', ...args, '--site', 'a.test', '--data', app.data], {}, input);

test('what a site collects, for its policy', async () => {
  const { code, stdout } = await run(['--format', 'markdown']);
  expect([code, stdout.split('\n')[0]]).toEqual([0, '# What a.test collects of its visitors']);
});

test('the hits of a person: address and user agent from standard input', async () => {
  const { code, stdout, stderr } = await run(['request'], `192.0.2.7\n${chrome}\n`);
  expect([code, stdout.trim().split('\n').map(pageOf)]).toEqual([0, ['/mine']]);
  expect(stdout + stderr).not.toContain('192.0.2.7');
  expect(stderr).toContain('nobody can tell any more');
});

test('these are erased, and no others; first it is said what goes', async () => {
  const of = ['request', '--address', '192.0.2.7', '--user-agent', chrome, '--erase'];
  const dry = await run([...of, '--dry-run']);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringMatching(/^\d{4}-\d\d-\d\d\t1\n1\n$/)]);
  expect((await run([...of, '--yes'])).code).toBe(0);
  const rows = await (await app.get('/api/hits?site=a.test', { key: app.key })).text();
  expect(rows.trim().split('\n').map(pageOf)).toEqual(['/theirs']);
});

const pageOf = (line: string) => (JSON.parse(line) as { readonly page: string }).page;
